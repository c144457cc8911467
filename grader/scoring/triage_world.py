"""Fixes tried on requests that nobody was given, by the formulas of the exercise's own trial.

Runs in T. A fix is a component and a change of plain values, read as the settings tool reads them;
nothing of a candidate's is evaluated. What fools it: a fix that works on these rows by luck, which
is why each is held against the same rows without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from grader.authoring.folder import Exercise
from grader.scoring.triage_claims import Fix
from grader.scoring.triage_record import State
from grader.scoring.triage_sheet import PLACE, Triage
from harness.core.errors import BadExercise
from harness.proctor.tools.formula import NoNumber, read_formula
from harness.proctor.tools.sheet import Plain, Trial

Numbers = NDArray[np.float64]
RESAMPLES = 200
_Z = 1.2816
"""Standard errors of an 80% interval."""


@dataclass(frozen=True)
class Tried:
    """One fix on the held-out rows.

    Attributes:
        fix: which.
        why: what it comes to, in words.
        is_known: whether component, keys and types are those of the settings tool.
        gain: share of rows that it mends, less those that it spoils.
        counts: whether the 80% interval of the gain excludes 0 and no group loses too much.
        harms: whether a group loses more than it may.
    """

    fix: Fix
    why: str
    is_known: bool
    gain: float = 0.0
    counts: bool = False
    harms: bool = False


class World:
    """The held-out rows under whatever settings.

    Args:
        exercise: with its tools.
        triage: with the rows.

    Raises:
        BadExercise: the trial is not there, or its formulas do not take these rows.
    """

    def __init__(self, exercise: Exercise, triage: Triage) -> None:
        said = triage.sheet.replayed
        trial = exercise.tools.tools.get(said.tool)
        if not isinstance(trial, Trial):
            raise BadExercise(f"{PLACE}: replayed.tool = {said.tool!r} is no trial")
        self._runs = [(one.name, read_formula(one.formula)) for one in trial.columns]
        self._rows, self._bad = triage.rows, said.bad
        self._most_lost = said.most_lost
        groups = [str(row[said.within]) for row in triage.rows]
        self._groups = {
            name: np.array([one == name for one in groups]) for name in sorted({*groups})
        }
        self.start: dict[str, dict[str, Plain]] = exercise.tools.start
        self._known: dict[str, Numbers] = {}

    def bad(self, state: State) -> Numbers:
        """Return 1 for each row that is answered badly under some settings, else 0.

        Raises:
            BadExercise: a formula comes to nothing.
        """
        key = repr(sorted((name, sorted(one.items())) for name, one in state.items()))
        if key not in self._known:
            self._known[key] = np.array([self._is_bad(row, state) for row in self._rows])
        return self._known[key]

    def _is_bad(self, row: Mapping[str, Plain], state: State) -> float:
        env = {**row, "args": {}, "settings": state}
        try:
            for name, run in self._runs:
                env[name] = run(env)
            return float(bool(env[self._bad]))
        except (NoNumber, KeyError) as problem:
            what = f"the held-out rows cannot be replayed: {problem}"
            raise BadExercise(f"{PLACE}: {what}") from problem

    def changed(self, *changes: State) -> dict[str, dict[str, Plain]]:
        """Return the settings at the beginning with some changes, by component."""
        state = {name: dict(one) for name, one in self.start.items()}
        for change in changes:
            for name, own in change.items():
                state[name] = {**state.get(name, {}), **own}
        return state

    def read(self, fix: Fix) -> str:
        """Return why a fix cannot be made; empty when it can."""
        own = self.start.get(fix.component)
        if own is None:
            return f"there is no component {fix.component[:40]!r}"
        for key, value in fix.change.items():
            if key not in own:
                return f"{fix.component} has no {key[:40]!r}"
            if _kind(value) is not _kind(own[key]):
                return f"{fix.component}: {key[:40]} is of another type"
        return ""

    def tried(self, fix: Fix) -> Tried:
        """Return what a fix alone does to the same rows."""
        if why := self.read(fix):
            return Tried(fix, why, is_known=False)
        before = self.bad(self.start)
        try:
            after = self.bad(self.changed({fix.component: fix.change}))
        except BadExercise:  # a value that no formula takes, such as 0 to divide by
            return Tried(fix, f"{fix.component}: nothing runs with these values", is_known=False)
        mended = before - after
        gain, spread = float(mended.mean()), float(mended.std(ddof=1)) / len(mended) ** 0.5
        worse = [name for name, rows in self._groups.items()
                 if float(mended[rows].mean()) < -self._most_lost]  # fmt: skip
        counts = gain - _Z * spread > 0 and not worse
        told = f"bad answers go from {before.mean():.1%} to {after.mean():.1%}"
        if worse:
            told += f"; {', '.join(worse)[:80]} gets worse"
        elif not counts:
            told += ", which may be nothing"
        return Tried(fix, told, is_known=True, gain=gain, counts=counts, harms=bool(worse))

    def verified(
        self, fixes: Sequence[Fix], best: Sequence[State], seed: int
    ) -> tuple[float, list[float]]:
        """Return VF with its resamples: what fixes remove, of what can be removed.

        Args:
            fixes: those that count, applied together.
            best: the author's fixes of all causes.
            seed: of the resamples.
        """
        before, most = self.bad(self.start), self.bad(self.changed(*best))
        try:
            after = self.bad(self.changed(*({one.component: one.change} for one in fixes)))
        except BadExercise:  # each runs by itself, and not all together
            after = before
        generator = np.random.default_rng(seed)
        rows = len(before)
        weights = generator.multinomial(rows, np.full(rows, 1 / rows), RESAMPLES)
        values = [_removed(w @ (before - after), w @ (before - most)) for w in weights]
        return _removed((before - after).sum(), (before - most).sum()), values


def shares(world: World, fixes: Mapping[str, State]) -> dict[str, float]:
    """Return each cause's share of the bad answers that all make: its Shapley value, 1 together.

    Args:
        world: the rows.
        fixes: cause to its fix; the value of some causes is how much fixing them removes.

    Source: L. S. Shapley, 1953, "A value for n-person games".
    """
    names = sorted(fixes)

    @cache
    def removed(fixed: frozenset[str]) -> float:
        state = world.changed(*(fixes[name] for name in sorted(fixed)))
        return float((world.bad(world.start) - world.bad(state)).sum())

    whole, found = removed(frozenset(names)), {}
    for name in names:
        others = [one for one in names if one != name]
        found[name] = sum(
            (removed(frozenset((*some, name))) - removed(frozenset(some)))
            / (len(names) * comb(len(others), size))
            for size in range(len(names))
            for some in combinations(others, size)
        )
    return {name: value / whole if whole else 0.0 for name, value in found.items()}


def _removed(gone: float, most: float) -> float:
    return min(1.0, max(0.0, float(gone) / float(most))) if most > 0 else 0.0


def _kind(value: Plain) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)
