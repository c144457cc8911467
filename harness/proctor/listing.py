"""`audition submissions`: what was submitted, and one of them as the grader gets it.

Runs on the operator's machine beside the proctor, or without it: it reads home/proctor and
writes nothing there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import URL, Connection, Engine, create_engine, select
from sqlalchemy.exc import SQLAlchemyError

from harness.core.errors import UsageError
from harness.core.seal import ContentKey
from harness.core.settings import ProctorSettings, load_settings
from harness.proctor.database import Database, database, reading_engine
from harness.proctor.errors import StoreUnusable
from harness.proctor.submissions import list_rows, read_archive_file, write_whole
from harness.proctor.tables import candidates, sessions
from harness.proctor.tables import submissions as table

T = TypeVar("T")
_PLAIN = ProctorSettings()
_HEADINGS = ("submission", "session", "exercise", "number", "at", "saved_at", "size_bytes")


@click.command()
@click.argument("submission", required=False, metavar="[ID]")
@click.option("--out", type=click.Path(path_type=Path), help="Write the submission ID there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Where state lies.")
def submissions(submission: str | None, out: Path | None, as_json: bool, home: Path | None) -> None:
    """List what was submitted, oldest first; with --out FILE ID, write one for the grader.

    The file holds the key that opens it: keep it as you keep the candidate's name.
    """
    settings = load_settings()
    folder, own = (home or settings.home).resolve() / "proctor", settings.proctor
    if (submission is None) != (out is None):
        raise UsageError("give both or neither: audition submissions --out FILE ID")
    if submission is not None and out is not None:
        size = hand_out(folder, submission, out, own=own)
        told = {"submission": submission, "file": str(out), "size_bytes": size}
        click.echo(json.dumps(told) if as_json else f"{out} ({size} bytes)")
        return
    rows = read_rows(folder, own=own)
    click.echo(json.dumps({"submissions": rows}, indent=1) if as_json else tell(rows))


def read_rows(folder: Path, *, own: ProctorSettings = _PLAIN) -> list[dict[str, Any]]:
    """Return every submission, oldest first; none if no proctor ever ran there.

    Args:
        folder: home/proctor.
        own: says where the databases lie.

    Raises:
        StoreUnusable: the database cannot be read.
    """
    return _read(database(own, folder, "witness"), list_rows) or []


def hand_out(folder: Path, name: str, out: Path, *, own: ProctorSettings = _PLAIN) -> int:
    """Write a submission with its content key to a new file and return its size.

    Args:
        folder: home/proctor.
        name: the submission's id.
        out: a file that is not there yet.
        own: says where the databases lie.

    Raises:
        UsageError: there is no such submission, or the file cannot be written.
        StoreUnusable: the database cannot be read.
        OursToFix: the archive is not on disk as it was written.
    """
    query = (
        select(table.c.path, sessions.c.candidate)
        .join(sessions, sessions.c.id == table.c.session)
        .where(table.c.id == name)
    )
    row = _read(database(own, folder, "witness"), lambda c: c.execute(query).one_or_none())
    if row is None:
        raise UsageError(f"there is no submission {name[:80]!r}; audition submissions lists them")
    archive = read_archive_file(
        folder / "submissions" / row.path,
        _key(database(own, folder, "identity"), row.candidate),
    )
    try:
        write_whole(out, archive)
    except FileExistsError as problem:
        raise UsageError(f"{out} is there already; choose another name") from problem
    except OSError as problem:
        raise UsageError(f"{out} cannot be written: {problem.strerror}") from problem
    return len(archive)


def tell(rows: list[dict[str, Any]]) -> str:
    """Return the list as a table for people."""
    if not rows:
        return "Nothing has been submitted."
    shown = [[str(row[name]) for name in _HEADINGS] for row in rows]
    lines = [list(_HEADINGS), *shown]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _key(where: Database, candidate: str) -> ContentKey | None:
    """Return a candidate's content key; None if the candidate was erased."""
    query = select(candidates.c.content_key).where(candidates.c.id == candidate)
    secret = _read(where, lambda c: c.execute(query).scalar_one_or_none())
    return ContentKey(secret) if secret else None


def _read(where: Database, job: Callable[[Connection], T]) -> T | None:
    """Return what a job reads; None if no proctor ever ran there."""
    if not where.is_shared and not where.path.exists():
        return None
    try:
        with _opened(where) as connection:
            return job(connection)
    except SQLAlchemyError as problem:
        raise StoreUnusable(f"{where} cannot be read: {problem}") from problem


@contextmanager
def _opened(where: Database) -> Iterator[Connection]:
    """Open a database so that it cannot be written, whether or not the proctor has it open.

    Without a proctor there is no write-ahead log, and reading as if there could be one would
    leave files of ours beside the proctor's.
    """
    engine = reading_engine(where) if where.is_shared else _reading_file(where.path)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _reading_file(path: Path) -> Engine:
    # by its parts: a "?", "#" or "%" in a home's name is no part of an address
    query = {"mode": "ro", "uri": "true"}
    if not path.with_name(f"{path.name}-wal").exists():
        query["immutable"] = "1"
    return create_engine(URL.create("sqlite", database=path.as_uri(), query=query))
