"""The base of the extension's routes: who may ask, what a body may be, how a refusal is told.

Runs in zone S, behind JupyterLab's own login and XSRF check. Bodies come from the browser, or from
any client of the candidate's; answers are the proctor's, handed on as they are if they have a form.
A kernel reaches neither this server nor the doors of the proctor's that stand behind it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from jupyter_server.base.handlers import APIHandler
from pydantic import BaseModel, ConfigDict, ValidationError
from tornado.web import HTTPError, authenticated

from harness.core.canonical import parse_json
from harness.core.card import Slug, tell_validation
from harness.core.errors import BadJournal
from harness.lab.errors import NoAnswer, ProctorSaidNo, RefusedRequest

SLUG = r"([a-z][a-z0-9-]{1,39})"
"""An exercise in an address; nothing else gets as far as a handler."""
MAX_BODY_BYTES = 64 << 10
"""A thought of 4,000 characters may be written as twelve bytes each."""
BROKEN = (
    "Something of ours broke while doing this. Your work and your time are kept; tell the "
    "organiser if it happens again."
)
_log = logging.getLogger(__name__)
Body = TypeVar("Body", bound=BaseModel)


class Door(Protocol):
    """The proctor, as far as these routes need it."""

    async def get(self, path: str, *, timeout_s: float = 20.0) -> Any:
        """Return the JSON answer to a GET; raises NoAnswer or ProctorSaidNo."""
        ...

    async def post(self, path: str, body: object, *, timeout_s: float = 20.0) -> Any:
        """Return the JSON answer to a POST; raises NoAnswer or ProctorSaidNo."""
        ...


class OneExercise(BaseModel):
    """A body that names an exercise."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    exercise: Slug
    """Which."""


class ApiHandler(APIHandler):  # type: ignore[misc]  # untyped to us
    """What each route shares."""

    line_down = "The line is down, so this cannot be had now. Your work is kept; try again soon."
    """What is said while the proctor cannot be reached."""

    def prepare(self) -> Any:
        """Let nothing of it be kept by a browser or on the way."""
        self.set_header("Cache-Control", "no-store")
        return super().prepare()

    def read(self, kind: type[Body], *, limit_bytes: int = MAX_BODY_BYTES) -> Body:
        """Return the request's body.

        Args:
            kind: a strict record.
            limit_bytes: how long it may be.

        Raises:
            RefusedRequest: 413, or 400 with what is off and where.
        """
        data: bytes = self.request.body
        if len(data) > limit_bytes:
            raise RefusedRequest(f"a request has at most {limit_bytes} bytes", 413)
        try:
            return kind.model_validate(parse_json(data, what="the request"))
        except BadJournal as problem:
            raise RefusedRequest(f"{problem}; send one JSON object", 400) from problem
        except ValidationError as problem:
            raise RefusedRequest(f"the request: {tell_validation(problem)}", 400) from problem

    async def answer(self, work: Awaitable[Any]) -> None:
        """Finish with the object that comes of some work, or with why there is none."""
        try:
            found = await work
            if not isinstance(found, dict):
                raise NoAnswer("the answer is no object")
            self.finish(found)
        except RefusedRequest as no:
            self.say(no.status, str(no), "refused")
        except ProctorSaidNo as no:
            self._hand_through(no)
        except (NoAnswer, ValueError, RecursionError) as problem:
            _log.warning("%s could not be had: %s", self.request.path, problem)
            self.say(503, self.line_down, "line_down")

    def say(self, status: int, message: str, code: str) -> None:
        """Finish with an error."""
        kind = "server_error" if status >= 500 else "invalid_request_error"
        error = {"message": message, "type": kind, "param": None, "code": code}
        self.set_status(status)
        self.finish({"error": error})

    def write_error(self, status_code: int, **about: Any) -> None:
        """Finish with what Jupyter refuses, or with a defect of ours, in the same form."""
        problem = about.get("exc_info", (None, None, None))[1]
        if isinstance(problem, HTTPError):
            self.say(status_code, str(problem.log_message or problem.reason or "no"), "refused")
        else:
            self.say(status_code, BROKEN, "internal")

    def _hand_through(self, no: ProctorSaidNo) -> None:
        """Finish in the proctor's words, if it had any."""
        if not no.body:
            self.say(502, str(no), "upstream_error")
            return
        self.set_status(no.status)
        self.finish(no.body)


class RelayHandler(ApiHandler):
    """GET of something the proctor tells as it is."""

    def initialize(self, door: Door, path_of: Callable[..., str]) -> None:
        """Take the door to the proctor, and what makes its path of what our own address names."""
        self._door, self._path_of = door, path_of

    @authenticated  # type: ignore[untyped-decorator]
    async def get(self, *names: str) -> None:
        """Answer with it."""
        await self.answer(self._door.get(self._path_of(*names)))


class UnknownHandler(ApiHandler):
    """Any other address below /audition/api/."""

    @authenticated  # type: ignore[untyped-decorator]
    def get(self) -> None:
        """Say that there is nothing."""
        self.say(404, "There is nothing at this address.", "refused")

    post = put = patch = delete = get
