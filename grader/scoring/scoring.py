"""Which scorer an exercise has, chosen by what its author's room holds.

Runs in T. The one place to add another kind of measure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grader.attempt import Attempt
from grader.authoring.folder import Exercise
from grader.bench import Bench
from grader.records import Score
from grader.scoring.arena import opened
from grader.scoring.cost import FUNCTIONS, NAMES, CostScorer
from grader.scoring.cost_truth import read_truth
from grader.scoring.data import NAMES as DATA_NAMES
from grader.scoring.data import DataScorer
from grader.scoring.data_reading import read_table
from grader.scoring.faults import read_sheet
from grader.scoring.field_mutation import FieldScorer
from grader.scoring.fields import read_field_sheet
from grader.scoring.gold import read_gold
from grader.scoring.mutation import MutationScorer, Progress
from grader.scoring.promptfix import PromptFixScorer, read_room
from grader.scoring.triage import NAMES as TRIAGE_NAMES
from grader.scoring.triage import TriageScorer
from grader.scoring.triage_sheet import read_triage


def score(
    attempt: Attempt, *, bench: Bench, scorer: MutationScorer | None = None,
    progress: Progress | None = None,
) -> Score:  # fmt: skip
    """Return the measures of a submission; without components where its exercise has none.

    Args:
        attempt: the submission.
        bench: where its suite runs.
        scorer: parameters where planted faults are the measure; None takes the usual ones.
        progress: called with runs done and runs in all.

    Raises:
        BadExercise: the exercise's hidden files cannot be used.
        EnvironmentLacks: the walls cannot be had.
    """
    truth = read_truth(attempt.exercise) if attempt.exercise is not None else None
    if truth is not None:
        with opened(attempt, bench, names=NAMES, functions=FUNCTIONS) as arena:
            return CostScorer(seed=bench.seed).score(attempt, arena, truth)
    triage = read_triage(attempt.exercise) if attempt.exercise is not None else None
    if triage is not None:
        with opened(attempt, bench, names=TRIAGE_NAMES) as arena:
            return TriageScorer(seed=bench.seed).score(attempt, arena, triage)
    table = read_table(attempt.exercise) if attempt.exercise is not None else None
    if table is not None:
        with opened(attempt, bench, names=DATA_NAMES) as arena:
            return DataScorer(seed=bench.seed).score(attempt, arena, table)
    room = read_room(attempt.exercise) if attempt.exercise is not None else None
    if room is not None:
        return PromptFixScorer(seed=bench.seed).score(attempt, bench, room, progress)
    scorer = scorer or MutationScorer(seed=bench.seed)
    if attempt.exercise is not None and (records := read_field_sheet(attempt.exercise)) is not None:
        filled = FieldScorer(replace(scorer, name="fields", alias=records.alias))
        with opened(attempt, bench) as arena:
            return filled.score(attempt, arena, records, read_gold(attempt.exercise), progress)
    sheet = read_sheet(attempt.exercise) if attempt.exercise is not None else None
    if sheet is None or attempt.exercise is None:
        return _without(attempt)
    with opened(attempt, bench) as arena:
        return scorer.score(attempt, arena, sheet, read_gold(attempt.exercise), progress)


def has_measures(exercise: Exercise) -> bool:
    """Return whether score() finds a measure in an exercise's hidden files, of whichever kind.

    Raises:
        BadExercise: they cannot be used.
    """
    readers = (
        read_truth, read_triage, read_table, read_room, read_field_sheet, read_sheet,
    )  # fmt: skip
    return any(read(exercise) is not None for read in readers)


def _without(attempt: Attempt) -> Score:
    return Score(
        submission=attempt.about.submission,
        exercise=attempt.about.exercise,
        exercise_version=attempt.about.exercise_version,
        index=None,
        is_partial=True,
        components={},
        facts={"why": "this exercise has no measures here; people read the work"},
        scorer="none",
        scorer_version="1.0.0",
    )


def to_value(found: Score) -> dict[str, Any]:
    """Return a score as `audition score --json` prints it: without runs."""
    whole = found.to_value()
    return {
        "submission": found.submission,
        "exercise": found.exercise,
        "exercise_version": found.exercise_version,
        "diagnostic": {
            "index": found.index,
            "status": "partial" if found.is_partial else "full",
        },
        "components": whole["components"],
        "flags": whole["flags"],
        "scorer": {"name": found.scorer, "version": found.scorer_version},
    }
