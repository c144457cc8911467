"""The line out: connections accepted on the sandbox's own loopback, spliced to the proctor.

Runs outside, on the event loop of whoever started the kernel. The bytes are a hostile kernel's
and are passed on unread; who is calling is said by us, in one line before them.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import struct
from dataclasses import dataclass, field
from pathlib import Path

MOST_CONNECTIONS = 256
_PIECE = 64 << 10
_TAKEN_WITHIN_S = 20.0
_WORDS = (
    "The models cannot be reached. Your clock stands still and this call is not charged; run the "
    "cell again when the panel says so."
)
_End = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_PEER = struct.Struct("3i")
_log = logging.getLogger(__name__)


@dataclass
class Splice:
    """The line of one kernel.

    Attributes:
        control: path of the socket over which the sandbox hands out its listener.
        upstream: the proctor's unix socket.
        greeting: the line that says whose kernel this is; ends in a newline.
    """

    control: Path
    upstream: Path
    greeting: bytes
    _server: asyncio.Server | None = None
    _task: asyncio.Task[None] | None = None
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self) -> None:
        """Wait for the sandbox's listener, in the background."""
        waiting = socket.socket(socket.AF_UNIX)
        waiting.bind(str(self.control))
        self.control.chmod(0o666)  # the folder it lies in is ours
        waiting.listen(1)
        waiting.setblocking(False)
        self._task = asyncio.get_running_loop().create_task(self._take(waiting))

    async def stop(self) -> None:
        """Close the listener and every connection on it."""
        tasks = [task for task in (self._task, *self._open) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._server is not None:
            self._server.close()
        self._server, self._task = None, None

    async def _take(self, waiting: socket.socket) -> None:
        try:
            listener = await asyncio.wait_for(self._receive(waiting), _TAKEN_WITHIN_S)
            self._server = await asyncio.start_server(self._serve, sock=listener, limit=_PIECE)
        except (OSError, TimeoutError) as problem:
            _log.error("a kernel's line was not handed out: %r", problem)
        finally:
            waiting.close()
            self.control.unlink(missing_ok=True)

    async def _receive(self, waiting: socket.socket) -> socket.socket:
        loop = asyncio.get_running_loop()
        giver, _ = await loop.sock_accept(waiting)
        with giver:
            if _uid_of(giver) not in (0, os.geteuid()):
                raise ConnectionError("another user handed out a listener")
            handles = await _handles(loop, giver)
            listener = socket.socket(fileno=handles[0])
            listener.setblocking(False)
            await loop.sock_sendall(giver, b"k")
        return listener

    async def _serve(self, inner: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        if len(self._open) >= MOST_CONNECTIONS:
            back.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._join(inner, back)
        except (ConnectionError, OSError):
            pass  # either end may leave at any time
        except asyncio.CancelledError:
            pass  # we are stopping; the stream's own callback cannot bear a cancelled task
        finally:
            self._open.discard(task)
            back.transport.abort() if back.is_closing() else back.close()

    async def _join(self, inner: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        _no_delay(back)
        try:
            outer, forth = await asyncio.open_unix_connection(str(self.upstream), limit=_PIECE)
        except OSError:
            await _say_away(inner, back)
            return
        try:
            forth.write(self.greeting)
            await _pass_both_ways((inner, back), (outer, forth))
        finally:
            forth.close()


async def _pass_both_ways(kernel: _End, proctor: _End) -> None:
    """Pass bytes on until the proctor's end is done, or either is gone.

    A kernel that has said all it wants to say still gets its answer.
    """
    there = asyncio.ensure_future(_pump(kernel[0], proctor[1]))
    back = asyncio.ensure_future(_pump(proctor[0], kernel[1]))
    try:
        await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
        if there.done() and there.exception() is None:
            await back
    finally:
        there.cancel()
        back.cancel()
        await asyncio.gather(there, back, return_exceptions=True)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(_PIECE):
        sink.write(data)
        await sink.drain()
    if sink.can_write_eof():
        sink.write_eof()


async def _handles(loop: asyncio.AbstractEventLoop, giver: socket.socket) -> list[int]:
    giver.setblocking(False)
    ready: asyncio.Future[None] = loop.create_future()

    def note() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(giver, note)
    try:
        await ready
    finally:
        loop.remove_reader(giver)
    _, handles, _, _ = socket.recv_fds(giver, 16, 1)
    if not handles:
        raise ConnectionError("the sandbox handed out nothing")
    return handles


def _uid_of(peer: socket.socket) -> int:
    """Return who is at the other end; the sandbox hands its listener out before it drops root."""
    found = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    return int(_PEER.unpack(found)[1])


async def _say_away(inner: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
    """Answer one request by ourselves, in the words for our own outage."""
    try:
        await asyncio.wait_for(inner.readuntil(b"\r\n\r\n"), 5)
    except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return
    error = {"message": _WORDS, "type": "server_error", "param": None, "code": "upstream_error"}
    body = json.dumps({"error": error}).encode()
    head = (
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nx-should-retry: true\r\nretry-after: 2\r\n"
        "connection: close\r\n\r\n"
    )
    back.write(head.encode("ascii") + body)
    await back.drain()
    # what is still being sent is read, or the answer is lost to a reset
    back.write_eof()
    for _ in range(256):
        try:
            if not await asyncio.wait_for(inner.read(_PIECE), 1):
                return
        except TimeoutError:
            return


def _no_delay(back: asyncio.StreamWriter) -> None:
    found = back.get_extra_info("socket")
    if found is not None:
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
