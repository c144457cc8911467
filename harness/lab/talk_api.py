"""Questions and ideas from the candidate's own pages, put on record by the proctor.

Runs in zone S. What a question is answered with is the proctor's text; it is handed on, never run.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from tornado.web import authenticated

from harness.core.card import Slug
from harness.lab.api import ApiHandler, Door

POLL_S = 40.0
"""The proctor holds a question for 20 seconds at most."""
_strict = ConfigDict(frozen=True, extra="forbid", strict=True)


class AskedQuestion(BaseModel):
    """A question to the stakeholder."""

    model_config = _strict

    exercise: Slug
    """About which exercise."""
    question: str
    """In the candidate's words; the proctor says how long it may be."""


class NotedIdea(BaseModel):
    """A new idea, or what became of an earlier one."""

    model_config = _strict

    exercise: Slug
    """About which exercise."""
    text: str | None = None
    """The idea; None leaves an earlier one's words."""
    status: Literal["open", "supported", "refuted"] | None = None
    """None leaves it, or is open for a new one."""
    id: str | None = Field(default=None, max_length=20)
    """Of an earlier one."""

    @model_validator(mode="after")
    def _says_something(self) -> NotedIdea:
        if self.text is None and (self.id is None or self.status is None):
            raise ValueError("give text for a new idea, or id and status for an earlier one")
        return self


class AskHandler(ApiHandler):
    """POST /audition/api/ask."""

    line_down = (
        "The question did not get through, and is kept in the box. Press Ask again, or write down "
        "an assumption."
    )

    def initialize(self, door: Door) -> None:
        """Take the door to the proctor."""
        self._door = door

    @authenticated  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Ask, and answer with the question as it stands."""
        await self.answer(self._ask())

    async def _ask(self) -> Any:
        asked = self.read(AskedQuestion)
        return await self._door.post("/s/ask", asked.model_dump(), timeout_s=POLL_S)


class AnswerHandler(ApiHandler):
    """GET /audition/api/ask/<id>."""

    line_down = "The line is down. Your question is with a person, and the answer is kept for you."

    def initialize(self, door: Door) -> None:
        """Take the door to the proctor."""
        self._door = door

    @authenticated  # type: ignore[untyped-decorator]
    async def get(self, name: str) -> None:
        """Answer with a question that is with a person, once it is answered or after a while."""
        await self.answer(self._door.get(f"/s/ask/{name}", timeout_s=POLL_S))


class IdeasHandler(ApiHandler):
    """POST /audition/api/hypotheses."""

    line_down = (
        "The idea did not get through, and is kept in the box. Try again in a moment; it gets its "
        "time when it arrives."
    )

    def initialize(self, door: Door) -> None:
        """Take the door to the proctor."""
        self._door = door

    @authenticated  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Put it on record, and answer with it as it stands."""
        await self.answer(self._note())

    async def _note(self) -> Any:
        noted = self.read(NotedIdea)
        return await self._door.post("/s/hypotheses", noted.model_dump(exclude_none=True))
