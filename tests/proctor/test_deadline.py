"""The box of an exercise: when it begins, when models stop, and the submission that follows."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from harness.core.clock import SteppedClock
from harness.core.errors import SessionRefused
from harness.proctor import deadline
from harness.proctor.errors import Refusal
from harness.proctor.tables import WITNESS_VERSION, witness
from harness.proctor.writer import Writer
from tests.proctor.builders import Up, proctor, settings_for

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def timed(tmp_path: Path, clock: SteppedClock) -> AsyncIterator[Up]:
    async with proctor(settings_for(tmp_path), clock=clock, minutes=10) as up:
        for task in up.service._tasks:
            task.cancel()  # each test submits in its own way
        yield up


@asynccontextmanager
async def submitting(up: Up, submit: deadline.Submit) -> AsyncIterator[None]:
    task = asyncio.create_task(up.service.deadlines.run(submit))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_box_begins_once_and_only_for_exercises_of_the_session(tmp_path: Path) -> None:
    clock = SteppedClock()
    async with timed(tmp_path, clock) as up:
        boxes, session = up.service.deadlines, up.card.session
        boxes.begin(session, "practice")
        first = boxes.box(session, "practice")
        clock.advance(60)
        boxes.begin(session, "practice")
        boxes.begin(session, "elsewhere")
        boxes.begin("nobody", "practice")

        assert boxes.box(session, "practice") == first
        assert first.ends_at and first.opened_at
        assert (first.ends_at - first.opened_at).total_seconds() == 600


async def test_models_stop_five_minutes_after_the_soft_end_and_not_before(tmp_path: Path) -> None:
    clock = SteppedClock()
    async with timed(tmp_path, clock) as up:
        card = up.service.sessions.card(up.card.session, "practice")
        up.service.deadlines.admit(up.card.session, card)
        clock.advance(600 + 299)
        up.service.deadlines.admit(up.card.session, card)
        clock.advance(1)
        with pytest.raises(Refusal, match="is over, so models no longer answer") as raised:
            up.service.deadlines.admit(up.card.session, card)

    assert (raised.value.status, raised.value.code) == (403, "session_deadline_exceeded")


async def test_at_the_hard_end_the_last_saved_state_is_submitted_once(tmp_path: Path) -> None:
    clock, taken = SteppedClock(), []

    async def submit(session: str, exercise: str) -> None:
        taken.append((session, exercise))

    async with timed(tmp_path, clock) as up:
        up.service.deadlines.begin(up.card.session, "practice")
        async with submitting(up, submit):
            clock.advance(899)
            await asyncio.sleep(1.3)
            early = list(taken)
            clock.advance(1)
            await asyncio.sleep(2.4)
        closed = up.service.deadlines.box(up.card.session, "practice").closed_at

    assert early == []
    assert taken == [(up.card.session, "practice")]
    assert closed == clock.now()


async def test_a_submission_that_fails_is_tried_again(tmp_path: Path) -> None:
    clock, tried = SteppedClock(), []

    async def submit(session: str, exercise: str) -> None:
        tried.append(exercise)
        if len(tried) == 1:
            raise SessionRefused("nothing was saved yet")
        if len(tried) == 2:
            raise RuntimeError("a defect")

    async with timed(tmp_path, clock) as up:
        up.service.deadlines.begin(up.card.session, "practice")
        clock.advance(900)
        async with submitting(up, submit):
            while up.service.deadlines.box(up.card.session, "practice").closed_at is None:
                await asyncio.sleep(0.1)

    assert len(tried) == 3


async def test_what_ended_while_the_proctor_was_away_is_submitted_when_it_is_back(
    tmp_path: Path,
) -> None:
    clock, taken = SteppedClock(), []

    async def submit(session: str, exercise: str) -> None:
        taken.append(session)

    async with timed(tmp_path, clock) as up:
        up.service.deadlines.begin(up.card.session, "practice")
        await up.service.writer.do(lambda connection: None)
    clock.advance(3600)
    for _ in range(2):
        writer = Writer(up.service.folder / "witness.sqlite", witness, WITNESS_VERSION)
        boxes = deadline.Deadlines(writer, clock)
        await boxes.load()
        running = asyncio.create_task(boxes.run(submit))
        await asyncio.sleep(0.3)
        running.cancel()
        await writer.close()

    assert taken == [up.card.session]
