"""A call of the model that belongs to nobody: for the system check, never charged or recorded.

Runs in zone G. The words asked are ours and the answer stays here, so it is no free call. Only the
embedded model is asked: a provider's would cost money that stands on no purse.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from harness.core.errors import AuditionError
from harness.proctor import words
from harness.proctor.called import Called
from harness.proctor.desk import Desk

KEPT_S = 5.0
"""How long a result is told again instead of asking anew."""
_MESSAGES = [{"role": "user", "content": "Answer with one word: ready."}]
_PARAMS = {"max_tokens": 8, "temperature": 0}


@dataclass(frozen=True)
class Tried:
    """What came of one.

    Attributes:
        model: which answered; None where all models are a provider's, and none was asked.
        ms: how long it took.
    """

    model: str | None
    ms: float

    def to_value(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"model": self.model, "ms": round(self.ms, 1)}


class Trials:
    """Tries the model, for one session after the other.

    Args:
        desk: what a call needs.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._turn = asyncio.Lock()
        self._last: dict[str, tuple[float, Tried]] = {}

    async def run(self, session: str) -> Tried:
        """Call the first embedded model of a session's exercises and say how long it took.

        Raises:
            Refusal: 503, it does not answer.
        """
        async with self._turn:
            now = time.monotonic()
            self._last = {of: one for of, one in self._last.items() if now - one[0] < KEPT_S}
            if session not in self._last:
                tried = await self._ask(session)
                self._last[session] = (time.monotonic(), tried)
            return self._last[session][1]

    async def _ask(self, session: str) -> Tried:
        began = time.monotonic()
        try:
            await self._desk.worker.wait_ready()
            called = self._first(session)
            if called is not None:
                await self._desk.worker.chat(
                    called.worker_name, _MESSAGES, _PARAMS, profile=called.profile
                )
        except AuditionError as problem:
            raise words.models_away() from problem
        return Tried(called.tier.name if called else None, (time.monotonic() - began) * 1000)

    def _first(self, session: str) -> Called | None:
        for card in self._desk.sessions.get(session).cards:
            for name in card.models:
                called = self._desk.aliases.find(card, name)
                is_ours = called is not None and called.provider is None
                if is_ours and not self._desk.aliases.makes_vectors(name):
                    return called
        return None
