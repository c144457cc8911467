"""Pauses as they stand: how long a session's clock has stood still, and how long it still may.

Runs in zone G, in the event loop alone; time is the injected clock's. A session has one allowance
for all of its pauses. What of a pause was given back as an outage takes nothing of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert, select, update

from harness.core.clock import Clock
from harness.proctor.leases import owned_only
from harness.proctor.tables import pauses
from harness.proctor.writer import Writer

NONE = dt.timedelta(0)


@dataclass(frozen=True)
class Pause:
    """One pause of a session.

    Attributes:
        id: unique.
        session: whose.
        began_at: when the clock stopped.
        ended_at: when it went on; None while it stands still.
        outage: how much of it was given back as an outage.
    """

    id: str
    session: str
    began_at: dt.datetime
    ended_at: dt.datetime | None = None
    outage: dt.timedelta = NONE

    def counted(self, now: dt.datetime) -> dt.timedelta:
        """Return what it takes of the allowance, and gives to the boxes."""
        return max(NONE, (self.ended_at or now) - self.began_at - self.outage)


class Pauses:
    """Every pause of every session.

    Args:
        writer: of the witness.
        clock: where time comes from.
        allowance_of: session to how long it may stand still in all.
    """

    def __init__(
        self, writer: Writer, clock: Clock, allowance_of: Callable[[str], dt.timedelta]
    ) -> None:
        self._writer, self._clock, self._allowance_of = writer, clock, allowance_of
        self._open: dict[str, Pause] = {}
        self._ended: dict[str, list[Pause]] = {}

    async def load(self, only: Collection[str] | None = None) -> None:
        """Read every pause; one that is open goes on. Call it once before anything else.

        Args:
            only: sessions whose pauses are read; None reads all.
        """
        query = select(pauses).order_by(pauses.c.began_at, pauses.c.id)
        rows = await self._writer.read(lambda c: c.execute(query).all())
        for row in owned_only(rows, only):
            outage = dt.timedelta(seconds=row.outage_s)
            self._put(Pause(row.id, row.session, row.began_at, row.ended_at, outage))

    def put(self, pause: Pause) -> None:
        """Take a pause as it stands now: begun, ended, or partly an outage."""
        if pause.ended_at is not None:
            self._open.pop(pause.session, None)
            held = self._ended.get(pause.session, [])
            self._ended[pause.session] = [one for one in held if one.id != pause.id]
        self._put(pause)

    def drop(self, pause: Pause) -> None:
        """Forget a pause that could not be written down."""
        self._open.pop(pause.session, None)

    def open_one(self, session: str) -> Pause | None:
        """Return the pause that has not been ended; None if there is none."""
        return self._open.get(session)

    def all_open(self) -> list[Pause]:
        """Return every pause that has not been ended."""
        return list(self._open.values())

    def ended(self, session: str) -> list[Pause]:
        """Return a session's pauses that are over, oldest first."""
        return list(self._ended.get(session, ()))

    def allowance(self, session: str) -> dt.timedelta:
        """Return how long a session may stand still in all."""
        return self._allowance_of(session)

    def stood_still(self, session: str, at: dt.datetime | None = None) -> dt.timedelta:
        """Return how long a clock has stood still in the pause that is open, at most its rest.

        Args:
            session: whose.
            at: at which time; None is now.
        """
        pause = self._open.get(session)
        if pause is None:
            return NONE
        return min(pause.counted(at or self._clock.now()), self._rest(session))

    def left(self, session: str, at: dt.datetime | None = None) -> dt.timedelta:
        """Return what is left of the allowance, now or at another time."""
        return self._rest(session) - self.stood_still(session, at)

    def is_paused(self, session: str) -> bool:
        """Tell whether a clock stands still: a pause is open and has not run out."""
        return session in self._open and self.left(session) > NONE

    def _rest(self, session: str) -> dt.timedelta:
        """Return what the pauses that are over have left of the allowance."""
        over = self._ended.get(session, ())
        used = sum((pause.counted(self._clock.now()) for pause in over), NONE)
        return max(NONE, self._allowance_of(session) - used)

    def _put(self, pause: Pause) -> None:
        if pause.ended_at is None:
            self._open[pause.session] = pause
        else:
            self._ended.setdefault(pause.session, []).append(pause)


def keep_new(connection: Connection, pause: Pause) -> None:
    """Write a pause that begins, inside a job of the writer."""
    connection.execute(
        insert(pauses).values(
            id=pause.id, session=pause.session, began_at=pause.began_at, outage_s=0.0
        )
    )


def keep_as_it_is(connection: Connection, pause: Pause) -> None:
    """Write how a pause stands now, inside a job of the writer."""
    values = {"ended_at": pause.ended_at, "outage_s": pause.outage.total_seconds()}
    connection.execute(update(pauses).where(pauses.c.id == pause.id).values(values))


def within(pause: Pause, since: dt.datetime, until: dt.datetime) -> dt.timedelta:
    """Return how long a pause overlaps a stretch of time; an open one lasts on."""
    end = until if pause.ended_at is None else min(pause.ended_at, until)
    return max(NONE, end - max(pause.began_at, since))


def as_outage(pause: Pause, by: dt.timedelta) -> Pause:
    """Return a pause of which so much more is an outage."""
    return replace(pause, outage=pause.outage + by)
