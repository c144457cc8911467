"""The extension's routes: how the record stands, part two, and (pausing.py) the clock.

Runs in zone S, behind JupyterLab's own login and XSRF check. Bodies come from the browser,
or from any client of the candidate's: nothing here gives what the proctor has not given.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import APIHandler
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from tornado.web import RequestHandler, authenticated

from harness.core.card import tell_validation
from harness.lab.errors import NoAnswer, ProctorSaidNo, RefusedPath
from harness.lab.parts import Delivery, Sitting
from harness.lab.pausing import ClockHandler

LINE_DOWN = (
    "The line is down. Go on writing: your work is kept here and sent when the line is back. "
    "Part two comes then."
)
MAX_BODY_BYTES = 4096
_log = logging.getLogger(__name__)


class Status(BaseModel):
    """How the record stands at this moment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session: str
    """The pseudonymous id."""
    rung: str
    """The sandbox rung kernels run on."""
    self_attested: bool
    """Whether nothing parts the kernel from this server."""
    connected: bool
    """Whether the proctor is on the line."""
    unsent: int = Field(ge=0)
    """How many events it does not have for good yet."""
    exercise_titles: dict[str, str]
    """Slug to title."""


class PartRequest(BaseModel):
    """Which notebook is to have part two."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    path: str = Field(max_length=300)
    """API path: <slug>/<slug>.ipynb."""


class StatusHandler(APIHandler):  # type: ignore[misc]  # untyped to us
    """GET /audition/api/status."""

    def initialize(self, sitting: Sitting) -> None:
        """Take the sitting this server serves."""
        self._sitting = sitting

    @authenticated  # type: ignore[untyped-decorator]
    def get(self) -> None:
        """Answer with the status."""
        now = self._sitting
        status = Status(
            session=now.session,
            rung=now.rung,
            self_attested=now.is_self_attested,
            connected=now.connected,
            unsent=now.unsent,
            exercise_titles=dict(now.titles),
        )
        self.set_header("Cache-Control", "no-store")
        self.finish(status.model_dump_json())


class PartsHandler(APIHandler):  # type: ignore[misc]  # untyped to us
    """POST /audition/api/parts."""

    def initialize(self, delivery: Delivery) -> None:
        """Take who delivers."""
        self._delivery = delivery

    @authenticated  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Deliver part two, or answer with the reason why not."""
        try:
            wanted = _read_request(self.request.body)
            done = await self._delivery.deliver(wanted.path, self.contents_manager)
        except RefusedPath as no:
            self._say(no.status, str(no), "refused")
        except ProctorSaidNo as no:
            self._hand_through(no)
        except NoAnswer as problem:
            _log.warning("part two could not be had: %s", problem)
            self._say(503, LINE_DOWN, "line_down")
        else:
            self.finish(done.model_dump_json())

    def _hand_through(self, no: ProctorSaidNo) -> None:
        """Answer in the proctor's words, if it had any."""
        if not no.body:
            self._say(502, str(no), "upstream_error")
            return
        self.set_status(no.status)
        self.finish(no.body)

    def _say(self, status: int, message: str, code: str) -> None:
        kind = "server_error" if status >= 500 else "invalid_request_error"
        error = {"message": message, "type": kind, "param": None, "code": code}
        self.set_status(status)
        self.finish({"error": error})


def handlers(state: Sitting) -> list[tuple[str, type[RequestHandler], Any]]:
    """Return the routes of one sitting, for Jupyter, which puts its own address before them.

    Args:
        state: the sitting, harness.lab.state.LabState.
    """
    return [
        ("/audition/api/status", StatusHandler, {"sitting": state}),
        ("/audition/api/parts", PartsHandler, {"delivery": Delivery(state)}),
        ("/audition/api/clock", ClockHandler, {"door": state.door}),
        ("/audition/api/clock/(pause|resume)", ClockHandler, {"door": state.door}),
    ]


def labextensions_path() -> str:
    """Return the folder in which JupyterLab finds our prebuilt extension."""
    return str(Path(__file__).parent / "labextension" / "dist")


def _read_request(body: bytes) -> PartRequest:
    if len(body) > MAX_BODY_BYTES:
        raise RefusedPath(f"a request has at most {MAX_BODY_BYTES} bytes", 413)
    try:
        return PartRequest.model_validate_json(body)
    except ValidationError as problem:
        raise RefusedPath(f"the request: {tell_validation(problem)}", 400) from problem
