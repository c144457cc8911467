"""A submission made from plain files: placed, marked unrecorded, and refused with plain words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.bench import OWN_EXERCISES
from grader.intake import read_attempt
from grader.unrecorded.command import submit
from harness.core.errors import UsageError
from tests.grader.attempts import SIGNER, here

REFERENCE = (OWN_EXERCISES / "practice" / "hidden" / "reference.py").read_text()
ROWS: list[dict[str, Any]] = [
    {"kind": "session_start", "t": 0},
    {"kind": "cell_exec", "t": 5, "cell_id": "c1", "source": "show()", "output": "L1 L2",
     "shows_ids": ["L1", "L2"], "colour": "blue"},
    {"kind": "llm_call", "t": 8, "model": "sim-small", "template": "Sort: {x}", "tokens_in": 9,
     "tokens_out": 2, "cost": 0.0001, "cell_id": "c1"},
    {"kind": "ask", "t": 9, "question": "Who reads it?", "text": "Jon."},
    {"kind": "hypothesis", "t": 10, "text": "The prompt is vague."},
    {"kind": "diag", "t": 11, "name": "ci"},
    {"kind": "cell_exec", "t": "2026-01-31T10:00:00Z", "cell_id": "c 2/é", "source": "1/0",
     "ename": "ZeroDivisionError"},
    {"kind": "submit", "t": 12},
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "artefacts.py").write_text(REFERENCE)
    (tmp_path / "texts.md").write_text("## plan\nRead first.\n\n## words\n- asked Tove\n")
    (tmp_path / "journal.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return tmp_path


def make(folder: Path, *more: str) -> Path:
    argv = ["--from-dir", str(folder), "--exercise", "practice", *more]
    done = CliRunner().invoke(submit, argv, catch_exceptions=False)
    return Path(done.stdout.strip())


def test_a_folder_becomes_an_attempt_that_says_that_nobody_watched(folder: Path) -> None:
    path = make(folder)

    attempt = read_attempt(path.read_bytes(), public=SIGNER.public, find_exercise=here)
    assert (attempt.about.recorded, attempt.about.verified) == (False, "unsigned")
    assert [f.code for f in attempt.findings] == ["unrecorded"]
    assert attempt.artefacts["confidence"] == "CONFIDENCE = 0.7"
    assert dict(attempt.texts) == {"plan": "Read first.", "words": "- asked Tove"}
    assert len(attempt.saves) == 1 and attempt.saves[0].notebook == attempt.notebook


def test_rows_become_events_and_calls_and_unknown_fields_are_kept(folder: Path) -> None:
    attempt = read_attempt(make(folder).read_bytes(), public=None, find_exercise=here)

    kinds = [event.kind for event in attempt.events]
    assert kinds == [
        "session_open", "session_start", "execute_request", "stream", "execute_reply", "llm_call",
        "ask", "hypothesis", "other_request", "execute_request", "error", "execute_reply",
        "submit", "save",
    ]  # fmt: skip
    ran = attempt.events[2]
    assert ran.payload["told"] == {"shows_ids": ["L1", "L2"], "colour": "blue"}
    assert attempt.events[8].payload["told_kind"] == "diag"
    assert attempt.events[9].cell_id == "c_2__"
    (call,) = attempt.calls
    assert (call.alias, call.cell_id, call.usage and call.usage.prompt_tokens) == (
        "sim-small", "c1", 9,
    )  # fmt: skip


def test_the_same_files_make_the_same_submission_and_another_text_another(folder: Path) -> None:
    first = read_attempt(make(folder).read_bytes(), public=None, find_exercise=here).about
    second = read_attempt(make(folder).read_bytes(), public=None, find_exercise=here).about
    (folder / "texts.md").write_text("## words\nOther.\n")
    third = read_attempt(make(folder).read_bytes(), public=None, find_exercise=here).about

    assert first.submission == second.submission != third.submission


def test_a_ledger_of_its_own_stands_instead_of_the_journals_calls(folder: Path) -> None:
    rows = [{"kind": "llm_call", "model": "sim-large", "cell_id": "c1", "answer": "yes"}] * 2
    (folder / "ledger.jsonl").write_text("\n".join(json.dumps(row) for row in rows))

    attempt = read_attempt(make(folder).read_bytes(), public=None, find_exercise=here)

    assert [(call.alias, call.occurrence) for call in attempt.calls] == [
        ("sim-large", 0), ("sim-large", 1),
    ]  # fmt: skip
    assert attempt.calls[0].response is not None


def test_a_file_without_cell_lines_is_the_first_artefact(folder: Path) -> None:
    (folder / "artefacts.py").write_text("def classify(text):\n    return 'question'\n")
    (folder / "journal.jsonl").unlink()
    (folder / "texts.md").unlink()

    attempt = read_attempt(make(folder).read_bytes(), public=None, find_exercise=here)

    assert list(attempt.artefacts) == ["sorter"]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("artefacts.py", "# cell: nowhere\nx = 1\n", "has no cell 'nowhere'"),
        ("artefacts.py", "# cell: sorter\n# cell: sorter\n", "stands twice"),
        ("texts.md", "## poem\nx\n", "has no text 'poem'"),
        ("texts.md", "words without a heading", "no heading"),
        ("texts.md", "## words\na\n## words\nb\n", "stands twice"),
        ("journal.jsonl", "{", "line 1"),
        ("journal.jsonl", "[1]", "no JSON object"),
        ("journal.jsonl", '{"t": 1}', "has no kind"),
        ("journal.jsonl", '{"kind": "ask", "kind": "ask"}', "line 1"),
        ("journal.jsonl", '{"kind": "ask", "t": "noon"}', "t is 'noon'"),
        ("journal.jsonl", '{"kind": "ask", "t": 1e300}', "t is"),
        ("journal.jsonl", '{"kind": "llm_call"}', "names no model"),
        ("journal.jsonl", '{"kind": "llm_call", "model": "m", "cost": "much"}', "numbers from 0"),
        ("journal.jsonl", '{"kind": "llm_call", "model": "m", "tokens_in": -4}', "numbers from 0"),
        ("ledger.jsonl", '{"request": {}}', "ledger.jsonl, entry 1"),
        ("artefacts.py", b"\xff\xfe\xfa", "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(
    folder: Path, name: str, data: str | bytes, said: str
) -> None:
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())

    with pytest.raises(UsageError, match=said):
        make(folder)

    assert not (folder / "submission.zip").exists()


def test_links_missing_files_and_missing_words_are_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "texts.md").unlink()
    (folder / "texts.md").symlink_to("/etc/passwd")
    with pytest.raises(UsageError, match="symbolic link"):
        make(folder)

    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(UsageError, match=r"no artefacts\.py"):
        make(empty)
    with pytest.raises(UsageError, match="is no folder"):
        make(tmp_path / "nowhere")


def test_the_command_says_what_it_needs(folder: Path) -> None:
    run = CliRunner()
    with pytest.raises(UsageError, match="--exercise SLUG"):
        run.invoke(submit, ["--from-dir", str(folder)], catch_exceptions=False)
    with pytest.raises(UsageError, match="no exercise 'nowhere'"):
        run.invoke(
            submit, ["--from-dir", str(folder), "--exercise", "nowhere"], catch_exceptions=False
        )
    with pytest.raises(UsageError, match="--from-dir DIR"):
        run.invoke(submit, ["notebook.ipynb"], catch_exceptions=False)
