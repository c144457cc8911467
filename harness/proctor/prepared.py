"""A statement written once and run many times, without building it again each time.

Runs in zone G. Building and keying a SQLAlchemy statement costs ten times what SQLite takes to
run it, and each model call runs five; here the text and the converters of its values are made
at import, and running it is one call of the driver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.dialects import sqlite

_DIALECT: Any = sqlite.dialect(paramstyle="named")
Convert = Callable[[Any], Any]


class Prepared:
    """One statement on SQLite.

    Args:
        statement: built with bindparam(); for an insert or update without values, see columns.
        columns: names of the columns an insert or update sets, each a value of run().
    """

    def __init__(self, statement: ClauseElement, columns: Sequence[str] | None = None) -> None:
        compiled: Any = statement.compile(dialect=_DIALECT, column_keys=columns)
        self._sql = str(compiled)
        self._given = {
            name: bind.value for name, bind in compiled.binds.items() if not bind.required
        }
        self._convert: dict[str, Convert] = {}
        for name, bind in compiled.binds.items():
            convert = bind.type.bind_processor(_DIALECT)
            if convert is not None:
                self._convert[name] = convert

    def run(self, connection: Connection, **values: Any) -> list[Any]:
        """Run it and return its rows, as tuples of what SQLite holds.

        Args:
            connection: inside a transaction.
            **values: for each bindparam and column.
        """
        given = self._given | values
        for name, convert in self._convert.items():
            given[name] = convert(given[name])
        driver: Any = connection.connection.driver_connection
        found: list[Any] = driver.execute(self._sql, given).fetchall()
        return found
