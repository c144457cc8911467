"""All that a proctor keeps in one file, and back: databases, keys, saved files, submissions.

Runs in zone G, beside a proctor that is up or without one. Databases are copied first, as each
stands between two commits; what they name lies on disk before they name it and is never written
over, so the files copied after them hold all of it. The file is as secret as the proctor's folder.

A Postgres is copied into files of SQLite's, and filled from them: one form of backup for both, and
the way from the one to the other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import re
import secrets
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from pydantic import AwareDatetime, Field, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from harness.core.card import tell_validation
from harness.core.errors import EnvironmentLacks, UsageError
from harness.core.records import Record, Sha256
from harness.core.settings import ProctorSettings
from harness.proctor.copying import copy_in, copy_out
from harness.proctor.database import NAMES, Database, database
from harness.proctor.errors import StoreUnusable

DATABASES = tuple(f"{name}.sqlite" for name in NAMES)
_PLAIN = ProctorSettings()
_FOLDERS, _FILES = ("keys", "blobs", "submissions"), ("operator.token", "overruns.json")
_MANIFEST = "backup.json"
_PATH = re.compile(
    r"(witness|identity|rounds)\.sqlite|operator\.token|overruns\.json"
    r"|(keys|blobs|submissions)(/[A-Za-z0-9][A-Za-z0-9_.-]{0,200}){1,4}"
)
_MOST_MANIFEST_BYTES = 64 << 20
_PIECE = 1 << 20
Tell = Callable[[str, int], object]
"""Is told each file's path and size as it is done."""


class BackedUp(Record):
    """One file of a backup."""

    path: str = Field(pattern=rf"^({_PATH.pattern})$")
    """Its place in the proctor's folder."""
    size_bytes: int = Field(ge=0)
    """Its size."""
    sha256: Sha256
    """Of its bytes."""


class BackupManifest(Record):
    """What a backup holds; its last member."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    made_at: AwareDatetime
    """When it was made."""
    files: tuple[BackedUp, ...]
    """Everything in it, in order."""


def back_up(
    folder: Path, out: Path, *, made_at: dt.datetime, tell: Tell, own: ProctorSettings = _PLAIN
) -> BackupManifest:
    """Write a backup of a proctor's folder, whole or not at all.

    Args:
        folder: home/proctor.
        out: a new file, mode 0600.
        made_at: the time.
        tell: of progress.
        own: says where the databases lie.

    Raises:
        UsageError: out is there already, or there is no proctor's folder.
        EnvironmentLacks: out cannot be written, or the databases cannot be read.
    """
    if out.exists():
        raise UsageError(f"{out} is there already; choose another name")
    held = [database(own, folder, name) for name in NAMES]
    if not (folder if held[0].is_shared else held[0].path).exists():
        raise UsageError(f"there is nothing to back up in {folder}")
    part = out.with_name(f"{out.name}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file, tempfile.TemporaryDirectory() as room:
            manifest = _write(file, folder, _copied(held, Path(room)), made_at, tell)
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
    except OSError as problem:
        raise EnvironmentLacks(f"{out} cannot be written: {problem}") from problem
    except SQLAlchemyError as problem:
        raise StoreUnusable(f"the databases cannot be read: {problem}") from problem
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore(
    source: Path, folder: Path, *, tell: Tell, own: ProctorSettings = _PLAIN
) -> BackupManifest:
    """Put a backup's files into a proctor's folder that is not there yet.

    Args:
        source: the backup.
        folder: home/proctor; must not exist, so that nothing is written over.
        tell: of progress.
        own: says where the databases are to lie; schemas of Postgres' must be empty.

    Raises:
        UsageError: the folder is there, a schema is not empty, or the file is no whole backup;
            nothing is left behind.
    """
    if folder.exists():
        raise UsageError(
            f"{folder} is there already, and nothing is written over; choose an empty home"
        )
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    room = folder.with_name(f"{folder.name}.restoring-{secrets.token_hex(4)}")
    try:
        room.mkdir(mode=0o700)
        with source.open("rb") as file:
            manifest = _read(file, room, tell)
        for name in DATABASES:
            _check_database(room / name)
        held = [database(own, room, name) for name in NAMES]
        if held[0].is_shared:
            copy_in(room, held)
            for one in held:
                one.path.unlink()
        room.rename(folder)
    except SQLAlchemyError as problem:
        raise StoreUnusable(f"the databases cannot be filled: {problem}") from problem
    except (OSError, tarfile.TarError, sqlite3.DatabaseError) as problem:
        raise UsageError(f"{source} cannot be restored: {problem}") from problem
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return manifest


def _write(
    file: IO[bytes], folder: Path, copies: Iterator[Path], made_at: dt.datetime, tell: Tell
) -> BackupManifest:  # fmt: skip
    done: list[BackedUp] = []
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for copy in copies:
            done.append(_add(archive, copy.name, copy))
            tell(copy.name, done[-1].size_bytes)
        for path in _others(folder):
            name = path.relative_to(folder).as_posix()
            done.append(_add(archive, name, path))
            tell(name, done[-1].size_bytes)
        manifest = BackupManifest(made_at=made_at, files=tuple(done))
        data = manifest.to_bytes()
        about = tarfile.TarInfo(_MANIFEST)
        about.size, about.mode = len(data), 0o600
        archive.addfile(about, io.BytesIO(data))
    return manifest


def _copied(held: list[Database], room: Path) -> Iterator[Path]:
    """Yield each database as it stands between two commits, also while its proctor writes."""
    for where in held:
        to = room / where.path.name
        if where.is_shared:
            copy_out(where, to)
        elif where.path.is_file():
            with (
                closing(sqlite3.connect(where.path)) as source,
                closing(sqlite3.connect(to)) as to_,
            ):
                source.backup(to_)
        else:
            continue
        yield to


def _others(folder: Path) -> Iterator[Path]:
    for name in _FILES:
        if (folder / name).is_file():
            yield folder / name
    for name in _FOLDERS:
        for path in sorted((folder / name).rglob("*")):
            if path.is_file() and not path.is_symlink() and path.suffix != ".part":
                yield path


def _add(archive: tarfile.TarFile, name: str, path: Path) -> BackedUp:
    with path.open("rb") as file:
        about = tarfile.TarInfo(name)
        about.size, about.mode = os.fstat(file.fileno()).st_size, 0o600
        reader = _Hashing(file)
        archive.addfile(about, reader)
    return BackedUp(path=name, size_bytes=about.size, sha256=reader.sha256.hexdigest())


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sha256 = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.sha256.update(data)
        return data


def _read(file: IO[bytes], room: Path, tell: Tell) -> BackupManifest:
    found: list[BackedUp] = []
    with tarfile.open(fileobj=file, mode="r:") as archive:
        for member in archive:
            data = archive.extractfile(member) if member.isreg() else None
            if data is None:
                raise UsageError(f"{member.name[:80]!r} in the backup is not a file")
            if member.name == _MANIFEST:
                return _checked(data.read(_MOST_MANIFEST_BYTES + 1), found)
            found.append(_put(member, data, room))
            tell(member.name, member.size)
    raise UsageError("the backup is cut short: what it should hold is not written in it")


def _put(member: tarfile.TarInfo, data: IO[bytes], room: Path) -> BackedUp:
    if not _PATH.fullmatch(member.name):
        raise UsageError(f"{member.name[:80]!r} is not a file of a proctor's")
    path = room / member.name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    reader = _Hashing(data)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as out:
        while piece := reader.read(_PIECE):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
        size = out.tell()
    return BackedUp(path=member.name, size_bytes=size, sha256=reader.sha256.hexdigest())


def _checked(data: bytes, found: list[BackedUp]) -> BackupManifest:
    try:
        manifest = BackupManifest.from_value(json.loads(data))
    except ValidationError as problem:
        raise UsageError(f"the backup's list: {tell_validation(problem)}") from problem
    except ValueError as problem:
        raise UsageError("the backup's list cannot be read") from problem
    if list(manifest.files) != found:
        named = {one.path: one for one in manifest.files}
        off = next((one.path for one in found if named.get(one.path) != one), "something")
        raise UsageError(f"the backup was altered: {off} is not what its list says")
    return manifest


def _check_database(path: Path) -> None:
    if not path.exists():
        raise UsageError(f"the backup has no {path.name}")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        (word,) = connection.execute("pragma integrity_check").fetchone()
    if word != "ok":
        raise UsageError(f"{path.name} in the backup is broken: {str(word)[:200]}")
