"""What each planted model does to the holdout: how many rows it changes, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.scoring.faults import Planted, Sheet, answers, read_answer
from grader.scoring.field_faults import field_answers
from grader.scoring.fields import FieldSheet, FieldTruth, PlantedField, read_record
from grader.scoring.gold import Gold, normalised
from grader.scoring.truth import Truth

_SEEDS_SURE, _SEEDS_BY_LUCK = 1, 20


@dataclass(frozen=True)
class Effect:
    """One model on the holdout, on average over its luck.

    Attributes:
        model: which.
        witnesses: rows that it answers otherwise.
        cost_eur: EUR a thousand messages.
    """

    model: Planted | PlantedField
    witnesses: float
    cost_eur: float


def effects(sheet: Sheet | FieldSheet, gold: Gold) -> Iterator[Effect]:
    """Yield the effect of each model; the holdout may not be empty.

    Every fact counts as asked for: a fault is one whatever was asked.
    """
    known = {normalised(row.text): row for row in gold.holdout}
    asked = frozenset(row.needs_fact for row in gold.holdout if row.needs_fact)
    held = Gold(known=known, holdout=gold.holdout)
    if isinstance(sheet, FieldSheet):
        yield from _of_records(sheet, FieldTruth(held, asked=asked))
        return
    truth = Truth(held, asked=asked)
    rows = [(row.text, truth.message(row.text).labels) for row in gold.holdout]
    for one in sheet.models:
        changed, cost, seeds = 0, 0.0, _seeds(one)
        for seed in range(seeds):
            model = answers(one, truth, seed)
            for text, labels in rows:
                got = read_answer(model(text, 0))
                changed += got != labels[0]
                cost += sheet.costs.of(labels, got)
        yield Effect(one, changed / seeds, 1000 * cost / (seeds * len(rows)))


def _of_records(sheet: FieldSheet, truth: FieldTruth) -> Iterator[Effect]:
    rows = [(row.text, truth.message(row.text).right) for row in truth.gold.holdout]
    plain = PlantedField(id="B1", about="the same", group="shown", fault="same")
    sound = field_answers(plain, sheet, truth, 0)
    for one in sheet.models:
        changed, cost, seeds = 0, 0.0, _seeds(one)
        for seed in range(seeds):
            model = field_answers(one, sheet, truth, seed)
            for text, right in rows:
                said = model(text, 0)
                changed += said != sound(text, 0)
                cost += sheet.cost(right, read_record(said))
        yield Effect(one, changed / seeds, 1000 * cost / (seeds * len(rows)))


def _seeds(one: Planted | PlantedField) -> int:
    return _SEEDS_SURE if one.rate == 1 and one.fault != "unstable" else _SEEDS_BY_LUCK
