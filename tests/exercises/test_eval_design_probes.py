"""Exercise 1's probes: each falls in its range, sound work stands apart, always-no gets nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from grader.authoring.folder import Exercise, read_exercise
from grader.bench import OWN_EXERCISES, Bench
from grader.intake import read_attempt
from grader.records import Score
from grader.scoring.scoring import score
from grader.unrecorded.files import read_files
from grader.unrecorded.making import make_submission
from harness.core.settings import Settings

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(1200)]
ROOM = OWN_EXERCISES / "eval-design"
SHEET: dict[str, Any] = tomllib.loads((ROOM / "hidden" / "probes.toml").read_text("utf-8"))
PROBES: dict[str, dict[str, Any]] = SHEET["probe"]


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return read_exercise(ROOM)


@pytest.fixture(scope="module")
def score_of(exercise: Exercise) -> Callable[[str], Score]:
    """Score a probe, once, when somebody first asks for it."""
    bench = Bench.of(Settings())

    @cache
    def scored(name: str) -> Score:
        data = make_submission(read_files(ROOM / "hidden" / "probes" / name), exercise)
        attempt = read_attempt(data, public=None, find_exercise=lambda _: exercise)
        return score(attempt, bench=bench)

    return scored


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_falls_in_its_range(score_of: Callable[[str], Score], name: str) -> None:
    found, wanted = score_of(name), PROBES[name]

    low, high = wanted["index"]
    assert found.index is not None and low <= found.index <= high
    for measure in ("K", "FA", "J", "G", "rho", "A"):
        if measure in wanted:
            value = found.components[measure].value
            assert value is not None, measure
            assert wanted[measure][0] <= value <= wanted[measure][1], (measure, value)
    assert set(wanted["flags"]) <= {flag.code for flag in found.flags}


def test_the_order_holds_and_sound_work_stands_far_above_average(
    score_of: Callable[[str], Score],
) -> None:
    index = {name: score_of(name).index or 0.0 for name in PROBES}

    ranked = [index[name] for name in SHEET["order"]]
    assert ranked == sorted(ranked, reverse=True) and len(set(ranked)) == len(ranked)
    assert index["reference"] - index["average"] >= SHEET["reference_above_average"]
    for name in SHEET["zero"]:
        assert index[name] == 0.0
        found = score_of(name)
        if "unreadable" in {flag.code for flag in found.flags}:
            assert "J" not in found.components  # nothing it answered is counted
        else:
            assert not found.components["J"].value
    for name in SHEET["below_reference"]:
        assert index[name] < index["reference"], name


def test_the_same_code_scores_the_same_to_the_digit_whatever_is_written_beside_it(
    score_of: Callable[[str], Score],
) -> None:
    first, *others = SHEET["alike"]
    probes = ROOM / "hidden" / "probes"

    for name in others:
        assert (probes / name / "artefacts.py").read_bytes() == (
            probes / first / "artefacts.py"
        ).read_bytes()
        assert score_of(name).components == score_of(first).components
        assert score_of(name).runs == score_of(first).runs
        assert score_of(name).index == score_of(first).index
