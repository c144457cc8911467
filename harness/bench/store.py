"""How fast the ledger commits: rows a second and the time of one, on both engines.

Runs on the trusted side. A row is written as the proctor writes it: counted, sealed, in a job of
the writer, told after COMMIT. Beside it a plain table filled by the bare driver, a commit a row.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, insert

from harness.bench.figures import Figure, figure, median_ms
from harness.bench.postgres import Postgres
from harness.core.clock import SystemClock
from harness.core.errors import EnvironmentLacks
from harness.core.records import Call
from harness.core.seal import ContentKey
from harness.core.settings import Settings
from harness.proctor import ledger
from harness.proctor.database import Database
from harness.proctor.tables import WITNESS_VERSION, sessions, witness
from harness.proctor.writer import Writer

FOR_S = 2.0
_SESSION = "s-bench"
_PEER = "CREATE TABLE peer (id varchar(128) PRIMARY KEY, sealed {blob} NOT NULL)"


def measure_store(settings: Settings, *, is_quick: bool = False) -> list[Figure]:
    """Return rows a second at one and at 64 callers, and the median of one row.

    Args:
        settings: not used; every area takes them.
        is_quick: not used: all of it takes twelve seconds.
    """
    figures = []
    with tempfile.TemporaryDirectory(prefix="audition-bench-") as room:
        figures += _measure("SQLite", Database("witness", Path(room) / "w.sqlite"),
                            lambda: _peer_sqlite(Path(room) / "peer.sqlite"))  # fmt: skip
        try:
            with Postgres() as cluster:
                url = cluster.database()
                where = Database("witness", Path(room) / "none", url)
                figures += _measure("Postgres", where, lambda: _peer_postgres(where))
        except EnvironmentLacks:
            pass  # what is not installed is not measured; doctor says so
    return figures


def _measure(engine: str, where: Database, peer: Callable[[], list[float]]) -> list[Figure]:
    one, one_took_s = asyncio.run(_fill(where, callers=1))
    many, many_took_s = asyncio.run(_fill(where, callers=64))
    plain = peer()
    plain_rate, rate = len(plain) / sum(plain), len(many) / many_took_s
    p50, plain_p50 = median_ms(one), median_ms(plain)
    how = f"{FOR_S:g} s; peer: the bare driver, one row a commit, one caller"
    return [
        figure(f"{engine}: ledger row at c=1, ms", ours=p50, peer=plain_p50, target="<= 4x",
               met=p50 <= 4 * plain_p50, how=f"{len(one) / one_took_s:.0f} rows/s, {how}"),
        figure(f"{engine}: ledger rows/s at c=64", ours=rate, peer=plain_rate, target=">= 1x",
               met=rate >= plain_rate, how=f"p50 of one row {median_ms(many):.2f} ms, {how}"),
    ]  # fmt: skip


async def _fill(where: Database, *, callers: int) -> tuple[list[float], float]:
    """Return how long each row took, and all of them together, in seconds."""
    key, took_s = ContentKey.new(), list[float]()
    writer = Writer(where, witness, WITNESS_VERSION)
    session = f"{_SESSION}-{callers}"
    await writer.do(lambda c: _open_session(c, session))
    began = time.perf_counter()
    until = began + FOR_S

    async def calls() -> None:
        while (start := time.perf_counter()) < until:
            call = _call(session)
            await writer.do(lambda c, call=call: ledger.open_row(c, call, key, 100))  # type: ignore[misc]
            took_s.append(time.perf_counter() - start)

    await asyncio.gather(*(calls() for _ in range(callers)))
    all_s = time.perf_counter() - began
    await writer.close()
    return took_s, all_s


def _open_session(connection: Connection, session: str) -> None:
    row = {"id": session, "candidate": "cand-bench", "level": "mid"}
    connection.execute(insert(sessions).values(**row, created_at=SystemClock().now()))


def _call(session: str) -> Call:
    name = secrets.token_hex(12)
    return Call(
        id=f"call-{name}", session=session, exercise="practice", at=SystemClock().now(),
        kernel_id="k-1", cell_id="c-1", msg_id="m-1", alias="sim-small", route="simulated",
        key=f"sha256:{name}", occurrence=0, status="open", http_status=None, streamed=False,
        reserved_usd=Decimal("0.01"), usage=None, request={"messages": ["x" * 400]}, response=None,
    )  # fmt: skip


def _peer_sqlite(path: Path) -> list[float]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(_PEER.format(blob="blob"))
        return _timed(lambda row: connection.execute("INSERT INTO peer VALUES (?, ?)", row))


def _peer_postgres(where: Database) -> list[float]:
    with psycopg.connect(where.url, user=where.role, autocommit=True) as connection:
        connection.execute("SET search_path = witness")
        connection.execute(_PEER.format(blob="bytea").encode())
        return _timed(lambda row: connection.execute("INSERT INTO peer VALUES (%s, %s)", row))


def _timed(put: Callable[[tuple[str, bytes]], Any]) -> list[float]:
    took_s, until = list[float](), time.perf_counter() + FOR_S
    while (start := time.perf_counter()) < until:
        put((secrets.token_hex(12), b"x" * 800))
        took_s.append(time.perf_counter() - start)
    return took_s
