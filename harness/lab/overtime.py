"""A cell that runs too long: interrupted first, so that variables are kept; only then ended.

Runs in zone S on the event loop. When a cell began is the kernel's claim; who forges it lets its
own cell run on, and nothing else.
"""

from __future__ import annotations

import logging
import time
from typing import Any, Protocol

from tornado.ioloop import PeriodicCallback

from harness.lab.watch import KernelWatch

LOOK_S = 1.0
"""How often all kernels are looked at."""
AGAIN_S = 3.0
"""How long an interrupt may take before the next."""
GRACE_S = 10.0
"""How long a cell has, from the first interrupt on, before its kernel is ended."""
TIME = "time"
"""The reason of a kernel that was ended for it."""
_log = logging.getLogger(__name__)


class Kernels(Protocol):
    """The kernels under watch, and what can be done to one."""

    @property
    def watches(self) -> dict[str, KernelWatch]:
        """Return them by id."""

    async def interrupt_late(self, kernel_id: str, msg_id: str) -> None:
        """Interrupt one, on record."""

    def end_late(self, kernel_id: str) -> None:
        """End one, for the reason TIME."""


class Overtime:
    """Looks for cells over the limit.

    Args:
        kernels: whose.
        limit_minutes: how long a cell may run.
    """

    def __init__(self, kernels: Kernels, limit_minutes: float) -> None:
        self._kernels, self._minutes = kernels, limit_minutes
        self._asked: dict[str, tuple[float, float]] = {}
        self._timer: Any = PeriodicCallback(self.look, LOOK_S * 1000)

    def start(self) -> None:
        """Begin to look."""
        self._timer.start()

    def stop(self) -> None:
        """Stop looking."""
        self._timer.stop()

    async def look(self) -> None:
        """Look once at every cell that runs."""
        now, seen = time.monotonic(), set()
        for kernel_id, watch in list(self._kernels.watches.items()):
            for msg_id, began in list(watch.running.items()):
                seen.add(msg_id)
                if now - began >= self._minutes * 60:
                    await self._late(kernel_id, watch, msg_id, now)
        self._asked = {msg_id: asked for msg_id, asked in self._asked.items() if msg_id in seen}

    async def _late(self, kernel_id: str, watch: KernelWatch, msg_id: str, now: float) -> None:
        first, last = self._asked.get(msg_id, (now, 0.0))
        if now - first >= GRACE_S:
            watch.running.pop(msg_id, None)
            watch.to_tell.pop(msg_id, None)
            self._kernels.end_late(kernel_id)
        elif now - last >= AGAIN_S:
            self._asked[msg_id] = (first, now)
            watch.to_tell[msg_id] = words_for_late(self._minutes)
            try:
                await self._kernels.interrupt_late(kernel_id, msg_id)
            except Exception:  # it may be ending by itself at this moment
                _log.info("kernel %s could not be interrupted", kernel_id)


def words_for_late(minutes: float) -> str:
    """Return what stands at a cell that was interrupted for its time.

    Args:
        minutes: how long a cell may run.
    """
    return (
        f"This cell ran for {_spoken(minutes)} and was stopped; variables are kept. "
        "Try it on fewer rows, or print as you go."
    )


def words_for_ended(minutes: float) -> str:
    """Return what happened to a cell that no interrupt stopped.

    Args:
        minutes: how long a cell may run.
    """
    return (
        f"This cell ran for {_spoken(minutes)} and could not be interrupted, so the kernel was "
        "stopped."
    )


def _spoken(minutes: float) -> str:
    if minutes < 1:
        return f"{minutes * 60:g} seconds"
    return "1 minute" if minutes == 1 else f"{minutes:g} minutes"
