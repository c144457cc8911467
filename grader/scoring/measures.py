"""The formulas: K, FA, J, G, rho, A, L and the diagnostic index.

Runs in T; pure functions of runs that were made. Source: exercises' SPEC, sections 1c and its
amendments 4 and 6. What fools them: J, nobody who always says the same (K less FA is 0); G, a
number that reacts without a decision; A, labels of own texts, which only people can check.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.stats import spearmanr

from grader.records import Component, ModelRun

LOW, HIGH = 10.0, 90.0
"""Percentiles of the 80% interval."""
MOST_ERRORS = 0.2
"""A measure over more failed runs than this share is unscored."""


def refused(run: ModelRun) -> float:
    """Return the share of seeds in which a model was refused; a failed run refuses nothing."""
    return sum(verdict == "no_ship" for verdict in run.seeds) / max(1, len(run.seeds))


def caught(mutants: Sequence[ModelRun]) -> float:
    """Return K: weighted share of planted faults that were refused."""
    weight = sum(run.weight for run in mutants)
    return sum(run.weight * refused(run) for run in mutants) / weight if weight else 0.0


def false_alarms(harmless: Sequence[ModelRun]) -> float:
    """Return FA: mean share of refusals over harmless models that count."""
    return float(np.mean([refused(run) for run in harmless])) if harmless else 0.0


def reacts(mutants: Sequence[ModelRun], harmless: Sequence[ModelRun]) -> float | None:
    """Return G = max(0, 2 AUC - 1): how surely the number is lower for a faulty model.

    AUC = P(headline of a mutant < headline of a harmless one), weighted by the mutants'
    weights, ties a half. None without numbers on both sides.
    """
    good = np.array([h for run in harmless for h in run.headlines])
    scored = [(run.weight, np.array(run.headlines)) for run in mutants if run.headlines]
    weight = sum(w for w, _ in scored)
    if not good.size or not weight:
        return None
    parts = [
        w * float(np.mean((own[:, None] < good) + 0.5 * (own[:, None] == good)))
        for w, own in scored
    ]
    return max(0.0, 2 * sum(parts) / weight - 1)


def follows_cost(runs: Sequence[ModelRun]) -> float:
    """Return rho: Spearman of headline and minus true cost over models; 0 where undefined."""
    pairs = [
        (float(np.mean(run.headlines)), -run.cost_eur_per_1000)
        for run in runs
        if run.headlines and run.cost_eur_per_1000 is not None
    ]
    if len(pairs) < 3 or len({a for a, _ in pairs}) < 2 or len({b for _, b in pairs}) < 2:
        return 0.0
    found = float(spearmanr([a for a, _ in pairs], [b for _, b in pairs]).statistic)
    return found if np.isfinite(found) else 0.0


def index(parts: dict[str, float | None]) -> float:
    """Return E1 = 100 A (.5 J + .3 G + .2 max(0, rho)); 0 where J is 0, A .7 where unscored."""
    j = parts.get("J") or 0.0
    if j <= 0:
        return 0.0
    a = parts.get("A")
    rest = 0.5 * j + 0.3 * (parts.get("G") or 0.0) + 0.2 * max(0.0, parts.get("rho") or 0.0)
    return round(100 * (0.7 if a is None else a) * rest, 2)


def component(value: float | None, why: str, spread: Sequence[float] = ()) -> Component:
    """Return a measure with its 80% interval.

    Args:
        value: the number; None is unscored.
        why: how it reads, or why there is none.
        spread: the number over resamples; empty gives no interval.
    """
    if value is None:
        return Component(value=None, status="unscored", why=why[:600])
    low = high = None
    if len(spread) >= 20:
        low, high = (round(float(p), 4) for p in np.percentile(spread, (LOW, HIGH)))
        low, high = min(low, value), max(high, value)
    return Component(
        value=round(value, 4), low=low, high=high, status="scored", why=why[:600]
    )  # fmt: skip


def over_resamples(
    runs: Sequence[ModelRun], measure: Callable[[Sequence[ModelRun]], float | None]
) -> list[float]:
    """Return a measure over each resample in turn; empty when there are none.

    A resample's verdicts stand in the place of the seeds': one a model.
    """
    count = min((len(run.resamples) for run in runs), default=0)
    found = []
    for number in range(count):
        picked = [run.model_copy(update={"seeds": (run.resamples[number],)}) for run in runs]
        value = measure(picked)
        if value is not None:
            found.append(value)
    return found
