"""Whose each session is: one proctor's at a time, or its chain would fork.

Runs in zone G. On SQLite the home's lock says it and nothing here does anything. On a shared
Postgres a proctor enters itself as an owner, under an id that is new with each start, and takes
the lease of each session that nobody holds; all of them run until the owner's own `until`, which
it moves on every few seconds. Whoever finds an owner overdue removes it and takes its sessions.

Every transaction of ours first locks our owner's row. Where the row is gone the transaction fails
(LeaseLost), and whoever removes it has to wait for one that is under way: a proctor that was away
without knowing it writes nothing more. It does not try to come back under its old id: what it
remembers is no longer true, so it ends, and is started anew. All times are the database's own.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from harness.core.errors import AuditionError
from harness.proctor.errors import LeaseLost
from harness.proctor.prepared import Prepared, insert_of
from harness.proctor.tables import leases, owners, sessions
from harness.proctor.writer import Writer

LEASE_S = 15.0
"""After this long without a word from its owner a session may be taken over, in seconds."""
_RENEW_S = LEASE_S / 3
_NOW = func.clock_timestamp()
_log = logging.getLogger(__name__)
Adopt = Callable[[dict[str, float]], Awaitable[None]]
"""Takes sessions with the seconds in which nobody was there for them."""


class Leases:
    """The sessions that are ours.

    Args:
        writer: of the witness.
        id_file: home/proctor/proctor.id; who has this home's lock may take over from its former
            proctor at once.
    """

    def __init__(self, writer: Writer, id_file: Path) -> None:
        self._writer = writer
        self._home = _read_or_make(id_file) if writer.is_shared else ""
        self.owner = f"{self._home}-{secrets.token_hex(8)}"
        self._lock = Prepared(
            select(owners.c.id).where(owners.c.id == self.owner).with_for_update(key_share=True)
        )
        self._owned: set[str] = set()
        self._unread: dict[str, float] = {}
        self.is_lost = False
        self.lost = asyncio.Event()

    async def begin(self) -> dict[str, float] | None:
        """Enter ourselves and take every session that nobody holds.

        Returns:
            The sessions, each with the seconds in which nobody was there for it; None on SQLite,
            where all are ours.
        """
        if not self._writer.is_shared:
            return None
        taken = await self._writer.do(self._enter)
        self._writer.guard(self._check)
        self._owned |= set(taken)
        return taken

    def owns(self, session: str) -> bool:
        """Tell whether a session is ours to serve."""
        if not self._writer.is_shared:
            return True
        return session in self._owned and not self.is_lost

    def take_new(self, connection: Connection, session: str) -> None:
        """Take the lease of a session in the job that opens it."""
        if self._writer.is_shared:
            connection.execute(insert(leases).values(session=session, owner=self.owner))

    def add(self, session: str) -> None:
        """Serve a session whose opening is committed."""
        self._owned.add(session)

    async def run(self, adopt: Adopt) -> None:
        """Renew, and take what others have left, until cancelled or until ours are lost.

        Args:
            adopt: reads sessions that are ours from now on; served once it has returned.
        """
        while self._writer.is_shared:
            await asyncio.sleep(_RENEW_S)
            try:
                self._unread |= await self._writer.do(self._renew)
                if self._unread:
                    await adopt(dict(self._unread))
                    self._owned |= set(self._unread)
                    self._unread.clear()
            except LeaseLost as problem:
                _log.error("%s", problem)
                self.lost.set()
                return
            except AuditionError as problem:
                _log.warning("the leases were not renewed: %s", type(problem).__name__)
            except Exception:  # whatever it is, renewing must go on
                _log.exception("sessions were not taken up")

    async def close(self) -> None:
        """Give every session up, so that another proctor need not wait. Twice is fine."""
        if not self._writer.is_shared or self.is_lost:
            return
        try:
            await self._writer.do(self._give_up)
        except AuditionError as problem:
            _log.warning("the leases run out by themselves: %s", type(problem).__name__)

    def _enter(self, connection: Connection) -> dict[str, float]:
        connection.execute(insert(owners).values(id=self.owner, home=self._home, **_until()))
        return self._take(connection, (owners.c.until < _NOW) | (owners.c.home == self._home))

    def _renew(self, connection: Connection) -> dict[str, float]:
        mine = update(owners).where(owners.c.id == self.owner)
        connection.execute(mine.values(**_until()))
        return self._take(connection, owners.c.until < _NOW)

    def _take(self, connection: Connection, are_gone: Any) -> dict[str, float]:
        """Remove owners that are gone and take every session that nobody holds any more."""
        query = select(owners.c.id).where(are_gone & (owners.c.id != self.owner))
        for gone in connection.execute(query.with_for_update(skip_locked=True)).scalars().all():
            theirs = select(owners.c.seen_at).where(owners.c.id == gone).scalar_subquery()
            given = update(leases).where(leases.c.owner == gone)
            connection.execute(given.values(owner=None, given_up_at=theirs))
            connection.execute(delete(owners).where(owners.c.id == gone))
            _log.warning("the sessions of proctor %s are taken over", gone)
        known = select(leases.c.session)
        new = select(sessions.c.id).where(sessions.c.id.not_in(known))
        free = insert_of(connection.dialect)(leases).from_select(["session"], new)
        connection.execute(free.on_conflict_do_nothing())
        away = func.coalesce(func.extract("epoch", _NOW - leases.c.given_up_at), 0)
        free_ones = select(leases.c.session, away).where(leases.c.owner.is_(None))
        rows = connection.execute(free_ones.with_for_update(skip_locked=True)).all()
        if rows:
            mine = update(leases).where(leases.c.session.in_([name for name, _ in rows]))
            connection.execute(mine.values(owner=self.owner, given_up_at=None))
        return {name: float(seconds) for name, seconds in rows}

    def _give_up(self, connection: Connection) -> None:
        mine = update(leases).where(leases.c.owner == self.owner)
        connection.execute(mine.values(owner=None, given_up_at=_NOW))
        connection.execute(delete(owners).where(owners.c.id == self.owner))

    def _check(self, connection: Connection) -> None:
        """Lock our row for this transaction; runs at the beginning of each, in the writer's thread.

        Raises:
            LeaseLost: somebody removed it.
        """
        if not self._lock.run(connection):
            self.is_lost = True
            raise LeaseLost(f"proctor {self.owner}: our sessions were taken over; we write no more")


def owned_only(rows: Collection[Any], only: Collection[str] | None) -> list[Any]:
    """Return the rows of these sessions; all of them for None."""
    return [row for row in rows if only is None or row.session in only]


def _until() -> dict[str, Any]:
    return {"seen_at": _NOW, "until": _NOW + text(f"interval '{LEASE_S} seconds'")}


def _read_or_make(path: Path) -> str:
    if not path.exists():
        part = path.with_suffix(".part")
        part.write_text(f"p-{secrets.token_hex(8)}\n", encoding="ascii")
        part.chmod(0o600)
        part.replace(path)
    return path.read_text(encoding="ascii").strip()[:40]
