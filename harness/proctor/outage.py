"""Time in which we were away is the candidate's: what ran when we ended moves on by as much.

Runs in zone G. A sign of life is left every second while a box runs; who starts next reads it.
"""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Connection

from harness.core.clock import Clock, to_wire
from harness.proctor.deadline import Deadlines
from harness.proctor.witness import Witness
from harness.proctor.writer import Writer

SHORTEST = dt.timedelta(seconds=1)
"""A gap up to this is the pace of the signs, not an outage."""
_LONGEST_SIGN = 64
_log = logging.getLogger(__name__)


class Alive:
    """The sign of life.

    Args:
        path: home/proctor/alive.
        clock: where time comes from.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path, self._clock = path, clock

    def note(self) -> None:
        """Leave a sign; whether that succeeds stops nobody."""
        part = self._path.with_suffix(".part")
        try:
            part.write_text(to_wire(self._clock.now()), encoding="ascii")
            part.replace(self._path)
        except OSError as problem:
            _log.warning("no sign of life could be left: %s", problem)

    def last(self) -> dt.datetime | None:
        """Return the last sign; None if there is none that can be read."""
        try:
            with self._path.open("rb") as file:
                at = dt.datetime.fromisoformat(file.read(_LONGEST_SIGN + 1).decode("ascii"))
        except (OSError, ValueError):
            return None
        return at if at.tzinfo is not None else None


class Away(BaseModel):
    """Since when and until when the hub was away, as it tells when it is back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: AwareDatetime
    """Its last sign of life."""
    until: AwareDatetime
    """When it could be reached again."""


async def give_back(
    deadlines: Deadlines, witness: Witness, writer: Writer, *, last: dt.datetime | None,
    now: dt.datetime,
) -> int:  # fmt: skip
    """Move the ends of boxes that ran when we ended; the journal says by how much.

    Args:
        deadlines: loaded.
        witness: loaded.
        writer: of the witness.
        last: the last sign of life.
        now: the time.

    Returns:
        How many boxes were moved.
    """
    if last is None:
        return 0
    moved = {}
    for session, exercise in deadlines.running():
        box = deadlines.box(session, exercise)
        assert box.opened_at is not None and box.hard_end_at is not None
        away = now - max(last, box.opened_at)
        if away > SHORTEST and box.hard_end_at > last:
            moved[session, exercise] = away

    def job(connection: Connection) -> None:
        for (session, exercise), away in moved.items():
            deadlines.move(connection, session, exercise, away)
            # not the new end: with it a reader could work out whose box is longer
            payload = {"away_s": round(away.total_seconds(), 1)}
            witness.append(connection, session, "time_back", payload, at=now, exercise=exercise)

    if moved:
        await writer.do(job)
    return len(moved)
