"""looked-at-data: how many of the given records were seen before the first artefact was run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from grader.attempt import Attempt
from grader.records import Moment, Signal
from grader.signals.moments import artefact_began, at_event, unscored
from grader.signals.shown import Record
from grader.signals.views import Given, View, given_records, views

_MISLEADS = (
    "Somebody may read a file in an editor, and somebody may print rows and read none. Texts "
    "without an id are recognised by their words and counted as inferred; a plain number counts "
    "only where it stands as an id. Ask, do not infer."
)


def looked_at_data(attempt: Attempt) -> Signal:
    """Return distinct records shown before the first run of an artefact cell, of all given."""
    if attempt.exercise is None:
        return _without("this machine does not have the exercise's data")
    given = given_records(attempt.exercise)
    if not given.count:
        return _without("the exercise gives no table of records")
    began = artefact_began(attempt)
    seen = list(views(attempt, given))
    before = [view for view in seen if began is None or view.event.seq < began.seq]
    ids = _union(view.ids for view in before if not view.is_tool)
    inferred = _union(view.inferred for view in before) - ids
    by_tool = _union(view.ids for view in before if view.is_tool) - ids - inferred
    all_of_them = ids | inferred | by_tool
    counts = Counter(name for name, _ in all_of_them)
    parts = [f"{counts[t.name]} of {len(t.texts)} in {t.name}" for t in given.tables]
    when = "before the first artefact was run" if began else "in the session; no artefact was run"
    told = f", {len(inferred)} of them inferred" if inferred else ""
    told += f", {len(by_tool)} of them only by asking a tool" if by_tool else ""
    return Signal(
        name="looked_at_data",
        title="Data looked at",
        status="scored",
        value=("; ".join(parts))[:200],
        why=f"records shown in outputs {when}{told}",
        misleads=_MISLEADS,
        moments=_moments(attempt, seen, given),
    )


def _union(some: Iterable[frozenset[Record]]) -> frozenset[Record]:
    return frozenset[Record]().union(*some)


def _moments(attempt: Attempt, seen: list[View], given: Given) -> tuple[Moment, ...]:
    found = []
    for table in given.tables:
        first = next((v for v in seen if any(n == table.name for n, _ in v.records)), None)
        if first is not None:
            count = sum(name == table.name for name, _ in first.records)
            what = "asked of a tool" if first.is_tool else "shown"
            label = f"{table.name} first {what}: {count} record{'s' if count > 1 else ''}"
            found.append(at_event(attempt, first.event, label))
    return tuple(sorted(found, key=lambda moment: moment.seq or 0))


def _without(why: str) -> Signal:
    return unscored("looked_at_data", "Data looked at", why, _MISLEADS)
