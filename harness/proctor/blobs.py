"""Saved files by their hash: streamed to disk, sealed on the way, never in the clear there.

Runs in zone G. The bytes are a candidate's and are never looked into here. A blob's name on
disk is a keyed hash, so nobody learns by it whether a content they guess at is there.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import re
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, func, select

from harness.core.clock import Clock
from harness.core.errors import BadJournal, OursToFix
from harness.core.seal import ContentKey
from harness.proctor import words
from harness.proctor.errors import Refusal
from harness.proctor.prepared import insert_of
from harness.proctor.tables import blobs
from harness.proctor.writer import Writer

LARGEST_BLOB_BYTES = 64 << 20
MOST_SESSION_BYTES = 4 << 30
"""All blobs of one session together."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Blob:
    """A blob that is on disk.

    Attributes:
        id: its keyed hash.
        size_bytes: of its plain bytes.
        path: below the blobs' folder.
    """

    id: str
    size_bytes: int
    path: str


class Blobs:
    """Every session's blobs.

    Args:
        folder: home/proctor/blobs; made if missing.
        writer: of the witness.
        clock: where time comes from.
        key_of: session to content key; raises when the key was destroyed.
    """

    def __init__(
        self, folder: Path, writer: Writer, clock: Clock, key_of: Callable[[str], ContentKey]
    ) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        for left in folder.glob("*/.part-*"):  # a proctor that was killed in an upload
            left.unlink(missing_ok=True)
        self._folder, self._writer, self._clock, self._key_of = folder, writer, clock, key_of

    async def put(self, session: str, sha256: str, pieces: AsyncIterator[bytes]) -> bool:
        """Keep a blob; return True when it is new, False when it was there already.

        Args:
            session: whose.
            sha256: of its plain bytes, as the sender says.
            pieces: its plain bytes, in order.

        Raises:
            Refusal: 400 for bytes with another hash, 413 for too many, 503 for a full disk.
        """
        key, name = self._key_of(session), _blob_id(self._key_of(session), sha256)
        known, kept_bytes = await self._writer.read(
            lambda c: (find(c, session, name), _kept_bytes(c, session))
        )
        if known is not None and (self._folder / known.path).is_file():
            await _check(pieces, sha256, _Nowhere())
            return False
        target = self._folder / session / name
        room = min(LARGEST_BLOB_BYTES, max(0, MOST_SESSION_BYTES - kept_bytes))
        size = await self._write(target, pieces, _Sealed(key, _place(session, name)), sha256, room)
        row = {
            "session": session,
            "id": name,
            "size_bytes": size,
            "path": f"{session}/{name}",
            "at": self._clock.now(),
        }

        def job(connection: Connection) -> None:
            new = insert_of(connection.dialect)(blobs).values(row)
            connection.execute(new.on_conflict_do_nothing(index_elements=["session", "id"]))

        await self._writer.do(job)
        return True

    async def get(self, session: str, sha256: str) -> bytes:
        """Return a blob's plain bytes.

        Raises:
            Refusal: 404, the session has no such blob.
            OursToFix: it is in the record and not on disk as it was.
        """
        name = _blob_id(self._key_of(session), sha256)
        found = await self._writer.read(lambda c: find(c, session, name))
        if found is None:
            raise words.not_found("saved file with this hash")
        return await asyncio.to_thread(self.open, session, found)

    def open(self, session: str, blob: Blob) -> bytes:
        """Return a blob's plain bytes; reads the disk, so call it off the event loop.

        Raises:
            OursToFix: it is in the record and not on disk as it was.
        """
        try:
            sealed = (self._folder / blob.path).read_bytes()
            return self._key_of(session).open(sealed, place=_place(session, blob.id))
        except (OSError, BadJournal) as problem:
            raise OursToFix(f"blob {blob.id[:12]} of {session} is not as it was kept") from problem

    async def _write(
        self, target: Path, pieces: AsyncIterator[bytes], sink: _Sealed, sha256: str, room: int
    ) -> int:
        """Write a sealed file whole or not at all; return the size of its plain bytes."""
        part = target.parent / f".part-{secrets.token_hex(8)}"
        try:
            target.parent.mkdir(mode=0o700, exist_ok=True)
            with _open_private(part) as file:
                sink.file = file
                size = await _check(pieces, sha256, sink, room=room)
                await asyncio.to_thread(_sync, file)
            part.replace(target)
            await asyncio.to_thread(sync_folder, target.parent)
            return size
        except OSError as problem:
            _log.error("a blob could not be written: %s", problem)
            raise Refusal(
                "The saved file could not be kept at this moment. Your notebook is safe; it is "
                "sent again by itself.",
                status=503,
                code="storage_unavailable",
                retry_after_s=2.0,
            ) from problem
        finally:
            part.unlink(missing_ok=True)


def find(connection: Connection, session: str, name: str) -> Blob | None:
    """Return a session's blob by its id; None if it is not there."""
    where = (blobs.c.session == session) & (blobs.c.id == name)
    row = connection.execute(select(blobs).where(where)).one_or_none()
    return None if row is None else Blob(row.id, row.size_bytes, row.path)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Nowhere:
    """Takes bytes that are on disk already."""

    def begin(self) -> None:
        """Begin."""

    def add(self, piece: bytes) -> None:
        """Take a piece."""

    def end(self) -> None:
        """End."""


class _Sealed(_Nowhere):
    """Takes plain bytes and writes them sealed."""

    file: IO[bytes]

    def __init__(self, key: ContentKey, place: str) -> None:
        self._sealer = key.sealer(place=place)

    def begin(self) -> None:
        """Write what stands before the first piece."""
        self.file.write(self._sealer.begin())

    def add(self, piece: bytes) -> None:
        """Write the next piece."""
        self.file.write(self._sealer.add(piece))

    def end(self) -> None:
        """Write what stands after the last piece."""
        self.file.write(self._sealer.end())


async def _check(
    pieces: AsyncIterator[bytes], sha256: str, sink: _Nowhere, *, room: int = LARGEST_BLOB_BYTES
) -> int:
    """Pass pieces on to a sink and return their size, once their hash is the one it should be."""
    found, size = hashlib.sha256(), 0
    sink.begin()
    async for piece in pieces:
        size += len(piece)
        if size > room:
            raise words.body_too_large(room)
        found.update(piece)
        sink.add(piece)
    if found.hexdigest() != sha256:
        raise Refusal(
            "The bytes that came do not have the hash in the address. Send them again.",
            status=400,
            code="hash_mismatch",
        )
    sink.end()
    return size


def _blob_id(key: ContentKey, sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise words.bad_value("A blob's address is its SHA-256: 64 digits from 0-9a-f.")
    return key.blob_id_of(sha256)


def _kept_bytes(connection: Connection, session: str) -> int:
    total = select(func.coalesce(func.sum(blobs.c.size_bytes), 0)).where(blobs.c.session == session)
    return int(connection.execute(total).scalar_one())


def _place(session: str, name: str) -> str:
    return f"{session}|blob|{name}"


def _open_private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
