"""What a sandbox says on stdout and stderr, past Jupyter: read, mostly thrown away.

Runs on the event loop of whoever started the kernel. The pipe stands in the place of our own
stderr: a cell could open that anew through /proc/self/fd, and read our log or fill it.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

_KEPT_BYTES = 4096
_PIECE = 64 << 10
_PAUSE_S = 0.05
"""Between two pieces: a flood waits, we do not."""


class Voice:
    """One sandbox's pipe.

    Attributes:
        handle: its writing end, for the child; closed here by listen().
    """

    def __init__(self) -> None:
        self._reading, self.handle = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._reading, False)
        self._kept = b""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._later: asyncio.TimerHandle | None = None

    @property
    def last_words(self) -> str:
        """The end of what was said; hostile text."""
        self._read()
        return self._kept.decode("utf-8", "replace")

    def listen(self) -> None:
        """Begin to read; the child has its own copy of the writing end by now."""
        os.close(self.handle)
        self.handle = -1
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._reading, self._hear)

    def close(self) -> None:
        """Stop reading."""
        if self._later is not None:
            self._later.cancel()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._reading)
        for handle in (self._reading, self.handle):
            if handle >= 0:
                os.close(handle)
        self._reading = self.handle = -1

    def _hear(self) -> None:
        assert self._loop is not None
        self._loop.remove_reader(self._reading)
        if self._read():
            self._later = self._loop.call_later(
                _PAUSE_S, self._loop.add_reader, self._reading, self._hear
            )

    def _read(self) -> bool:
        """Take one piece; False at the end."""
        if self._reading < 0:
            return False
        with suppress(BlockingIOError):
            piece = os.read(self._reading, _PIECE)
            self._kept = (self._kept + piece)[-_KEPT_BYTES:]
            return bool(piece)
        return True
