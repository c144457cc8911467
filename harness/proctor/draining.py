"""Ending without breaking anything off: no new work, what is under way is finished, then the end.

Runs in zone G, in the event loop alone. The first signal begins it; the second one hurries it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Literal

from harness.proctor import words
from harness.proctor.errors import Refusal

_BACK_AFTER_S = 10.0
"""The longest wait that is asked for: a client that tries twice more then finds us back."""
_log = logging.getLogger(__name__)

Ended = Literal["idle", "hurried", "late"]


class Draining:
    """Whether we are ending, and what is still under way.

    Args:
        within_s: how long what is under way may take once we are ending.
    """

    def __init__(self, within_s: float) -> None:
        self._within_s = within_s
        self._began: float | None = None
        self._changed = asyncio.Event()
        self._is_hurried = False
        self.under_way = 0

    @property
    def is_on(self) -> bool:
        """Whether nothing new is taken any more."""
        return self._began is not None

    def begin(self) -> None:
        """End, in order; said twice, at once."""
        if self._began is None:
            self._began = time.monotonic()
            _log.warning("draining: %s requests are under way", self.under_way)
        else:
            self._is_hurried = True
        self._changed.set()

    def enter(self, *, is_counted: bool = True) -> None:
        """Count a request; a line that stays open for hours is none."""
        self.under_way += is_counted

    def leave(self, *, is_counted: bool = True) -> None:
        """Count a request out."""
        self.under_way -= is_counted
        if self._began is not None:
            self._changed.set()

    def refusal(self) -> Refusal:
        """Return what whoever asks for something new is told."""
        return words.ending(retry_after_s=min(max(self._left_s(), 0.0), _BACK_AFTER_S) + 1)

    async def wait_begun(self) -> None:
        """Wait until we are to end."""
        while self._began is None:
            await self._changes(None)

    async def wait_done(self) -> Ended:
        """Wait until nothing is under way, or not any longer; return which."""
        while self.under_way and not self._is_hurried:
            left = self._left_s()
            if left <= 0:
                _log.warning("draining took too long: %s requests are broken off", self.under_way)
                return "late"
            await self._changes(left)
        return "hurried" if self._is_hurried else "idle"

    async def wait_left(self, within_s: float) -> None:
        """Wait, not for long, until every request that was broken off has ended."""
        ends = time.monotonic() + within_s
        while self.under_way and (left := ends - time.monotonic()) > 0:
            await self._changes(left)

    def _left_s(self) -> float:
        return self._within_s - (time.monotonic() - (self._began or time.monotonic()))

    async def _changes(self, within_s: float | None) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout(within_s):
                await self._changed.wait()
        except TimeoutError:
            return
