"""The scratch notebook beside an exercise: recorded and paid like it, submitted and replayed never.

A real workspace with its sandbox; a client with a URL and a login token.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.intake.attempts import read_attempt
from grader.replay.recording import last_runs
from harness.bench.jupyter_wire import Notebook
from tests.grader.attempts import here
from tests.workspace import Started, events_of, started, submitted

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]

CALL = (
    "from openai import OpenAI\n"
    "r = OpenAI().chat.completions.create(model='sim-small', temperature=0, messages=[\n"
    "    {'role': 'user', 'content': 'complaint or question? Message: Where do I park?'}])\n"
    "print('ANSWERED')"
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Started]:
    with started(tmp_path_factory.mktemp("lab")) as workspace:
        yield workspace


def test_scratch_counts_and_is_told_apart(lab: Started) -> None:
    own = Notebook(lab.url, path="practice/practice.ipynb")
    scratch = Notebook(lab.url, path="practice/scratch.ipynb")
    try:
        own.run("x = 'of its own notebook'\nprint(x)", cell_id="same-id")
        called = scratch.run(CALL, cell_id="scratch-1")
        apart = scratch.run("print(x)", cell_id="same-id")
        asked = scratch.run("from harness.kernel import budget, check, submit\nprint(budget())")
        checked = scratch.run("check()", cell_id="checked")
        model = scratch.ask("GET", "/api/contents/practice/scratch.ipynb?content=1")
        saved = {"type": "notebook", "format": "json", "content": model["content"]}
        scratch.ask("PUT", "/api/contents/practice/scratch.ipynb", saved)
        handed = scratch.run("submit()", cell_id="handed")
    finally:
        own.close()
        scratch.close()
    opened = submitted(lab)
    events = events_of(opened)
    attempt = read_attempt(lab.newest(), public=None, find_exercise=here)

    assert "Scratch" in json.dumps(model["content"]["cells"][0])
    assert called.text == "ANSWERED\n"
    assert "NameError" in apart.text  # a kernel of its own
    assert "1 of" in asked.text or "call" in asked.text
    assert checked.text.startswith("check() opens with part two.")
    assert handed.text.startswith("Submitted: Practice")
    # paid by the exercise it lies beside, at the cell that called
    calls = attempt.calls
    assert [(call.exercise, call.cell_id) for call in calls] == [("practice", "scratch-1")]
    # recorded like everything else, and said to be of the scratch notebook
    serves = {e.kernel_id: e.payload["path"] for e in events
              if e.payload.get("msg_type") == "kernel_notebook"}  # fmt: skip
    assert set(serves.values()) == {"practice/practice.ipynb", "practice/scratch.ipynb"}
    ran = [e for e in events if e.kind == "execute_request" and e.cell_id == "scratch-1"]
    assert [serves[str(e.kernel_id)] for e in ran] == ["practice/scratch.ipynb"]
    # never submitted: the exercise's own notebook is, and no version of the scratch one
    book = json.loads(attempt.notebook)
    assert "Scratch" not in json.dumps(book["cells"][0]) and len(book["cells"]) > 5
    assert all(save.notebook != b"" for save in attempt.saves)
    assert {e.payload["path"] for e in events if e.kind == "save"} == {
        "practice/practice.ipynb", "practice/scratch.ipynb",
    }  # fmt: skip
    assert len(attempt.saves) == len(
        [e for e in events if e.payload.get("path") == "practice/practice.ipynb"
         and e.kind == "save"]
    )  # fmt: skip
    # a cell of the same id does not stand for the exercise's own in replay
    runs = last_runs(attempt)
    assert runs["same-id"].source.startswith("x = ")
    assert "scratch-1" not in runs


def test_scratch_has_no_part_two(lab: Started) -> None:
    scratch = Notebook(lab.url, path="practice/scratch.ipynb")
    try:
        with pytest.raises(Exception, match="404"):
            scratch.ask("POST", "/audition/api/parts", {"path": "practice/scratch.ipynb"})
    finally:
        scratch.close()
