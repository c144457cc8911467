"""Time that was given back for outages, added up from the journal, and why the last one.

Runs in zone G. The journal's own word is asked each time, so it stands after every restart and
moves with a session to another proctor.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from harness.core.clock_state import ClockState
from harness.core.seal import ContentKey
from harness.proctor.tables import entries
from harness.proctor.witness import read_events

WHY = {
    "proctor": "The service that keeps your record and answers for the models was away.",
    "hub": "The server that your workspace runs on could not be reached.",
    "server": "The server of your workspace was away.",
}
"""Who was away to words; the first stands for records that do not say."""


@dataclass(frozen=True)
class GivenBack:
    """What one exercise got back.

    Attributes:
        seconds: in all.
        why: the last time, in words.
    """

    seconds: float
    why: str


def read_given_back(connection: Connection, session: str, key: ContentKey) -> dict[str, GivenBack]:
    """Return what each exercise got back, by slug; those that got nothing are left out.

    Args:
        connection: any.
        session: whose.
        key: the candidate's.
    """
    found: dict[str, GivenBack] = {}
    for event in read_events(connection, session, key, where=entries.c.kind == "time_back"):
        away_s, why = event.payload.get("away_s"), str(event.payload.get("why"))
        if event.exercise is None or not isinstance(away_s, int | float):
            continue
        before = found.get(event.exercise)
        seconds = away_s + (before.seconds if before else 0.0)
        found[event.exercise] = GivenBack(seconds, WHY.get(why, WHY["proctor"]))
    return found


def given_for_server(connection: Connection, session: str, key: ContentKey) -> dt.timedelta:
    """Return how much one session was given back for its own server, in all.

    Boxes that ran at once got the same seconds, which count once.

    Args:
        connection: any.
        session: whose.
        key: the candidate's.
    """
    found: dict[dt.datetime, float] = {}
    for event in read_events(connection, session, key, where=entries.c.kind == "time_back"):
        away_s = event.payload.get("away_s")
        if event.payload.get("why") == "server" and isinstance(away_s, int | float):
            found[event.at] = max(away_s, found.get(event.at, 0.0))
    return dt.timedelta(seconds=sum(found.values()))


def with_given_back(state: ClockState, found: dict[str, GivenBack]) -> ClockState:
    """Return a clock that says what was given back."""
    told = tuple(
        clock.model_copy(update={"given_back_s": back.seconds, "given_back_why": back.why})
        if (back := found.get(clock.exercise))
        else clock
        for clock in state.exercises
    )
    return state.model_copy(update={"exercises": told})
