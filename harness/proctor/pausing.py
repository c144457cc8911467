"""Stopping a session's clock and letting it go on: by the candidate, a run, or an empty allowance.

Runs in zone G, in the event loop alone. A pause is asked for by the candidate's server, never by a
kernel, and not while one runs a cell. What happens is so in memory at once and in one commit on
disk: the pause, the ends of the boxes, and the journal's word.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import secrets
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import Connection

from harness.core.clock import Clock
from harness.core.clock_state import ClockState, ExerciseClock
from harness.proctor import words
from harness.proctor.deadline import Box, Deadlines, keep_ends
from harness.proctor.errors import Refusal
from harness.proctor.pauses import NONE, Pause, Pauses, keep_as_it_is, keep_new
from harness.proctor.running import Running
from harness.proctor.witness import Witness
from harness.proctor.writer import Writer

MOST_PAUSES = 200
"""How many pauses one session may have: each is two entries of the journal."""
_SHORTEST = dt.timedelta(seconds=1)
Why = Literal["asked", "run", "allowance"]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pausing:
    """Begins and ends pauses.

    Attributes:
        pauses: how they stand.
        deadlines: the boxes.
        running: what kernels run.
        witness: the journal.
        writer: of the witness.
        clock: where time comes from.
    """

    pauses: Pauses
    deadlines: Deadlines
    running: Running
    witness: Witness
    writer: Writer
    clock: Clock

    async def pause(self, session: str) -> None:
        """Stop a session's clock; one that stands still already goes on standing still.

        Raises:
            Refusal: 409: a cell runs, no exercise's time does, or no pause is left.
        """
        self.end_overdue()
        if self.pauses.is_paused(session):
            return
        self._admit(session)
        now = self.clock.now()
        begun = Pause(f"p-{secrets.token_hex(8)}", session, now)
        self.pauses.put(begun)

        def job(connection: Connection) -> None:
            keep_new(connection, begun)
            self.witness.append(connection, session, "pause", {}, at=now)

        try:
            await self.writer.do(job)
        except BaseException:
            self.pauses.drop(begun)
            raise

    async def resume(self, session: str) -> None:
        """Let a session's clock go on; one that goes already is left alone."""
        ending = self._end(session, "asked")
        if ending is not None:
            await ending

    async def start(self, session: str, exercise: str) -> None:
        """Begin an exercise's time by hand, and write down that it was; on disk when this returns.

        A pause ends with it, as it would with a run. What has begun, or is untimed, is left alone.
        """
        box = self.deadlines.box(session, exercise)
        if box.minutes is None or box.opened_at is not None:
            return
        await self.resume(session)
        if self.deadlines.box(session, exercise).opened_at is not None:
            return  # a run, or the same word twice, was first meanwhile
        self.deadlines.begin(session, exercise)
        at = self.deadlines.box(session, exercise).opened_at or self.clock.now()

        def job(connection: Connection) -> None:
            payload = {"from": "panel"}
            self.witness.append(
                connection, session, "clock_start", payload, at=at, exercise=exercise
            )

        await self.writer.do(job)  # what begin() wrote comes before it

    def ran(self, session: str) -> None:
        """Take word that a cell is about to run: that ends a pause."""
        self._end_behind(session, "run")

    def end_overdue(self) -> None:
        """End each pause whose allowance is used up, as of the moment it was."""
        for pause in self.pauses.all_open():
            if not self.pauses.is_paused(pause.session):
                self._end_behind(pause.session, "allowance")

    async def extend(self, session: str, by: dt.timedelta) -> int:
        """Move the ends of a session's running boxes on, by the operator's word.

        Args:
            session: whose.
            by: how much longer.

        Returns:
            How many boxes end later.

        Raises:
            Refusal: 409, none is running.
        """
        self.end_overdue()
        moved = self._moved(session, self.deadlines.running_in(session), by)
        if not moved:
            raise Refusal(
                "No exercise's time is running in it, so there is nothing to extend.",
                status=409,
                code="no_clock",
            )
        now = self.clock.now()

        def job(connection: Connection) -> None:
            for exercise, box in moved.items():
                keep_ends(connection, session, exercise, box)
                payload = {"by_s": by.total_seconds()}
                self.witness.append(
                    connection, session, "extend", payload, at=now, exercise=exercise
                )

        try:
            await self.writer.do(job)
        except BaseException:
            self._moved(session, list(moved), -by)
            raise
        return len(moved)

    def state(self, session: str, slugs: tuple[str, ...]) -> ClockState:
        """Return how a session's clock stands at this moment.

        Args:
            session: whose.
            slugs: its exercises, in their order.
        """
        self.end_overdue()
        now, pause = self.clock.now(), self.pauses.open_one(session)
        stood = self.pauses.stood_still(session, now)
        return ClockState(
            at=now,
            exercises=tuple(
                _exercise_clock(slug, self.deadlines.box(session, slug), now, stood)
                for slug in slugs
            ),
            paused_at=pause.began_at if pause is not None else None,
            pause_left_s=self.pauses.left(session, now).total_seconds(),
            pause_allowance_s=self.pauses.allowance(session).total_seconds(),
        )

    def _admit(self, session: str) -> None:
        if not self.deadlines.running_in(session):
            raise words.nothing_to_pause()
        if len(self.pauses.ended(session)) >= MOST_PAUSES:
            raise words.too_many_pauses(MOST_PAUSES)
        if self.pauses.left(session) < _SHORTEST:
            raise words.no_pause_left(self.pauses.allowance(session) / dt.timedelta(minutes=1))
        if self.running.is_busy(session):
            raise words.cell_is_running()

    def _end(self, session: str, why: Why) -> asyncio.Future[None] | None:
        """End a pause at once; return what is done when it is written, None if there is none."""
        pause = self.pauses.open_one(session)
        if pause is None:
            return None
        now = self.clock.now()  # once: what is counted is what the boxes gain
        stood = self.pauses.stood_still(session, now)
        stopped_at = pause.began_at + pause.outage  # the boxes' time: outages moved them already
        is_used_up = self.pauses.left(session, now) <= NONE
        at = stopped_at + stood if is_used_up else max(now, stopped_at)
        ended = replace(pause, ended_at=at)
        self.pauses.put(ended)
        running = [slug for of, slug in self.deadlines.running() if of == session]
        moved = self._moved(session, [
            slug for slug in running
            if (self.deadlines.box(session, slug).hard_end_at or at) > stopped_at
        ], stood)  # fmt: skip
        told: Why = "allowance" if is_used_up else why
        payload = {"paused_s": round(stood.total_seconds(), 3), "why": told}

        def job(connection: Connection) -> None:
            keep_as_it_is(connection, ended)
            for exercise, box in moved.items():
                keep_ends(connection, session, exercise, box)
            self.witness.append(connection, session, "resume", payload, at=at)

        return self.writer.do(job)

    def _moved(self, session: str, exercises: list[str], by: dt.timedelta) -> dict[str, Box]:
        return {slug: self.deadlines.move(session, slug, by) for slug in exercises}

    def _end_behind(self, session: str, why: Why) -> None:
        ending = self._end(session, why)
        if ending is not None:
            ending.add_done_callback(_tell_failure)


def _exercise_clock(
    slug: str, box: Box, now: dt.datetime, stood: dt.timedelta
) -> ExerciseClock:  # fmt: skip
    if box.opened_at is None or box.ends_at is None or box.hard_end_at is None:
        return ExerciseClock(exercise=slug, is_timed=box.minutes is not None)
    is_open = box.closed_at is None and box.hard_end_at > now - stood
    moves = stood if is_open else NONE
    return ExerciseClock(
        exercise=slug,
        is_timed=True,
        opened_at=box.opened_at,
        ends_at=box.ends_at + moves,
        hard_end_at=box.hard_end_at + moves,
        left_s=max(0.0, (box.ends_at + moves - now).total_seconds()),
        is_over=not is_open,
    )


def _tell_failure(future: asyncio.Future[None]) -> None:
    if not future.cancelled() and future.exception() is not None:
        _log.error("the end of a pause was not written: %s", future.exception())
