"""End a command on Ctrl C or SIGTERM, also where a shell in the background had both ignored."""

from __future__ import annotations

import signal
from types import FrameType


def interrupt_on_signals() -> None:
    """Raise KeyboardInterrupt in the main thread on SIGINT and on SIGTERM from now on.

    What a shell sends to the background starts with SIGINT ignored, and Python leaves it so.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
