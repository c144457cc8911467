"""The scorer of exercises whose model fills in a record: the suite against planted faults.

Runs in T; the suite runs in the sandbox. The measures are exercise 1's (K, FA, J, G, rho, A), over
other models: `fields` says which, and what fools them. L is not measured here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.attempt import Attempt
from grader.records import Score
from grader.scoring.arena import Arena, Case
from grader.scoring.field_faults import field_answers
from grader.scoring.fields import (
    FieldSheet,
    FieldTruth,
    PlantedField,
    check_rows,
    read_record,
    read_values,
)
from grader.scoring.gold import Gold, normalised
from grader.scoring.mutation import FEWEST_KNOWN, MutationScorer, Progress, asked_facts


@dataclass(frozen=True)
class FieldScorer:
    """What it is made of; another value is another version.

    Attributes:
        base: seeds, resamples and how runs become measures.
    """

    base: MutationScorer = field(default_factory=lambda: MutationScorer(name="fields"))

    def score(
        self, attempt: Attempt, arena: Arena, sheet: FieldSheet, gold: Gold,
        progress: Progress | None = None,
    ) -> Score:  # fmt: skip
        """Return all measures of an attempt.

        Args:
            attempt: the submission.
            arena: its suite, loaded.
            sheet: the planted models.
            gold: the curated rows.
            progress: called with runs done and runs in all.

        Raises:
            BadExercise: a curated row does not fit the record.
        """
        check_rows(sheet, gold)
        cases = arena.loaded.cases
        if not arena.loaded.has_suite:
            return self.base.unread(attempt, arena.loaded.problem)
        truth = FieldTruth.of(gold, cases, asked_facts(attempt))
        made = self.base.run_all(
            arena, sheet.models, lambda one, seed: field_answers(one, sheet, truth, seed), progress
        )
        runs = tuple(
            self.base.as_model_run(
                one, made[one.id], fired=_fired(one, sheet, truth),
                cost=harm(one, sheet, truth, self.base.seeds(one.group)),
            )
            for one in sheet.models
        )  # fmt: skip
        return self.base.measured(
            attempt, runs, made, cases, gold, agreed=agreement(cases, truth), copied=(0, 0)
        )


def _fired(one: PlantedField, sheet: FieldSheet, truth: FieldTruth) -> int:
    """Return how many of the candidate's texts set a fault off."""
    plain = one.model_copy(update={"fault": "same"})
    model, same = field_answers(one, sheet, truth, 0), field_answers(plain, sheet, truth, 0)
    return sum(model(text, 0) != same(text, 0) for text in truth.own)


def harm(one: PlantedField, sheet: FieldSheet, truth: FieldTruth, seeds: int) -> float | None:
    """Return what a model costs users a thousand messages, by the holdout, mean over seeds."""
    rows = truth.gold.holdout
    if not rows:
        return None
    hidden = FieldTruth(Gold(known={normalised(row.text): row for row in rows}), asked=truth.asked)
    total = 0.0
    for seed in range(seeds):
        model = field_answers(one, sheet, hidden, seed)
        for row in rows:
            total += sheet.cost(hidden.curated(row), read_record(model(row.text, 0)))
    return round(1000 * total / (seeds * len(rows)), 2)


def agreement(cases: Sequence[Case], truth: FieldTruth) -> tuple[float | None, str]:
    """Return A, (agree + 1) / (n + 1) over known texts, and how it reads.

    A case agrees when it names a field and every field it names has an acceptable value.
    """
    known = {
        normalised(case.text): (read_values(case.expected), row)
        for case in cases
        if (row := truth.gold.find(case.text))
    }
    agree = 0
    for own, row in known.values():
        right = truth.curated(row)
        fits = [bool(set(values) & set(right.get(name, ()))) for name, values in own.items()]
        agree += bool(fits) and all(fits)
    if len(known) < FEWEST_KNOWN:
        return None, f"{len(known)} known texts, {FEWEST_KNOWN} are needed; .7 is used"
    return (agree + 1) / (len(known) + 1), f"{agree} of {len(known)} known texts"
