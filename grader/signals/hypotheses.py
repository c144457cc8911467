"""hypothesis-before-change: was an idea written down before a prompt was changed."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from grader.attempt import Attempt
from grader.records import Moment, Signal
from grader.signals.moments import at_call, at_event, unscored
from grader.signals.versions import no_change, own_versions
from harness.core.records import Event

_NAME, _TITLE = "hypothesis_before_change", "Idea before change"
_MISLEADS = (
    "Many think without writing. The notebook asks for it, so a low share means that the form "
    "was not followed, not that nobody thought."
)


def hypothesis_before_change(attempt: Attempt) -> Signal:
    """Return the share of versions after the first with an idea noted before them.

    An idea counts that lies between the first call of the version before and the first call of
    this one.
    """
    found = own_versions(attempt)
    if len(found) < 2:
        return unscored(_NAME, _TITLE, no_change(found), _MISLEADS)
    ideas = [event for event in attempt.events if event.kind == "hypothesis"]
    moments: list[Moment] = []
    with_idea = 0
    for before, after in pairwise(found):
        idea = _between(ideas, before.calls[0].at, after.calls[0].at)
        with_idea += idea is not None
        if idea is not None:
            moments.append(at_event(attempt, idea, f"idea before version {after.number}"))
        else:
            label = f"version {after.number} without an idea noted"
            moments.append(at_call(attempt, after.calls[0], label))
    return Signal(
        name=_NAME,
        title=_TITLE,
        status="scored",
        value=f"{with_idea} of {len(found) - 1} changes",
        why="changes of a prompt before which an idea was put on record",
        misleads=_MISLEADS,
        moments=tuple(moments),
    )


def _between(ideas: list[Event], after: dt.datetime, before: dt.datetime) -> Event | None:
    return next((idea for idea in ideas if after <= idea.at <= before), None)
