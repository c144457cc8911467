"""The one journal of each session: what was taken is chained, sealed, and its head signed.

Runs in zone G. Appending happens inside the writer's jobs, so an entry is there exactly when
what it tells of is there. The end of each chain is kept in memory and forgotten whenever
anything was undone, so the next entry never follows one that is not on disk.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from harness.core.clock import Clock
from harness.core.errors import AuditionError
from harness.core.journal import Link, frame, link, open_link, sign_head
from harness.core.keyring import SIGNS
from harness.core.records import GENESIS, Entry, Event, Head
from harness.core.seal import ContentKey
from harness.core.signing import PublicKey
from harness.proctor.errors import Refusal
from harness.proctor.leases import owned_only
from harness.proctor.prepared import Prepared
from harness.proctor.signer import Signer
from harness.proctor.tables import entries, heads
from harness.proctor.writer import Writer

OWN = "g:"
"""How the ids of our own entries begin; nobody else may use such an id."""
HEAD_EVERY_S = 30.0
_COLUMNS = ("session", "seq", "id", "kind", "exercise", "kernel_id", "cell_id", "msg_id", "at",
            "received_at")  # fmt: skip
_INSERT = Prepared(
    lambda insert: (
        insert(entries)
        .on_conflict_do_nothing(index_elements=["session", "id"])
        .returning(entries.c.seq)
    ),
    (*_COLUMNS, "hash", "body"),
)
"""Returns a row exactly when the id was new."""
_LAST_HEAD = (
    select(heads.c.body)
    .where(heads.c.session == bindparam("of"))
    .order_by(heads.c.seq.desc())
    .limit(1)
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Tip:
    """The end of a chain: number and hash of its last entry."""

    seq: int
    hash: str


class Witness:
    """Writes every session's journal.

    Args:
        writer: of the witness's database.
        clock: where time comes from.
        signer: signs the heads.
        key_of: session to content key; raises when the key was destroyed.
        head_every_s: no entry is older than this, in seconds, before a head covers it.
    """

    def __init__(
        self,
        writer: Writer,
        clock: Clock,
        signer: Signer,
        key_of: Callable[[str], ContentKey],
        *,
        head_every_s: float = HEAD_EVERY_S,
    ) -> None:
        self._writer, self._clock, self._signer = writer, clock, signer
        self._key_of, self._head_every_s = key_of, head_every_s
        self._tips: dict[str, _Tip] = {}  # touched in the writer's thread alone
        self._unsigned: set[str] = set()  # likewise; may name a session that is signed already
        writer.after_rollback(self._forget)

    def append(
        self,
        conn: Connection,
        session: str,
        kind: Any,
        payload: dict[str, Any],
        *,
        at: dt.datetime,
        exercise: str | None = None,
        kernel_id: str | None = None,
        cell_id: str | None = None,
        msg_id: str | None = None,
        id: str | None = None,
    ) -> Link:
        """Chain one entry, inside a job of the writer.

        An id that is there already, with the same content, is the same entry: nothing is
        written twice.

        Args:
            conn: the writer's connection.
            session: whose journal.
            kind: what it is.
            payload: plain JSON values.
            at: when it happened, aware.
            exercise: slug, if it belongs to one.
            kernel_id: the kernel, if one.
            cell_id: the cell, if one.
            msg_id: the request, if one.
            id: of an announcement; None for what is our own.

        Raises:
            BadJournal: the payload has no canonical form.
            Refusal: 409, the id stands for something else already; 410, the key was destroyed.
        """
        event = Event.of_checked(
            schema_=1, session=session, seq=self._tip(conn, session).seq + 1,
            id=id or OWN + secrets.token_hex(10), at=at, received_at=self._clock.now(), kind=kind,
            exercise=exercise, kernel_id=kernel_id, cell_id=cell_id, msg_id=msg_id,
            payload=payload,
        )  # fmt: skip
        return self._put(conn, event)

    def last_seq(self, conn: Connection, session: str) -> int:
        """Return the number of the last entry, inside a job; -1 before the first."""
        return self._tip(conn, session).seq

    def sign(self, conn: Connection, session: str) -> Head | None:
        """Return a head that covers the journal's last entry, inside a job of the writer.

        Where another key signed the head before, an entry says first which one signs from there.

        Args:
            conn: the writer's connection.
            session: whose journal; None comes back if it has no entry.
        """
        tip = self._tip(conn, session)
        if tip.seq < 0:
            return None
        last = conn.execute(_LAST_HEAD, {"of": session}).scalar_one_or_none()
        known = Head.model_validate_json(last) if last is not None else None
        signer = self._signer.current
        if known is not None and known.key_id != signer.public.key_id:
            tip = self._say_who_signs(conn, session, signer.public)
        self._unsigned.discard(session)
        if known is not None and known.seq == tip.seq:
            return known
        head = sign_head(session, tip.seq, tip.hash, self._clock.now(), signer)
        row = {"session": session, "seq": head.seq, "at": head.at, "body": head.to_bytes()}
        conn.execute(insert(heads).values(row))
        return head

    async def run(self) -> None:
        """Sign whatever is not signed yet, again and again, until cancelled."""
        while True:
            try:
                await self._writer.do(self._sign_all)
            except AuditionError as problem:
                _log.error("heads were not signed: %s", problem)
            await asyncio.sleep(self._head_every_s / 2)

    async def load(self, only: Collection[str] | None = None) -> None:
        """Find the journals that a proctor before us left unsigned.

        Args:
            only: sessions whose journals are looked at; None looks at all.
        """
        lengths = select(entries.c.session, func.max(entries.c.seq)).group_by(entries.c.session)
        signed = select(heads.c.session, func.max(heads.c.seq)).group_by(heads.c.session)

        def job(connection: Connection) -> None:
            known = {session: seq for session, seq in connection.execute(signed)}
            for session, seq in owned_only(connection.execute(lengths).all(), only):
                if known.get(session) != seq:
                    self._unsigned.add(session)

        await self._writer.do(job)

    async def close(self) -> None:
        """Sign the last heads."""
        try:
            await self._writer.do(self._sign_all)
        except AuditionError as problem:
            _log.error("the last heads were not signed: %s", problem)

    async def countersign(self) -> int:
        """Have the key that signs now vouch for every journal that another one signed last.

        Returns:
            How many journals there are; those of erased candidates are left as they are.
        """
        query = select(heads.c.session).distinct().order_by(heads.c.session)
        sessions = (await self._writer.read(lambda c: c.execute(query))).scalars().all()
        done = 0
        for session in sessions:
            try:
                await self._writer.do(partial(self.sign, session=session))
                done += 1
            except Refusal:  # nothing can be added to it any more
                continue
        return done

    async def countersign_quietly(self) -> None:
        """Do the same beside what else is done; what fails is told in the log."""
        try:
            await self.countersign()
        except AuditionError as problem:
            _log.error("journals were not signed anew: %s", problem)

    def _say_who_signs(self, conn: Connection, session: str, public: PublicKey) -> _Tip:
        payload = {"key_id": public.key_id, "public": public.to_text()}
        name = SIGNS + public.key_id
        self.append(conn, session, "signing_key", payload, at=self._clock.now(), id=name)
        return self._tip(conn, session)

    def _sign_all(self, connection: Connection) -> None:
        for session in sorted(self._unsigned):
            try:
                self.sign(connection, session)
            except Refusal as no:  # erased since: nothing can be added, and no other waits for it
                _log.warning("session %s: its head was not signed: %s", session, no.code)
                self._unsigned.discard(session)

    def _put(self, conn: Connection, event: Event) -> Link:
        made = link(
            event, prev=self._tip(conn, event.session).hash, key=self._key_of(event.session)
        )
        row = {name: getattr(made.entry, name) for name in _COLUMNS}
        if not _INSERT.run(conn, **row, hash=made.hash, body=made.body):
            return self._same(conn, event)
        self._tips[event.session] = _Tip(event.seq, made.hash)
        self._unsigned.add(event.session)
        return made

    def _same(self, conn: Connection, event: Event) -> Link:
        """Return the entry with an event's id, if it says the same."""
        where = (entries.c.session == event.session) & (entries.c.id == event.id)
        row = conn.execute(select(entries.c.body, entries.c.hash).where(where)).one()
        known = Link(Entry.model_validate_json(row.body), row.body, row.hash)
        opened = open_link(known, self._key_of(event.session))
        own = {"seq": opened.seq, "received_at": opened.received_at}
        if event.model_copy(update=own).to_bytes() != opened.to_bytes():
            raise Refusal(
                f"The id {event.id} stands for another event already. Give each event its own.",
                status=409,
                code="id_taken",
            )
        return known

    def _tip(self, conn: Connection, session: str) -> _Tip:
        tip = self._tips.get(session)
        if tip is None:
            query = select(entries.c.seq, entries.c.hash).where(entries.c.session == session)
            row = conn.execute(query.order_by(entries.c.seq.desc()).limit(1)).one_or_none()
            tip = self._tips[session] = _Tip(row.seq, row.hash) if row else _Tip(-1, GENESIS)
        return tip

    def _forget(self) -> None:
        self._unsigned.update(self._tips)
        self._tips.clear()


def read_lines(conn: Connection, session: str, *, last_seq: int) -> Iterable[bytes]:
    """Yield the lines of journal.jsonl, each with its newline.

    Args:
        conn: any connection.
        session: whose journal.
        last_seq: the last entry wanted.
    """
    query = select(entries.c.body, entries.c.hash).where(
        entries.c.session == session, entries.c.seq <= last_seq
    )
    for row in conn.execute(query.order_by(entries.c.seq)).yield_per(500):
        yield frame(row.body, row.hash) + b"\n"


def read_head_lines(conn: Connection, session: str, *, last_seq: int) -> bytes:
    """Return heads.jsonl.

    Args:
        conn: any connection.
        session: whose journal.
        last_seq: the last entry that a wanted head may cover.
    """
    query = select(heads.c.body).where(heads.c.session == session, heads.c.seq <= last_seq)
    bodies = conn.execute(query.order_by(heads.c.seq)).scalars()
    return b"".join(body + b"\n" for body in bodies)


def read_events(
    conn: Connection, session: str, key: ContentKey, *, where: Any, after_seq: int = -1
) -> Iterable[Event]:
    """Yield opened entries, oldest first.

    Args:
        conn: any connection.
        session: whose journal.
        key: the candidate's.
        where: a further condition on the entries' columns.
        after_seq: only entries after this number.
    """
    query = select(entries.c.body, entries.c.hash).where(
        entries.c.session == session, entries.c.seq > after_seq, where
    )
    for row in conn.execute(query.order_by(entries.c.seq)).yield_per(100):
        yield open_link(Link(Entry.model_validate_json(row.body), row.body, row.hash), key)
