"""A statement written once and run many times, without building it again each time.

Runs in zone G. Building and keying a SQLAlchemy statement costs ten times what SQLite takes to
run it, and each model call runs five; here the text and the converters of its values are made
once for each engine, and running it is one call of the driver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect
from sqlalchemy.dialects import sqlite

Convert = Callable[[Any], Any]
Build = Callable[[Any], ClauseElement]
"""Makes a statement from the engine's own insert(), which alone knows ON CONFLICT."""
_SQLITE: Any = sqlite.dialect(paramstyle="named")


@dataclass(frozen=True)
class _Made:
    """A statement as one engine takes it."""

    sql: str
    given: dict[str, Any]
    convert: dict[str, Convert]


class Prepared:
    """One statement.

    Args:
        statement: built with bindparam(), or what builds it from the engine's insert(); for an
            insert or update without values, see columns.
        columns: names of the columns an insert or update sets, each a value of run().
    """

    def __init__(
        self, statement: ClauseElement | Build, columns: Sequence[str] | None = None
    ) -> None:
        self._statement, self._columns = statement, columns
        self._made: dict[str, _Made] = {}

    def run(self, connection: Connection, **values: Any) -> list[Any]:
        """Run it and return its rows, as tuples of what the database holds.

        Args:
            connection: inside a transaction.
            **values: for each bindparam and column.
        """
        made = self._made.get(connection.dialect.name) or self._make(connection.dialect)
        given = made.given | values
        for name, convert in made.convert.items():
            given[name] = convert(given[name])
        driver: Any = connection.connection.driver_connection
        cursor = driver.execute(made.sql, given)
        found: list[Any] = cursor.fetchall() if cursor.description else []
        return found

    def _make(self, dialect: Dialect) -> _Made:
        statement = self._statement
        if not isinstance(statement, ClauseElement):
            statement = statement(insert_of(dialect))
        of: Any = _SQLITE if dialect.name == "sqlite" else dialect
        compiled: Any = statement.compile(dialect=of, column_keys=self._columns)
        given = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        convert = {name: bind.type.bind_processor(of) for name, bind in compiled.binds.items()}
        made = _Made(str(compiled), given, {n: c for n, c in convert.items() if c is not None})
        self._made[dialect.name] = made
        return made


def insert_of(dialect: Dialect) -> Any:
    """Return the insert() of an engine, which alone knows ON CONFLICT."""
    if dialect.name == "sqlite":
        return sqlite.insert
    from sqlalchemy.dialects import postgresql

    return postgresql.insert
