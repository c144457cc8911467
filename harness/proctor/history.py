"""The line from the candidate's server: what it saw, taken, acknowledged and kept.

Runs in zone G, one conversation for each socket. A message holds an event a line. Every one is
hostile: it is bounded and checked first, and one that cannot be taken is refused by itself: it
ends no line and takes no other with it. `received` means that it, and all that came before it
and was not refused, is in memory and running is set; it is said of a message that ends with a
request, since the server waits for that. `durable` means on disk; nobody waits for it, and what
one cell brought is said in one word.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection
from starlette.websockets import WebSocket, WebSocketDisconnect

from harness.core.canonical import canonical_json, parse_json
from harness.core.card import tell_validation
from harness.core.clock import to_wire
from harness.core.errors import AuditionError, BadJournal
from harness.core.records import AWAITED, Announcement
from harness.core.seal import ContentKey
from harness.proctor import words
from harness.proctor.answers import error_value
from harness.proctor.deadline import Deadlines
from harness.proctor.errors import Refusal, WriteFailed
from harness.proctor.pausing import Pausing
from harness.proctor.running import Running
from harness.proctor.saves import find_blob, keep_save, read_saved
from harness.proctor.witness import OWN, Witness
from harness.proctor.writer import Writer

LARGEST_EVENT_BYTES = 8 << 20
"""A cell's source may have 1 MiB, which JSON can write six times as long."""
MOST_EVENTS_A_MESSAGE = 512
"""As many as a server has under way at most (harness/lab/line.py)."""
MOST_WAITING_EVENTS = 4_096
MOST_WAITING_BYTES = 32 << 20
"""How much one line may have in memory, not yet on disk; it is read no further meanwhile."""
_LARGE_BYTES = 128 << 10
_BATCH_EVENTS, _BATCH_BYTES = 256, 4 << 20
_TRIES, _PAUSE_S = 5, 0.5
TOLD_AFTER_S, _TOLD_TOGETHER = 0.02, 128
"""How long the word that an event is on disk waits for others, and for how many: each wakes the
candidate's server. It writes through itself what it has not heard of in 50 ms."""
_EARLIEST_YEAR = 1970
_ID = re.compile(r'"id"\s*:\s*"([A-Za-z0-9_.:\-]{1,128})"')
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Book:
    """What a conversation writes to.

    Attributes:
        writer: of the witness.
        witness: the journal.
        running: which cell a kernel is running.
        deadlines: the boxes, which a first run begins.
        pausing: the pauses, which a run ends.
        key_of: session to content key.
    """

    writer: Writer
    witness: Witness
    running: Running
    deadlines: Deadlines
    pausing: Pausing
    key_of: Callable[[str], ContentKey]


@dataclass(frozen=True)
class _Held:
    """An event in memory."""

    event: Announcement
    size_bytes: int


class Conversation:
    """One socket of a session.

    Args:
        book: what it writes to.
        socket: accepted already.
        session: whose.
        is_good: tells whether the pass it came with is still good.
    """

    def __init__(
        self, book: Book, socket: WebSocket, session: str, is_good: Callable[[], bool]
    ) -> None:
        self._book, self._socket, self._session = book, socket, session
        self._is_good = is_good
        self._held: deque[_Held] = deque()
        self._held_bytes = 0
        self._changed = asyncio.Event()
        self._has_room = asyncio.Event()
        self._turn = asyncio.Lock()
        self._durable: list[str] = []
        self._telling: asyncio.Task[None] | None = None
        self._is_over = self._is_gone = False

    async def run(self) -> None:
        """Take what comes until the line ends; what is held then is still kept."""
        keeper = asyncio.create_task(self._keep_all(), name=f"history {self._session}")
        try:
            await self._read_all()
        finally:
            self._is_over = True
            self._changed.set()
            await keeper
            if self._telling is not None:
                self._telling.cancel()
            await self._tell_durable()

    async def _read_all(self) -> None:
        while not self._is_gone:
            try:
                message = await self._socket.receive()
            except (RuntimeError, WebSocketDisconnect):  # it was closed from our side meanwhile
                return
            if message["type"] == "websocket.disconnect":
                return
            if not self._is_good():
                await self._close(4401)
                return
            text = message.get("text")
            await self._take(text.encode() if text is not None else message.get("bytes") or b"")

    async def _take(self, raw: bytes) -> None:
        """Take a message, say so if it ends with what is waited for, and wait for room."""
        if raw.count(b"\n") > MOST_EVENTS_A_MESSAGE:  # counted before millions of lines are made
            await self._refuse(None, words.bad_value("The message has too many lines."))
            return
        lines = [line for line in raw.split(b"\n") if line] or [raw]
        taken = [await self._take_one(line) for line in lines]
        last = taken[-1]
        if last is not None and last.kind in AWAITED:
            await self._say({"received": last.id})
        while self._is_full() and not self._is_gone:
            self._has_room.clear()
            await self._has_room.wait()

    async def _take_one(self, raw: bytes) -> Announcement | None:
        try:
            if len(raw) > _LARGE_BYTES:  # long enough to keep others waiting
                event = await asyncio.to_thread(read_announcement, raw)
            else:
                event = read_announcement(raw)
        except Refusal as no:
            await self._refuse(_guess_id(raw), no)
            return None
        self._book.running.take(self._session, event)
        if event.kind == "execute_request":
            self._book.pausing.ran(self._session)
            if event.exercise is not None:
                self._book.deadlines.begin(self._session, event.exercise)
        self._held.append(_Held(event, len(raw)))
        self._held_bytes += len(raw)
        self._changed.set()
        return event

    def _is_full(self) -> bool:
        return len(self._held) >= MOST_WAITING_EVENTS or self._held_bytes >= MOST_WAITING_BYTES

    async def _keep_all(self) -> None:
        """Keep what is held, batch by batch, until the line is over and nothing is held."""
        while self._held or not self._is_over:
            if not self._held:
                self._changed.clear()
                await self._changed.wait()
                continue
            batch = self._next_batch()
            try:
                await self._keep(batch)
            except Exception as problem:  # what is not durable is sent again on the next line
                if not isinstance(problem, WriteFailed):
                    _log.exception("a batch of events was not kept")
                self._is_gone = True
                self._held.clear()
                self._held_bytes = 0
                await self._close(1011)
            self._has_room.set()

    def _next_batch(self) -> list[Announcement]:
        batch: list[Announcement] = []
        size = 0
        while self._held and len(batch) < _BATCH_EVENTS and size < _BATCH_BYTES:
            held = self._held.popleft()
            batch.append(held.event)
            size += held.size_bytes
        self._held_bytes -= size
        return batch

    async def _keep(self, batch: list[Announcement]) -> None:
        try:
            answers = await self._write(batch)
        except WriteFailed:
            raise
        except Exception:
            if len(batch) == 1:
                _log.exception("an event could not be kept")
                answers = [words.broken_inside()]
            else:  # one of them breaks the job: alone, it breaks none but its own
                for event in batch:
                    await self._keep([event])
                return
        told = list(zip(batch, answers, strict=True))
        self._durable += [event.id for event, no in told if no is None]
        if len(self._durable) >= _TOLD_TOGETHER:
            await self._tell_durable()
        elif self._durable and self._telling is None:
            self._telling = asyncio.create_task(self._tell_soon())
        for event, no in told:
            if no is not None:
                await self._refuse(event.id, no)

    async def _tell_soon(self) -> None:
        await asyncio.sleep(TOLD_AFTER_S)
        self._telling = None
        await self._tell_durable()

    async def _tell_durable(self) -> None:
        durable, self._durable = self._durable, []
        if durable:
            await self._say({"durable": durable})

    async def _write(self, batch: list[Announcement]) -> list[Refusal | None]:
        """Write a batch as keep() does, trying again while the disk does not take it."""
        for left in range(_TRIES - 1, -1, -1):
            try:
                return await self._book.writer.do(
                    lambda c: keep(c, self._book, self._session, batch)
                )
            except WriteFailed:
                if not left:
                    raise
                await asyncio.sleep(_PAUSE_S)
        raise AssertionError("the last try returns or raises")

    async def _refuse(self, name: str | None, no: Refusal) -> None:
        again = {"should_retry": no.retry_after_s is not None}
        await self._say({"refused": name, "error": error_value(no)["error"] | again})

    async def _say(self, word: dict[str, Any]) -> None:
        if self._is_gone:
            return
        try:
            async with self._turn:
                await self._socket.send_text(json.dumps(word))
        except (RuntimeError, WebSocketDisconnect, OSError):
            self._is_gone = True  # what it does not hear, it sends again
            self._has_room.set()

    async def _close(self, code: int) -> None:
        with suppress(RuntimeError, WebSocketDisconnect, OSError):
            await self._socket.close(code)


def keep(
    connection: Connection, book: Book, session: str, batch: list[Announcement]
) -> list[Refusal | None]:
    """Chain a batch, inside a job of the writer.

    Args:
        connection: the writer's.
        book: what is written to.
        session: whose journal.
        batch: in the order they came.

    Returns:
        For each event why it is refused; None for one that is kept.
    """
    answers: list[Refusal | None] = []
    for event in batch:
        try:
            _keep_one(connection, book, session, event)
            answers.append(None)
        except Refusal as no:
            answers.append(no)
        except BadJournal as problem:
            answers.append(words.bad_value(f"The event cannot be kept: {problem}."))
    return answers


def _keep_one(connection: Connection, book: Book, session: str, event: Announcement) -> None:
    blob = None
    if event.kind == "save":
        blob = find_blob(connection, session, read_saved(event), book.key_of(session))
    last = book.witness.last_seq(connection, session)
    made = book.witness.append(
        connection,
        session,
        event.kind,
        event.payload,
        at=event.at,
        exercise=event.exercise,
        kernel_id=event.kernel_id,
        cell_id=event.cell_id,
        msg_id=event.msg_id,
        id=event.id,
    )
    if blob is not None and made.entry.seq > last:
        keep_save(connection, session, event, blob, made.entry.seq)


def read_announcement(raw: bytes) -> Announcement:
    """Return the announcement in a message.

    What it claims as its time is kept as claimed; when we had it is our own to say.

    Raises:
        Refusal: too large, not JSON, too deep, an unknown kind or field, no time of this age.
    """
    if len(raw) > LARGEST_EVENT_BYTES:
        raise words.body_too_large(LARGEST_EVENT_BYTES)
    try:
        event = Announcement.model_validate(parse_json(raw, what="the event"))
        canonical_json(event.payload)  # 1e999 is JSON and has no canonical form
        if event.at.year < _EARLIEST_YEAR:
            raise words.bad_value(f"The event's time is in the year {event.at.year}.", param="at")
        to_wire(event.at)
    except ValidationError as problem:
        raise words.bad_value(f"The event cannot be read: {tell_validation(problem)}.") from problem
    except OverflowError as problem:
        raise words.bad_value("The event's time is out of range.", param="at") from problem
    except AuditionError as problem:
        if isinstance(problem, Refusal):
            raise
        raise words.bad_value(f"The event cannot be taken: {problem}.") from problem
    if event.id.startswith(OWN):
        raise words.bad_value(f"Ids that begin with {OWN} are the proctor's own.", param="id")
    return event


def _guess_id(raw: bytes) -> str | None:
    """Return the id of a message that cannot be taken, as far as it can be made out."""
    if len(raw) <= LARGEST_EVENT_BYTES:
        with suppress(ValueError, RecursionError):
            value = json.loads(raw)
            found = value.get("id") if isinstance(value, dict) else None
            return found if isinstance(found, str) and len(found) <= 128 else None
    found = _ID.search(raw[:4096].decode("utf-8", "replace"))
    return found[1] if found else None
