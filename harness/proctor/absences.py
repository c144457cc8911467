"""Who was away and when: each second of it is given back once, whoever else was away then.

Runs in zone G, in the event loop alone. Three can be away: the proctor itself (it ended, or stood
still), the hub, and a candidate's server, which is seen by its line. A second that was given back
for one of them is not given back again for another. A server is nearest to its candidate, who may
find a way to make it end: what it gives back by itself has an end.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from harness.core.clock import Clock
from harness.core.errors import AuditionError
from harness.core.seal import ContentKey
from harness.proctor.deadline import Deadlines
from harness.proctor.given_back import given_for_server
from harness.proctor.outage import SHORTEST, Why, give_back
from harness.proctor.pauses import Pauses
from harness.proctor.witness import Witness
from harness.proctor.writer import Writer

STOOD_STILL_S = 3.0
"""A second's tick that comes so late means that this process, or the machine, stood still."""
MOST_FOR_SERVER = dt.timedelta(minutes=15)
"""What one session is given back by itself for its server; more is the operator's to give."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Books:
    """What is written when time is given back.

    Attributes:
        deadlines: the boxes.
        pauses: when they stood still.
        witness: the journal.
        writer: of the witness.
        clock: where time comes from.
        key_of: the content key of a session.
    """

    deadlines: Deadlines
    pauses: Pauses
    witness: Witness
    writer: Writer
    clock: Clock
    key_of: Callable[[str], ContentKey]


class Absences:
    """Up to when each session's lost time is given back, and whose server is away now.

    Args:
        books: what is written to.
        uptime_s: seconds that go on while the machine sleeps and jump with no clock.
    """

    def __init__(self, books: Books, uptime_s: Callable[[], float] | None = None) -> None:
        self._books = books
        self._uptime_s = uptime_s or (lambda: time.clock_gettime(time.CLOCK_BOOTTIME))
        self._ticked_s: float | None = None
        self._covered_all = books.clock.now()
        self._covered: dict[str, dt.datetime] = {}
        self._lines: Counter[str] = Counter()
        self._gone_at: dict[str, dt.datetime] = {}
        self._for_server: dict[str, dt.timedelta] = {}

    async def begin(self, sessions: Iterable[str] | None = None) -> None:
        """Take it that what was away until now is given back, and that no server is here yet.

        Args:
            sessions: which; None is all there are.
        """
        now = self._books.clock.now()
        if sessions is None:
            self._covered_all = now
        running = {session for session, _ in self._books.deadlines.running()}
        for session in running if sessions is None else running & set(sessions):
            self._for_server[session] = await self._read_for_server(session)
            self._covered[session] = now
            if not self._lines[session]:
                self._gone_at[session] = now

    async def _read_for_server(self, session: str) -> dt.timedelta:
        try:
            key = self._books.key_of(session)
        except AuditionError:  # its candidate was erased: there is nothing left to read
            return dt.timedelta(0)
        return await self._books.writer.read(lambda c: given_for_server(c, session, key))

    async def came(self, session: str) -> None:
        """Take word that a session's server is on the line: the time without it is given back."""
        self._lines[session] += 1
        since = self._gone_at.pop(session, None)
        if since is None:
            return
        until = self._books.clock.now()
        left = MOST_FOR_SERVER - self._for_server.get(session, dt.timedelta(0))
        if until - since > left:
            _log.warning(
                "the server of %s was away longer than is given back by itself (%s in all); look "
                "why, and give more: audition sittings --extend", session, MOST_FOR_SERVER,
            )  # fmt: skip
        since = max(since, until - left)
        if await self.give(since, until, why="server", only=[session]):
            self._for_server[session] = MOST_FOR_SERVER - left + (until - since)

    def went(self, session: str) -> None:
        """Take word that a line of a session's server has ended."""
        self._lines[session] -= 1
        if self._lines[session] <= 0:
            del self._lines[session]
            self._gone_at[session] = self._books.clock.now()

    async def tick(self) -> None:
        """Take note that we run, about once a second; a long gap was no candidate's doing."""
        now_s, before_s = self._uptime_s(), self._ticked_s
        stood_s = now_s - before_s if before_s is not None else 0.0
        if stood_s >= STOOD_STILL_S:
            now = self._books.clock.now()
            _log.warning("this process stood still for %.1f s", stood_s)
            await self.give(now - dt.timedelta(seconds=stood_s), now, why="proctor")
        self._ticked_s = now_s  # not before: what could not be written is given at the next tick

    async def give(
        self, since: dt.datetime, until: dt.datetime, *, why: Why,
        only: Collection[str] | None = None,
    ) -> int:  # fmt: skip
        """Give time back, but for what of it was given back before.

        Args:
            since: when it began.
            until: when it was over; not in the future.
            why: who was away.
            only: whose; None is everybody's whose box runs.

        Returns:
            How many boxes end later.
        """
        running = {session for session, _ in self._books.deadlines.running()}
        whose = sorted(running if only is None else running & set(only))
        moved = sum(await asyncio.gather(*(self._give(one, since, until, why) for one in whose)))
        if moved:
            _log.warning("the %s was away; %s boxes end later", why, moved)
        return moved

    async def _give(self, session: str, since: dt.datetime, until: dt.datetime, why: Why) -> int:
        before = self._covered.get(session, self._covered_all)
        begins = max(since, before)
        if until - begins <= SHORTEST:
            return 0
        self._covered[session] = until  # at once: the next one may come before this is written
        books = self._books
        try:
            return await give_back(
                books.deadlines, books.pauses, books.witness, books.writer,
                last=begins, now=until, only=[session], why=why,
            )  # fmt: skip
        except BaseException:
            self._covered[session] = before
            raise
