"""How a session's clock stands, as its candidate is told.

Runs in G, which says it, and in S, which hands it to the panel. What it says of ends is the
candidate's own to know: it is in no record and on no page of a reviewer's.
"""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from harness.core.card import Slug
from harness.core.records import Record


class ExerciseClock(Record):
    """The time of one exercise, as its candidate is told."""

    exercise: Slug
    """Which exercise."""
    is_timed: bool
    """Whether it has a box at all."""
    opened_at: AwareDatetime | None = None
    """When the box began; None before the first run."""
    ends_at: AwareDatetime | None = None
    """The soft end, as far as it has moved."""
    hard_end_at: AwareDatetime | None = None
    """When models stop answering and the last saved state is submitted."""
    left_s: float | None = Field(default=None, ge=0)
    """Seconds to the soft end; it does not fall in a pause."""
    is_over: bool = False
    """Whether the hard end has passed."""
    given_back_s: float = Field(default=0.0, ge=0)
    """By how much both ends moved, in all, because we were away."""
    given_back_why: str | None = None
    """Why the last time, in words; None if it never happened."""


class ClockState(Record):
    """How a session's clock stands."""

    at: AwareDatetime
    """The proctor's time."""
    exercises: tuple[ExerciseClock, ...]
    """In the session's order."""
    paused_at: AwareDatetime | None = None
    """Since when the clock stands still; None while it goes."""
    pause_left_s: float = Field(ge=0)
    """How long it may still stand still, in seconds."""
    pause_allowance_s: float = Field(ge=0)
    """How long in all, in seconds."""
