"""Events on disk until the proctor has them for good: append-only segments and blobs.

Runs in zone S, on the event loop; one thread does the fsyncs. A line is written before
`append` returns, so a killed server loses nothing; a power cut loses at most what came in the
last two `SYNC_AFTER_S`. What the proctor has for good by then needs no fsync here. Lines found
at start were written by us but may be torn: they are checked.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.core.canonical import canonical_json, parse_json
from harness.core.errors import BadJournal

SEGMENT_BYTES = 1 << 20
"""A segment this long is closed and a new one begun."""
SYNC_AFTER_S = 0.05
"""How long an event may wait for the proctor before all that wait are synced."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where one waiting event lies.

    Attributes:
        segment: its segment's number.
        offset: first byte in the segment; -1 when the disk would not take it.
        size_bytes: length without the newline.
        blob: SHA-256 of the blob the proctor must have first, or None.
    """

    segment: int
    offset: int
    size_bytes: int
    blob: str | None


class Spool:
    """What the proctor does not have yet.

    Attributes:
        pending: waiting events by id, oldest first.
        waiting_bytes: all of them together.
    """

    def __init__(self, folder: Path) -> None:
        self.pending: OrderedDict[str, Place] = OrderedDict()
        self.waiting_bytes = 0
        self._folder, self._blobs, self._refused = folder, folder / "blobs", folder / "refused"
        for path in (folder, self._blobs, self._refused):
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._left: dict[int, int] = {}
        self._held: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._number, self._size, self._file = 0, 0, -1
        self._load()
        self._sweep_blobs()
        self._begin_segment()
        self._dirty, self._closing = threading.Event(), False
        self._due: asyncio.TimerHandle | None = None
        self._oldest = ""
        self._thread = threading.Thread(target=self._sync_forever, name="spool", daemon=True)
        self._thread.start()

    def append(self, ident: str, line: bytes, *, blob: str | None = None) -> None:
        """Keep an event until it is settled.

        Args:
            ident: its id.
            line: its JSON, without a newline in it.
            blob: the blob the proctor must have before it.
        """
        offset = self._write(line + b"\n")
        if offset < 0:
            self._held[ident] = line
        self.pending[ident] = Place(self._number, offset, len(line), blob)
        self._left[self._number] = self._left.get(self._number, 0) + 1
        self.waiting_bytes += len(line)
        self._sync_later()
        if self._size >= SEGMENT_BYTES:
            self._begin_segment()

    def read(self, ident: str) -> bytes:
        """Return a waiting event's JSON.

        Raises:
            KeyError: it is not waiting.
            OSError: its segment cannot be read.
        """
        place = self.pending[ident]
        if ident in self._held:
            return self._held[ident]
        with self._path(place.segment).open("rb") as file:
            file.seek(place.offset)
            return file.read(place.size_bytes)

    def settle(self, idents: Iterable[str]) -> None:
        """Drop what the proctor has for good; unknown ids are ignored."""
        for ident in idents:
            place = self.pending.pop(ident, None)
            if place is None:
                continue
            self._held.pop(ident, None)
            self.waiting_bytes -= place.size_bytes
            self._left[place.segment] -= 1
            if self._left[place.segment] == 0 and place.segment != self._number:
                self._drop_segment(place.segment)
            if place.blob and all(other.blob != place.blob for other in self.pending.values()):
                (self._blobs / place.blob).unlink(missing_ok=True)

    def refuse(self, ident: str, error: object) -> None:
        """Set aside an event the proctor will not take; it is kept under refused/."""
        try:
            event = self.read(ident).decode("utf-8", "replace")
        except (KeyError, OSError):
            return
        record = canonical_json({"error": str(error)[:2000], "event": event})
        (self._refused / f"{ident}.json").write_bytes(record)
        self.settle([ident])

    def put_blob(self, data: bytes) -> str:
        """Keep bytes on disk and return their SHA-256. May be called from any thread."""
        name = hashlib.sha256(data).hexdigest()
        path = self._blobs / name
        if not path.exists():
            part = self._blobs / f".{name}.{threading.get_ident()}"
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        return name

    def blob_path(self, name: str) -> Path | None:
        """Return where a blob lies; None when the proctor had it before and it is gone."""
        path = self._blobs / name
        return path if path.exists() else None

    def sync(self) -> None:
        """Return once every event appended so far is on disk. May be called from any thread."""
        with self._lock:
            copy = os.dup(self._file)
        try:
            os.fdatasync(copy)
        finally:
            os.close(copy)

    def close(self) -> None:
        """Write everything through and let go."""
        self._closing = True
        if self._due is not None:
            self._due.cancel()
        self._dirty.set()
        self._thread.join(5)
        if self._left.get(self._number, 0) == 0:
            self._path(self._number).unlink(missing_ok=True)
        os.close(self._file)

    def _write(self, data: bytes) -> int:
        offset = self._size
        try:
            if os.write(self._file, data) == len(data):
                self._size += len(data)
                return offset
            os.ftruncate(self._file, offset)
        except OSError as problem:
            _log.error("the spool cannot be written (%s); kept in memory", problem)
        return -1

    def _begin_segment(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        fresh = os.open(self._path(self._number + 1), flags, 0o600)
        with self._lock:
            old, before = self._file, self._number
            self._file, self._size, self._number = fresh, 0, self._number + 1
            if old >= 0:
                os.fdatasync(old)
                os.close(old)
        if before and self._left.get(before, 0) == 0:
            self._drop_segment(before)

    def _drop_segment(self, number: int) -> None:
        self._left.pop(number, None)
        self._path(number).unlink(missing_ok=True)

    def _sync_later(self) -> None:
        """Sync in a moment, unless what waits now has been settled by then."""
        if self._due is not None or not self.pending:
            return
        self._oldest = next(iter(self.pending))
        try:
            self._due = asyncio.get_running_loop().call_later(SYNC_AFTER_S, self._sync_if_old)
        except RuntimeError:  # no loop, no later
            self._dirty.set()

    def _sync_if_old(self) -> None:
        self._due = None
        if self._oldest in self.pending:
            self._dirty.set()
        else:
            self._sync_later()

    def _sync_forever(self) -> None:
        while True:
            self._dirty.wait()
            self._dirty.clear()
            with self._lock:
                copy = os.dup(self._file)
            try:
                os.fdatasync(copy)
            except OSError as problem:
                _log.error("the spool cannot be synced: %s", problem)
            finally:
                os.close(copy)
            if self._closing:
                return

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08d}.jsonl"

    def _load(self) -> None:
        for path in sorted(self._folder.glob("*.jsonl")):
            self._number = max(self._number, int(path.stem))
            offset = 0
            for line in path.read_bytes().split(b"\n"):
                self._load_line(int(path.stem), offset, line)
                offset += len(line) + 1
            if self._left.get(int(path.stem), 0) == 0:
                path.unlink()

    def _load_line(self, segment: int, offset: int, line: bytes) -> None:
        if not line:
            return
        try:
            event = parse_json(line, what="a spooled event")
            ident, blob = event["id"], None
            if event["kind"] == "save":
                blob = event["payload"]["sha256"]
        except (BadJournal, KeyError, TypeError):
            (self._refused / f"torn-{segment}-{offset}").write_bytes(line)
            return
        self.pending[ident] = Place(segment, offset, len(line), blob)
        self._left[segment] = self._left.get(segment, 0) + 1
        self.waiting_bytes += len(line)

    def _sweep_blobs(self) -> None:
        wanted = {place.blob for place in self.pending.values()}
        for path in self._blobs.iterdir():
            if path.name not in wanted:
                path.unlink()
