"""The clock's routes of the candidate's server: how it stands, start, pause, resume.

Runs in zone S. The proctor decides.
"""

from __future__ import annotations

from typing import Any

from tornado.web import authenticated

from harness.lab.api import ApiHandler, Door, OneExercise

LINE_DOWN = (
    "The line is down, so the clock cannot be asked. Time in which it is down on our side is given "
    "back."
)


class ClockHandler(ApiHandler):
    """GET /audition/api/clock, POST /audition/api/clock/start, /pause and /resume."""

    line_down = LINE_DOWN

    def initialize(self, door: Door) -> None:
        """Take the door to the proctor."""
        self._door = door

    @authenticated  # type: ignore[untyped-decorator]
    async def get(self, act: str | None = None) -> None:
        """Answer with the clock; nothing is changed by looking."""
        if act is not None:
            self.say(405, "POST starts the clock, stops it or lets it go on.", "refused")
            return
        await self.answer(self._door.get("/s/clock"))

    @authenticated  # type: ignore[untyped-decorator]
    async def post(self, act: str | None = None) -> None:
        """Start the clock, stop it or let it go on, and answer with it."""
        if act is None:
            self.say(405, "POST to clock/start, clock/pause or clock/resume.", "refused")
            return
        await self.answer(self._do(act))

    async def _do(self, act: str) -> Any:
        body = self.read(OneExercise).model_dump() if act == "start" else {}
        return await self._door.post(f"/s/{act}", body)
