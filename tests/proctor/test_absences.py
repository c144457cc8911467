"""Whoever was away, the proctor, the hub or a candidate's server: each second comes back once."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from harness.core.clock import SteppedClock
from harness.core.settings import Settings
from harness.proctor.absences import Absences, Books
from tests.proctor.builders import FAKE, Up, operator_token, photographs, proctor, settings_for
from tests.proctor.record import an_event, journal, line

pytestmark = pytest.mark.anyio

MINUTES = 30


async def run(up: Up, name: str) -> None:
    async with line(up) as to:
        await to.keep(an_event(name))


async def gained(up: Up) -> float:
    """By how much the box ends later than it would have, in seconds."""
    box = up.service.deadlines.box(up.card.session, "practice")
    assert box.ends_at is not None and box.opened_at is not None
    return (box.ends_at - box.opened_at - dt.timedelta(minutes=MINUTES)).total_seconds()


async def settle(up: Up) -> None:
    """Let the proctor take note that a line has ended."""
    while up.service.absences._lines[up.card.session]:
        await asyncio.sleep(0.01)


async def test_the_time_without_the_candidates_server_comes_back_when_it_does(
    tmp_path: Path,
) -> None:
    clock = SteppedClock()
    async with proctor(settings_for(tmp_path), clock=clock, minutes=MINUTES) as up:
        await run(up, "first")
        await settle(up)
        clock.advance(100)
        before = await gained(up)
        await run(up, "second")
        after = await gained(up)
        told = await journal(up, "time_back")

    assert (before, after) == (0, 100)
    assert [event.payload for event in told] == [{"away_s": 100.0, "why": "server"}]


async def test_a_server_that_is_away_and_away_is_given_back_to_an_end_that_outlasts_a_restart(
    tmp_path: Path,
) -> None:
    """Its candidate is nearest to it: time that can be had at will is no time lost."""
    settings, clock, most_s = settings_for(tmp_path), SteppedClock(), 15 * 60
    async with proctor(settings, clock=clock, minutes=MINUTES) as up:
        await run(up, "first")
        await settle(up)
        clock.advance(600)
        await run(up, "second")
        await settle(up)
        up.service.alive.note()  # as every second; this clock leaps
        once, card = await gained(up), up.card
    async with proctor(settings, clock=clock, minutes=MINUTES) as up:
        up.card = card
        clock.advance(600)
        await run(up, "third")
        await settle(up)
        twice = await gained(up)
        clock.advance(600)
        await run(up, "fourth")
        await settle(up)
        told = [event.payload["away_s"] for event in await journal(up, "time_back")]

        assert (once, twice, await gained(up)) == (600, most_s, most_s)
    assert told == [600.0, 300.0]


async def test_a_second_tab_of_lines_is_no_absence(tmp_path: Path) -> None:
    clock = SteppedClock()
    async with proctor(settings_for(tmp_path), clock=clock, minutes=MINUTES) as up:
        async with line(up) as kept:
            await run(up, "first")
            clock.advance(100)
            await kept.keep(an_event("second"))
            await run(up, "third")
        assert await gained(up) == 0


async def test_a_server_that_stays_away_when_the_proctor_is_back_gets_both_back_and_none_twice(
    tmp_path: Path,
) -> None:
    settings, clock = settings_for(tmp_path), SteppedClock()
    async with proctor(settings, clock=clock, minutes=MINUTES) as up:
        await run(up, "first")
        up.service.alive.note()
        card = up.card
    clock.advance(60)
    async with proctor(settings, clock=clock, minutes=MINUTES) as up:
        up.card = card
        by_proctor = await gained(up)
        clock.advance(40)
        await run(up, "second")
        together = await gained(up)
        told = [event.payload["why"] for event in await journal(up, "time_back")]

    assert (by_proctor, together) == (60, 100)
    assert told == ["proctor", "server"]


async def test_a_second_given_back_for_the_hub_is_not_given_back_for_the_server(
    tmp_path: Path,
) -> None:
    clock = SteppedClock()
    async with proctor(settings_for(tmp_path), clock=clock, minutes=MINUTES) as up:
        await run(up, "first")
        await settle(up)
        began = clock.now()
        clock.advance(30)
        away = {"since": began.isoformat(), "until": clock.now().isoformat()}
        async with up.operator as operator:
            await operator.post("/outages", json=away)
        clock.advance(20)
        await run(up, "second")

        assert await gained(up) == 50


async def test_what_was_away_in_a_pause_takes_nothing_of_the_allowance(tmp_path: Path) -> None:
    clock = SteppedClock()
    async with proctor(settings_for(tmp_path), clock=clock, minutes=MINUTES) as up:
        await run(up, "first")
        async with line(up) as to:
            await to.keep(an_event("first-end", "execute_reply", msg_id="m-first"))
        async with up.lab as lab:
            await lab.post("/s/pause", json={})
            await settle(up)
            clock.advance(60)
            async with line(up):
                while not up.service.absences._lines[up.card.session]:
                    await asyncio.sleep(0.01)
                clock.advance(10)
                state = (await lab.post("/s/resume", json={})).json()
                assert await gained(up) == 70
        used = state["pause_allowance_s"] - state["pause_left_s"]

    assert used == 10


async def test_a_process_that_stood_still_gives_the_time_back(tmp_path: Path) -> None:
    clock, uptime = SteppedClock(), [1000.0]
    async with proctor(settings_for(tmp_path), clock=clock, minutes=MINUTES) as up:
        s = up.service
        absences = Absences(
            Books(s.deadlines, s.pauses, s.witness, s.writer, s.clock, s.sessions.key),
            lambda: uptime[0],
        )
        s.deadlines.begin(up.card.session, "practice")
        moved = []
        for seconds in (0, 1, 2.5, 45, 1):
            clock.advance(seconds)
            uptime[0] += seconds
            await absences.tick()
            moved.append(await gained(up))

    assert moved == [0, 0, 0, 45, 45]


@pytest.mark.parametrize("ran_s", [0, 2.5])
async def test_a_stopped_proctor_gives_back_the_time_for_which_it_was_stopped(
    tmp_path: Path, ran_s: float
) -> None:
    """Also where a box had begun just before: the first second counts like every other."""
    with _launched(tmp_path) as one, _operator(one, tmp_path) as operator:
        session = _begin(operator)
        before = _ends_at(operator, session)
        time.sleep(ran_s)
        one.send_signal(signal.SIGSTOP)
        time.sleep(5)
        one.send_signal(signal.SIGCONT)
        time.sleep(2)
        after = _ends_at(operator, session)
        one.terminate()

    assert 4 <= (after - before).total_seconds() <= 9


async def test_a_proctor_killed_as_its_first_box_begins_gives_the_time_back(tmp_path: Path) -> None:
    with _launched(tmp_path) as one, _operator(one, tmp_path) as operator:
        session = _begin(operator)
        before = _ends_at(operator, session)
        one.kill()
    time.sleep(4)
    with _launched(tmp_path) as one, _operator(one, tmp_path) as operator:
        after = _ends_at(operator, session)
        one.terminate()

    assert (after - before).total_seconds() >= 4


@contextmanager
def _launched(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a proctor as a process; it has ended when the block is left."""
    root = folder / "photographs"
    argv = [sys.executable, str(FAKE.with_name("launch.py")), str(folder / "home")]
    argv.append(str(root if root.exists() else photographs(root)))
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as one:
        try:
            yield one
        except BaseException:
            one.kill()  # a stopped one, too
            raise


def _operator(one: subprocess.Popen[str], folder: Path) -> httpx.Client:
    assert one.stdout is not None
    address = json.loads(one.stdout.readline())["address"]
    token = operator_token(Settings(home=folder / "home"))
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=address, headers=headers, timeout=30)


def _begin(operator: httpx.Client) -> str:
    """Begin a box of ten minutes and return its session."""
    card = operator.post("/sessions", json={"exercises": ["practice"], "minutes": 10}).json()
    kernel = {"Authorization": f"Bearer {card['kernel_token']}"}
    call = {"model": "sim-small", "messages": [{"role": "user", "content": "hello"}]}
    operator.post("/v1/chat/completions", json=call, headers=kernel)
    return str(card["session"])


def _ends_at(operator: httpx.Client, session: str) -> dt.datetime:
    card = operator.get(f"/sessions/{session}").json()
    return dt.datetime.fromisoformat(card["exercises"][0]["ends_at"])
