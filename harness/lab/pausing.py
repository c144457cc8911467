"""The clock's routes of the candidate's server: how it stands, pause, resume.

Runs in zone S, behind JupyterLab's own login and XSRF check. The proctor decides; a kernel reaches
neither this server nor these routes of the proctor's.
"""

from __future__ import annotations

import logging
from typing import Any, Protocol

from jupyter_server.base.handlers import APIHandler
from tornado.web import authenticated

from harness.lab.errors import NoAnswer, ProctorSaidNo

LINE_DOWN = (
    "The line is down, so the clock cannot be asked. Time in which it is down on our side is given "
    "back."
)
_log = logging.getLogger(__name__)


class ClockDoor(Protocol):
    """The proctor, as far as the clock needs it."""

    async def get(self, path: str) -> Any:
        """Return the JSON answer to a GET; raises NoAnswer or ProctorSaidNo."""
        ...

    async def post(self, path: str, body: object) -> Any:
        """Return the JSON answer to a POST; raises NoAnswer or ProctorSaidNo."""
        ...


class ClockHandler(APIHandler):  # type: ignore[misc]  # untyped to us
    """GET /audition/api/clock, POST /audition/api/clock/pause and /resume."""

    def initialize(self, door: ClockDoor) -> None:
        """Take the door to the proctor."""
        self._door = door

    @authenticated  # type: ignore[untyped-decorator]
    async def get(self, act: str | None = None) -> None:
        """Answer with the clock; nothing is changed by looking."""
        if act is not None:
            self.set_status(405)
            self.finish({"message": "POST stops the clock or lets it go on."})
            return
        await self._answer(self._door.get("/s/clock"))

    @authenticated  # type: ignore[untyped-decorator]
    async def post(self, act: str | None = None) -> None:
        """Stop the clock or let it go on, and answer with it."""
        if act is None:
            self.set_status(405)
            self.finish({"message": "POST to clock/pause or clock/resume."})
            return
        await self._answer(self._door.post(f"/s/{act}", {}))

    async def _answer(self, asking: Any) -> None:
        self.set_header("Cache-Control", "no-store")
        try:
            answer = await asking
            if not isinstance(answer, dict):
                raise NoAnswer("the answer is no object")
            self.finish(answer)
        except ProctorSaidNo as no:
            self.set_status(no.status if no.body else 502)
            self.finish(no.body or {"message": str(no)})
        except (NoAnswer, ValueError, RecursionError) as problem:
            _log.warning("the clock could not be had: %s", problem)
            error = {"message": LINE_DOWN, "type": "server_error", "param": None,
                     "code": "line_down"}  # fmt: skip
            self.set_status(503)
            self.finish({"error": error})
