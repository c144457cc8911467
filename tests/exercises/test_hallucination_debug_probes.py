"""Exercise 2's probes: each falls in its range, sound work stands apart, prose moves nothing."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from grader.authoring.folder import Exercise, read_exercise
from grader.bench import OWN_EXERCISES, Bench
from grader.intake import read_attempt
from grader.records import Score
from grader.scoring.promptfix import context_in_use
from grader.scoring.promptfix_gold import folded, read_holdout
from grader.scoring.scoring import score
from grader.unrecorded.files import read_files
from grader.unrecorded.making import make_submission
from harness.core.settings import Settings

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]
ROOM = OWN_EXERCISES / "hallucination-debug"
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


def value(found: Score, measure: str) -> float:
    got = found.components[measure].value
    assert got is not None, measure
    return got


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_falls_in_its_range(scores: dict[str, Score], name: str) -> None:
    found, wanted = scores[name], PROBES[name]

    for measure, band in wanted.items():
        if measure == "flags":
            assert set(band) <= {flag.code for flag in found.flags}
            continue
        got = found.index if measure == "index" else value(found, measure)
        assert got is not None and band[0] <= got <= band[1], (measure, got)


def test_the_order_holds_and_sound_work_stands_far_above_average(
    scores: dict[str, Score],
) -> None:
    ranked = [scores[name].index or 0.0 for name in SHEET["order"]]

    assert ranked == sorted(ranked, reverse=True) and len(set(ranked)) == len(ranked)
    assert ranked[0] - ranked[1] >= SHEET["reference_above_average"]
    assert all((scores[name].index or 0.0) < ranked[1] for name in SHEET["below_average"])


def test_plain_and_brilliant_prose_score_the_same_to_the_digit(scores: dict[str, Score]) -> None:
    first, *others = (scores[name] for name in SHEET["alike"])

    for other in others:
        assert (other.index, other.components, other.facts) == (
            first.index,
            first.components,
            first.facts,
        )


def test_a_rewrite_that_works_loses_fifteen_points_at_most(scores: dict[str, Score]) -> None:
    assert (scores["reference"].index or 0) - (scores["full-rewrite"].index or 0) <= 15


def test_no_question_of_the_holdout_is_shown(exercise: Exercise, scores: dict[str, Score]) -> None:
    shown = " ".join(found.to_bytes().decode("utf-8") for found in scores.values())

    assert not [one.id for one in read_holdout(exercise).questions if one.text in shown]


def test_questions_are_far_from_the_five_and_from_one_another(exercise: Exercise) -> None:
    questions = read_holdout(exercise).questions
    five = next(one for one in exercise.given if one.said.name == "outputs.json")
    recorded = [row["question"] for row in json.loads(five.data)]

    assert len(questions) == 60
    assert all(likeness(one.text, other) < 0.6 for one in questions for other in recorded)
    assert len({one.text for one in questions}) == 60


def test_the_context_in_use_is_the_notebooks_own() -> None:
    source = (ROOM / "source.py").read_text("utf-8")
    start = source.index("def build_context")
    names: dict[str, Any] = {"re": __import__("re")}
    exec(source[start : source.index("\n\n\n", start)], names)
    handbook = (ROOM / "public" / "handbook.md").read_text("utf-8")

    assert names["build_context"](handbook, "") == context_in_use(handbook)
    assert "9. Groups" in context_in_use(handbook) and "10. Weather" not in context_in_use(handbook)


def test_the_tools_and_the_candidate_have_one_handbook() -> None:
    told = (ROOM / "proctor" / "tools" / "handbook.md").read_bytes()

    assert told == (ROOM / "public" / "handbook.md").read_bytes()


def likeness(one: str, other: str) -> float:
    """Jaccard of character 4-grams."""
    a, b = ({text[n : n + 4] for n in range(len(text) - 3)} for text in map(folded, (one, other)))
    return len(a & b) / max(1, len(a | b))


def test_every_probe_has_its_range() -> None:
    folders = {path.name for path in Path(ROOM / "hidden" / "probes").iterdir()}

    assert folders == set(PROBES)
