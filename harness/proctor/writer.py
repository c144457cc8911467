"""One writer for each database: jobs in the order they came, committed many at a time.

Runs in zone G, a thread of its own. A job is a function of one connection; it runs inside a
savepoint, so that its failure is its own, and whoever waits for it hears of success only
after COMMIT, which is after fsync (WAL, synchronous=FULL). Readers have connections of
their own, which cannot write.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, MetaData, NullPool, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from harness.proctor.errors import StoreUnusable, WriteFailed
from harness.proctor.tables import prepare

T = TypeVar("T")
Job = Callable[[Connection], T]

_MOST_IN_A_BATCH = 256
_READERS = 2
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Waiting:
    """A job and whoever waits for it."""

    job: Job[Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


@dataclass(frozen=True)
class _Ended:
    """How one job ended inside its batch."""

    waiting: _Waiting
    value: Any = None
    problem: BaseException | None = None


class Writer:
    """The one way into a database.

    Args:
        path: the SQLite file; made with mode 0600 if missing.
        metadata: its tables.
        version: the version of their form.

    Raises:
        StoreUnusable: the file is not such a database, or of another version.
    """

    def __init__(self, path: Path, metadata: MetaData, version: int) -> None:
        self._path = path
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._after_rollback: list[Callable[[], None]] = []
        self._is_closed = False
        self._engine = _engine(path, is_reader=False)
        self._readers = _engine(path, is_reader=True)
        self._pool = ThreadPoolExecutor(_READERS, thread_name_prefix=f"read {path.stem}")
        self._connection = self._open(metadata, version)
        self._thread = threading.Thread(target=self._run, name=f"write {path.stem}", daemon=True)
        self._thread.start()

    def after_rollback(self, hook: Callable[[], None]) -> None:
        """Call hook, in the writer's thread, whenever something a job did was undone.

        That is after one job failed (its savepoint) and after a COMMIT failed (its whole
        batch): whatever was remembered from inside a job must then be forgotten.

        Args:
            hook: drops caches that mirror the database; must not fail.
        """
        self._after_rollback.append(hook)

    def do(self, job: Job[T]) -> asyncio.Future[T]:
        """Queue a job and return what awaits its value, resolved only after COMMIT.

        The job runs even if the waiting task is cancelled meanwhile. Call it in the event loop.

        Args:
            job: a function of the writer's connection; must not commit, must not wait.

        Raises:
            WriteFailed: on awaiting, when the batch could not be committed; or closed already.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if self._is_closed:
            future.set_exception(WriteFailed(f"{self._path.name} is closed already"))
        else:
            self._queue.put(_Waiting(job, future, loop))
        return future

    async def read(self, job: Job[T]) -> T:
        """Return what a job reads, on a connection that cannot write, off the event loop."""

        def run() -> T:
            with self._readers.begin() as connection:
                return job(connection)

        return await asyncio.get_running_loop().run_in_executor(self._pool, run)

    async def close(self) -> None:
        """Finish every queued job, then close the file. Calling it twice is fine."""
        if self._is_closed:
            return
        self._is_closed = True
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        self._pool.shutdown(wait=True)
        self._readers.dispose()

    def _open(self, metadata: MetaData, version: int) -> Connection:
        try:
            self._path.touch(mode=0o600)
            connection = self._engine.connect()
            with connection.begin():
                prepare(connection, metadata, version, what=str(self._path))
        except (SQLAlchemyError, OSError) as problem:
            raise StoreUnusable(f"{self._path} cannot be opened: {problem}") from problem
        return connection

    def _run(self) -> None:
        is_last = False
        while not is_last:
            batch, is_last = self._take()
            if batch:
                self._commit(batch)
        self._connection.close()
        self._engine.dispose()

    def _take(self) -> tuple[list[_Waiting], bool]:
        """Wait for one job and take what else is there; True at the end of all."""
        batch: list[_Waiting] = []
        waiting = self._queue.get()
        while waiting is not None:
            batch.append(waiting)
            if len(batch) == _MOST_IN_A_BATCH:
                return batch, False
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _commit(self, batch: list[_Waiting]) -> None:
        ended: list[_Ended] = []
        try:
            with self._connection.begin():
                ended = [self._do(waiting) for waiting in batch]
        except Exception as problem:
            _log.exception("a batch of %s writes was not committed", len(batch))
            self._forget()
            failure = WriteFailed(f"{self._path.name} did not take the write: {problem}")
            failure.__cause__ = problem
            ended = [_Ended(waiting, problem=failure) for waiting in batch]
        _tell(ended)

    def _do(self, waiting: _Waiting) -> _Ended:
        connection = self._connection
        driver: Any = connection.connection.driver_connection  # these three are not worth building
        driver.execute("SAVEPOINT job")
        try:
            value = waiting.job(connection)
        except Exception as problem:
            driver.execute("ROLLBACK TO job")
            driver.execute("RELEASE job")
            self._forget()
            return _Ended(waiting, problem=problem)
        driver.execute("RELEASE job")
        return _Ended(waiting, value=value)

    def _forget(self) -> None:
        for hook in self._after_rollback:
            hook()


def _tell(ended: list[_Ended]) -> None:
    """Resolve the futures, one wake-up for each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Ended]] = {}
    for one in ended:
        by_loop.setdefault(one.waiting.loop, []).append(one)
    for loop, group in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, group)
        except RuntimeError:  # the loop has closed: nobody waits any more
            _log.warning("%s writes ended after their event loop", len(group))


def _resolve(group: list[_Ended]) -> None:
    for one in group:
        future = one.waiting.future
        if future.done():
            continue
        if one.problem is not None:
            future.set_exception(one.problem)
        else:
            future.set_result(one.value)


def _engine(path: Path, *, is_reader: bool) -> Engine:
    url = URL.create("sqlite", database=str(path))  # a path in a string may hold "?" or "%"
    if is_reader:
        engine = create_engine(url, pool_size=_READERS, max_overflow=0, hide_parameters=True)
    else:
        engine = create_engine(
            url,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={"check_same_thread": False},
        )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for savepoints
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()
        connection.execute("PRAGMA busy_timeout=5000").close()
        if is_reader:
            connection.execute("PRAGMA query_only=ON").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if is_reader else "BEGIN IMMEDIATE")

    return engine
