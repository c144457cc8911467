"""Exercise 1's probes: each falls in its range, sound work stands apart, always-no gets nothing."""

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
ROOM = OWN_EXERCISES / "eval-design"
SHEET: dict[str, Any] = tomllib.loads((ROOM / "hidden" / "probes.toml").read_text("utf-8"))
PROBES: dict[str, dict[str, Any]] = SHEET["probe"]


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return read_exercise(ROOM)


@pytest.fixture(scope="module")
def scores(exercise: Exercise) -> dict[str, Score]:
    bench = Bench.of(Settings())
    found = {}
    for name in PROBES:
        data = make_submission(read_files(ROOM / "hidden" / "probes" / name), exercise)
        attempt = read_attempt(data, public=None, find_exercise=lambda _: exercise)
        found[name] = score(attempt, bench=bench)
    return found


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_falls_in_its_range(scores: dict[str, Score], name: str) -> None:
    found, wanted = scores[name], PROBES[name]

    low, high = wanted["index"]
    assert found.index is not None and low <= found.index <= high
    for measure in ("K", "FA", "J", "G", "rho", "A"):
        if measure in wanted:
            value = found.components[measure].value
            assert value is not None, measure
            assert wanted[measure][0] <= value <= wanted[measure][1], (measure, value)
    assert set(wanted["flags"]) <= {flag.code for flag in found.flags}


def test_the_order_holds_and_sound_work_stands_far_above_average(
    scores: dict[str, Score],
) -> None:
    index = {name: found.index or 0.0 for name, found in scores.items()}

    ranked = [index[name] for name in SHEET["order"]]
    assert ranked == sorted(ranked, reverse=True) and len(set(ranked)) == len(ranked)
    assert index["reference"] - index["average"] >= SHEET["reference_above_average"]
    for name in SHEET["zero"]:
        assert index[name] == 0.0
        assert not scores[name].components["J"].value


def test_plainer_words_score_exactly_the_same(
    exercise: Exercise, scores: dict[str, Score], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("plain")
    source = (ROOM / "hidden" / "probes" / "reference" / "artefacts.py").read_text("utf-8")
    (folder / "artefacts.py").write_text(source, encoding="utf-8")
    (folder / "texts.md").write_text("## verdict\nno\n", encoding="utf-8")

    data = make_submission(read_files(folder), exercise)
    attempt = read_attempt(data, public=None, find_exercise=lambda _: exercise)
    found = score(attempt, bench=Bench.of(Settings()))

    assert found.components == scores["reference"].components
    assert found.runs == scores["reference"].runs
