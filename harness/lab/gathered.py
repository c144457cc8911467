"""Frames for a browser, several in one write: a send over loopback costs a fifth of a millisecond.

Runs in zone S on the event loop. A kernel answers a trivial cell with six messages within a
millisecond or two. They keep their order; those that a person waits for are sent at once, and all
before them with them, the rest a moment later.
"""

from __future__ import annotations

import asyncio
from typing import Any

from tornado.iostream import IOStream

GATHER_S = 0.01
"""How long a frame that ends nothing waits for others."""
HURRY_S = 0.001
"""How long one that nearly does: the last word of a cell follows its reply."""
GATHER_BYTES = 64 << 10
"""How many bytes of them; beyond, a send costs less than what is sent."""


class GatheredStream:
    """A stream that holds what is written to it for a moment; all else is the stream's own.

    Args:
        stream: where the bytes go.
    """

    def __init__(self, stream: IOStream) -> None:
        self._stream = stream
        self._frames: list[bytes] = []
        self._size_bytes = 0
        self._departure: asyncio.TimerHandle | None = None
        self._sent: asyncio.Future[None] | None = None

    def __getattr__(self, name: str) -> Any:
        """Return what belongs to the stream itself."""
        return getattr(self._stream, name)

    def write(self, data: bytes) -> asyncio.Future[None]:
        """Take bytes; the future is done when they have been handed to the network.

        Raises:
            StreamClosedError: the stream is closed; in the future, if it closes before they go.
        """
        if self._stream.closed():
            closed: asyncio.Future[None] = self._stream.write(data)
            return closed
        loop = asyncio.get_running_loop()
        if self._sent is None:
            self._sent = loop.create_future()
            self._departure = loop.call_later(GATHER_S, self.flush)
        sent = self._sent
        self._frames.append(bytes(data))
        self._size_bytes += len(data)
        if self._size_bytes >= GATHER_BYTES:
            self.flush()
        return sent

    def hurry(self) -> None:
        """Send what was taken in a moment, if nothing sends it before."""
        if self._departure is not None:
            self._departure.cancel()
            self._departure = asyncio.get_running_loop().call_later(HURRY_S, self.flush)

    def flush(self) -> None:
        """Send what was taken, in one write; nothing if nothing was."""
        sent, frames = self._sent, self._frames
        if self._departure is not None:
            self._departure.cancel()
        self._departure, self._sent, self._frames, self._size_bytes = None, None, [], 0
        if sent is None:
            return
        try:
            going = self._stream.write(b"".join(frames))
        except Exception as problem:  # it closed meanwhile: whoever wrote is told
            _settle(sent, problem)
            return
        going.add_done_callback(lambda done: _settle(sent, done.exception()))

    def close(self, *given: Any, **named: Any) -> None:
        """Send what was taken, and close."""
        self.flush()
        self._stream.close(*given, **named)


def _settle(sent: asyncio.Future[None], problem: BaseException | None) -> None:
    if sent.done():
        return
    if problem is None:
        sent.set_result(None)
        return
    sent.set_exception(problem)
    sent.exception()  # a writer need not wait; one who does is told
