"""Submissions: put together from the proctor's own record, on disk, and only then receipted.

Runs in zone G. What a kernel or a server hands in is the word "now" alone; every byte comes
from what was taken before. One is assembled at a time, off the event loop, so that many who
submit together wait for each other instead of filling the memory.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from harness.core.clock import Clock, to_wire
from harness.core.errors import BadJournal, BadSubmission, OursToFix
from harness.core.records import Call, Head, Receipt
from harness.core.seal import ContentKey
from harness.core.signing import SigningKey
from harness.core.submission import Assembled, Contents, assemble, open_call, with_key
from harness.proctor import words
from harness.proctor.artefacts import Artefacts, read_artefacts
from harness.proctor.blobs import Blobs, sync_folder
from harness.proctor.deadline import Deadlines
from harness.proctor.errors import Refusal
from harness.proctor.saves import Save, read_saves
from harness.proctor.sessions import Sessions
from harness.proctor.tables import calls, entries, submissions
from harness.proctor.witness import Witness, read_events, read_head_lines, read_lines
from harness.proctor.writer import Writer

MOST_JOURNAL_BYTES = 256 << 20
"""Journal and ledger together; the archive's form ends at twice that."""
MOST_VERSION_BYTES = 96 << 20
"""Saved versions that travel along, the newest first; the older ones stay with us by hash."""
SANDBOXED = ("bwrap+cgroup", "bwrap+rlimits")
"""Rungs, the strongest first; any other word is no sandbox."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sources:
    """What a submission is put together from.

    Attributes:
        writer: of the witness.
        witness: the journal.
        sessions: sessions, cards and keys.
        deadlines: the boxes.
        blobs: the saved files.
        clock: where time comes from.
        signer: signs heads and receipts.
    """

    writer: Writer
    witness: Witness
    sessions: Sessions
    deadlines: Deadlines
    blobs: Blobs
    clock: Clock
    signer: SigningKey


@dataclass(frozen=True)
class _Frozen:
    """Where the record stood when somebody submitted.

    Attributes:
        head: signed over the last entry that belongs in.
        saves: states of the exercise's notebook, oldest first; at least one.
        number: of this submission.
    """

    head: Head
    saves: list[Save]
    number: int


@dataclass(frozen=True)
class _Record:
    """What was read of the record up to a head."""

    journal: bytes
    heads: bytes
    calls: tuple[Call, ...]
    rung: str
    is_self_attested: bool


class Submissions:
    """Everything that was submitted.

    Args:
        folder: home/proctor/submissions; made if missing.
        sources: what submissions are put together from.
    """

    def __init__(self, folder: Path, sources: Sources) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        for left in folder.glob("*.part"):  # a proctor that was killed while it wrote
            left.unlink(missing_ok=True)
        self._folder, self._sources = folder, sources
        self._turn = asyncio.Lock()

    async def take(self, session: str, exercise: str, *, is_automatic: bool = False) -> Receipt:
        """Submit an exercise as last saved, and return the receipt.

        Args:
            session: whose.
            exercise: which.
            is_automatic: the proctor does it by itself, at the hard end; once.

        Raises:
            Refusal: 409 `nothing_saved`; 413, the record is larger than a submission may be.
        """
        card = self._sources.sessions.card(session, exercise)
        async with self._turn:
            if is_automatic:
                known = await self._sources.writer.read(lambda c: _automatic(c, session, exercise))
                if known is not None:
                    return known
            frozen = await self._sources.writer.do(lambda c: self._freeze(c, session, exercise))
            name = f"sub-{secrets.token_hex(8)}"
            at = self._sources.clock.now()
            key = self._sources.sessions.key(session)
            record = await self._sources.writer.read(
                lambda c: _read_record(c, session, frozen.head.seq, key)
            )
            made, artefacts = await asyncio.to_thread(
                self._write, (name, session, exercise, card.version), at, frozen, record
            )
            row = _row(made, frozen, is_automatic=is_automatic)
            try:
                await self._sources.writer.do(
                    lambda c: self._enter(c, made.receipt, row, artefacts)
                )
            except BaseException:
                (self._folder / row["path"]).unlink(missing_ok=True)
                raise
        _log.info("session %s: %s submitted, number %s", session, exercise, frozen.number)
        return made.receipt

    def refuse_late(self, session: str, exercise: str) -> None:
        """Refuse a candidate whose exercise the proctor has submitted by itself.

        Raises:
            Refusal: 403, it is over.
        """
        title = self._sources.sessions.card(session, exercise).title
        if self._sources.deadlines.box(session, exercise).closed_at is not None:
            raise Refusal(
                f"Exercise {title} is over and your last saved state has been submitted. There "
                "is nothing you need to do.",
                status=403,
                code="session_deadline_exceeded",
            )

    async def describe_all(self) -> list[dict[str, Any]]:
        """Return what was submitted, oldest first, as the operator may see it."""
        return await self._sources.writer.read(list_rows)

    async def archive(self, name: str) -> bytes:
        """Return a submission's archive with its content key, for the grader.

        Of a candidate who was erased it comes without: nobody has the key any more.

        Raises:
            Refusal: 404, there is none of that id.
            OursToFix: it is not on disk as it was written.
        """
        query = select(submissions).where(submissions.c.id == name)
        row = await self._sources.writer.read(lambda c: c.execute(query).one_or_none())
        if row is None:
            raise words.not_found(f"submission {name[:60]!r}")
        async with self._turn:
            return await asyncio.to_thread(self._read, row)

    def _read(self, row: Row[Any]) -> bytes:
        try:
            key = self._sources.sessions.key(row.session)
        except Refusal:
            key = None
        return read_archive_file(self._folder / row.path, key)

    def _freeze(self, connection: Connection, session: str, exercise: str) -> _Frozen:
        """Sign a fresh head and note what stands below it, inside a job of the writer."""
        last = self._sources.witness.last_seq(connection, session)
        found = read_saves(connection, session, exercise, last_seq=last)
        if not found:
            raise Refusal(
                "Nothing of this exercise has been saved yet, so there is nothing to submit. "
                "Save the notebook (Ctrl S) and submit again.",
                status=409,
                code="nothing_saved",
            )
        _refuse_too_large(connection, session)
        where = (submissions.c.session == session) & (submissions.c.exercise == exercise)
        before = connection.execute(select(func.count()).select_from(submissions).where(where))
        head = self._sources.witness.sign(connection, session)
        assert head is not None  # a save is an entry
        return _Frozen(head=head, saves=found, number=before.scalar_one() + 1)

    def _write(
        self,
        about: tuple[str, str, str, str],
        at: dt.datetime,
        frozen: _Frozen,
        record: _Record,
    ) -> tuple[Assembled, Artefacts]:
        """Assemble and write the archive; runs in a thread of its own."""
        name, session, exercise, version = about
        newest = frozen.saves[-1]
        notebook = self._sources.blobs.open(session, newest.blob)
        artefacts = read_artefacts(notebook)
        contents = Contents(
            submission=name,
            session=session,
            exercise=exercise,
            exercise_version=version,
            number=frozen.number,
            at=at,
            saved_at=newest.at,
            notebook=notebook,
            artefacts=artefacts.sources,
            journal=record.journal,
            heads=record.heads,
            head_seq=frozen.head.seq,
            head_hash=frozen.head.hash,
            calls=record.calls,
            versions=self._versions(session, frozen.saves),
            rung=record.rung,
            self_attested=record.is_self_attested,
        )
        key = self._sources.sessions.key(session)
        try:
            made = assemble(contents, key=key, signer=self._sources.signer)
        except BadSubmission as problem:
            raise _too_large() from problem
        write_whole(self._folder / f"{name}.zip", made.archive)
        return made, artefacts

    def _versions(self, session: str, found: list[Save]) -> dict[str, bytes]:
        """Return saved versions by blob id, the newest first, as far as there is room."""
        chosen: dict[str, bytes] = {}
        room = MOST_VERSION_BYTES
        for save in reversed(found):
            if save.blob.id in chosen:
                continue
            room -= save.blob.size_bytes
            if room < 0:
                break
            chosen[save.blob.id] = self._sources.blobs.open(session, save.blob)
        return chosen

    def _enter(
        self, connection: Connection, receipt: Receipt, row: dict[str, Any], artefacts: Artefacts
    ) -> None:
        """Write the row and the journal's entry, inside a job of the writer."""
        connection.execute(insert(submissions).values(row))
        payload = {
            "submission": receipt.submission,
            "number": receipt.number,
            "manifest_sha256": receipt.manifest_sha256,
            "head_seq": receipt.head_seq,
            "saved_at": to_wire(receipt.saved_at),
            "is_automatic": row["is_automatic"],
            "artefacts": sorted(artefacts.sources),
            "problem": artefacts.problem,
        }
        self._sources.witness.append(
            connection, receipt.session, "submit", payload, at=receipt.at, exercise=receipt.exercise
        )


def list_rows(connection: Connection) -> list[dict[str, Any]]:
    """Return every submission as the operator may see it, oldest first."""
    rows = connection.execute(select(submissions).order_by(submissions.c.at, submissions.c.id))
    return [
        {
            "submission": row.id,
            "session": row.session,
            "exercise": row.exercise,
            "number": row.number,
            "at": to_wire(row.at),
            "saved_at": to_wire(row.saved_at),
            "size_bytes": row.size_bytes,
            "is_automatic": row.is_automatic,
        }
        for row in rows
    ]


def read_archive_file(path: Path, key: ContentKey | None) -> bytes:
    """Return a submission's archive, with its content key if there is one.

    Raises:
        OursToFix: it is not on disk as it was written.
    """
    try:
        archive = path.read_bytes()
        return archive if key is None else with_key(archive, key)
    except (OSError, BadSubmission) as problem:
        raise OursToFix(f"{path.name} is not on disk as it was written: {problem}") from problem


def write_whole(path: Path, data: bytes) -> None:
    """Write a new file for its owner alone, durable before it has its name.

    Raises:
        FileExistsError: there is one of that name; it stays as it is.
    """
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)  # unlike a rename it never takes another's place
        sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _read_record(connection: Connection, session: str, last_seq: int, key: ContentKey) -> _Record:
    rows = connection.execute(
        select(calls.c.sealed)
        .where(calls.c.session == session)
        .order_by(calls.c.at, calls.c.key, calls.c.occurrence)
    ).scalars()
    try:
        rung, is_self_attested = _sandbox(connection, session, last_seq, key)
        return _Record(
            journal=b"".join(read_lines(connection, session, last_seq=last_seq)),
            heads=read_head_lines(connection, session, last_seq=last_seq),
            calls=tuple(open_call(row, key) for row in rows),
            rung=rung,
            is_self_attested=is_self_attested,
        )
    except BadJournal as problem:
        raise OursToFix(f"the record of {session} does not open: {problem}") from problem


def _sandbox(
    connection: Connection, session: str, last_seq: int, key: ContentKey
) -> tuple[str, bool]:
    """Return the weakest rung any kernel ran on, and whether the record is a mere claim.

    It is one as soon as a single kernel ran without a sandbox, or nobody said that one did.
    """
    where = entries.c.kind.in_(("session_start", "kernel_start")) & (entries.c.seq <= last_seq)
    rungs: list[str] = []
    is_claim = False
    for event in read_events(connection, session, key, where=where):
        rung, word = event.payload.get("rung"), event.payload.get("self_attested")
        if event.kind == "session_start" or rung is not None or word is not None:
            rungs.append(rung if isinstance(rung, str) else "unknown")
            is_claim = is_claim or word is not False
    unsandboxed = [rung for rung in rungs if rung not in SANDBOXED]
    if unsandboxed or not rungs:
        return (unsandboxed[0][:40] if unsandboxed else "unknown"), True
    return max(rungs, key=SANDBOXED.index), is_claim


def _automatic(connection: Connection, session: str, exercise: str) -> Receipt | None:
    """Return the receipt of what the proctor submitted by itself already; None if it has not."""
    mine = (submissions.c.session == session) & (submissions.c.exercise == exercise)
    query = select(submissions.c.receipt).where(mine, submissions.c.is_automatic)
    found = connection.execute(query.limit(1)).scalar_one_or_none()
    return None if found is None else Receipt.model_validate_json(found)


def _refuse_too_large(connection: Connection, session: str) -> None:
    sizes = [
        connection.execute(
            select(func.coalesce(func.sum(func.length(column)), 0)).where(
                table.c.session == session
            )
        ).scalar_one()
        for table, column in ((entries, entries.c.body), (calls, calls.c.sealed))
    ]
    if sum(sizes) > MOST_JOURNAL_BYTES:
        raise _too_large()


def _too_large() -> Refusal:
    return Refusal(
        "The record of this session is larger than a submission may be. Your work is saved with "
        "us: tell the organiser.",
        status=413,
        code="record_too_large",
    )


def _row(made: Assembled, frozen: _Frozen, *, is_automatic: bool) -> dict[str, Any]:
    receipt = made.receipt
    return {
        "id": receipt.submission,
        "session": receipt.session,
        "exercise": receipt.exercise,
        "number": receipt.number,
        "at": receipt.at,
        "saved_at": receipt.saved_at,
        "path": f"{receipt.submission}.zip",
        "size_bytes": len(made.archive),
        "receipt": receipt.to_bytes(),
        "is_automatic": is_automatic,
    }
