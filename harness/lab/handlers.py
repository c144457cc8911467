"""The extension's routes, all in one list; here: how the record stands, and part two.

Runs in zone S, behind JupyterLab's own login and XSRF check; what all routes share is in api.py.
Nothing here gives what the proctor has not given.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from tornado.web import RequestHandler, authenticated

from harness.lab.api import SLUG, ApiHandler, RelayHandler, UnknownHandler
from harness.lab.changes import Changes
from harness.lab.packages import PackagesHandler
from harness.lab.parts import Delivery, Sitting
from harness.lab.pausing import ClockHandler
from harness.lab.record_api import RecordHandler
from harness.lab.state import LabState
from harness.lab.submit_api import SubmitHandler
from harness.lab.system_check import SystemCheck, SystemCheckHandler
from harness.lab.talk_api import AnswerHandler, AskHandler, IdeasHandler
from harness.lab.versions import Restoring
from harness.lab.versions_api import GivenHandler, LookHandler, RestoreHandler, VersionsHandler

LINE_DOWN = (
    "The line is down. Go on writing: your work is kept here and sent when the line is back. "
    "Part two comes then."
)
MAX_BODY_BYTES = 4096


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


class StatusHandler(ApiHandler):
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
        self.finish(status.model_dump_json())


class PartsHandler(ApiHandler):
    """POST /audition/api/parts."""

    line_down = LINE_DOWN

    def initialize(self, delivery: Delivery) -> None:
        """Take who delivers."""
        self._delivery = delivery

    @authenticated  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Deliver part two, or answer with the reason why not."""
        await self.answer(self._deliver())

    async def _deliver(self) -> Any:
        wanted = self.read(PartRequest, limit_bytes=MAX_BODY_BYTES)
        return (await self._delivery.deliver(wanted.path, self.contents_manager)).model_dump()


def handlers(state: LabState) -> list[tuple[str, type[RequestHandler], Any]]:
    """Return the routes of one sitting, for Jupyter, which puts its own address before them.

    Args:
        state: the sitting.
    """
    return [
        ("/audition/api/status", StatusHandler, {"sitting": state}),
        ("/audition/api/parts", PartsHandler, {"delivery": Delivery(state)}),
        ("/audition/api/clock", ClockHandler, {"door": state.door}),
        ("/audition/api/clock/(start|pause|resume)", ClockHandler, {"door": state.door}),
        *panel_routes(state),
    ]


def panel_routes(lab: LabState) -> list[tuple[str, type[RequestHandler], Any]]:
    """Return the routes of the side panel, the plain page and the pre-brief (docs/lab.md)."""
    door = {"door": lab.door}
    told = [
        (
            f"/audition/api/{name}/{SLUG}",
            RelayHandler,
            {**door, "path_of": f"/s/{name}/{{}}".format},
        )
        for name in ("purse", "models", "questions", "hypotheses", "receipts")
    ]
    return [
        ("/audition/api/sitting", RelayHandler, {**door, "path_of": "/s/sitting".format}),
        *told,
        ("/audition/api/ask", AskHandler, door),
        ("/audition/api/ask/([A-Za-z0-9-]{1,64})", AnswerHandler, door),
        ("/audition/api/hypotheses", IdeasHandler, door),
        (f"/audition/api/versions/{SLUG}", VersionsHandler,
         {**door, "spool": lab.spool, "changes": Changes()}),
        (f"/audition/api/versions/{SLUG}/([0-9a-f]{{64}})", LookHandler, door),
        (f"/audition/api/versions/{SLUG}/restore", RestoreHandler,
         {"restoring": Restoring(lab.door)}),
        (f"/audition/api/given/{SLUG}", GivenHandler, door),
        ("/audition/api/submit", SubmitHandler, {**door, "spool": lab.spool}),
        ("/audition/api/record", RecordHandler, {**door, "session": lab.session}),
        ("/audition/api/system-check", SystemCheckHandler, {"check": SystemCheck(lab)}),
        ("/audition/api/packages", PackagesHandler, {}),
        ("/audition/api/.*", UnknownHandler, {}),
    ]  # fmt: skip


def labextensions_path() -> str:
    """Return the folder in which JupyterLab finds our prebuilt extension."""
    return str(Path(__file__).parent / "labextension" / "dist")
