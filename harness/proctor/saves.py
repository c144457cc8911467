"""Saved states: which file was saved when, with which bytes.

Runs in zone G. A save is an entry of the journal and a row that names its blob; both are
written in one job, and only once the blob's bytes are with us.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection, insert, select

from harness.core.card import tell_validation
from harness.core.clock import to_wire
from harness.core.records import Announcement, Sha256
from harness.core.seal import ContentKey
from harness.proctor import words
from harness.proctor.blobs import Blob, find
from harness.proctor.errors import Refusal
from harness.proctor.tables import blobs, entries, saves
from harness.proctor.witness import read_events

LABELS = ("as given", "before restore")
"""What a save may be called besides; any other word is dropped."""


class SavedFile(BaseModel):
    """What the payload of a save says."""

    model_config = ConfigDict(frozen=True)

    path: Annotated[str, Field(min_length=1, max_length=1024, pattern=r"^[^\x00]*$")]
    """API path below the work folder."""
    sha256: Sha256
    """Of its bytes."""
    size_bytes: Annotated[int, Field(ge=0)]
    """How many there are."""


@dataclass(frozen=True)
class Save:
    """A saved state.

    Attributes:
        seq: number of its entry in the journal.
        at: when it was saved, by the server's clock.
        blob: its bytes.
    """

    seq: int
    at: dt.datetime
    blob: Blob


def read_saved(event: Announcement) -> SavedFile:
    """Return what a save's payload says.

    Raises:
        Refusal: 400, it names no file, or no hash of one.
    """
    try:
        return SavedFile.model_validate(event.payload, strict=True)
    except ValidationError as problem:
        raise words.bad_value(
            f"A save names path, sha256 and size_bytes: {tell_validation(problem)}."
        ) from problem


def find_blob(connection: Connection, session: str, saved: SavedFile, key: ContentKey) -> Blob:
    """Return the blob that a save names.

    Raises:
        Refusal: 409 `blob_missing`, its bytes have not come yet; 400 for another size.
    """
    blob = find(connection, session, key.blob_id_of(saved.sha256))
    if blob is None:
        raise Refusal(
            "The bytes of this save have not come. Send them to /s/blobs/ and the save again.",
            status=409,
            code="blob_missing",
            retry_after_s=0.2,
        )
    if blob.size_bytes != saved.size_bytes:
        raise words.bad_value("A save states another size than its bytes have.")
    return blob


def keep_save(
    connection: Connection, session: str, event: Announcement, blob: Blob, seq: int
) -> None:
    """Write the row of a save whose entry is in the journal.

    Args:
        connection: the writer's, inside the job that appended the entry.
        session: whose.
        event: the save.
        blob: its bytes.
        seq: the entry's number.
    """
    row = {
        "session": session,
        "seq": seq,
        "exercise": event.exercise,
        "path": event.payload["path"],
        "blob": blob.id,
        "size_bytes": blob.size_bytes,
        "at": event.at,
    }
    connection.execute(insert(saves).values(row))


def notebook_path(slug: str) -> str:
    """Return where an exercise's own notebook lies below the work folder."""
    return f"{slug}/{slug}.ipynb"


def read_saves(connection: Connection, session: str, slug: str, *, last_seq: int) -> list[Save]:
    """Return the saved states of an exercise's own notebook, oldest first.

    Args:
        connection: any.
        session: whose.
        slug: the exercise.
        last_seq: number of the last entry that counts.
    """
    query = (
        select(saves.c.seq, saves.c.at, blobs.c.id, blobs.c.size_bytes, blobs.c.path)
        .join(blobs, (blobs.c.session == saves.c.session) & (blobs.c.id == saves.c.blob))
        .where(saves.c.session == session, saves.c.path == notebook_path(slug))
        .where(saves.c.seq <= last_seq)
        .order_by(saves.c.seq)
    )
    rows = connection.execute(query)
    return [Save(r.seq, r.at, Blob(r.id, r.size_bytes, r.path)) for r in rows]


def list_saves(
    connection: Connection, session: str, slug: str, key: ContentKey
) -> list[dict[str, Any]]:
    """Return every save of an exercise's folder as the candidate's server may see it, newest last.

    Args:
        connection: any.
        session: whose.
        slug: the exercise.
        key: the candidate's.
    """
    where = (entries.c.kind == "save") & (entries.c.exercise == slug)
    return [
        {
            "id": event.id,
            "at": to_wire(event.at),
            "received_at": to_wire(event.received_at),
            **{name: event.payload.get(name) for name in ("path", "sha256", "size_bytes")},
            "label": label if (label := event.payload.get("label")) in LABELS else None,
        }
        for event in read_events(connection, session, key, where=where)
    ]
