"""A sitting without a person: alone or with others, an exercise comes to the same."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.demo.command import SITTING
from grader.demo.script import steps
from grader.intake import read_attempt
from grader.report import Evidence
from grader.report.sitting import SittingEvidence
from tests.conftest import ROOT
from tests.grader.attempts import here

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]


def run_demo(folder: Path, *more: str) -> tuple[list[Path], str]:
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
        "AUDITION_HOME": str(folder / "state"),
    }  # fmt: skip
    argv = [sys.executable, "-m", "harness.cli", "demo", "--out", str(folder / "out"), *more]
    done = subprocess.run(
        argv, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    paths = [Path(line) for line in done.stdout.split()]
    assert paths[:2] == [folder / "out" / "report.html", folder / "out" / "submission.zip"]
    assert paths[0].read_text().startswith("<!doctype html>")
    return paths, done.stderr


def played(folder: Path) -> tuple[Evidence, str]:
    paths, said = run_demo(folder, "--exercise", "eval-design")
    assert len(paths) == 2
    return Evidence.model_validate_json(paths[0].with_suffix(".json").read_bytes()), said


def play_whole(folder: Path) -> tuple[SittingEvidence, list[Path]]:
    paths, _ = run_demo(folder)
    kept = paths[0].with_suffix(".json").read_bytes()
    return SittingEvidence.model_validate_json(kept), paths


def test_one_exercise_twice_and_the_whole_sitting_come_to_the_same(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()

    with ThreadPoolExecutor(2) as at_once:  # each waits most of the time
        alone = at_once.submit(played, tmp_path / "a")
        whole = at_once.submit(play_whole, tmp_path / "b")
        first, said = alone.result()
        sitting, paths = whole.result()

    second = sitting.exercises[0]
    assert first.about.verified == "whole" and first.about.recorded
    assert first.replay is not None and second.replay is not None
    words = {cell.cell_id: cell.word for cell in first.replay.cells}
    assert words == {cell.cell_id: cell.word for cell in second.replay.cells}
    assert words["demo-fails"] == "same"
    assert [s.value for s in first.signals] == [s.value for s in second.signals]
    assert first.score is not None and second.score is not None
    assert first.score.components == second.score.components
    assert first.score.components["J"].value is not None
    turns = [turn.label for turn in first.timeline.turns]
    assert any(label.startswith("VERDICT['decision'] 'ship' → 'no_ship'") for label in turns)
    assert first.about.totals.questions == 2
    assert [one.when for one in first.kinds] == [one.when for one in second.kinds]
    assert "replay    " in said
    attempt = read_attempt(paths[1].read_bytes(), public=None, find_exercise=here)
    assert attempt.about.submission == second.about.submission
    check_sitting(sitting, paths)


def check_sitting(sitting: SittingEvidence, paths: list[Path]) -> None:
    assert [one.about.exercise for one in sitting.exercises] == list(SITTING)
    assert {one.about.session for one in sitting.exercises} == {sitting.session}
    for one, path in zip(sitting.exercises, paths[1:], strict=True):
        attempt = read_attempt(path.read_bytes(), public=None, find_exercise=here)
        assert attempt.about.submission == one.about.submission
        assert one.about.verified == "whole"
        assert one.replay is not None and one.score is not None
        assert {cell.word for cell in one.replay.cells} <= {"same", "not_run"}
        assert {part.status for part in one.score.components.values()} <= {"scored", "unscored"}
        flags = {flag.code for flag in one.score.flags}
        assert not {"calls_not_made", "not_metered", "not_tried"} & flags
    suite, prompt, cost = sitting.exercises
    for one in (suite, prompt):
        assert {kind.when for kind in one.kinds} >= {"unprompted", "not_shown"}
    assert prompt.score is not None and prompt.score.prompt is not None
    assert sum(one.gained for one in prompt.score.prompt.strata) > 0
    assert cost.score is not None and cost.score.cost is not None
    assert cost.score.cost.own is not None
    turns = [turn.label for turn in cost.timeline.turns]
    assert "MAIL_TOKENS 640 → 1201" in turns
    page = paths[0].read_text()
    assert all(f'id="e{n}-measures"' in page for n in (1, 2, 3)) and 'id="kinds"' in page


def test_the_script_plans_first_fails_once_and_writes_the_suite_twice() -> None:
    done = steps()

    runs = [step["cell"] for step in done if step["do"] == "run"]
    assert runs.index("plan") < [step["do"] for step in done].index("parts")
    assert sum(bool(step.get("raises")) for step in done) == 1
    assert runs.count("suite") == 2
    assert runs[-1] == "submit"
