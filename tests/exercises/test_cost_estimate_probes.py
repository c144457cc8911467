"""Exercise 3's probes: each falls in its range, what fools is caught, words change nothing."""

from __future__ import annotations

import tomllib
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

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]
ROOM = OWN_EXERCISES / "cost-estimate"
SHEET: dict[str, Any] = tomllib.loads((ROOM / "hidden" / "probes.toml").read_text("utf-8"))
PROBES: dict[str, dict[str, Any]] = SHEET["probe"]


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return read_exercise(ROOM)


def scored(exercise: Exercise, name: str) -> Score:
    data = make_submission(read_files(ROOM / "hidden" / "probes" / name), exercise)
    attempt = read_attempt(data, public=None, find_exercise=lambda _: exercise)
    return score(attempt, bench=Bench.of(Settings()))


@pytest.fixture(scope="module")
def scores(exercise: Exercise) -> dict[str, Score]:
    return {name: scored(exercise, name) for name in PROBES}


def test_every_probe_has_a_folder_and_every_folder_a_probe() -> None:
    folders = {path.name for path in (ROOM / "hidden" / "probes").iterdir()}

    assert folders == set(PROBES) and len(folders) >= 10


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_falls_in_its_range(scores: dict[str, Score], name: str) -> None:
    found, wanted = scores[name], PROBES[name]

    low, high = wanted["index"]
    assert found.index is not None and low <= found.index <= high
    for measure in ("A", "RG", "DR", "OP"):
        if measure in wanted:
            one = found.components[measure]
            assert one.value is not None, measure
            assert wanted[measure][0] <= one.value <= wanted[measure][1], (measure, one)
            assert one.low is not None and one.high is not None
            assert one.low <= one.value <= one.high
            assert one.evidence
    raised = {flag.code for flag in found.flags}
    assert set(wanted["flags"]) <= raised
    if not wanted["flags"]:
        assert raised <= {"truth_outside_range", "overclaimed"}


def test_the_order_holds_and_sound_work_stands_far_above_average(
    scores: dict[str, Score],
) -> None:
    index = {name: found.index or 0.0 for name, found in scores.items()}

    ranked = [index[name] for name in SHEET["order"]]
    assert ranked == sorted(ranked, reverse=True) and len(set(ranked)) == len(ranked)
    assert index["reference"] - index["average"] >= SHEET["reference_above_average"]
    assert all(index[name] < index["average"] for name in SHEET["below_average"])
    assert all(index[name] == 0.0 for name in SHEET["zero"])


def test_what_fools_a_total_or_a_range_loses_against_sound_work(scores: dict[str, Score]) -> None:
    index = {name: found.index or 0.0 for name, found in scores.items()}
    sound = scores["reference"].components["A"].value or 0.0

    assert (scores["cancelling-errors"].components["A"].value or 0.0) < 0.6 * sound
    assert index["cancelling-errors"] < index["reference"] - 20
    assert index["unlosable-range"] < index["reference"] - 10


def test_plain_and_brilliant_prose_score_alike_to_the_digit(scores: dict[str, Score]) -> None:
    first, *others = (scores[name] for name in SHEET["alike"])

    for other in others:
        assert other.index == first.index
        assert other.components == first.components
        assert other.cost == first.cost


@pytest.mark.parametrize("name", ["clumsy-good", "overwriting-the-checker"])
def test_a_second_run_gives_the_same(
    exercise: Exercise, scores: dict[str, Score], name: str
) -> None:
    again = scored(exercise, name)

    assert again.model_copy(update={"submission": "s"}) == scores[name].model_copy(
        update={"submission": "s"}
    )
