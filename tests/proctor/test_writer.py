"""The one way into a database: order, atomicity, durability, and what a failure undoes.

Every promise holds on SQLite and on Postgres; `store` is where the database is.
"""

import asyncio
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Column as C
from sqlalchemy import Connection, Integer, MetaData, Table, event, insert, select, text

from harness.bench.postgres import Postgres
from harness.proctor.database import Database, role_of
from harness.proctor.errors import StoreAway, StoreUnusable, WriteFailed
from harness.proctor.writer import Writer

pytestmark = pytest.mark.anyio

meta = MetaData(info={"migrations": Path(__file__).parent / "numbers"})
Table("schema_version", meta, C("version", Integer, nullable=False))
numbers = Table("numbers", meta, C("n", Integer, primary_key=True))
both_stores = pytest.mark.both_stores


def where(path: Path, url: str = "") -> Database:
    return Database("rounds", path / "x.sqlite", url)


@asynccontextmanager
async def opened(path: Path, url: str = "", version: int = 1) -> AsyncIterator[Writer]:
    writer = Writer(where(path, url), meta, version)
    try:
        yield writer
    finally:
        await writer.close()


def put(n: int):
    return lambda connection: connection.execute(insert(numbers).values(n=n)) and n


def kept(path: Path, url: str = "") -> list[int]:
    if url:
        with psycopg.connect(url, user=role_of("rounds")) as connection:
            rows = connection.execute("SELECT n FROM rounds.numbers ORDER BY n").fetchall()
        return [n for (n,) in rows]
    with sqlite3.connect(path / "x.sqlite") as db:
        found = [n for (n,) in db.execute("SELECT n FROM numbers ORDER BY n")]
    db.close()
    return found


def all_of(connection: Connection) -> list[int]:
    return list(connection.execute(select(numbers.c.n).order_by(numbers.c.n)).scalars())


@both_stores
async def test_jobs_run_in_the_order_they_came_and_answer_with_their_value(
    tmp_path: Path, store: str
) -> None:
    seen: list[int] = []
    async with opened(tmp_path, store) as writer:
        futures = [
            writer.do(lambda connection, n=n: (seen.append(n), put(n)(connection))[1])
            for n in range(600)
        ]
        values = await asyncio.gather(*futures)

    assert values == seen == list(range(600))


@both_stores
async def test_what_was_awaited_is_on_disk_for_another_process(tmp_path: Path, store: str) -> None:
    async with opened(tmp_path, store) as writer:
        await writer.do(put(7))

        assert kept(tmp_path, store) == [7]


@both_stores
async def test_many_waiting_jobs_share_few_commits(tmp_path: Path, store: str) -> None:
    async with opened(tmp_path, store) as writer:
        commits: list[int] = []
        event.listen(writer._engine, "commit", lambda connection: commits.append(1))
        gate = threading.Event()
        first = writer.do(lambda connection: gate.wait(10))
        rest = [writer.do(put(n)) for n in range(200)]
        gate.set()
        await asyncio.gather(first, *rest)

        assert len(commits) <= 3


@both_stores
async def test_a_job_that_fails_fails_alone(tmp_path: Path, store: str) -> None:
    def half(connection: Connection) -> None:
        put(100)(connection)
        put(1)(connection)  # is there already

    async with opened(tmp_path, store) as writer:
        results = await asyncio.gather(
            *(writer.do(job) for job in (put(1), half, put(2))), return_exceptions=True
        )

        assert [type(r).__name__ for r in results] == ["int", "IntegrityError", "int"]
        assert kept(tmp_path, store) == [1, 2]


@both_stores
async def test_what_mirrors_the_database_is_dropped_when_a_job_is_undone(
    tmp_path: Path, store: str
) -> None:
    cache: set[int] = set()

    def remember(n: int, fails: bool):
        def job(connection: Connection) -> set[int]:
            cache.add(n)
            if fails:
                raise ValueError("no")
            return set(cache)

        return job

    async with opened(tmp_path, store) as writer:
        writer.after_rollback(cache.clear)
        seen = await asyncio.gather(
            writer.do(remember(1, False)), writer.do(remember(2, True)),
            writer.do(remember(3, False)), return_exceptions=True,
        )  # fmt: skip

    assert seen[0] == {1} and seen[2] == {3}


@both_stores
async def test_a_commit_that_fails_fails_its_whole_batch_and_the_next_one_works(
    tmp_path: Path, store: str
) -> None:
    dropped: list[bool] = []
    async with opened(tmp_path, store) as writer:
        writer.after_rollback(lambda: dropped.append(True))
        await writer.do(put(1))

        def break_commit(connection: Connection) -> None:
            put(2)(connection)
            connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself on a full disk

        with pytest.raises(WriteFailed, match="did not take the write"):
            await writer.do(break_commit)
        await writer.do(put(3))

        assert dropped
        assert kept(tmp_path, store) == [1, 3]


@both_stores
async def test_a_job_runs_even_when_nobody_waits_for_it_any_more(
    tmp_path: Path, store: str
) -> None:
    async with opened(tmp_path, store) as writer:
        gate = threading.Event()
        writer.do(lambda connection: gate.wait(10))
        abandoned = writer.do(put(5))
        abandoned.cancel()
        gate.set()
        await writer.do(put(6))

        assert kept(tmp_path, store) == [5, 6]


@both_stores
async def test_closing_finishes_what_was_queued_and_takes_no_more(
    tmp_path: Path, store: str
) -> None:
    async with opened(tmp_path, store) as writer:
        futures = [writer.do(put(n)) for n in range(300)]
        await writer.close()
        late = writer.do(put(999))

        assert [future.result() for future in futures] == list(range(300))
        assert kept(tmp_path, store) == list(range(300))
        with pytest.raises(WriteFailed, match="closed already"):
            await late


@both_stores
async def test_a_reader_sees_what_is_committed_and_cannot_write(tmp_path: Path, store: str) -> None:
    async with opened(tmp_path, store) as writer:
        await writer.do(put(1))

        assert await writer.read(all_of) == [1]
        with pytest.raises(Exception, match=r"read.?only"):
            await writer.read(put(2))
        assert await writer.read(all_of) == [1]


async def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    async with opened(tmp_path):
        modes = {stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}

        assert modes == {0o600}


@both_stores
async def test_an_older_form_is_brought_forward_and_a_newer_one_refused_by_name(
    tmp_path: Path, store: str
) -> None:
    async with opened(tmp_path, store) as writer:
        await writer.do(put(1))
    async with opened(tmp_path, store, version=2) as writer:
        word = select(text("word")).select_from(numbers)
        words = await writer.read(lambda c: list(c.execute(word).scalars()))

    assert words == [None] and kept(tmp_path, store) == [1]
    with pytest.raises(StoreUnusable, match="has form 2 and this program writes form 1"):
        Writer(where(tmp_path, store), meta, 1)


@both_stores
@pytest.mark.parametrize("mark", ["later", "", "12345"])
async def test_a_form_that_nobody_knows_is_refused_and_left_alone(
    tmp_path: Path, store: str, mark: str
) -> None:
    async with opened(tmp_path, store) as writer:
        await writer.do(put(1))
        set_mark = text("UPDATE alembic_version SET version_num = :mark")
        await writer.do(lambda c: c.execute(set_mark, {"mark": mark}) and None)

    with pytest.raises(StoreUnusable, match="has form unknown"):
        Writer(where(tmp_path, store), meta, 1)
    assert kept(tmp_path, store) == [1]


async def test_a_job_that_swallows_an_error_fails_alone_and_is_never_called_kept(
    tmp_path: Path, postgres: Postgres
) -> None:
    url = postgres.database()

    def swallows(connection: Connection) -> None:
        put(2)(connection)
        with suppress(Exception):
            put(1)(connection)  # is there already: the server takes nothing more of this job

    async with opened(tmp_path, url) as writer:
        results = await asyncio.gather(
            *(writer.do(job) for job in (put(1), swallows, put(3))), return_exceptions=True
        )

    assert [type(one).__name__ for one in results] == ["int", "WriteFailed", "int"]
    assert kept(tmp_path, url) == [1, 3]


async def test_a_server_that_restarts_costs_what_was_under_way_and_nothing_else(
    tmp_path: Path, postgres: Postgres
) -> None:
    url, dropped = postgres.database(), []
    async with opened(tmp_path, url) as writer:
        writer.after_rollback(lambda: dropped.append(True))
        await writer.do(put(1))
        assert await writer.read(all_of) == [1]
        postgres.kill()
        with pytest.raises(WriteFailed, match="did not take the write"):
            await writer.do(put(2))
        with pytest.raises(StoreAway, match="could not be read"):
            await writer.read(all_of)
        await asyncio.to_thread(postgres.start)
        await writer.do(put(3))

        assert await writer.read(all_of) == [1, 3]
    assert dropped


async def test_a_line_that_is_cut_inside_a_job_or_in_commit_is_told_as_a_failure(
    tmp_path: Path, postgres: Postgres
) -> None:
    url = postgres.database()

    def cut(connection: Connection) -> None:
        put(2)(connection)
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with postgres.superuser() as boss:
            boss.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    async with opened(tmp_path, url) as writer:
        batch = await asyncio.gather(
            *(writer.do(job) for job in (put(1), cut, put(3))), return_exceptions=True
        )
        await writer.do(put(4))

    assert {type(one) for one in batch[1:]} == {WriteFailed}
    assert kept(tmp_path, url) == ([4] if isinstance(batch[0], WriteFailed) else [1, 4])


async def test_what_was_acknowledged_outlives_a_server_that_is_killed_again_and_again(
    tmp_path: Path, postgres: Postgres
) -> None:
    url, told = postgres.database(), []

    async def write_on(writer: Writer) -> None:
        for n in range(100_000):
            try:
                told.append(await writer.do(put(n)))
            except WriteFailed:
                await asyncio.sleep(0.01)
            if len(rounds) == 3:
                return

    rounds: list[int] = []
    async with opened(tmp_path, url) as writer:
        writing = asyncio.create_task(write_on(writer))
        for _ in range(3):
            before = len(told)
            while len(told) < before + 20:
                await asyncio.sleep(0.01)
            await asyncio.to_thread(postgres.kill)
            await asyncio.to_thread(postgres.start)
            rounds.append(len(told))
        await writing

    assert set(told) <= set(kept(tmp_path, url))


async def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_bytes(b"a shopping list, not a database " * 40)

    with pytest.raises(StoreUnusable, match=r"x\.sqlite cannot be opened"):
        Writer(tmp_path / "x.sqlite", meta, 1)


@pytest.mark.parametrize("name", ["a?b=c", "100%20", "with # and ?mode=memory"])
async def test_a_folder_of_any_name_holds_the_database(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    writer = Writer(folder / "w.sqlite", meta, 1)
    await writer.close()

    assert (folder / "w.sqlite").stat().st_size > 0
    assert [path.name for path in tmp_path.iterdir()] == [name]
