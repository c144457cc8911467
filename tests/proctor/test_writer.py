"""The one way into a database: order, atomicity, durability, and what a failure undoes."""

import asyncio
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Column as C
from sqlalchemy import Connection, Integer, MetaData, Table, event, insert, select

from harness.proctor.errors import StoreUnusable, WriteFailed
from harness.proctor.writer import Writer

pytestmark = pytest.mark.anyio

meta = MetaData()
Table("schema_version", meta, C("version", Integer, nullable=False))
numbers = Table("numbers", meta, C("n", Integer, primary_key=True))


@asynccontextmanager
async def opened(path: Path, version: int = 1) -> AsyncIterator[Writer]:
    writer = Writer(path / "x.sqlite", meta, version)
    try:
        yield writer
    finally:
        await writer.close()


def put(n: int):
    return lambda connection: connection.execute(insert(numbers).values(n=n)) and n


def kept(path: Path) -> list[int]:
    with sqlite3.connect(path / "x.sqlite") as db:
        found = [n for (n,) in db.execute("SELECT n FROM numbers ORDER BY n")]
    db.close()
    return found


def all_of(connection: Connection) -> list[int]:
    return list(connection.execute(select(numbers.c.n).order_by(numbers.c.n)).scalars())


async def test_jobs_run_in_the_order_they_came_and_answer_with_their_value(tmp_path: Path) -> None:
    seen: list[int] = []
    async with opened(tmp_path) as writer:
        futures = [
            writer.do(lambda connection, n=n: (seen.append(n), put(n)(connection))[1])
            for n in range(600)
        ]
        values = await asyncio.gather(*futures)

    assert values == seen == list(range(600))


async def test_what_was_awaited_is_on_disk_for_another_process(tmp_path: Path) -> None:
    async with opened(tmp_path) as writer:
        await writer.do(put(7))

        assert kept(tmp_path) == [7]


async def test_many_waiting_jobs_share_few_commits(tmp_path: Path) -> None:
    async with opened(tmp_path) as writer:
        commits: list[int] = []
        event.listen(writer._engine, "commit", lambda connection: commits.append(1))
        gate = threading.Event()
        first = writer.do(lambda connection: gate.wait(10))
        rest = [writer.do(put(n)) for n in range(200)]
        gate.set()
        await asyncio.gather(first, *rest)

        assert len(commits) <= 3


async def test_a_job_that_fails_fails_alone(tmp_path: Path) -> None:
    def half(connection: Connection) -> None:
        put(100)(connection)
        put(1)(connection)  # is there already

    async with opened(tmp_path) as writer:
        results = await asyncio.gather(
            *(writer.do(job) for job in (put(1), half, put(2))), return_exceptions=True
        )

        assert [type(r).__name__ for r in results] == ["int", "IntegrityError", "int"]
        assert kept(tmp_path) == [1, 2]


async def test_what_mirrors_the_database_is_dropped_when_a_job_is_undone(tmp_path: Path) -> None:
    cache: set[int] = set()

    def remember(n: int, fails: bool):
        def job(connection: Connection) -> set[int]:
            cache.add(n)
            if fails:
                raise ValueError("no")
            return set(cache)

        return job

    async with opened(tmp_path) as writer:
        writer.after_rollback(cache.clear)
        seen = await asyncio.gather(
            writer.do(remember(1, False)), writer.do(remember(2, True)),
            writer.do(remember(3, False)), return_exceptions=True,
        )  # fmt: skip

    assert seen[0] == {1} and seen[2] == {3}


async def test_a_commit_that_fails_fails_its_whole_batch_and_the_next_one_works(
    tmp_path: Path,
) -> None:
    dropped: list[bool] = []
    async with opened(tmp_path) as writer:
        writer.after_rollback(lambda: dropped.append(True))
        await writer.do(put(1))

        def break_commit(connection: Connection) -> None:
            put(2)(connection)
            connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself on a full disk

        with pytest.raises(WriteFailed, match=r"x\.sqlite did not take the write"):
            await writer.do(break_commit)
        await writer.do(put(3))

        assert dropped
        assert kept(tmp_path) == [1, 3]


async def test_a_job_runs_even_when_nobody_waits_for_it_any_more(tmp_path: Path) -> None:
    async with opened(tmp_path) as writer:
        gate = threading.Event()
        writer.do(lambda connection: gate.wait(10))
        abandoned = writer.do(put(5))
        abandoned.cancel()
        gate.set()
        await writer.do(put(6))

        assert kept(tmp_path) == [5, 6]


async def test_closing_finishes_what_was_queued_and_takes_no_more(tmp_path: Path) -> None:
    async with opened(tmp_path) as writer:
        futures = [writer.do(put(n)) for n in range(300)]
        await writer.close()
        late = writer.do(put(999))

        assert [future.result() for future in futures] == list(range(300))
        assert kept(tmp_path) == list(range(300))
        with pytest.raises(WriteFailed, match="closed already"):
            await late


async def test_a_reader_sees_what_is_committed_and_cannot_write(tmp_path: Path) -> None:
    async with opened(tmp_path) as writer:
        await writer.do(put(1))

        assert await writer.read(all_of) == [1]
        with pytest.raises(Exception, match="readonly"):
            await writer.read(put(2))
        assert await writer.read(all_of) == [1]


async def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    async with opened(tmp_path):
        modes = {stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}

        assert modes == {0o600}


async def test_another_version_of_the_form_is_refused_by_name(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pass

    with pytest.raises(StoreUnusable, match=r"has form \[1\] and this program writes form 2"):
        Writer(tmp_path / "x.sqlite", meta, 2)


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
