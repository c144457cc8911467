"""The formulas of the cost exercise: A, RG, DR, OP and the diagnostic index.

Runs in T; pure functions. Source: exercises' SPEC, section 3c and amendment 8. Two things are
stricter than there, since the probes asked for them: in A the total is also taken with the errors
of its parts added up and not set off, so that two errors that cancel do not look like none; and
money without tokens behind it earns neither the month nor the range.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.scoring.cost_claims import Estimate

NARROWEST = 1.07
"""A range of a smaller ratio (high to low) is worth nothing."""
WIDEST_DOUBLINGS, WORTH_DOUBLINGS = 3.3, 2.3
"""A range over 3.3 doublings is worth nothing; below 1 it is worth all."""
CANCELS_FROM = 0.5
"""Errors cancel when the total errs by less than this share of what its parts err by ..."""
CANCELS_ABOVE = 0.2
"""... the parts err by more than this share of the truth, and the total by less than it."""


@dataclass(frozen=True)
class Actual:
    """What is true of the day.

    Attributes:
        daily: USD.
        months: each USD figure that is right for a month.
        tokens_in: a day.
        tokens_out: a day.
        in_usd: what tokens in cost, of daily.
        shares: atom to share of daily.
    """

    daily: float
    months: tuple[float, ...]
    tokens_in: float
    tokens_out: float
    in_usd: float
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Derived:
    """An estimate's own tokens at the sheet's prices, beside the truth.

    Attributes:
        total: USD a day.
        in_error: USD that tokens in are off by, with its sign.
        out_error: likewise tokens out.
    """

    total: float
    in_error: float
    out_error: float

    @property
    def apart(self) -> float:
        """Both errors added up, neither set off against the other."""
        return abs(self.in_error) + abs(self.out_error)


def accuracy(estimated: float | None, true: float) -> float:
    """Return acc = max(0, 1 - |log2(e/t)|): 1 for right, 0 for off by a factor of 2 or more."""
    if estimated is None or estimated <= 0 or true <= 0:
        return 0.0
    return max(0.0, 1 - abs(math.log2(estimated / true)))


def derive(own: Estimate, actual: Actual, usd_in: float, usd_out: float) -> Derived | None:
    """Return the estimate's own tokens as money; None without both.

    Args:
        own: the estimate.
        actual: the truth.
        usd_in: USD for one token in.
        usd_out: USD for one token out.
    """
    if own.tokens_in is None or own.tokens_out is None or not own.has_derivation:
        return None
    into, out = own.tokens_in * usd_in, own.tokens_out * usd_out
    return Derived(into + out, into - actual.in_usd, out - (actual.daily - actual.in_usd))


def estimates(own: Estimate, actual: Actual, derived: Derived | None) -> float:
    """Return A: money, month, tokens in and out.

    A = .4 min(acc(daily), acc(derived), acc(apart)) + .2 acc(monthly) + .25 acc(in) + .15 acc(out)
    """
    total = month = 0.0
    if derived is not None:
        apart = accuracy(actual.daily + derived.apart, actual.daily)
        total = min(accuracy(own.daily, actual.daily), accuracy(derived.total, actual.daily), apart)
        month = max(accuracy(own.monthly, one) for one in actual.months)
    into = accuracy(own.tokens_in, actual.tokens_in)
    return (
        0.4 * total + 0.2 * month + 0.25 * into + 0.15 * accuracy(own.tokens_out, actual.tokens_out)
    )


def cancels(derived: Derived | None, actual: Actual) -> bool:
    """Return whether the total is near because its parts err in opposite directions."""
    if derived is None or derived.apart <= CANCELS_ABOVE * actual.daily:
        return False
    error = abs(derived.total - actual.daily)
    return error < min(CANCELS_FROM * derived.apart, CANCELS_ABOVE * actual.daily)


def doublings(own: Estimate) -> float | None:
    """Return how often the range doubles from low to high; None without a range above 0."""
    if own.low is None or own.high is None or own.high <= 0:
        return None
    return math.inf if own.low <= 0 else math.log2(own.high / own.low)


def ranges(own: Estimate, actual: Actual) -> float:
    """Return RG = 1[truth in range] clip((3.3 - log2(high/low))/2.3, 0, 1); 0 below 7%."""
    wide = doublings(own)
    if wide is None or own.low is None or own.high is None or not own.has_derivation:
        return 0.0
    if not own.low <= actual.daily <= own.high or wide < math.log2(NARROWEST):
        return 0.0
    return min(1.0, max(0.0, (WIDEST_DOUBLINGS - wide) / WORTH_DOUBLINGS))


def drives(named: Sequence[str], shares: Mapping[str, float]) -> float:
    """Return DR: NDCG@3 of the named drivers, true shares as gains."""

    def gain(values: Sequence[float]) -> float:
        return sum(value / math.log2(place + 2) for place, value in enumerate(values[:3]))

    best = gain(sorted(shares.values(), reverse=True))
    return gain([shares.get(name, 0.0) for name in named]) / best if best else 0.0


def quality(loss: float, allowed: float, worst: float) -> float:
    """Return 1 up to the allowed loss, falling to 0 at the worst; points."""
    return min(1.0, max(0.0, (worst - loss) / (worst - allowed)))


def honesty(claimed: float | None, saving: float, was_tried: bool | None) -> float:
    """Return .4 + .3 cal + .3 [tried], cal = 1 - |claimed - s|/s.

    Args:
        claimed: share that the plan is said to save.
        saving: what it saves.
        was_tried: None where there is no record of tools: left out, and the rest rescaled.
    """
    near = 0.0
    if claimed is not None and saving > 0:
        near = max(0.0, 1 - abs(claimed - saving) / saving)
    told = 0.4 + 0.3 * near
    return told / 0.7 if was_tried is None else told + 0.3 * was_tried


def plans(
    saving: float, best: float, loss: float, *, limits: tuple[float, float], is_late: bool,
    honest: float,
) -> float:  # fmt: skip
    """Return OP = min(1, s/s*) x quality x [.3 if a deadline is broken] x honesty.

    Args:
        saving: share that the plan saves.
        best: what the best allowed pair of changes saves.
        loss: points in the worst stage.
        limits: allowed and worst loss.
        is_late: whether a stage that somebody waits for is batched.
        honest: see `honesty`.
    """
    if saving <= 0 or best <= 0:
        return 0.0
    return min(1.0, saving / best) * quality(loss, *limits) * (0.3 if is_late else 1.0) * honest


def index(parts: Mapping[str, float | None]) -> float:
    """Return E3 = 100 (.40 A + .15 RG + .15 DR + .30 OP); what is None is left out, rescaled."""
    weights = {"A": 0.40, "RG": 0.15, "DR": 0.15, "OP": 0.30}
    there = {name: weight for name, weight in weights.items() if parts.get(name) is not None}
    whole = sum(there.values())
    if not whole:
        return 0.0
    return round(100 * sum(w * (parts[name] or 0.0) for name, w in there.items()) / whole, 2)
