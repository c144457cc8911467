"""A question that goes to a person, and its answer, while a proctor has them in hand.

Runs in zone G; live.py keeps them on disk and says when what happens.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from harness.proctor.running import Place
from harness.proctor.stakeholder import Found

_LEFT_AFTER = dt.timedelta(seconds=5)
"""A kernel that has not asked for its answer for so long has stopped waiting."""


@dataclass(frozen=True)
class Answer:
    """What became of a question.

    Attributes:
        by: an interviewer's id, or "simulated".
        at: when.
        value: as it goes to who asked.
        facts: ids of the facts in it.
    """

    by: str
    at: dt.datetime
    value: dict[str, Any]
    facts: tuple[str, ...]


@dataclass(eq=False)
class Question:
    """One question on its way.

    Attributes:
        id: its name on the wire.
        session: whose.
        place: the cell it came from, its exercise known.
        text: as the candidate wrote it.
        at: when it came.
        until: when the fact sheet answers instead.
        found: what the fact sheet has on it; None while that is looked for.
        answer: what became of it; None while it waits.
        is_delivered: whether a kernel that waited has been given the answer.
        origin: of the notepad it was put with.
    """

    id: str
    session: str
    place: Place
    text: str
    at: dt.datetime
    until: dt.datetime
    found: Found | None = None
    answer: Answer | None = None
    is_delivered: bool = False
    origin: str | None = None
    heard_at: dt.datetime | None = None
    polls: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    looking: asyncio.Task[None] | None = None
    closing: asyncio.Task[object] | None = None

    @property
    def exercise(self) -> str:
        """The exercise it is about."""
        assert self.place.exercise is not None
        return self.place.exercise

    def is_waited_for(self, now: dt.datetime) -> bool:
        """Whether a kernel still waits for the answer."""
        heard = self.heard_at or self.at
        return self.polls > 0 or now - heard < _LEFT_AFTER
