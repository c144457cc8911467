"""The formulas of a triage exercise: RC, FL, FC, B, CT, tau and the diagnostic index.

Runs in T; pure functions. Source: exercises' SPEC, section 4c. P stands in `triage_looking`, VF in
`triage_world`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from grader.scoring.triage_claims import Claims
from grader.scoring.triage_record import Step, Trail, holds
from grader.scoring.triage_sheet import Cause, Harm, Herring, TriageSheet

WEIGHTS = {"RC": 0.40, "CT": 0.15, "tau": 0.15, "B": 0.15, "VF": 0.15}
_COIN = 0.25
"""Brier score of whoever says .5 to everything."""


@dataclass(frozen=True)
class Contained:
    """When the harm was seen and when it was contained.

    Attributes:
        sign_at: minutes gone when its first sign was there; None if it never was.
        sign: the use that showed it; None where everybody was given it.
        contained_at: minutes gone when it was contained for good; None if it never was.
        fix: the use that contained it.
        was_reopened: whether it had been contained and was let loose again.
    """

    sign_at: float | None
    sign: Step | None
    contained_at: float | None
    fix: Step | None
    was_reopened: bool

    def value(self, within_minutes: float) -> float:
        """Return CT: 1 when contained within so many minutes of the first sign, else 0."""
        if self.contained_at is None:
            return 0.0
        since = 0.0 if self.sign_at is None else self.contained_at - self.sign_at
        return 1.0 if since <= within_minutes else 0.0


def proof(cause: Cause, claims: Claims, seen: frozenset[str]) -> tuple[str, ...]:
    """Return the ids by which a cause was found; empty when it was not.

    Found: claimed (p of .5 and more), right component and mechanism, and at least one id that
    bears on it and that this candidate had seen.
    """
    said = claims.said(cause.id)
    if said is None or not said.is_claimed or said.cites_too_many:
        return ()
    bearing = {one.casefold() for one in cause.evidence}
    return tuple(one for one in said.ids if one in bearing and one in seen)


def recall(causes: Sequence[Cause], claims: Claims, seen: frozenset[str]) -> float:
    """Return RC: the share of what was planted that was found."""
    whole = sum(one.share for one in causes)
    return sum(one.share for one in causes if proof(one, claims, seen)) / whole


def false_claims(herrings: Sequence[Herring], claims: Claims) -> list[Herring]:
    """Return the herrings that are claimed. What no table knows is never counted here."""
    return [h for h in herrings if (said := claims.said(h.id)) is not None and said.is_claimed]


def false_lead_minutes(herrings: Sequence[Herring], trail: Trail) -> float:
    """Return the minutes spent on herrings after evidence against them had been seen."""
    found = 0.0
    for one in herrings:
        against = {x.casefold() for x in one.against}
        pursued = {x.casefold() for x in one.pursued_by}
        is_known = bool(against & trail.given)
        for step in trail.steps:
            if is_known and step.shown & pursued:
                found += step.minutes
            is_known = is_known or bool(step.shown & against)
    return found


def brier(sheet: TriageSheet, claims: Claims) -> float:
    """Return the mean of (p - truth)² over causes and herrings; what is not named has p = 0."""
    parts = []
    for one in sheet.everything:
        said = claims.said(one.id)
        p = said.p if said is not None and said.p is not None else 0.0
        parts.append((p - (1.0 if isinstance(one, Cause) else 0.0)) ** 2)
    return sum(parts) / len(parts)


def contained(harm: Harm, trail: Trail) -> Contained:
    """Return when the harm was seen and contained, by the settings tool."""
    sign = trail.first_seen(harm.signs)
    fix: Step | None = None
    was_reopened = False
    for step in trail.steps:
        is_held = holds(harm.contained, step.state)
        if is_held and fix is None:
            fix = step
        elif not is_held and fix is not None:
            fix, was_reopened = None, True
    at = None if fix is None else fix.ended
    return Contained(
        None if sign is None else sign[0], None if sign is None else sign[1], at, fix, was_reopened
    )


def worth(sheet: TriageSheet) -> list[str]:
    """Return the causes as they are best mended: the harm first, then share a minute."""
    first = sheet.harm.cause
    rest = sorted(
        (one for one in sheet.causes if one.id != first),
        key=lambda one: -one.share / one.fix_minutes,
    )
    return [first, *(one.id for one in rest)]


def follows(plan: Sequence[str | None], right: Sequence[str]) -> float:
    """Return tau-b of the plan's order with the right one; 0 with fewer than two causes in it.

    Args:
        plan: the cause of each step; None and herrings are passed over, a cause counts once.
        right: every cause, best first. One that the plan leaves out stands after all others, tied.

    Source: M. G. Kendall, 1945, "The treatment of ties in ranking problems".
    """
    named = list(dict.fromkeys(one for one in plan if one in right))
    if len(named) < 2:
        return 0.0
    place = {one: named.index(one) if one in named else len(named) for one in right}
    pairs = list(combinations(right, 2))
    agree = sum((place[b] > place[a]) - (place[b] < place[a]) for a, b in pairs)
    untied = sum(place[a] != place[b] for a, b in pairs)
    return float(agree / (len(pairs) * untied) ** 0.5)


def index(parts: Mapping[str, float | None]) -> float:
    """Return E4 = 100 (.40 RC + .15 CT + .15 max(0, tau) + .15 max(0, 1 - B/.25) + .15 VF).

    0 where nothing was found; what is None is left out, and the rest rescaled. P is not in it.
    """
    if parts.get("RC") == 0:
        return 0.0
    values = {name: parts.get(name) for name in WEIGHTS}
    if values["B"] is not None:
        values["B"] = max(0.0, 1 - values["B"] / _COIN)
    there = {name: value for name, value in values.items() if value is not None}
    whole = sum(WEIGHTS[name] for name in there)
    told = sum(WEIGHTS[name] * max(0.0, value) for name, value in there.items())
    return round(100 * told / whole, 2) if whole else 0.0
