"""A candidate's pauses: the clock stands still within an allowance, and no second counts twice."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from harness.core.clock import SteppedClock
from harness.core.clock_state import ClockState
from harness.core.records import Announcement, Event
from harness.proctor import pausing as pausing_module
from harness.proctor.deadline import Box, Deadlines
from harness.proctor.errors import WriteFailed
from harness.proctor.outage import give_back
from harness.proctor.pauses import Pauses
from harness.proctor.pausing import Pausing
from harness.proctor.running import Running
from harness.proctor.tables import entries
from harness.proctor.tables import pauses as pause_table
from harness.proctor.witness import read_events
from tests.proctor.builders import Up, ask, proctor, settings_for
from tests.proctor.record import an_event, line
from tests.proctor.test_levels import sit, with_own

pytestmark = pytest.mark.anyio

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@asynccontextmanager
async def timed(
    tmp_path: Path, clock: SteppedClock, *, begins: bool = True, **own: Any
) -> AsyncIterator[Up]:
    """A proctor whose session has a box of 10 minutes, begun at once; nothing ticks by itself."""
    settings_ = with_own(settings_for(tmp_path), **own)
    async with proctor(settings_, clock=clock, minutes=10) as up:
        for task in up.service._tasks:
            task.cancel()
        if begins:
            up.service.deadlines.begin(up.card.session, "practice")
        yield up


async def post(up: Up, act: str, *, status: int = 200) -> ClockState:
    async with up.lab as lab:
        answer = await lab.post(f"/s/{act}", json={})
    assert answer.status_code == status, answer.text
    return ClockState.model_validate_json(answer.content)


async def refused(up: Up, act: str) -> tuple[int, str]:
    async with up.lab as lab:
        answer = await lab.post(f"/s/{act}", json={})
    return answer.status_code, answer.json()["error"]["code"]


async def shown(up: Up) -> ClockState:
    async with up.lab as lab:
        return ClockState.model_validate_json((await lab.get("/s/clock")).content)


async def calls(up: Up) -> httpx.Response:
    async with up.kernel as kernel:
        return await kernel.post("/v1/chat/completions", json=ask("hello"))


async def told(up: Up) -> list[Event]:
    session = up.card.session
    key = up.service.sessions.key(session)
    await up.service.writer.do(lambda c: None)  # what was begun behind an answer is written
    where = entries.c.kind.in_(["pause", "resume", "time_back", "extend"])
    return await up.service.writer.read(lambda c: list(read_events(c, session, key, where=where)))


def box_of(up: Up) -> Box:
    return up.service.deadlines.box(up.card.session, "practice")


async def test_both_ends_move_by_the_pause_and_the_journal_says_so(tmp_path: Path) -> None:
    clock = SteppedClock()
    async with timed(tmp_path, clock) as up:
        before = box_of(up)
        clock.advance(60)
        begun = await post(up, "pause")
        clock.advance(200)
        held = await shown(up)
        ended = await post(up, "resume")
        after, events = box_of(up), await told(up)
        stored = await up.service.sessions.describe(up.card.session)

    by = dt.timedelta(seconds=200)
    assert before.ends_at and before.hard_end_at
    assert (after.ends_at, after.hard_end_at) == (before.ends_at + by, before.hard_end_at + by)
    assert stored.exercises[0].ends_at == after.ends_at
    assert (begun.pause_left_s, held.pause_left_s, ended.pause_left_s) == (600, 400, 400)
    assert begun.paused_at == held.paused_at and ended.paused_at is None
    assert [c.exercises[0].left_s for c in (begun, held, ended)] == [540] * 3
    assert held.exercises[0].ends_at == ended.exercises[0].ends_at == after.ends_at
    assert [(e.kind, e.payload) for e in events] == [
        ("pause", {}), ("resume", {"paused_s": 200.0, "why": "asked"}),
    ]  # fmt: skip


async def test_an_allowance_that_is_used_up_ends_the_pause_by_itself(tmp_path: Path) -> None:
    clock = SteppedClock()
    async with timed(tmp_path, clock) as up:
        before = box_of(up)
        await post(up, "pause")
        clock.advance(3 * 3600)  # nobody came back
        assert not up.service.pauses.is_paused(up.card.session)
        assert up.service.deadlines.is_over(up.card.session, "practice")
        state = await shown(up)
        after, events = box_of(up), await told(up)
        again = await refused(up, "pause")

    assert before.hard_end_at
    assert after.hard_end_at == before.hard_end_at + dt.timedelta(minutes=10)
    assert (state.pause_left_s, state.paused_at, state.exercises[0].is_over) == (0, None, True)
    assert events[-1].payload == {"paused_s": 600.0, "why": "allowance"}
    assert events[-1].at == clock.at - dt.timedelta(seconds=3 * 3600 - 600)
    assert again == (409, "no_clock")


async def test_the_clock_ends_a_pause_within_a_second_or_so_of_its_last(tmp_path: Path) -> None:
    clock = SteppedClock()
    async with proctor(settings_for(tmp_path), clock=clock, minutes=10) as up:
        up.service.deadlines.begin(up.card.session, "practice")
        await post(up, "pause")
        clock.advance(601)
        async with asyncio.timeout(20):
            while up.service.pauses.open_one(up.card.session) is not None:
                await asyncio.sleep(0.05)

        assert up.service.pauses.left(up.card.session) == dt.timedelta(0)


async def test_in_a_pause_models_are_refused_and_what_was_set_aside_is_nothing(
    tmp_path: Path,
) -> None:
    clock = SteppedClock()
    async with timed(tmp_path, clock) as up:
        await post(up, "pause")
        answer = await calls(up)
        async with up.kernel as kernel:
            asked = await kernel.post("/k/ask", json={"question": "Which languages are there?"})
        await post(up, "resume")
        paid, budget = await calls(up), await up.budget()

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "session_paused")
    assert "Press Resume, then call again." in answer.json()["error"]["message"]
    assert answer.headers["x-should-retry"] == "false"
    assert (asked.status_code, asked.json()["error"]["code"]) == (403, "session_paused")
    assert paid.status_code == 200 and budget["calls_made"] == 1


async def test_a_cell_that_runs_keeps_the_clock_going_and_a_run_ends_a_pause(
    tmp_path: Path,
) -> None:
    clock = SteppedClock()
    async with timed(tmp_path, clock) as up:
        session = up.card.session
        up.service.running.take(session, run("m-1", clock))
        while_running = await refused(up, "pause")
        up.service.running.take(session, run("m-1", clock, "execute_reply"))
        await post(up, "pause")
        clock.advance(30)
        async with line(up) as to:
            await to.keep(an_event("second"))
        state, events, paid = await shown(up), await told(up), await calls(up)

    assert while_running == (409, "cell_running")
    assert (state.paused_at, state.pause_left_s) == (None, 570)
    assert events[-1].payload == {"paused_s": 30.0, "why": "run"}
    assert paid.status_code == 200


def run(msg_id: str, clock: SteppedClock, kind: Any = "execute_request") -> Announcement:
    return Announcement(
        id=f"{kind}-{msg_id}", at=clock.now(), kind=kind, exercise="practice", kernel_id="k-1",
        cell_id="c-1", msg_id=msg_id, payload={"source": "1"},
    )  # fmt: skip


@pytest.mark.parametrize("role", ["kernel", "operator", "nobody"])
async def test_no_kernel_stops_the_clock_that_it_uses(tmp_path: Path, role: str) -> None:
    clock = SteppedClock()
    async with timed(tmp_path, clock) as up:
        client = up.http(None) if role == "nobody" else getattr(up, role)
        async with client:
            answers = [
                await client.post("/s/pause", json={}), await client.post("/s/resume", json={}),
                await client.get("/s/clock"), await client.post("/pause", json={}),
            ]  # fmt: skip

        assert up.service.pauses.open_one(up.card.session) is None
    assert {answer.status_code for answer in answers} <= {401, 403, 404}


async def test_pausing_twice_is_one_pause_and_resuming_a_going_clock_is_nothing(
    tmp_path: Path,
) -> None:
    clock = SteppedClock()
    async with timed(tmp_path, clock) as up:
        await post(up, "resume")
        first = await post(up, "pause")
        clock.advance(10)
        second = await post(up, "pause")
        await post(up, "resume")
        clock.advance(10)
        await post(up, "resume")
        events = await told(up)

    assert first.paused_at == second.paused_at
    assert [event.kind for event in events] == ["pause", "resume"]


async def test_where_no_time_runs_or_none_may_stand_still_there_is_no_pause(
    tmp_path: Path,
) -> None:
    clock = SteppedClock()
    async with timed(tmp_path / "a", clock, begins=False) as up:
        not_begun = await refused(up, "pause")
    async with timed(tmp_path / "b", clock, pause_minutes=0) as up:
        none = await refused(up, "pause")
    async with timed(tmp_path / "c", clock) as up:
        clock.advance(900)
        over = await refused(up, "pause")
    async with proctor(settings_for(tmp_path / "d"), clock=clock) as up:
        up.service.deadlines.begin(up.card.session, "practice")
        untimed = await refused(up, "pause")

    assert not_begun == over == untimed == (409, "no_clock")
    assert none == (409, "no_pause_left")


async def test_a_loop_of_pauses_fills_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SteppedClock()
    monkeypatch.setattr(pausing_module, "MOST_PAUSES", 5)
    async with timed(tmp_path, clock) as up:
        pausing, session = up.service.pausing, up.card.session
        for _ in range(5):
            await pausing.pause(session)
            await pausing.resume(session)

        assert await refused(up, "pause") == (409, "no_pause_left")
        assert box_of(up).ends_at == START + dt.timedelta(minutes=10)


async def test_a_pause_goes_on_over_a_restart_and_the_outage_is_given_back_once(
    tmp_path: Path,
) -> None:
    clock = SteppedClock()
    async with timed(tmp_path, clock) as up:
        before, session = box_of(up), up.card.session
        clock.advance(60)
        await post(up, "pause")
        clock.advance(120)
        up.service.alive.note()
    clock.advance(1_200)  # longer than what is left of the allowance: it is our time, not theirs
    async with proctor(settings_for(tmp_path), clock=clock) as up:
        pauses, boxes = up.service.pauses, up.service.deadlines
        assert pauses.is_paused(session) and not boxes.is_over(session, "practice")
        assert pauses.left(session) == dt.timedelta(seconds=480)
        clock.advance(30)
        await up.service.pausing.resume(session)
        up.service.alive.note()
        after = boxes.box(session, "practice")
    async with proctor(settings_for(tmp_path), clock=clock) as up:
        kept, left = up.service.deadlines.box(session, "practice"), up.service.pauses.left(session)

    away = dt.timedelta(seconds=120 + 1_200 + 30)
    assert before.ends_at and after.ends_at == before.ends_at + away
    assert kept == after
    assert left == dt.timedelta(seconds=600 - 150)


async def test_a_pause_that_was_not_written_down_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SteppedClock()
    async with timed(tmp_path, clock) as up:

        def fails(*about: Any, **more: Any) -> None:
            raise WriteFailed("the disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(type(up.service.witness), "append", fails)
            async with up.lab as lab:
                answer = await lab.post("/s/pause", json={})
        rows = await up.service.writer.read(lambda c: c.execute(select(pause_table)).all())

        assert answer.status_code == 503 and rows == []
        assert not up.service.pauses.is_paused(up.card.session)


async def test_a_rounds_pauses_are_its_own_and_the_operator_can_extend_a_sitting(
    tmp_path: Path,
) -> None:
    clock = SteppedClock()
    async with proctor(settings_for(tmp_path), clock=clock) as up, up.operator as operator:
        body = {"round": "spring", "exercises": ["practice"], "minutes": 30, "pause_minutes": 3}
        await operator.post("/rounds", json=body)
        (card,) = await sit(operator, "spring", "Ada")
        (sitting,) = (await operator.get("/sittings")).json()["sittings"]
        path = f"/sittings/{sitting['sitting']}/extend"
        early = await operator.post(path, json={"minutes": 10})
        up.service.deadlines.begin(card["session"], "practice")
        async with up.http(card["lab_token"]) as lab:
            allowed = (await lab.get("/s/clock")).json()["pause_allowance_s"]
            await lab.post("/s/pause", json={})
            longer = await operator.post(path, json={"minutes": 10})
            strangers = await lab.post(path, json={"minutes": 10})
            await lab.post("/s/resume", json={})
        bad = [
            await operator.post(path, json=body)
            for body in ({}, {"minutes": 0}, {"minutes": "ten"}, {"minutes": 1e9}, {"x": 1})
        ]
        nowhere = await operator.post("/sittings/sit-0/extend", json={"minutes": 1})
        box = up.service.deadlines.box(card["session"], "practice")

    assert allowed == 180
    assert (early.status_code, longer.json()) == (409, {"extended": 1})
    assert {one.status_code for one in bad} == {400}
    assert (nowhere.status_code, strangers.status_code) == (404, 403)
    assert box.ends_at == START + dt.timedelta(minutes=40)


@dataclass
class Lone:
    """The clock's parts without a store: what is written is not looked at."""

    clock: SteppedClock = field(default_factory=SteppedClock)

    def __post_init__(self) -> None:
        nothing: Any = self
        self.pauses = Pauses(nothing, self.clock, lambda _: dt.timedelta(seconds=300))
        self.deadlines = Deadlines(nothing, self.clock, pauses=self.pauses)
        self.pausing = Pausing(
            self.pauses, self.deadlines, Running(), nothing, nothing, self.clock
        )  # fmt: skip
        self.deadlines._boxes["s", "one"] = Box(minutes=600)

    def do(self, job: Any) -> asyncio.Future[None]:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        future.set_result(None)
        return future


steps = st.lists(
    st.tuples(
        st.sampled_from(["pause", "resume", "restart", "hub", "tick", "wait"]), st.integers(2, 200)
    ),
    max_size=25,
)


@settings(max_examples=100, deadline=None)
@given(steps=steps)
def test_no_second_is_given_back_twice_whatever_is_paused_and_out(
    steps: list[tuple[str, int]],
) -> None:
    """What the box gained is what was paused or out, each second of it once."""

    async def live() -> None:
        lone, still, out, second = Lone(), set[int](), set[int](), 0
        covered = 0
        nothing: Any = lone
        lone.deadlines.begin("s", "one")
        begun = lone.deadlines.box("s", "one")
        for what, length in steps:
            if what == "pause" and lone.pauses.left("s") >= dt.timedelta(seconds=1):
                await lone.pausing.pause("s")
            elif what == "resume":
                await lone.pausing.resume("s")
            elif what == "tick":
                lone.pausing.end_overdue()
            for _ in range(length):
                if what == "restart":
                    out.add(second)
                elif lone.pauses.is_paused("s"):
                    still.add(second)
                second += 1
                lone.clock.advance(1)
            now, since = lone.clock.now(), second - length
            if what == "hub":
                lone.pausing.end_overdue()
                since = max(covered, since - 60)
                out |= set(range(since, second))
            if what in ("restart", "hub"):
                covered = second
                await give_back(
                    lone.deadlines, lone.pauses, nothing, nothing,
                    last=START + dt.timedelta(seconds=since), now=now,
                )  # fmt: skip
            credit = lone.pauses.stood_still("s")
            box = lone.deadlines.box("s", "one")
            assert box.ends_at and begun.ends_at
            gained = (box.ends_at + credit - begun.ends_at).total_seconds()
            assert gained == len(still | out)
            used = 300 - lone.pauses.left("s").total_seconds()
            assert used == len(still - out) <= 300

    asyncio.run(live())


class Ticking(SteppedClock):
    """A clock that has gone on each time it is looked at, as the machine's has."""

    def now(self) -> dt.datetime:
        self.advance(0.000_1)
        return super().now()


def test_what_is_counted_of_a_pause_is_what_the_box_gains_to_the_microsecond() -> None:
    async def live() -> None:
        lone = Lone(clock=Ticking())
        lone.deadlines.begin("s", "one")
        before = lone.deadlines.box("s", "one")
        for _ in range(5):
            await lone.pausing.pause("s")
            await lone.pausing.resume("s")
        after = lone.deadlines.box("s", "one")
        counted = [one.counted(lone.clock.at) for one in lone.pauses.ended("s")]

        assert before.ends_at and after.ends_at
        assert after.ends_at - before.ends_at == sum(counted, dt.timedelta(0)) > dt.timedelta(0)

    asyncio.run(live())
