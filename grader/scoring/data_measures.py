"""The formulas of the data exercise: F, KP, EF, C, RG, RL and the diagnostic index.

Runs in T; pure functions. Source: exercises' SPEC, section 5. Three things are ours. Rows with
which nothing is wrong are counted, so that naming all of them earns nothing. A number and a range
count as far as findings stand behind them, in full from half of the planted defects: without any
they are a guess. And a range is held against the width that the rows themselves allow.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.authoring.calibrate_lines import wilson
from grader.scoring.data_claims import Claims, Corrected
from grader.scoring.data_truth import Table

Numbers = NDArray[np.float64]
FOUND = 0.5
"""A defect is found by rows that overlap with its own so far (Jaccard)."""
NEAR = 0.2
"""Below that, a finding resembles no planted defect."""
WORTH_ALL, WORTH_NOTHING, TOO_NARROW = 1.25, 2.5, 0.2
"""Widths of a range, in those of Wilson's 95% interval over the rows that are left."""
WEIGHTS = {"F": 0.40, "EF": 0.10, "C": 0.20, "RG": 0.15, "RL": 0.15}


@dataclass(frozen=True)
class Drawing:
    """How often each row and each defect counts: once each, or as they were drawn.

    Attributes:
        rows: a weight for each public row.
        defects: a weight for each defect, without those of the sheet.
        truth: share right on the second table.
        mended: share right on the public rows that are left when all is mended.
    """

    rows: Numbers
    defects: Numbers
    truth: float
    mended: float


@dataclass(frozen=True)
class Held:
    """Claims beside the truth, as tables of 0 and 1; columns are public rows in order.

    Attributes:
        listed: a line for each finding.
        planted: a line for each defect.
        beside: likewise, rows that may be listed with them.
        clean: rows with which nothing is wrong.
        accused: rows that a finding says something is wrong with.
        wrong: rows whose label is wrong.
        again: rows that are to be labelled first.
        weights: of the defects.
        fits: a line for each defect: whether each finding's effect is one that is accepted.
    """

    listed: Numbers
    planted: Numbers
    beside: Numbers
    clean: Numbers
    accused: Numbers
    wrong: Numbers
    again: Numbers
    weights: Numbers
    fits: Numbers


def hold(claims: Claims, table: Table) -> Held:
    """Return claims and truth as tables.

    What is harmless may be listed with effect "unknown" and is not accused by that.
    """
    ids, defects = list(table.rows), table.sheet.defects

    def line(rows: Container[str]) -> list[float]:
        return [float(one in rows) for one in ids]

    def lines(sets: Sequence[Container[str]]) -> Numbers:
        return np.array([line(one) for one in sets], dtype=float).reshape(len(sets), len(ids))

    accused: set[str] = set()
    for one in claims.findings:
        accused |= one.rows - table.odd if one.effect == "unknown" else one.rows
    return Held(
        listed=lines([one.rows for one in claims.findings]),
        planted=lines([frozenset(one.rows) for one in defects]),
        beside=lines([frozenset(one.also) for one in defects]),
        clean=np.array(line(table.clean)), accused=np.array(line(accused)),
        wrong=np.array([float(row.label != row.right) for row in table.rows.values()]),
        again=np.array(line(frozenset(claims.relabel))),
        weights=np.array([one.weight for one in defects]),
        fits=np.array([[float(f.effect in d.effect) for f in claims.findings] for d in defects])
        .reshape(len(defects), len(claims.findings)),
    )  # fmt: skip


def overlaps(held: Held, rows: Numbers) -> Numbers:
    """Return Jaccard of each defect (line) and finding (column), rows weighted.

    J = w(listed and planted) / w(planted, or listed and not beside it)
    """
    inside = (held.planted * rows) @ held.listed.T
    own = (held.planted @ rows)[:, None]
    beside = ((1 - held.beside) * (1 - held.planted) * rows) @ held.listed.T
    whole = own + beside
    return np.divide(inside, whole, out=np.zeros_like(inside), where=whole > 0)


def finds(held: Held, drawn: Drawing) -> tuple[float, float]:
    """Return F, the weighted share of defects found, and EF, of those found with their effect."""
    near = overlaps(held, drawn.rows)
    weights = held.weights * drawn.defects
    if not near.shape[1] or not weights.sum():
        return 0.0, 0.0
    best = near.argmax(axis=1)
    is_found = near.max(axis=1) >= FOUND
    is_right = is_found & (held.fits[np.arange(len(best)), best] > 0)
    return float(weights @ is_found / weights.sum()), float(weights @ is_right / weights.sum())


def behind(found: float) -> float:
    """Return how far a number counts: min(1, 2 F)."""
    return min(1.0, 2 * found)


def keeps(held: Held, drawn: Drawing) -> float:
    """Return KP: the share of clean rows that no finding accuses; 1 where there are none."""
    whole = float(held.clean @ drawn.rows)
    return 1 - float((held.clean * held.accused) @ drawn.rows) / whole if whole else 1.0


def corrects(own: Corrected, headline: float, drawn: Drawing) -> float:
    """Return C = max(0, 1 - e/h): e how far the number lies off, h how far the headline does.

    Both are taken to the nearer of two readings, or 0 between them: the mended public rows, which
    a candidate can count, and the second table, which nobody has seen.
    """
    if own.accuracy is None:
        return 0.0
    error, whole = (_off(one, drawn) for one in (own.accuracy, headline))
    return max(0.0, 1 - error / whole) if whole > 0 else float(error == 0)


def _off(value: float, drawn: Drawing) -> float:
    low, high = sorted((drawn.mended, drawn.truth))
    return max(low - value, value - high, 0.0)


def honest_width(mended: Sequence[bool]) -> float:
    """Return the width that so many rows allow: Wilson's 95% interval."""
    low, high = wilson(sum(mended), len(mended))
    return high - low


def ranges(own: Corrected, truth: float, width: float) -> float:
    """Return RG: 0 where the range misses the truth or is no claim, else by its width.

    RG = clip((2.5 - w)/(2.5 - 1.25), 0, 1), w in honest widths; 0 below a fifth of one.
    """
    if own.low is None or own.high is None or not own.low <= truth <= own.high:
        return 0.0
    wide = (own.high - own.low) / width
    if wide < TOO_NARROW:
        return 0.0
    return min(1.0, max(0.0, (WORTH_NOTHING - wide) / (WORTH_NOTHING - WORTH_ALL)))


def relabels(held: Held, drawn: Drawing, most: int) -> float:
    """Return RL: wrong labels among the rows named, above what chance names, of the most there is.

    RL = clip((hits - b k) / (m - b m), 0, 1): k rows named, b the share of wrong labels in all,
    m = min(most, wrong labels).
    """
    whole, wrong = float(drawn.rows.sum()), float(held.wrong @ drawn.rows)
    best = min(float(most), wrong)
    if not whole or best <= 0 or wrong >= whole:
        return 0.0
    base = wrong / whole
    gain = float((held.wrong * held.again) @ drawn.rows) - base * float(held.again @ drawn.rows)
    return min(1.0, max(0.0, gain / (best * (1 - base))))


def index(parts: Mapping[str, float | None]) -> float:
    """Return E5 = 100 KP (.40 F + .10 EF + .20 C + .15 RG + .15 RL); what is None counts 0."""
    kept = parts.get("KP") or 0.0
    return round(100 * kept * sum(w * (parts.get(name) or 0.0) for name, w in WEIGHTS.items()), 2)
