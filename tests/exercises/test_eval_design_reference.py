"""The reference suite of exercise 1 ships every harmless model, in 95% of seeds and more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from scipy.stats import binom  # type: ignore[import-untyped,unused-ignore]

from grader.authoring.folder import Exercise, read_exercise
from grader.bench import OWN_EXERCISES, Bench
from grader.intake import read_attempt
from grader.scoring.arena import Arena, Run, opened
from grader.scoring.faults import Planted, answers, read_sheet
from grader.scoring.gold import read_gold
from grader.scoring.mutation import asked_facts
from grader.scoring.truth import Truth
from grader.unrecorded.files import read_files
from grader.unrecorded.making import make_submission
from harness.core.settings import Settings

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(1200)]
ROOM = OWN_EXERCISES / "eval-design"
MOST_REFUSED, CHANCE = 0.05, 0.05
SHORT, LONG = range(8), range(20, 220)
"""Eight harmless models under eight seeds are 64 runs: were a model refused in 5% of seeds, none
would be in fewer than 4 of 100 such tests. The long form says so of each model by itself."""
Models = Sequence[Planted]


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return read_exercise(ROOM)


@pytest.fixture(scope="module")
def harmless(exercise: Exercise) -> Models:
    sheet = read_sheet(exercise)
    assert sheet is not None
    return [one for one in sheet.models if one.group != "mutant"]


@pytest.fixture(scope="module")
def runs_of(exercise: Exercise) -> Iterator[Callable[[Planted, range], list[Run]]]:
    """Run the reference suite, loaded once, against a model under some seeds."""
    data = make_submission(read_files(ROOM / "hidden" / "probes" / "reference"), exercise)
    attempt = read_attempt(data, public=None, find_exercise=lambda _: exercise)
    gold = read_gold(exercise)
    assert gold is not None
    with opened(attempt, Bench.of(Settings())) as arena:
        truth = Truth.of(gold, arena.loaded.cases, asked_facts(attempt))
        yield lambda one, seeds: _runs(arena, one, truth, seeds)


def _runs(arena: Arena, one: Planted, truth: Truth, seeds: range) -> list[Run]:
    return [arena.run(answers(one, truth, seed)) for seed in seeds]


def why_refused(runs: Sequence[Run]) -> list[str]:
    return [run.problem or " ".join(run.reasons) for run in runs if run.verdict != "ship"]


def test_every_harmless_model_is_shipped_under_each_of_the_first_seeds(
    harmless: Models, runs_of: Callable[[Planted, range], list[Run]]
) -> None:
    refused = {one.id: why_refused(runs_of(one, SHORT)) for one in harmless}

    assert list(refused) == [f"B{number}" for number in range(1, 9)]
    assert not {name: why for name, why in refused.items() if why}


def test_what_is_planted_is_not_shipped_by_the_same_suite(
    exercise: Exercise, runs_of: Callable[[Planted, range], list[Run]]
) -> None:
    sheet = read_sheet(exercise)
    assert sheet is not None
    certain = [one for one in sheet.models if one.group == "mutant" and one.rate == 1]

    assert not [one.id for one in certain if not why_refused(runs_of(one, range(1)))]


@pytest.mark.soak
def test_each_harmless_model_is_shipped_in_95_percent_of_seeds(
    harmless: Models, runs_of: Callable[[Planted, range], list[Run]]
) -> None:
    refused = {one.id: why_refused(runs_of(one, LONG)) for one in harmless}

    for name, why in refused.items():
        assert binom.cdf(len(why), len(LONG), MOST_REFUSED) <= CHANCE, (name, why[:3])
