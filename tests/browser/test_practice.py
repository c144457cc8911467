"""A newcomer opens the lab in Chromium, plans, calls the model, checks and submits."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from harness.core.signing import PublicKey
from harness.core.submission import Opened, open_call
from harness.core.verify import verify_submission
from tests.browser.page import (
    cell_with,
    new_cell_below,
    open_workspace,
    write_and_run,
)
from tests.conftest import ROOT
from tests.workspace import Started, events_of, started, submitted

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

CALL = """from openai import OpenAI
reply = OpenAI().chat.completions.create(
    model="sim-medium", temperature=0,
    messages=[{"role": "user", "content":
        "Is this a complaint or a question?\\n\\nMessage: When do you open on Sundays?"}],
)
print("THE ANSWER IS:", reply.choices[0].message.content)"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Started]:
    with started(tmp_path_factory.mktemp("lab")) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1360, "height": 860})


@pytest.fixture(scope="module")
def sat(lab: Started, page: Page) -> Opened:
    """The whole practice, done once by hand in the browser; what was submitted, opened."""
    open_workspace(page, lab.url)
    plan = cell_with(page, "%%plan")
    write_and_run(page, plan, "\nRead all six, call the model on each, compare.", at_end=True)
    # Not only its name, which the text before it says too: all of it is there, and stands still.
    page.get_by_role("heading", name="8. Submit").wait_for(state="attached", timeout=90_000)
    call = new_cell_below(page, cell_with(page, "%%plan"))
    write_and_run(page, call, CALL)
    _has_run(page, "THE ANSWER IS:")
    _picture(page)
    again = new_cell_below(page, cell_with(page, "THE ANSWER IS:"))
    write_and_run(page, again, "from harness.kernel import submit\nsubmit()")
    _has_run(page, "Submitted:")
    return submitted(lab)


def _has_run(page: Page, begin: str) -> None:
    """Wait until a cell has printed this; its source or a traceback is no output."""
    outputs = page.locator(".jp-OutputArea-output")
    said = outputs.filter(has_text=re.compile(rf"^\s*{begin}"))
    wrong = page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']")
    said.or_(wrong).first.wait_for(timeout=90_000)
    assert not wrong.count(), wrong.first.inner_text()


def _picture(page: Page) -> None:
    folder = os.environ.get("SCREENS")
    if folder:
        page.screenshot(path=f"{folder}/lab.png")


def test_the_answer_that_the_person_saw_is_the_models_own(sat: Opened, page: Page) -> None:
    shown = page.locator(".jp-OutputArea-output", has_text="THE ANSWER IS:").inner_text()
    assert sat.key is not None
    calls = [open_call(line, sat.key) for line in sat.members["ledger.jsonl"].splitlines()]

    assert len(calls) == 1
    assert calls[0].status == "settled" and calls[0].usage is not None
    said = re.sub(r"^THE ANSWER IS:\s*", "", shown.strip())
    assert said and said in json.dumps(calls[0].response, ensure_ascii=False)


def test_the_record_shows_each_cell_call_and_save(sat: Opened) -> None:
    events = events_of(sat)
    ran = [e for e in events if e.kind == "execute_request" and not e.payload.get("silent")]
    sources = [str(e.payload.get("code", e.payload.get("source", ""))) for e in ran]
    call = next(e for e in events if e.kind == "llm_call")
    cell = next(e for e, source in zip(ran, sources, strict=True) if source == CALL)

    assert any("Read all six" in source for source in sources)
    assert any("submit()" in source for source in sources)
    assert [e for e in events if e.kind == "save"]
    assert [e for e in events if e.kind == "part_delivered"]
    assert call.cell_id == cell.cell_id and call.msg_id == cell.msg_id
    outputs = [e for e in events if e.kind == "stream" and e.msg_id == cell.msg_id]
    assert "THE ANSWER IS:" in "".join(str(e.payload) for e in outputs)


def test_the_plan_was_on_record_before_part_two_was_delivered(sat: Opened) -> None:
    events = events_of(sat)
    plan = next(e for e in events if "Read all six" in json.dumps(e.payload))
    part = next(e for e in events if e.kind == "part_delivered")

    assert plan.seq < part.seq


def test_the_submission_verifies_and_a_flipped_byte_is_located(lab: Started, sat: Opened) -> None:
    line = (lab.home / "proctor/keys/public.txt").read_text()
    data = lab.newest()
    altered = bytearray(data)
    altered[len(data) // 3] ^= 0x10
    verdict = verify_submission(bytes(altered), PublicKey.from_text(line))

    assert verify_submission(data, PublicKey.from_text(line)).is_whole
    assert verdict.alterations[0].offset == len(data) // 3


def test_the_kernel_ran_in_the_sandbox_and_the_submission_says_so(sat: Opened) -> None:
    assert sat.manifest.rung.startswith("bwrap")
    assert not sat.manifest.self_attested


def test_ctrl_c_ends_every_process_and_the_next_start_keeps_the_work(
    tmp_path: Path, candidate_python: Path
) -> None:
    with started(tmp_path) as first:
        work = next((first.home / "work").iterdir())
        (work / "practice" / "mine.txt").write_text("kept")
        ours = _processes(first.home)
        first.process.send_signal(signal.SIGINT)
        code = first.process.wait(30)
    with started(tmp_path) as second:
        again = [path for path in (second.home / "work").iterdir()]

    assert code == 0
    assert len(ours) >= 2
    assert _processes(first.home) == []
    assert again == [work]
    assert (work / "practice" / "mine.txt").read_text() == "kept"


def _processes(home: Path) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if str(home) in command:
            found.append(command)
    return found


def test_asking_for_an_exercise_that_is_not_there_says_so(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "AUDITION_HOME": str(tmp_path),
        "HOME": str(tmp_path),
    }
    argv = [sys.executable, "-m", "harness.cli", "lab", "--no-browser", "--exercise", "nothing"]
    done = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True)

    assert done.returncode in (1, 2)
    assert "nothing" in done.stderr
    assert "Traceback" not in done.stderr
