"""What each planted model does to the holdout: how many rows it changes, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.scoring.faults import Planted, Sheet, answers, read_answer
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

    model: Planted
    witnesses: float
    cost_eur: float


def effects(sheet: Sheet, gold: Gold) -> Iterator[Effect]:
    """Yield the effect of each model; the holdout may not be empty.

    Every fact counts as asked for: a fault is one whatever was asked.
    """
    known = {normalised(row.text): row for row in gold.holdout}
    asked = frozenset(row.needs_fact for row in gold.holdout if row.needs_fact)
    truth = Truth(Gold(known=known, holdout=gold.holdout), asked=asked)
    rows = [(row.text, truth.message(row.text).labels) for row in gold.holdout]
    for one in sheet.models:
        seeds = _SEEDS_SURE if one.rate == 1 else _SEEDS_BY_LUCK
        changed, cost = 0, 0.0
        for seed in range(seeds):
            model = answers(one, truth, seed)
            for text, labels in rows:
                got = read_answer(model(text, 0))
                changed += got != labels[0]
                cost += sheet.costs.of(labels, got)
        yield Effect(one, changed / seeds, 1000 * cost / (seeds * len(rows)))
