"""Tables from one engine to the other: a Postgres into SQLite's files for a backup, and back.

Runs in zone G. A copy is made in one transaction that sees one moment. Who is at work on a shared
database is not copied: those leases are held by nobody where the copy is opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path

from sqlalchemy import Connection, MetaData, insert, inspect, select

from harness.core.errors import UsageError
from harness.proctor import round_tables, tables
from harness.proctor.database import Database, reading_engine, writing_engine
from harness.proctor.errors import StoreUnusable
from harness.proctor.forms import check_apart, prepare, read_form

FORMS: Mapping[str, tuple[MetaData, int]] = {
    "witness": (tables.witness, tables.WITNESS_VERSION),
    "identity": (tables.identity, tables.IDENTITY_VERSION),
    "rounds": (round_tables.store, round_tables.ROUNDS_VERSION),
}
_NOT_COPIED = frozenset({"schema_version", tables.owners.name, tables.leases.name})
_AT_ONCE = 500


def copy_out(where: Database, to: Path) -> None:
    """Write a database of Postgres' as it stands at one moment into a new file of SQLite's.

    Args:
        where: the database.
        to: a file that is not there yet.

    Raises:
        StoreUnusable: it has another form than this program's.
    """
    metadata, version = FORMS[where.name]
    source, target = reading_engine(where), writing_engine(Database(where.name, to))
    try:
        with source.begin() as old, target.begin() as new:
            if (found := read_form(old)) != version:
                raise StoreUnusable(
                    f"{where} has form {found or 'unknown'}, not {version}; start the proctor on "
                    "it once with this program"
                )
            prepare(new, metadata, version, what=str(to))
            _copy(old, new, metadata)
    finally:
        source.dispose()
        target.dispose()


def copy_in(folder: Path, targets: list[Database]) -> None:
    """Fill empty schemas from a backup's files: all of them, or none.

    Args:
        folder: holds witness.sqlite, identity.sqlite and rounds.sqlite.
        targets: the three.

    Raises:
        UsageError: there is something in a schema already.
        StoreUnusable: a schema or its role is not there.
    """
    with ExitStack() as stack:
        begun = []
        for where in targets:
            metadata, version = FORMS[where.name]
            old = _opened(stack, Database(where.name, folder / f"{where.name}.sqlite"))
            prepare(old, metadata, version, what=str(folder))
            new = _opened(stack, where)
            check_apart(new, where)
            if inspect(new).get_table_names():
                raise UsageError(f"{where} is not empty, and nothing is written over")
            prepare(new, metadata, version, what=str(where))
            _copy(old, new, metadata)
            begun.append(new)
        for new in begun:
            new.commit()


def _opened(stack: ExitStack, where: Database) -> Connection:
    engine = writing_engine(where)
    stack.callback(engine.dispose)
    connection = stack.enter_context(closing(engine.connect()))
    connection.begin()
    return connection


def _copy(old: Connection, new: Connection, metadata: MetaData) -> None:
    for table in metadata.sorted_tables:
        if table.name in _NOT_COPIED:
            continue
        rows = old.execute(select(table), execution_options={"yield_per": _AT_ONCE})
        for some in rows.mappings().partitions():
            new.execute(insert(table), [dict(row) for row in some])
