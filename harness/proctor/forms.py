"""The form of each database: made whole when it is new, brought forward when it is older.

Runs in zone G, once at start. A new database is made from the tables as they stand and marked with
the newest form; an older one runs alembic's scripts from its own form on, in one transaction. A
test holds both ways against each other. `schema_version` is kept beside alembic's mark, so that
a program from before alembic leaves alone what it does not know.
"""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select, text

from harness.proctor.database import NAMES, Database
from harness.proctor.errors import StoreUnusable

MIGRATIONS = Path(__file__).parent / "migrations"
SCRIPTS = "migrations"
"""Key in a MetaData's info: the folder of its scripts."""
_mark = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def prepare(connection: Connection, metadata: MetaData, version: int, *, what: str) -> None:
    """Make the tables of a new database, or bring an older one to this form.

    Args:
        connection: inside a transaction that the caller commits.
        metadata: its tables; its info names the folder of its scripts.
        version: the version of the form this program writes.
        what: where it is, for the message.

    Raises:
        StoreUnusable: it has a newer form, or none that we know.
    """
    if connection.dialect.name == "postgresql":  # two who start at once take turns
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtext('form ' || current_schema()))")
        )
    found = read_form(connection)
    if found is None:
        metadata.create_all(connection)
        _mark.create(connection, checkfirst=True)
        connection.execute(insert(_mark).values(version_num=revision(version)))
        _note(connection, metadata, version)
        return
    if not 0 < found <= version:
        raise StoreUnusable(
            f"{what} has form {found or 'unknown'} and this program writes form {version}; "
            "start the version that wrote it, or choose another home"
        )
    if found < version or not inspect(connection).has_table(_mark.name):
        upgrade(connection, metadata)
        _note(connection, metadata, version)


def revision(version: int) -> str:
    """Return alembic's name of a form."""
    return f"{version:04d}"


def upgrade(connection: Connection, metadata: MetaData) -> None:
    """Run the scripts that a database has not seen, inside the caller's transaction."""
    from alembic import command  # a tenth of a second that a start as a rule does not need
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", _escaped(MIGRATIONS))
    config.set_main_option("version_locations", _escaped(metadata.info[SCRIPTS]))
    config.set_main_option("path_separator", "newline")
    command.upgrade(config, "head")


def check_apart(connection: Connection, where: Database) -> None:
    """Refuse a Postgres whose roles are not apart; a file of SQLite's is apart by itself.

    Raises:
        StoreUnusable: the schema is missing, or its role could read another one.
    """
    if not where.is_shared:
        return
    remedy = "audition proctor --print-roles prints the SQL that sets it up"
    if connection.execute(text("SELECT current_schema()")).scalar_one() != where.name:
        raise StoreUnusable(f"{where} is not there, or {where.role} may not use it; {remedy}")
    others = [name for name in NAMES if name != where.name]
    reached = connection.execute(
        text(
            "SELECT nspname FROM pg_namespace WHERE nspname = ANY(:others)"
            " AND has_schema_privilege(oid, 'USAGE')"
        ),
        {"others": others},
    ).scalars()
    if names := sorted(reached):
        raise StoreUnusable(
            f"the role {where.role} can read the schema {names[0]} too; the three are kept apart. "
            f"{remedy}"
        )


def read_form(connection: Connection) -> int | None:
    """Return the form of a database; None if nothing is there, 0 if it is one we do not know."""
    names = set(inspect(connection).get_table_names())
    if _mark.name in names:
        found = connection.execute(select(_mark.c.version_num)).scalars().all()
        known = len(found) == 1 and re.fullmatch(r"[0-9]{4}", found[0])
        return int(found[0]) if known else 0
    if "schema_version" not in names:
        return None
    versions = connection.execute(text("SELECT version FROM schema_version")).scalars().all()
    return 1 if versions == [1] else 0  # later ones have alembic's mark too


def _note(connection: Connection, metadata: MetaData, version: int) -> None:
    table = metadata.tables["schema_version"]
    connection.execute(table.delete())
    connection.execute(insert(table).values(version=version))


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")
