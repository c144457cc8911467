"""Where time comes from. Runs in every zone; the proctor's clock is the one that counts.

Nothing else in Audition asks the machine for the time, so that tests can move it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

UTC = dt.UTC


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now(self) -> dt.datetime:
        """Return the current time, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> dt.datetime:
        """Return the machine's time, aware, in UTC."""
        return dt.datetime.now(UTC)  # noqa: TID251  the one place that may


@dataclass
class SteppedClock:
    """A clock that stands still until it is told to move: for tests and replays.

    Attributes:
        at: the time it shows, aware, in UTC.
    """

    at: dt.datetime = dt.datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> dt.datetime:
        """Return the time it was last set to."""
        return self.at

    def advance(self, seconds: float) -> None:
        """Move the clock.

        Args:
            seconds: by how many seconds, at least 0.
        """
        self.at += dt.timedelta(seconds=seconds)


def to_wire(at: dt.datetime) -> str:
    """Return the one spelling of a time on any wire: UTC, microseconds, a Z at the end.

    Args:
        at: an aware datetime.
    """
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(timespec="microseconds")[:-6] + "Z"
