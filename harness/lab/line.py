"""The line to the proctor's history: a websocket that always comes back.

Runs in zone S on the event loop. Events go out in order, a window of them at a time, and are
dropped from the spool when the proctor has committed them. Those of one moment travel as one
message, an event a line; one that is waited for goes at once, and all before it with it.
Nothing here blocks: a slow or absent proctor only makes the spool longer.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketError, websocket_connect

from harness.lab.door import ProctorDoor
from harness.lab.errors import NoAnswer, ProctorSaidNo
from harness.lab.spool import Spool

WINDOW_EVENTS = 512
"""How many events may be under way unanswered; the proctor takes as many in one message."""
WINDOW_BYTES = 8 << 20
"""How many of their bytes."""
BUNDLE_AFTER_S = 0.01
"""How long an event that nobody waits for stays, for others to travel with it. A message costs
more than an event: each wakes the proctor, and an answer wakes us."""
BUNDLE_BYTES = 64 << 10
"""How long a message of several events may be."""
STALLED_S = 30.0
"""A line on which nothing is answered for so long is given up and made anew."""
CONNECT_S = 10.0
"""How long the proctor may take to agree to the websocket."""
_BACKOFF_S = (0.1, 0.2, 0.5, 1.0, 2.0)


class Line:
    """The connection to the proctor, with what is under way on it."""

    def __init__(self, door: ProctorDoor, spool: Spool, *, on_connect: Callable[[], None]) -> None:
        self._door, self._spool, self._on_connect = door, spool, on_connect
        self._socket: WebSocketClientConnection | None = None
        self._queue: deque[str] = deque()
        self._fresh: dict[str, bytes] = {}
        self._flight: dict[str, int] = {}
        self._flight_bytes = 0
        self._waiters: dict[str, asyncio.Future[bool]] = {}
        self._uploads: set[asyncio.Task[None]] = set()
        self._upload_turn = asyncio.Lock()
        self._departure: asyncio.TimerHandle | None = None
        self._answered_at = 0.0
        self._is_lagging = False
        self._has_answered = False
        self._closed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_connected(self) -> bool:
        """Whether the proctor is on the line."""
        return self._socket is not None

    def start(self) -> None:
        """Begin to connect, and go on connecting."""
        self._task = asyncio.get_running_loop().create_task(self._stay_connected())

    async def stop(self, *, flush_s: float) -> None:
        """Let what waits go out, then hang up.

        Args:
            flush_s: how long to wait for the proctor's last word.
        """
        deadline = asyncio.get_running_loop().time() + flush_s
        while self._spool.pending and self.is_connected:
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(0.02)
        if self._task is not None:
            self._task.cancel()
        if self._socket is not None:
            self._socket.close()

    def send(self, ident: str, line: bytes) -> None:
        """Send an event that is in the spool, in its turn and a few milliseconds from now.

        Args:
            ident: its id.
            line: its JSON, without a newline in it.
        """
        if self._socket is not None:
            self._queue.append(ident)
            self._fresh[ident] = line
            if self._departure is None:
                later = asyncio.get_running_loop().call_later
                self._departure = later(BUNDLE_AFTER_S, self._pump)

    async def received(self, ident: str, *, within_s: float) -> bool:
        """Send what waits to go, and wait until the proctor holds an event in memory.

        A proctor that missed one deadline is not waited for again until it has answered.

        Args:
            ident: the event's id.
            within_s: how long at most.
        """
        if self._socket is None or self._is_lagging or ident not in self._spool.pending:
            return False
        waiter: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiters[ident] = waiter
        self._pump()
        timer = asyncio.get_running_loop().call_later(within_s, self._give_up, ident)
        try:
            return await waiter
        finally:
            timer.cancel()
            self._waiters.pop(ident, None)

    def _give_up(self, ident: str) -> None:
        waiter = self._waiters.get(ident)
        if waiter is not None and not waiter.done():
            self._is_lagging = True
            waiter.set_result(False)

    async def _stay_connected(self) -> None:
        tries = 0
        while True:
            self._has_answered = False
            try:
                await self._connect()
                await self._watch()
                self._hang_up()
            except (OSError, HTTPClientError, WebSocketError) as problem:
                if tries in (0, 10):
                    _log.warning("the proctor is away: %s", problem)
            # A line that ends before a word came over it counts as a failed try.
            tries = 0 if self._has_answered else tries + 1
            await asyncio.sleep(_BACKOFF_S[min(tries, len(_BACKOFF_S) - 1)])

    async def _connect(self) -> None:
        address = self._door.address.replace("http://", "ws://", 1) + "/s/history"
        request = HTTPRequest(address, headers=self._door.headers, connect_timeout=5.0)
        self._closed.clear()
        opening = websocket_connect(
            request, on_message_callback=self._on_message, max_message_size=8 << 20,
            resolver=self._door.resolver,
        )  # fmt: skip
        socket = await asyncio.wait_for(opening, CONNECT_S)
        if socket.protocol is not None:
            socket.protocol.set_nodelay(True)  # else each word waits 40 ms for an ACK
        self._answered_at = asyncio.get_running_loop().time()
        self._is_lagging = False
        self._queue = deque(self._spool.pending)
        self._socket = socket
        self._on_connect()
        self._pump()
        _log.info("on the line with the proctor; %s events wait", len(self._spool.pending))

    async def _watch(self) -> None:
        """Return when the line is closed or answers nothing any more."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                await asyncio.wait_for(self._closed.wait(), STALLED_S / 3)
                return
            except TimeoutError:
                if self._flight and loop.time() - self._answered_at > STALLED_S:
                    _log.warning("the proctor answers nothing; connecting anew")
                    return

    def _hang_up(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close()
        if self._departure is not None:
            self._departure.cancel()
            self._departure = None
        self._queue.clear()
        self._fresh.clear()
        self._flight.clear()
        self._flight_bytes = 0
        for task in self._uploads:
            task.cancel()
        for waiter in self._waiters.values():
            if not waiter.done():
                waiter.set_result(False)

    def _pump(self) -> None:
        if self._departure is not None:
            self._departure.cancel()
            self._departure = None
        bundle: list[bytes] = []
        size = 0
        while self._queue and self._socket is not None:
            if len(self._flight) >= WINDOW_EVENTS or self._flight_bytes >= WINDOW_BYTES:
                break
            ident = self._queue.popleft()
            place = self._spool.pending.get(ident)
            if place is None:
                continue
            if place.blob is not None:
                self._fresh.pop(ident, None)
                self._upload(ident, place.blob)
            elif (line := self._depart(ident)) is not None:
                if bundle and size + len(line) > BUNDLE_BYTES:
                    self._write(bundle)
                    bundle, size = [], 0
                bundle.append(line)
                size += len(line)
        if bundle:
            self._write(bundle)

    def _depart(self, ident: str) -> bytes | None:
        """Return an event's line and count it as under way; None if it cannot be read."""
        try:
            line = self._fresh.pop(ident, None) or self._spool.read(ident)
        except (KeyError, OSError) as problem:
            _log.error("a spooled event cannot be read: %s", problem)
            return None
        self._flight[ident] = len(line)
        self._flight_bytes += len(line)
        return line

    def _write(self, lines: list[bytes]) -> None:
        try:
            if self._socket is not None:
                self._socket.write_message(b"\n".join(lines))
        except WebSocketError:
            self._closed.set()

    def _upload(self, ident: str, blob: str) -> None:
        task = asyncio.get_running_loop().create_task(self._put_then_write(ident, blob))
        self._uploads.add(task)
        task.add_done_callback(self._uploads.discard)

    async def _put_then_write(self, ident: str, blob: str) -> None:
        async with self._upload_turn:  # what was saved last has to come last
            await self._put_then_write_in_turn(ident, blob)

    async def _put_then_write_in_turn(self, ident: str, blob: str) -> None:
        for pause in (0.2, 0.5, 1.0, 2.0, 5.0, 5.0, 5.0):
            path = self._spool.blob_path(blob)
            try:
                if path is not None:
                    await self._door.put_blob(blob, await asyncio.to_thread(path.read_bytes))
            except (NoAnswer, OSError) as problem:
                _log.warning("a saved file could not be handed over yet: %s", problem)
                await asyncio.sleep(pause)
                continue
            except ProctorSaidNo as no:
                if no.status < 500:
                    self._spool.refuse(ident, no)
                    return
                await asyncio.sleep(pause)
                continue
            if self._socket is not None and ident in self._spool.pending:
                if (line := self._depart(ident)) is not None:
                    self._write([line])
            return
        self._closed.set()  # connect anew and begin again with everything that waits

    def _on_message(self, message: str | bytes | None) -> None:
        if message is None:
            self._closed.set()
            return
        try:
            self._take(json.loads(message))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            _log.error("the proctor said what is not understood: %s", problem)

    def _take(self, word: dict[str, Any]) -> None:
        self._answered_at = asyncio.get_running_loop().time()
        self._is_lagging, self._has_answered = False, True
        if "received" in word:
            self._all_arrived(str(word["received"]))
        elif "durable" in word:
            for ident in word["durable"]:
                self._arrived(str(ident), is_in=True)
            self._spool.settle(word["durable"])
        elif "refused" in word:
            self._refused(str(word["refused"]), word.get("error") or {})
        self._pump()

    def _refused(self, ident: str, error: dict[str, Any]) -> None:
        """Set an event aside, unless only its bytes are missing and we still have them."""
        self._arrived(ident, is_in=False)
        place = self._spool.pending.get(ident)
        blob = place.blob if place else None
        if blob and error.get("code") == "blob_missing" and self._spool.blob_path(blob):
            self._upload(ident, blob)
            return
        _log.error("the proctor will not take an event: %s", error.get("message"))
        self._spool.refuse(ident, error)

    def _all_arrived(self, ident: str) -> None:
        """Take the proctor's word for an event and for those that went before it."""
        if ident in self._flight:
            for before in list(self._flight):
                self._arrived(before, is_in=True)
                if before == ident:
                    return

    def _arrived(self, ident: str, *, is_in: bool) -> None:
        self._flight_bytes -= self._flight.pop(ident, 0)
        waiter = self._waiters.get(ident)
        if waiter is not None and not waiter.done():
            waiter.set_result(is_in)


_log = logging.getLogger(__name__)
