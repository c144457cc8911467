"""One writer for each database: jobs in the order they came, committed many at a time.

Runs in zone G, a thread of its own. A job is a function of one connection; it runs inside a
savepoint, so that its failure is its own, and whoever waits for it hears of success only
after COMMIT, which is after fsync (SQLite: WAL, synchronous=FULL; Postgres: synchronous_commit).
Readers have connections of their own, which cannot write.

A server can be lost in COMMIT, and then nobody knows whether it took place. It is told as a
failure, all that is remembered is dropped, and the next batch connects anew and reads what is
there; on a shared database its guard first waits until the lost transaction has ended.
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

from sqlalchemy import Connection, MetaData
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from harness.proctor.database import READERS, Database, reading_engine, writing_engine
from harness.proctor.errors import StoreAway, StoreUnusable, WriteFailed
from harness.proctor.forms import check_apart, prepare

T = TypeVar("T")
Job = Callable[[Connection], T]

_MOST_IN_A_BATCH = 256
_IN_TRANSACTION = 2  # libpq's PQTRANS_INTRANS
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
        where: the database, or the path of a SQLite file; a file is made with mode 0600.
        metadata: its tables.
        version: the version of their form; an older database is brought to it.

    Raises:
        StoreUnusable: it cannot be reached, is no such database, or has a newer form.
    """

    def __init__(self, where: Path | Database, metadata: MetaData, version: int) -> None:
        self._where = where if isinstance(where, Database) else Database(where.stem, where)
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._after_rollback: list[Callable[[], None]] = []
        self._guard: Callable[[Connection], None] | None = None
        self._is_closed = False
        self._engine = writing_engine(self._where)
        self._readers = reading_engine(self._where)
        name = self._where.name
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix=f"read {name}")
        self._connection: Connection | None = self._open(metadata, version)
        self._thread = threading.Thread(target=self._run, name=f"write {name}", daemon=True)
        self._thread.start()

    @property
    def is_shared(self) -> bool:
        """Whether another process may be at work on this database too."""
        return self._where.is_shared

    def guard(self, check: Callable[[Connection], None]) -> None:
        """Call check at the beginning of every transaction; what it raises fails the batch.

        Args:
            check: runs in the writer's thread; locks what says that we may write.
        """
        self._guard = check

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
            future.set_exception(WriteFailed(f"{self._where.short} is closed already"))
        else:
            self._queue.put(_Waiting(job, future, loop))
        return future

    async def read(self, job: Job[T]) -> T:
        """Return what a job reads, on a connection that cannot write, off the event loop.

        Raises:
            StoreAway: the server cannot be reached.
        """

        def run() -> T:
            try:
                with self._readers.begin() as connection:
                    return job(connection)
            except (OperationalError, InterfaceError) as problem:
                if not self._where.is_shared:
                    raise
                raise StoreAway(f"{self._where.short} could not be read: {problem}") from problem

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
        where = self._where
        try:
            if not where.is_shared:
                where.path.touch(mode=0o600)
            connection = self._engine.connect()
            with connection.begin():
                check_apart(connection, where)
                prepare(connection, metadata, version, what=str(where))
        except (SQLAlchemyError, OSError) as problem:
            more = " (audition proctor --print-roles prints what it needs)" * where.is_shared
            raise StoreUnusable(f"{where} cannot be opened: {problem}{more}") from problem
        return connection

    def _run(self) -> None:
        is_last = False
        while not is_last:
            batch, is_last = self._take()
            if batch:
                self._commit(batch)
        self._drop()
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
            connection = self._connected()
            with connection.begin():
                if self._guard is not None:
                    self._guard(connection)
                ended = [self._do(connection, waiting) for waiting in batch]
        except Exception as problem:
            _log.exception("a batch of %s writes was not committed", len(batch))
            if self._where.is_shared:
                self._drop()  # whether it still holds is not worth finding out
            self._forget()
            failure = problem
            if not isinstance(problem, WriteFailed):
                failure = WriteFailed(f"{self._where.short} did not take the write: {problem}")
                failure.__cause__ = problem
            ended = [_Ended(waiting, problem=failure) for waiting in batch]
        _tell(ended)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if self._where.is_shared:
                connection.invalidate()
            connection.close()
        except SQLAlchemyError:  # it was lost
            _log.info("%s: the connection is gone", self._where.short)

    def _do(self, connection: Connection, waiting: _Waiting) -> _Ended:
        driver: Any = connection.connection.driver_connection  # these three are not worth building
        driver.execute("SAVEPOINT job")
        try:
            value = waiting.job(connection)
            if self._where.is_shared:
                _refuse_ended(driver)
        except Exception as problem:
            driver.execute("ROLLBACK TO job")
            self._release(driver)
            self._forget()
            return _Ended(waiting, problem=problem)
        self._release(driver)
        return _Ended(waiting, value=value)

    def _release(self, driver: Any) -> None:
        """End a savepoint; on a server COMMIT ends them all, and a word is a way there and back."""
        if not self._where.is_shared:
            driver.execute("RELEASE job")

    def _forget(self) -> None:
        for hook in self._after_rollback:
            hook()


def _refuse_ended(driver: Any) -> None:
    """Refuse a job that left no transaction to commit: the server would answer COMMIT all the same.

    Raises:
        WriteFailed: it swallowed an error, or ended the transaction.
    """
    if driver.pgconn.transaction_status != _IN_TRANSACTION:
        raise WriteFailed("a job swallowed an error of the server's or ended its transaction")


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
