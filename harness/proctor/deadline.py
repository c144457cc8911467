"""The box of each exercise: when it began, when it ends, and what happens then.

Runs in zone G; time is the injected clock's. An accommodation makes a box longer as it begins; it
stands in `identity` alone. A box begins with the first run or call in its
exercise. At the soft end the candidate is told; five minutes later models stop and the last
saved state is submitted. While a session is paused its boxes stand still; what ends the pause
moves both ends by its length. An exercise without minutes has no box.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, select, update

from harness.core.card import ExerciseCard
from harness.core.clock import Clock
from harness.core.errors import AuditionError
from harness.proctor import words
from harness.proctor.leases import owned_only
from harness.proctor.pauses import NONE, Pauses
from harness.proctor.tables import session_exercises
from harness.proctor.writer import Writer

GRACE = dt.timedelta(minutes=5)
"""From the soft end to the hard one."""
_ONE = Decimal(1)
_TICK_S = 1.0
_LONGEST_PAUSE_S = 60.0
_log = logging.getLogger(__name__)

Submit = Callable[[str, str], Awaitable[object]]


@dataclass(frozen=True)
class Box:
    """The time of one exercise in one session.

    Attributes:
        minutes: how long it is; None for untimed.
        opened_at: when it began; None before the first run.
        ends_at: the soft end.
        hard_end_at: when models stop answering.
        closed_at: when the proctor submitted it by itself.
    """

    minutes: int | None
    opened_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    hard_end_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None


@dataclass(frozen=True)
class _Again:
    """When a submission that failed is tried again, on the event loop's clock."""

    at: float
    pause_s: float


class Deadlines:
    """Every box of every session.

    Args:
        writer: of the witness.
        clock: where time comes from.
        extra_time: by how much a session's boxes are longer; asked when one begins.
        pauses: when a session's boxes stand still; None is never.
    """

    def __init__(
        self, writer: Writer, clock: Clock, extra_time: Callable[[str], Decimal] = lambda _: _ONE,
        pauses: Pauses | None = None,
    ) -> None:  # fmt: skip
        self._writer, self._clock, self._extra_time = writer, clock, extra_time
        self._pauses = pauses or Pauses(writer, clock, lambda _: NONE)
        self._boxes: dict[tuple[str, str], Box] = {}
        self._running: set[tuple[str, str]] = set()
        self._again: dict[tuple[str, str], _Again] = {}

    async def load(self, only: Collection[str] | None = None) -> None:
        """Read every box; call it once before anything else.

        Args:
            only: sessions whose boxes are read; None reads all.
        """
        rows = await self._writer.read(lambda c: c.execute(select(session_exercises)).all())
        for row in owned_only(rows, only):
            key = (row.session, row.slug)
            minutes = ExerciseCard.model_validate_json(row.card).minutes
            self._boxes[key] = Box(
                minutes, row.opened_at, row.ends_at, row.hard_end_at, row.closed_at
            )
            if row.hard_end_at is not None and row.closed_at is None:
                self._running.add(key)

    def add(self, session: str, card: ExerciseCard) -> None:
        """Have a box for an exercise of a new session; it has not begun."""
        self._boxes[session, card.slug] = Box(minutes=card.minutes)

    def box(self, session: str, exercise: str) -> Box:
        """Return a box as it stands."""
        return self._boxes[session, exercise]

    def minutes(self, session: str, exercise: str) -> float | None:
        """Return how long a box is for who sits this session; None if it is untimed.

        The candidate's own to know and nobody else's: with the card's minutes it tells who has
        an accommodation.
        """
        base = self._boxes[session, exercise].minutes
        return None if base is None else float(base * self._extra_time(session))

    def begin(self, session: str, exercise: str) -> None:
        """Begin a box with the first run or call in it; later ones change nothing."""
        key = (session, exercise)
        box = self._boxes.get(key)
        if box is None or box.minutes is None or box.opened_at is not None:
            return
        now, minutes = self._clock.now(), self.minutes(session, exercise)
        assert minutes is not None
        ends = now + dt.timedelta(minutes=minutes)
        self._boxes[key] = replace(box, opened_at=now, ends_at=ends, hard_end_at=ends + GRACE)
        self._running.add(key)
        self._write(key, opened_at=now, ends_at=ends, hard_end_at=ends + GRACE)

    def running(self) -> list[tuple[str, str]]:
        """Return session and exercise of each box that has begun and was not closed by us."""
        return sorted(self._running)

    def running_in(self, session: str) -> list[str]:
        """Return the exercises of a session whose box runs and is not over."""
        mine = [slug for of, slug in self.running() if of == session]
        return [slug for slug in mine if not self.is_over(session, slug)]

    def move(self, session: str, exercise: str, by: dt.timedelta) -> Box:
        """Move both ends of a box that has begun, at once; keep_ends() writes what it returns."""
        box = self._boxes[session, exercise]
        assert box.ends_at is not None and box.hard_end_at is not None
        moved = replace(box, ends_at=box.ends_at + by, hard_end_at=box.hard_end_at + by)
        self._boxes[session, exercise] = moved
        return moved

    def is_over(self, session: str, exercise: str) -> bool:
        """Tell whether the hard end has passed; in a pause it does not come nearer."""
        box = self._boxes.get((session, exercise))
        if box is None or box.hard_end_at is None:
            return False
        return self._clock.now() - self._pauses.stood_still(session) >= box.hard_end_at

    def admit(self, session: str, card: ExerciseCard) -> None:
        """Let a model call in, beginning the box if it is the first.

        Raises:
            Refusal: 403, the hard end has passed, or the session is paused.
        """
        self.refuse_paused(session)
        self.begin(session, card.slug)
        if self.is_over(session, card.slug):
            raise words.exercise_over(card.title)

    def refuse_paused(self, session: str) -> None:
        """Let nothing through that uses time while the clock stands still.

        Raises:
            Refusal: 403, the session is paused.
        """
        if self._pauses.is_paused(session):
            raise words.paused()

    def refuse_unstarted(self, session: str, exercise: str) -> None:
        """Let no question through before the clock runs that it belongs to.

        Raises:
            Refusal: 403, the exercise has a box that has not begun.
        """
        box = self._boxes.get((session, exercise))
        if box is not None and box.minutes is not None and box.opened_at is None:
            raise words.not_started()

    async def run(self, submit: Submit, tick: Callable[[], Awaitable[None]] | None = None) -> None:
        """Submit each exercise whose hard end has passed, until cancelled.

        Args:
            submit: takes session and exercise and submits the last saved state.
            tick: called at once and about once a second, also while no box runs: a box that
                begins then has a sign of life from just before.
        """
        while True:
            if tick is not None:
                await tick()
            for key in sorted(key for key in self._running if self.is_over(*key)):
                await self._close(key, submit)
            await asyncio.sleep(_TICK_S)

    async def _close(self, key: tuple[str, str], submit: Submit) -> None:
        """Submit one; a failure is tried again, at growing intervals."""
        loop = asyncio.get_running_loop()
        again = self._again.get(key, _Again(at=0.0, pause_s=_TICK_S))
        if loop.time() < again.at:
            return
        longer = min(again.pause_s * 2, _LONGEST_PAUSE_S)
        self._again[key] = _Again(at=loop.time() + again.pause_s, pause_s=longer)
        try:
            await submit(*key)
        except AuditionError as problem:
            _log.warning("session %s, %s: not submitted yet (%s)", *key, type(problem).__name__)
            return
        except Exception:
            _log.exception("session %s, %s: not submitted yet", *key)
            return
        now = self._clock.now()
        self._boxes[key] = replace(self._boxes[key], closed_at=now)
        self._running.discard(key)
        self._again.pop(key, None)
        self._write(key, closed_at=now)
        _log.info("session %s, %s: submitted at the hard end", *key)

    def _write(self, key: tuple[str, str], **values: dt.datetime) -> None:
        def job(connection: Connection) -> None:
            connection.execute(update(session_exercises).where(_one(*key)).values(**values))

        self._writer.do(job).add_done_callback(_tell_failure)


def keep_ends(connection: Connection, session: str, exercise: str, box: Box) -> None:
    """Write a box's ends, inside a job of the writer."""
    values = {"ends_at": box.ends_at, "hard_end_at": box.hard_end_at}
    connection.execute(update(session_exercises).where(_one(session, exercise)).values(**values))


def _one(session: str, exercise: str) -> ColumnElement[bool]:
    return (session_exercises.c.session == session) & (session_exercises.c.slug == exercise)


def _tell_failure(future: asyncio.Future[None]) -> None:
    if not future.cancelled() and future.exception() is not None:
        _log.error("a box was not written: %s", future.exception())
