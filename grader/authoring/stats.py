"""An exercise after a round: how hard it was, what told people apart, time, money, questions.

Runs in T; pure. Numbers over sittings, never about one; the index here is the diagnostic by which
exercises are tested, and stands in no report about a person.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from grader.authoring.calibrate_lines import wilson
from grader.authoring.stats_items import FEWEST, Item, items_of, mean_interval
from grader.authoring.stats_reading import Left, Sat
from harness.core.card import ExerciseCard

AT_FLOOR, AT_CEILING = 5.0, 95.0
"""Of the index, 0 to 100."""
TRACEABLE = 5
"""With fewer sittings a figure may point at somebody."""
_frozen = ConfigDict(frozen=True, extra="forbid")


class Share(BaseModel):
    """So many of so many, with Wilson's 95% interval."""

    model_config = _frozen

    count: int
    """How many."""
    of: int
    """Of how many."""
    low: float
    """Lower end, 0 to 1."""
    high: float
    """Upper end."""


class Quartiles(BaseModel):
    """A figure over sittings."""

    model_config = _frozen

    n: int
    """How many sittings have it."""
    q1: float
    """A quarter lies below."""
    median: float
    """Half lies below."""
    q3: float
    """Three quarters lie below."""


class Difficulty(BaseModel):
    """The index, 0 to 100."""

    model_config = _frozen

    n: int
    """Sittings with an index."""
    mean: float | None
    """Their mean."""
    low: float | None
    """Lower end of its 95% interval (t)."""
    high: float | None
    """Upper end."""
    spread: float | None
    """Standard deviation."""
    floor: Share
    """At most 5."""
    ceiling: Share
    """At least 95."""


class Harmless(BaseModel):
    """A harmless model, and how many refused it at times."""

    model_config = _frozen

    id: str
    """B4."""
    about: str
    """What it does."""
    refused: Share
    """Sittings whose suite refused it in some run."""


class Stats(BaseModel):
    """One exercise after a round."""

    model_config = _frozen

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    exercise: str
    """Its slug."""
    version: str
    """Its version."""
    round: str | None
    """Which round; None for files from a folder."""
    sittings: int
    """How many are counted."""
    unrecorded: int
    """Those of them without a record of the session: no minutes, calls or questions."""
    left_out: tuple[Left, ...]
    """Submissions that were left out."""
    notes: tuple[str, ...]
    """What to mind when reading it."""
    difficulty: Difficulty
    """The index."""
    items: tuple[Item, ...]
    """Measures and planted faults."""
    harmless: tuple[Harmless, ...]
    """Harmless models."""
    minutes: dict[str, Quartiles]
    """By cell."""
    calls: Quartiles | None
    """Model calls a sitting."""
    purse_calls: int
    """What the purse holds."""
    usd: Quartiles | None
    """US dollars a sitting."""
    purse_usd: float
    """What the purse holds."""
    near_empty: Share
    """Sittings that used nine tenths of either."""
    asked: Quartiles | None
    """Questions to the stakeholder a sitting."""
    no_fact: Share
    """Questions that found no fact, of all."""


def make_stats(
    card: ExerciseCard, sat: Sequence[Sat], left: Sequence[Left], round_: str | None
) -> Stats:
    """Return an exercise's figures.

    Args:
        card: the exercise's.
        sat: its sittings, one a candidate; may be empty.
        left: submissions that were left out.
        round_: the round's name.
    """
    recorded = [one for one in sat if one.recorded]
    cells = list(dict.fromkeys(name for one in recorded for name in one.minutes))
    calls, usd = card.purse.calls, float(card.purse.usd)
    near = sum(one.calls >= 0.9 * calls or one.usd >= 0.9 * usd for one in recorded)
    return Stats(
        exercise=card.slug, version=card.version, round=round_, sittings=len(sat),
        unrecorded=len(sat) - len(recorded), left_out=tuple(left), notes=_notes(sat),
        difficulty=_difficulty(sat), items=tuple(items_of(sat)), harmless=_harmless(sat),
        minutes={
            name: found for name in cells
            if (found := quartiles([s.minutes[name] for s in recorded if name in s.minutes]))
        },
        calls=quartiles([one.calls for one in recorded]), purse_calls=calls,
        usd=quartiles([one.usd for one in recorded]), purse_usd=usd,
        near_empty=share(near, len(recorded)),
        asked=quartiles([one.asked for one in recorded]),
        no_fact=share(sum(s.unanswered for s in recorded), sum(s.asked for s in recorded)),
    )  # fmt: skip


def share(count: int, of: int) -> Share:
    """Return a share with its interval."""
    low, high = wilson(count, of)
    return Share(count=count, of=of, low=round(low, 4), high=round(high, 4))


def quartiles(values: Sequence[float]) -> Quartiles | None:
    """Return the quartiles of some values; None of none."""
    if not values:
        return None
    q1, median, q3 = (round(float(one), 4) for one in np.percentile(values, (25, 50, 75)))
    return Quartiles(n=len(values), q1=q1, median=median, q3=q3)


def _difficulty(sat: Sequence[Sat]) -> Difficulty:
    known = [one.score.index for one in sat if one.score.index is not None]
    low, high = mean_interval(known)
    return Difficulty(
        n=len(known),
        mean=float(np.mean(known)) if known else None,
        low=None if low is None else max(0.0, low),
        high=None if high is None else min(100.0, high),
        spread=float(np.std(known, ddof=1)) if len(known) > 1 else None,
        floor=share(sum(one <= AT_FLOOR for one in known), len(known)),
        ceiling=share(sum(one >= AT_CEILING for one in known), len(known)),
    )  # fmt: skip


def _harmless(sat: Sequence[Sat]) -> tuple[Harmless, ...]:
    seen: dict[str, tuple[str, list[bool]]] = {}
    for one in sat:
        for run in one.score.runs:
            if run.group != "mutant":
                refused = seen.setdefault(run.id, (run.about, []))[1]
                refused.append("no_ship" in run.seeds)
    return tuple(
        Harmless(id=id_, about=about, refused=share(sum(rows), len(rows)))
        for id_, (about, rows) in sorted(seen.items())
    )


def _notes(sat: Sequence[Sat]) -> tuple[str, ...]:
    count = len(sat)
    found = []
    if not count:
        found.append("Nobody has sat it yet. Come back after the first sittings.")
    elif count < FEWEST:
        found.append(
            f"{count} sittings are few: read the intervals, not the figures. From {FEWEST} on "
            "items are judged"
        )
    if 0 < count < TRACEABLE:
        found.append("with so few, a figure may point at a person: keep this to yourself")
    errors = sum(one.score.index is None for one in sat)
    if errors:
        found.append(f"{errors} of {count} sittings have no index: they could not be measured")
    return tuple(found)
