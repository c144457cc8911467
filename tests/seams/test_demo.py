"""The whole interview without a person: twice it comes to the same."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.demo.script import steps
from grader.intake import read_attempt
from grader.report import Evidence
from tests.conftest import ROOT
from tests.grader.attempts import here

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]


def played(folder: Path) -> tuple[Evidence, str]:
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
        "AUDITION_HOME": str(folder / "state"),
    }  # fmt: skip
    argv = [sys.executable, "-m", "harness.cli", "demo", "--out", str(folder / "out")]
    done = subprocess.run(
        argv, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    page, archive = done.stdout.split()
    assert Path(page) == folder / "out" / "report.html"
    assert Path(archive) == folder / "out" / "submission.zip"
    assert Path(page).read_text().startswith("<!doctype html>")
    return Evidence.model_validate_json(Path(page).with_suffix(".json").read_bytes()), done.stderr


def test_two_demos_give_the_same_verdicts_and_evidence(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    with ThreadPoolExecutor(2) as at_once:  # each waits most of the time
        (first, said), (second, _) = at_once.map(played, [tmp_path / "a", tmp_path / "b"])

    assert first.about.verified == "whole" and first.about.recorded
    assert first.replay is not None and second.replay is not None
    words = {cell.cell_id: cell.word for cell in first.replay.cells}
    assert words == {cell.cell_id: cell.word for cell in second.replay.cells}
    assert set(words.values()) <= {"same", "not_run"}, words
    assert words["demo-fails"] == "same"
    assert [s.value for s in first.signals] == [s.value for s in second.signals]
    assert first.score is not None and second.score is not None
    assert first.score.components == second.score.components
    assert first.score.components["J"].value is not None
    turns = [turn.label for turn in first.timeline.turns]
    assert any(label.startswith("VERDICT['decision'] 'ship' → 'no_ship'") for label in turns)
    assert first.about.totals.questions == 2
    assert "replay    " in said
    attempt = read_attempt(
        (tmp_path / "a" / "out" / "submission.zip").read_bytes(), public=None, find_exercise=here
    )
    assert attempt.about.submission == first.about.submission


def test_the_script_plans_first_fails_once_and_writes_the_suite_twice() -> None:
    done = steps()

    runs = [step["cell"] for step in done if step["do"] == "run"]
    assert runs.index("plan") < [step["do"] for step in done].index("parts")
    assert sum(bool(step.get("raises")) for step in done) == 1
    assert runs.count("suite") == 2
    assert runs[-1] == "submit"
