"""P: how much an order of looking tells in how few minutes, between chance and greedy.

Runs in T; pure, seeded. Causes and herrings are independent, each look is positive with one
chance where it is so and another where it is not. Source: exercises' SPEC, section 4c. What fools
it: the table is an author's guess, so its interval over draws of the table is shown with it, and it
is in no index and never alone; greedy knows the menu, so .5 and more is excellent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.scoring.triage_sheet import TriageSheet

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
DRAWS, ORDERS = 60, 400
OFF = 0.3
"""Each entry of the table is drawn anew, off by up to this share of its distance from 0 or from 1,
whichever is nearer: else every sure check would only ever become a weaker one."""
_LEAST, _MOST = 0.01, 0.99


@dataclass(frozen=True)
class Table:
    """What looks tell, as arrays.

    Attributes:
        weights: of each cause or herring, .5 and its share.
        priors: likewise.
        chances: looks × causes × 2: P(positive | so), P(positive | not so); NaN tells nothing.
        minutes: of each look.
    """

    weights: Numbers
    priors: Numbers
    chances: Numbers
    minutes: Numbers


def table_of(sheet: TriageSheet, minutes: Sequence[float]) -> Table:
    """Return the author's table.

    Args:
        sheet: looks, priors, shares.
        minutes: of each look, above 0.
    """
    every = sheet.everything
    chances = np.full((len(sheet.looks), len(every), 2), np.nan)
    for n, look in enumerate(sheet.looks):
        for m, one in enumerate(every):
            if one.id in look.informs:
                chances[n, m] = look.informs[one.id]
    return Table(
        np.array([0.5 + sheet.share(one.id) for one in every]),
        np.array([one.prior for one in every]), chances, np.array(minutes),
    )  # fmt: skip


def drawn(table: Table, generator: np.random.Generator) -> Table:
    """Return a table each of whose chances and priors is off by up to OFF."""

    def off(values: Numbers) -> Numbers:
        moved = generator.uniform(-OFF, OFF, values.shape) * np.minimum(values, 1 - values)
        return np.asarray(np.clip(values + moved, _LEAST, _MOST))

    return Table(table.weights, off(table.priors), off(table.chances), table.minutes)


class Orders:
    """Areas of orders of looking under one table.

    Args:
        table: what looks tell.
        horizon: simulated minutes there are.
    """

    def __init__(self, table: Table, horizon: float) -> None:
        self._table, self._horizon = table, horizon
        count = len(table.minutes)
        self._bits = np.zeros((count, len(table.weights)), dtype=np.int64)
        self._left: list[Numbers] = []
        for m, prior in enumerate(table.priors):
            own = [n for n in range(count) if not np.isnan(table.chances[n, m, 0])]
            self._bits[own, m] = 1 << np.arange(len(own))
            self._left.append(_entropies(prior, table.chances[own, m]))
        self._whole = sum(w * left[0] for w, left in zip(table.weights, self._left, strict=True))

    def removed(self, masks: Whole) -> Numbers:
        """Return the share of weighted entropy removed; masks are … × causes."""
        left = sum(
            weight * one[masks[..., m]]
            for m, (weight, one) in enumerate(zip(self._table.weights, self._left, strict=True))
        )
        return np.asarray(1 - left / self._whole)

    def areas(self, orders: Whole) -> Numbers:
        """Return the area under the curve of each order, 0 to 1.

        Args:
            orders: orders × looks, each look at most once.
        """
        masks = np.cumsum(self._bits[orders], axis=1)
        return self._area(self.removed(masks), np.cumsum(self._table.minutes[orders], axis=1))

    def area(self, looks: Sequence[int | None], minutes: Sequence[float]) -> float:
        """Return the area of what somebody did.

        Args:
            looks: indices, each at most once; None told nothing new.
            minutes: what each took.
        """
        if not looks:
            return 0.0
        none = np.zeros(len(self._table.weights), dtype=np.int64)
        bits = np.array([none if one is None else self._bits[one] for one in looks])
        gone = np.cumsum(np.array(minutes, dtype=float))
        return float(self._area(self.removed(np.cumsum(bits, axis=0))[None], gone[None])[0])

    def greedy(self) -> list[int]:
        """Return the order that takes the largest gain a minute first."""
        left, mask, order = list(range(len(self._bits))), self._bits[0] * 0, list[int]()
        while left:
            gains = self.removed(mask + self._bits[left]) - self.removed(mask)
            best = left[int(np.argmax(gains / self._table.minutes[left]))]
            order.append(best)
            mask = mask + self._bits[best]
            left.remove(best)
        return order

    def score(self, looks: Sequence[int | None], minutes: Sequence[float], orders: Whole) -> float:
        """Return P = clip((area - random) / (greedy - random), 0, 1)."""
        by_chance = float(self.areas(orders).mean())
        best = float(self.areas(np.array([self.greedy()]))[0])
        own = self.area(looks, minutes)
        if best <= by_chance:
            return 0.0
        return min(1.0, max(0.0, (own - by_chance) / (best - by_chance)))

    def _area(self, removed: Numbers, ended: Numbers) -> Numbers:
        until = np.concatenate([ended[:, 1:], np.full((len(ended), 1), self._horizon)], axis=1)
        wide = np.clip(until, 0, self._horizon) - np.clip(ended, 0, self._horizon)
        return np.asarray((removed * np.maximum(wide, 0)).sum(axis=1) / self._horizon)


def looking(
    table: Table, looks: Sequence[int | None], minutes: Sequence[float], *, horizon: float,
    seed: int, draws: int = DRAWS,
) -> tuple[float, list[float]]:  # fmt: skip
    """Return P and P under draws of the table.

    Args:
        table: what looks tell.
        looks: what was looked at, in order; None told nothing new.
        minutes: what each took.
        horizon: simulated minutes there are.
        seed: of orders and draws.
        draws: how many tables are drawn, for the interval.
    """
    generator = np.random.default_rng(seed)
    count = len(table.minutes)
    orders = np.array([generator.permutation(count) for _ in range(ORDERS)])
    value = Orders(table, horizon).score(looks, minutes, orders)
    spread = [
        Orders(drawn(table, generator), horizon).score(looks, minutes, orders) for _ in range(draws)
    ]
    return value, spread


def _entropies(prior: float, chances: Numbers) -> Numbers:
    """Return the expected entropy left after each set of looks, by bit mask, bits.

    Every set's results stand in one row of joint chances: a look triples it, since it is left out,
    or comes out positive, or negative.
    """
    so, not_so, masks = np.array([prior]), np.array([1 - prior]), np.zeros(1, dtype=np.int64)
    for n, (if_so, if_not) in enumerate(chances):
        so = np.concatenate([so, so * if_so, so * (1 - if_so)])
        not_so = np.concatenate([not_so, not_so * if_not, not_so * (1 - if_not)])
        masks = np.concatenate([masks, masks | 1 << n, masks | 1 << n])
    both = so + not_so
    parts = -(so * np.log2(so / both) + not_so * np.log2(not_so / both))
    return np.asarray(np.bincount(masks, weights=parts), dtype=np.float64)
