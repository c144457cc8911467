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
from harness.core.errors import BadSubmission, OursToFix
from harness.core.records import Head, Receipt
from harness.core.seal import ContentKey
from harness.core.signing import SigningKey
from harness.core.submission import Assembled, Contents, assemble, with_key
from harness.proctor import words
from harness.proctor.artefacts import Artefacts, read_artefacts
from harness.proctor.blobs import Blobs, sync_folder
from harness.proctor.deadline import Deadlines
from harness.proctor.errors import Refusal, WriteFailed
from harness.proctor.recorded import Recorded, read_record, refuse_too_large, too_large
from harness.proctor.saves import Save, read_saves
from harness.proctor.sessions import Sessions
from harness.proctor.signer import Signer
from harness.proctor.tables import submissions
from harness.proctor.witness import Witness
from harness.proctor.writer import Writer

MOST_BY_A_CANDIDATE = 100
"""Submissions of one exercise: a loop in a cell fills no disk."""
MOST_VERSION_BYTES = 96 << 20
"""Saved versions that travel along, the newest first; the older ones stay with us by hash."""
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
    signer: Signer


@dataclass(frozen=True)
class _Wanted:
    """What is submitted, as which, when, and under whose signature."""

    name: str
    session: str
    exercise: str
    exercise_version: str
    at: dt.datetime
    signer: SigningKey
    is_automatic: bool


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
            wanted = _Wanted(
                name=f"sub-{secrets.token_hex(8)}",
                session=session,
                exercise=exercise,
                exercise_version=card.version,
                at=self._sources.clock.now(),
                signer=self._sources.signer.current,
                is_automatic=is_automatic,
            )
            receipt = await self._make(wanted, frozen)
        _log.info("session %s: %s submitted, number %s", session, exercise, frozen.number)
        return receipt

    async def admit(self, session: str, exercise: str) -> None:
        """Let a candidate submit; the operator and the clock need no leave.

        Raises:
            Refusal: 403, it is over; 429, it has been submitted too often.
        """
        title = self._sources.sessions.card(session, exercise).title
        if self._sources.deadlines.box(session, exercise).closed_at is not None:
            raise Refusal(
                f"Exercise {title} is over and your last saved state has been submitted. There "
                "is nothing you need to do.",
                status=403,
                code="session_deadline_exceeded",
            )
        taken = await self._sources.writer.read(lambda c: _count(c, session, exercise))
        if taken >= MOST_BY_A_CANDIDATE:
            raise Refusal(
                f"Exercise {title} has been submitted {taken} times, and the newest one stands. "
                "Should a later state count, ask the organiser to submit it.",
                status=429,
                code="too_many_submissions",
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
        refuse_too_large(connection, session)
        head = self._sources.witness.sign(connection, session)
        assert head is not None  # a save is an entry
        return _Frozen(head=head, saves=found, number=_count(connection, session, exercise) + 1)

    async def _make(self, wanted: _Wanted, frozen: _Frozen) -> Receipt:
        """Read, assemble, write to disk, and only then enter it."""
        session, sources = wanted.session, self._sources
        key = sources.sessions.key(session)
        record = await sources.writer.read(lambda c: read_record(c, session, frozen.head.seq, key))
        made, artefacts = await asyncio.to_thread(self._write, wanted, frozen, record)
        row = _row(made, is_automatic=wanted.is_automatic)
        try:
            await sources.writer.do(lambda c: self._enter(c, made.receipt, row, artefacts))
        except Exception as problem:  # not when we are cancelled: then it is still entered
            if isinstance(problem, WriteFailed) and sources.writer.is_shared:
                raise  # it may be entered all the same, and then the file has to be there
            (self._folder / row["path"]).unlink(missing_ok=True)
            raise
        return made.receipt

    def _write(
        self, wanted: _Wanted, frozen: _Frozen, record: Recorded
    ) -> tuple[Assembled, Artefacts]:
        """Assemble and write the archive; runs in a thread of its own."""
        session = wanted.session
        newest = frozen.saves[-1]
        notebook = self._sources.blobs.open(session, newest.blob)
        artefacts = read_artefacts(notebook)
        contents = Contents(
            submission=wanted.name,
            session=session,
            exercise=wanted.exercise,
            exercise_version=wanted.exercise_version,
            number=frozen.number,
            at=wanted.at,
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
            made = assemble(contents, key=key, signer=wanted.signer)
        except BadSubmission as problem:
            raise too_large() from problem
        write_whole(self._folder / f"{wanted.name}.zip", made.archive)
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


def _count(connection: Connection, session: str, exercise: str) -> int:
    mine = (submissions.c.session == session) & (submissions.c.exercise == exercise)
    found = connection.execute(select(func.count()).select_from(submissions).where(mine))
    return int(found.scalar_one())


def _automatic(connection: Connection, session: str, exercise: str) -> Receipt | None:
    """Return the receipt of what the proctor submitted by itself already; None if it has not."""
    mine = (submissions.c.session == session) & (submissions.c.exercise == exercise)
    query = select(submissions.c.receipt).where(mine, submissions.c.is_automatic)
    found = connection.execute(query.limit(1)).scalar_one_or_none()
    return None if found is None else Receipt.model_validate_json(found)


def _row(made: Assembled, *, is_automatic: bool) -> dict[str, Any]:
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
