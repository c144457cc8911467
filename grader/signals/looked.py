"""looked-at-data: how many of the given records were seen before the first artefact was run."""

from __future__ import annotations

from grader.attempt import Attempt
from grader.records import Moment, Signal
from grader.signals.moments import artefact_began, at_event, unscored
from grader.signals.views import View, given_records, views

_MISLEADS = (
    "Somebody may read a file in an editor, and somebody may print rows and read none. Texts "
    "without an id are recognised by their words and counted as inferred. Ask, do not infer."
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
    ids = frozenset[str]().union(*(view.ids | view.inferred for view in before))
    inferred = frozenset[str]().union(*(v.inferred for v in before)) - frozenset[str]().union(
        *(view.ids for view in before)
    )
    parts = [
        f"{sum(one in ids for one in rows)} of {len(rows)} in {name}"
        for name, rows in given.files.items()
    ]
    when = "before the first artefact was run" if began else "in the session; no artefact was run"
    told = f", {len(inferred)} of them inferred" if inferred else ""
    return Signal(
        name="looked_at_data",
        title="Data looked at",
        status="scored",
        value=("; ".join(parts))[:200],
        why=f"records shown in outputs {when}{told}",
        misleads=_MISLEADS,
        moments=_moments(attempt, seen, given.files),
    )


def _moments(attempt: Attempt, seen: list[View], files: object) -> tuple[Moment, ...]:
    assert isinstance(files, dict)
    found = []
    for name, rows in files.items():
        first = next((view for view in seen if (view.ids | view.inferred) & set(rows)), None)
        if first is not None:
            count = len((first.ids | first.inferred) & set(rows))
            found.append(at_event(attempt, first.event, f"{name} first shown: {count} records"))
    return tuple(sorted(found, key=lambda moment: moment.seq or 0))


def _without(why: str) -> Signal:
    return unscored("looked_at_data", "Data looked at", why, _MISLEADS)
