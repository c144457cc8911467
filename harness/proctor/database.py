"""Where the proctor's three databases lie, and how each is connected to.

Runs in zone G. By default each is a file of SQLite's in home/proctor. By URL each is a schema of
one Postgres, entered as a role of its own that cannot read the other two. No password is ever
here: libpq takes it from its password file, so no message of ours can hold one.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event

from harness.core.settings import ProctorSettings
from harness.proctor.errors import StoreUnusable

NAMES = ("witness", "identity", "rounds")
READERS = 2
_CONNECT_WITHIN_S = 5
_OURS = frozenset({"user", "password", "passfile", "options"})
_FOR_ALL = {
    "synchronous_commit": "on",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
    "timezone": "UTC",
}
_FOR_READERS = {
    "default_transaction_read_only": "on",
    "default_transaction_isolation": r"repeatable\ read",
}


@dataclass(frozen=True)
class Database:
    """One of the proctor's databases.

    Attributes:
        name: witness, identity or rounds; on Postgres its schema.
        path: its file; on Postgres where the file would be.
        url: postgresql://…, without user and password; empty for SQLite.
        passfile: libpq's password file; None leaves it to libpq.
    """

    name: str
    path: Path
    url: str = ""
    passfile: Path | None = None

    @property
    def is_shared(self) -> bool:
        """Whether it is on a server, where another proctor may be at work on it too."""
        return bool(self.url)

    @property
    def role(self) -> str:
        """The role it is entered as, on Postgres."""
        return role_of(self.name)

    @property
    def short(self) -> str:
        """What it is called in messages."""
        return f"the schema {self.name}" if self.url else self.path.name

    def __str__(self) -> str:
        return f"the schema {self.name} at {self.url}" if self.url else str(self.path)


def role_of(name: str) -> str:
    """Return the role of a schema."""
    return f"audition_{name}"


def database(settings: ProctorSettings, folder: Path, name: str) -> Database:
    """Return one of the three as the settings have it.

    Args:
        settings: the proctor's own.
        folder: home/proctor.
        name: witness, identity or rounds.

    Raises:
        StoreUnusable: the URL is none of Postgres', or others can read the password file.
    """
    if settings.database:
        _check_url(settings.database)
    passfile = settings.database_passfile
    if settings.database and passfile is not None:
        passfile = passfile.expanduser().absolute()
        _check_private(passfile)
    path = folder / f"{name}.sqlite"
    return Database(name, path, settings.database, passfile if settings.database else None)


def writing_engine(where: Database) -> Engine:
    """Return an engine for the one connection that writes."""
    if where.url:
        return _postgres(where, _FOR_ALL, poolclass=NullPool)
    url = URL.create("sqlite", database=str(where.path))  # a path in a string may hold "?" or "%"
    engine = create_engine(
        url, poolclass=NullPool, hide_parameters=True, connect_args={"check_same_thread": False}
    )
    return _set_up_sqlite(engine, begin="BEGIN IMMEDIATE")


def reading_engine(where: Database) -> Engine:
    """Return an engine whose connections cannot write and see one moment in a transaction."""
    if where.url:
        return _postgres(
            where, _FOR_ALL | _FOR_READERS, pool_size=READERS, max_overflow=0, pool_pre_ping=True
        )
    url = URL.create("sqlite", database=str(where.path))
    engine = create_engine(url, pool_size=READERS, max_overflow=0, hide_parameters=True)
    return _set_up_sqlite(engine, begin="BEGIN", more=("query_only=ON",))


def _set_up_sqlite(engine: Engine, *, begin: str, more: tuple[str, ...] = ()) -> Engine:
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for savepoints
        for pragma in (*pragmas, *more):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgres(where: Database, options: dict[str, str], **pool: Any) -> Engine:
    return create_engine(
        "postgresql+psycopg://", creator=_connecting(where, options), hide_parameters=True, **pool
    )


def _connecting(where: Database, options: dict[str, str]) -> Callable[[], Any]:
    """Return what makes a connection; the URL goes to libpq as it is, with all that it can say."""
    said = {"search_path": where.name, **options}

    def connect() -> Any:
        import psycopg  # only where Postgres is wanted

        more: dict[str, Any] = {}
        if where.passfile is not None:
            more["passfile"] = str(where.passfile)
        return psycopg.connect(
            where.url,
            user=where.role,
            options=" ".join(f"-c {name}={value}" for name, value in said.items()),
            application_name=f"audition {where.name}",
            connect_timeout=_CONNECT_WITHIN_S,
            keepalives_idle=30,
            tcp_user_timeout=_CONNECT_WITHIN_S * 2_000,
            **more,
        )

    return connect


def _check_url(url: str) -> None:
    """Refuse what is no address, and a password in it, without repeating either.

    Raises:
        StoreUnusable: it is not a Postgres' URL that names a database and nobody.
    """
    try:
        parts = urlsplit(url)
        names = dict(parse_qsl(parts.query))
        has_user = "@" in parts.netloc
    except ValueError as problem:
        raise StoreUnusable(
            "proctor.database is not a URL: postgresql://HOST/DATABASE"
        ) from problem
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise StoreUnusable(
            "proctor.database should be postgresql://HOST/DATABASE, or empty for SQLite in the home"
        )
    if has_user or _OURS & set(names):
        raise StoreUnusable(
            "proctor.database names a user, a password or options. Leave them out: the roles are "
            "audition_witness, audition_identity and audition_rounds, and their passwords stand in "
            "the file that proctor.database_passfile names"
        )


def _check_private(path: Path) -> None:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as problem:
        raise StoreUnusable(
            f"proctor.database_passfile: {path} cannot be read ({problem.strerror}); it has one "
            "line a role, HOST:PORT:DATABASE:ROLE:PASSWORD"
        ) from problem
    if mode & 0o077:
        raise StoreUnusable(
            f"proctor.database_passfile: others can read {path}; run: chmod 600 {path}"
        )
