"""A candidate's own record as one zip, made while it is sent: never whole in memory, never on disk.

Runs in zone G. It holds what is the candidate's: events, model calls, saved versions, receipts. It
lacks what would answer an exercise that is still being sat, and what is somebody else's; the README
inside says so. No key is in it: everything is in the clear, so none is needed.
"""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from harness.core.canonical import canonical_json
from harness.core.clock import to_wire
from harness.core.errors import AuditionError
from harness.core.records import Event, Receipt
from harness.core.seal import ContentKey
from harness.core.submission import open_call
from harness.proctor.blobs import Blob, Blobs
from harness.proctor.tables import blobs, calls, entries, saves, submissions
from harness.proctor.witness import read_events
from harness.proctor.writer import Writer

PAGE_BYTES = 1 << 20
"""So much is read at once, so that nobody else's reading waits for it."""
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")
_WORD, _LONGEST_NAME = re.compile(r"[A-Za-z0-9]+"), 60
WITHHELD = {
    "llm_call": ("understood",),
    "ask": ("facts", "nearest", "matched_by", "suggested", "interviewer"),
}
"""Kind of event to fields that are left out: what the exercise's model and fact sheet made of the
words, which would answer the exercise, and who the interviewer was."""
README = """Your own record, made {at} (UTC), as the proctor holds it: a program of whoever invited
you, which keeps the record where nobody can change it.

events.jsonl    one event a line, oldest first: cells you ran and what came back, saves, questions,
                hypotheses, checks, pauses, submissions. "at" is the time of your workspace,
                "received_at" ours.
calls.jsonl     one model call or tool use a line: what was asked, answered and paid.
versions/       each saved version of each notebook: which one, when it was first saved (UTC), and
                how its SHA-256 begins.
versions.csv    every save: when, where, the SHA-256 that its "save" event names, its file here.
receipts/       the signed receipt of each submission.

Left out, because the exercise could be answered with it while it is still in use: how the
exercise's own model read your prompts, and which entries of the stakeholder's notes your questions
matched. Left out, because it is another person's: who answered, where a person did.
{lacking}
This file is yours to keep. Please do not pass the exercises in it on. Questions about it, or the
wish to have it deleted: write to whoever invited you.
"""


@dataclass(frozen=True)
class _Version:
    """One save that can be given out."""

    at: dt.datetime
    path: str
    sha256: str
    blob: Blob
    file: str
    """Where its bytes are in the zip; bytes that were saved again lie there once."""


class _Pieces(io.RawIOBase):
    """Takes what a zip writes, to be handed on."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = bytes(self._held)
        self._held.clear()
        return taken


@dataclass(frozen=True)
class OwnRecord:
    """One session's record, to be given to who sat it.

    Attributes:
        writer: of the witness.
        blobs: the saved files.
        session: whose.
        key: the candidate's.
        at: now.
    """

    writer: Writer
    blobs: Blobs
    session: str
    key: ContentKey
    at: dt.datetime

    @property
    def name(self) -> str:
        """What the file is called."""
        return f"audition-record-{self.session}.zip"

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the zip, piece by piece."""
        out = _Pieces()
        lacking: list[str] = []
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            async for piece in self._lines(archive, out, "events.jsonl", self._events):
                yield piece
            async for piece in self._lines(archive, out, "calls.jsonl", self._calls):
                yield piece
            versions = await self.writer.read(self._versions)
            async for piece in self._files(archive, out, versions, lacking):
                yield piece
            for receipt in await self.writer.read(self._receipts):
                name = f"receipts/{receipt.exercise}-{receipt.number}.json"
                archive.writestr(self._entry(name), receipt.to_bytes())
            archive.writestr(self._entry("versions.csv"), _table(versions))
            told = README.format(at=to_wire(self.at), lacking=_tell_lacking(lacking))
            archive.writestr(self._entry("README.txt"), told)
            yield out.take()
        yield out.take()

    async def _lines(
        self, archive: zipfile.ZipFile, out: _Pieces, name: str,
        read: Callable[..., tuple[bytes, int]],
    ) -> AsyncIterator[bytes]:  # fmt: skip
        """Yield a member of lines; `read` gives a page and where the next one begins."""
        with archive.open(self._entry(name), "w", force_zip64=True) as member:
            after: int | None = None
            while True:
                page, after = await self.writer.read(partial(read, after=after))
                if not page:
                    break
                await asyncio.to_thread(member.write, page)
                yield out.take()
        yield out.take()

    async def _files(
        self, archive: zipfile.ZipFile, out: _Pieces, versions: list[_Version], lacking: list[str]
    ) -> AsyncIterator[bytes]:
        for name, blob in {one.file: one.blob for one in versions}.items():
            try:
                data = await asyncio.to_thread(self.blobs.open, self.session, blob)
            except (AuditionError, OSError):  # not on disk as it was written: the others still are
                lacking.append(name)
                continue
            await asyncio.to_thread(archive.writestr, self._entry(name), data)
            yield out.take()

    def _entry(self, name: str) -> zipfile.ZipInfo:
        made = zipfile.ZipInfo(name, date_time=self.at.timetuple()[:6])
        made.compress_type = zipfile.ZIP_DEFLATED
        made.external_attr = 0o644 << 16
        return made

    def _events(self, connection: Connection, after: int | None) -> tuple[bytes, int]:
        seq, held = -1 if after is None else after, bytearray()
        everything = entries.c.seq >= 0
        found = read_events(connection, self.session, self.key, where=everything, after_seq=seq)
        for event in found:
            held += canonical_json(own_event(event)) + b"\n"
            seq = event.seq
            if len(held) >= PAGE_BYTES:
                break
        return bytes(held), seq

    def _calls(self, connection: Connection, after: int | None) -> tuple[bytes, int]:
        done, held = after or 0, bytearray()
        mine = select(calls.c.sealed).where(calls.c.session == self.session)
        query = mine.order_by(calls.c.at, calls.c.id).offset(done)
        for sealed in connection.execute(query).yield_per(100).scalars():
            held += open_call(sealed, self.key).to_bytes() + b"\n"
            done += 1
            if len(held) >= PAGE_BYTES:
                break
        return bytes(held), done

    def _versions(self, connection: Connection) -> list[_Version]:
        query = select(saves.c.seq, blobs.c.id, blobs.c.size_bytes, blobs.c.path).join(
            blobs, (blobs.c.session == saves.c.session) & (blobs.c.id == saves.c.blob)
        )
        rows = connection.execute(query.where(saves.c.session == self.session))
        kept = {row.seq: Blob(row.id, row.size_bytes, row.path) for row in rows}
        found = read_events(connection, self.session, self.key, where=entries.c.kind == "save")
        return list(_named(found, kept))

    def _receipts(self, connection: Connection) -> list[Receipt]:
        query = select(submissions.c.receipt).where(submissions.c.session == self.session)
        bodies = connection.execute(query.order_by(submissions.c.at, submissions.c.id)).scalars()
        return [Receipt.model_validate_json(body) for body in bodies]


def own_event(event: Event) -> dict[str, Any]:
    """Return an event as its own candidate gets it, without what is withheld."""
    value = event.to_value()
    withheld = WITHHELD.get(event.kind, ())
    value["payload"] = {k: v for k, v in event.payload.items() if k not in withheld}
    return value


def _named(events: Iterable[Event], kept: dict[int, Blob]) -> Iterator[_Version]:
    files: dict[str, str] = {}
    for event in events:
        blob, load = kept.get(event.seq), event.payload
        if blob is not None:
            path, sha256 = str(load["path"]), str(load["sha256"])
            file = files.setdefault(sha256, _file_of(path, sha256, event.at))
            yield _Version(event.at, path, sha256, blob, file)


def _file_of(path: str, sha256: str, at: dt.datetime) -> str:
    """Return a name that tells which file it was and when; the path is a candidate's own words."""
    kind = _SUFFIX.search(path)
    suffix = kind[0] if kind else ""
    folders, _, stem = path.removesuffix(suffix).rpartition("/")
    words = stem if folders.rpartition("/")[2] == stem else f"{folders} {stem}"
    name = "-".join(_WORD.findall(words))[:_LONGEST_NAME] or "file"
    return f"versions/{name}-{at:%Y-%m-%d-%H%M%S}-{sha256[:12]}{suffix}"


def _table(versions: list[_Version]) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("at", "path", "sha256", "file"))
    table.writerows((to_wire(one.at), one.path, one.sha256, one.file) for one in versions)
    return out.getvalue()


def _tell_lacking(lacking: list[str]) -> str:
    if not lacking:
        return ""
    names = "\n".join(f"  {name}" for name in lacking)
    return f"\nThese versions could not be read when this file was made:\n{names}\n"
