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
from sqlalchemy import URL, Connection, create_engine, select
from sqlalchemy.exc import SQLAlchemyError

from harness.core.errors import UsageError
from harness.core.seal import ContentKey
from harness.core.settings import load_settings
from harness.proctor.errors import StoreUnusable
from harness.proctor.submissions import list_rows, read_archive_file, write_whole
from harness.proctor.tables import candidates, sessions
from harness.proctor.tables import submissions as table

T = TypeVar("T")
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
    folder = (home or load_settings().home).resolve() / "proctor"
    if (submission is None) != (out is None):
        raise UsageError("give both or neither: audition submissions --out FILE ID")
    if submission is not None and out is not None:
        size = hand_out(folder, submission, out)
        told = {"submission": submission, "file": str(out), "size_bytes": size}
        click.echo(json.dumps(told) if as_json else f"{out} ({size} bytes)")
        return
    rows = read_rows(folder)
    click.echo(json.dumps({"submissions": rows}, indent=1) if as_json else tell(rows))


def read_rows(folder: Path) -> list[dict[str, Any]]:
    """Return every submission, oldest first; none if no proctor ever ran there.

    Args:
        folder: home/proctor.

    Raises:
        StoreUnusable: the database cannot be read.
    """
    path = folder / "witness.sqlite"
    return _read(path, list_rows) if path.exists() else []


def hand_out(folder: Path, name: str, out: Path) -> int:
    """Write a submission with its content key to a new file and return its size.

    Args:
        folder: home/proctor.
        name: the submission's id.
        out: a file that is not there yet.

    Raises:
        UsageError: there is no such submission, or the file cannot be written.
        StoreUnusable: the database cannot be read.
        OursToFix: the archive is not on disk as it was written.
    """
    witness = folder / "witness.sqlite"
    query = (
        select(table.c.path, sessions.c.candidate)
        .join(sessions, sessions.c.id == table.c.session)
        .where(table.c.id == name)
    )
    row = _read(witness, lambda c: c.execute(query).one_or_none()) if witness.exists() else None
    if row is None:
        raise UsageError(f"there is no submission {name[:80]!r}; audition submissions lists them")
    archive = read_archive_file(folder / "submissions" / row.path, _key(folder, row.candidate))
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


def _key(folder: Path, candidate: str) -> ContentKey | None:
    """Return a candidate's content key; None if the candidate was erased."""
    query = select(candidates.c.content_key).where(candidates.c.id == candidate)
    secret = _read(folder / "identity.sqlite", lambda c: c.execute(query).scalar_one_or_none())
    return ContentKey(secret) if secret else None


def _read(path: Path, job: Callable[[Connection], T]) -> T:
    try:
        with _opened(path) as connection:
            return job(connection)
    except SQLAlchemyError as problem:
        raise StoreUnusable(f"{path} cannot be read: {problem}") from problem


@contextmanager
def _opened(path: Path) -> Iterator[Connection]:
    """Open a database so that it cannot be written, whether or not the proctor has it open.

    Without a proctor there is no write-ahead log, and reading as if there could be one would
    leave files of ours beside the proctor's.
    """
    # by its parts: a "?", "#" or "%" in a home's name is no part of an address
    query = {"mode": "ro", "uri": "true"}
    if not path.with_name(f"{path.name}-wal").exists():
        query["immutable"] = "1"
    engine = create_engine(URL.create("sqlite", database=path.as_uri(), query=query))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
