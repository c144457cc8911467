"""Moments: where in the record a statement can be looked at.

Runs in T; pure.
"""

from __future__ import annotations

from grader.attempt import Attempt
from grader.records import Moment, Signal
from harness.core.records import Call, Event


def at_event(attempt: Attempt, event: Event, label: str) -> Moment:
    """Return the moment of a journal entry."""
    return Moment(
        label=label[:200],
        seq=event.seq,
        cell_id=event.cell_id,
        share=round(attempt.own_time.share(event.at), 4),
    )


def at_call(attempt: Attempt, call: Call, label: str) -> Moment:
    """Return the moment of a model call."""
    return Moment(
        label=label[:200],
        cell_id=call.cell_id,
        call_id=call.id,
        share=round(attempt.own_time.share(call.at), 4),
    )


def artefact_began(attempt: Attempt) -> Event | None:
    """Return the first run of an artefact cell; None if none was run."""
    cells = {cell.id for cell in attempt.cells if cell.kind == "artefact"}
    for event in attempt.events:
        if event.kind == "execute_request" and event.cell_id in cells:
            return event
    return None


def unscored(name: str, title: str, why: str, misleads: str) -> Signal:
    """Return a signal that has no value, and why."""
    return Signal(name=name, title=title, status="unscored", why=why, misleads=misleads)
