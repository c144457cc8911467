"""Reply streams of browsers that left in the middle of a cell, kept open until the reply came.

Runs in zone S on the event loop. A kernel sends a reply to the browser that asked alone; when
that one goes and another stays, Jupyter closes its streams, and the reply would be on no record.
"""

from __future__ import annotations

from typing import Any

from harness.lab.tap import frames_of
from harness.lab.watch import KernelWatch

CHANNELS = ("shell", "control")
"""What carries replies; a question on stdin has no one to answer it any more."""
MOST = 16
"""How many streams of one kernel may linger; the oldest is closed for one more."""


class Lingering:
    """The streams of one kernel that have no browser any more.

    Args:
        watch: where replies are recorded.
    """

    def __init__(self, watch: KernelWatch) -> None:
        self._watch = watch
        self._streams: list[tuple[str, str, Any]] = []

    def take(self, channels: dict[str, Any], browser: str) -> None:
        """Take the reply streams out of a leaving browser's channels, if a reply is awaited.

        Args:
            channels: name of each channel and its ZMQStream; what is taken is removed.
            browser: its session key.
        """
        if not self._watch.awaits_reply:
            return
        for name in CHANNELS:
            stream = channels.get(name)
            if stream is None or stream.closed():
                continue
            del channels[name]
            stream.on_recv(lambda message, name=name: self._answered(name, message))
            self._streams.append((browser, name, stream))
        while len(self._streams) > MOST:
            _close(self._streams.pop(0)[2])

    def give_back(self, browser: str) -> dict[str, Any]:
        """Return the streams that were a browser's, by channel; they are its own again.

        Args:
            browser: its session key.
        """
        kept: dict[str, Any] = {}
        for held in [held for held in self._streams if held[0] == browser]:
            self._streams.remove(held)
            _, name, stream = held
            if name in kept:
                _close(stream)
            else:
                kept[name] = stream
        return kept

    def settle(self) -> None:
        """Close what lingers if no reply is awaited any more."""
        if not self._watch.awaits_reply:
            self.end()

    def end(self) -> None:
        """Close what still lingers."""
        for _, _, stream in self._streams:
            _close(stream)
        self._streams.clear()

    def _answered(self, channel: str, message: list[Any]) -> None:
        try:
            self._watch.answered(channel, frames_of(message))
        except Exception:  # a hostile message must not keep the stream open
            self.end()
            raise
        self.settle()


def _close(stream: Any) -> None:
    if not stream.closed():
        stream.on_recv(None)
        stream.close()
