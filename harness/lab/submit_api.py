"""Submit from the candidate's own pages: what was done so far goes out first.

Runs in zone S. The proctor puts a submission together from what it has, so it is asked only once it
has everything that had happened here when the button was pressed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any, Protocol

from tornado.web import authenticated

from harness.lab.api import ApiHandler, Door, OneExercise
from harness.lab.errors import RefusedRequest

ON_ITS_WAY_S = 15.0
"""How long what happened before may take to reach the proctor."""
ASSEMBLED_S = 180.0
"""How long the proctor may take to put a submission together."""
UNSENT = (
    "Your last saves are still on their way, so this was not submitted yet. Nothing is lost; "
    "submit again in a moment. If the time runs out meanwhile, your last saved state is submitted."
)


class Unsent(Protocol):
    """What the proctor does not have for good yet, by id."""

    @property
    def pending(self) -> Collection[str]:
        """The ids; those that were there before come first."""


class SubmitHandler(ApiHandler):
    """POST /audition/api/submit."""

    line_down = (
        "We could not confirm the submission, but your work is saved. Submit again when the line "
        "is back; if the time runs out meanwhile, your last saved state is submitted."
    )

    def initialize(self, door: Door, spool: Unsent) -> None:
        """Take the door to the proctor, and what has not gone through it."""
        self._door, self._spool = door, spool

    @authenticated  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Submit an exercise as last saved, and answer with the receipt."""
        await self.answer(self._submit())

    async def _submit(self) -> Any:
        wanted = self.read(OneExercise)
        await self._door.get("/s/clock")  # with the line down there is nothing to wait for
        await all_sent(self._spool)
        return await self._door.post("/s/submit", wanted.model_dump(), timeout_s=ASSEMBLED_S)


async def all_sent(spool: Unsent, *, within_s: float = ON_ITS_WAY_S) -> None:
    """Wait until the proctor has what is unsent at this moment; what comes later is not waited for.

    Args:
        spool: what is unsent.
        within_s: how long at most.

    Raises:
        RefusedRequest: 503, it does not have it in time.
    """
    waits = set(spool.pending)
    until = asyncio.get_running_loop().time() + within_s
    while waits := waits.intersection(spool.pending):
        if asyncio.get_running_loop().time() > until:
            raise RefusedRequest(UNSENT, 503)
        await asyncio.sleep(0.02)
