"""Time in which the proctor was away is given back: the ends of running boxes move by it."""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from harness.core.clock import SteppedClock
from harness.core.records import Event
from harness.core.settings import Settings
from harness.proctor.deadline import Box
from harness.proctor.service import Service
from harness.proctor.tables import entries
from harness.proctor.witness import read_events
from tests.proctor.builders import FAKE, Up, operator_token, photographs, proctor, settings_for

pytestmark = pytest.mark.anyio

LAUNCH = FAKE.with_name("launch.py")


async def begun(settings: Settings, clock: SteppedClock, *, after_s: float = 60) -> tuple[str, Box]:
    """A session whose box has run for a while when its proctor ends; its id and box."""
    async with proctor(settings, clock=clock, minutes=10) as up:
        session, boxes = up.card.session, up.service.deadlines
        boxes.begin(session, "practice")
        clock.advance(after_s)
        up.service.alive.note()
        await up.service.writer.do(lambda connection: None)
        return session, boxes.box(session, "practice")


async def box_of(up: Up, session: str) -> Box:
    return up.service.deadlines.box(session, "practice")


async def told(service: Service, session: str) -> list[Event]:
    key = service.sessions.key(session)
    where = entries.c.kind == "time_back"
    return await service.writer.read(lambda c: list(read_events(c, session, key, where=where)))


async def test_the_end_moves_by_the_time_the_proctor_was_away_and_the_journal_says_so(
    tmp_path: Path,
) -> None:
    settings, clock = settings_for(tmp_path), SteppedClock()
    session, before = await begun(settings, clock)
    clock.advance(120)
    async with proctor(settings, clock=clock) as up:
        after = await box_of(up, session)
        (event,) = await told(up.service, session)
    async with proctor(settings, clock=clock) as up:
        kept = await box_of(up, session)

    assert before.ends_at and before.hard_end_at
    away = dt.timedelta(seconds=120)
    assert (after.ends_at, after.hard_end_at) == (before.ends_at + away, before.hard_end_at + away)
    assert after.opened_at == before.opened_at
    assert (event.exercise, event.payload["away_s"]) == ("practice", 120.0)
    assert kept == after


async def test_a_box_whose_end_fell_into_the_outage_goes_on(tmp_path: Path) -> None:
    settings, clock = settings_for(tmp_path), SteppedClock()
    session, _ = await begun(settings, clock)
    clock.advance(3 * 3600)
    async with proctor(settings, clock=clock) as up:
        left = up.service.deadlines.box(session, "practice").ends_at

        assert left is not None
        assert not up.service.deadlines.is_over(session, "practice")
        assert (left - clock.now()).total_seconds() == pytest.approx(540, abs=1)


async def test_a_box_that_was_over_before_stays_over(tmp_path: Path) -> None:
    settings, clock = settings_for(tmp_path), SteppedClock()
    session, before = await begun(settings, clock, after_s=16 * 60)
    clock.advance(120)
    async with proctor(settings, clock=clock) as up:
        assert up.service.deadlines.is_over(session, "practice")
        assert (await box_of(up, session)).hard_end_at == before.hard_end_at
        assert await told(up.service, session) == []


@pytest.mark.parametrize("away_s", [0.0, 0.5, -30.0])
async def test_a_blink_or_a_clock_that_went_back_moves_nothing(
    tmp_path: Path, away_s: float
) -> None:
    settings, clock = settings_for(tmp_path), SteppedClock()
    session, before = await begun(settings, clock)
    clock.advance(away_s)
    async with proctor(settings, clock=clock) as up:
        assert (await box_of(up, session)).ends_at == before.ends_at
        assert await told(up.service, session) == []


@pytest.mark.parametrize("data", [None, b"", b"yesterday", b"\xff", b"9" * 5000])
async def test_a_sign_of_life_that_cannot_be_read_moves_nothing_and_stops_nobody(
    tmp_path: Path, data: bytes | None
) -> None:
    settings, clock = settings_for(tmp_path), SteppedClock()
    session, before = await begun(settings, clock)
    alive = settings.home / "proctor" / "alive"
    alive.unlink() if data is None else alive.write_bytes(data)
    clock.advance(600)
    async with proctor(settings, clock=clock) as up:
        assert (await box_of(up, session)).ends_at == before.ends_at


async def test_a_killed_proctor_gives_back_the_time_until_it_is_there_again(
    tmp_path: Path,
) -> None:
    root, home = photographs(tmp_path / "photographs"), tmp_path / "home"
    settings = Settings(home=home)
    argv = [sys.executable, str(LAUNCH), str(home), str(root)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as first:
        address = json.loads(_line(first))["address"]
        session, before = _begin(address, operator_token(settings))
        time.sleep(2.2)
        first.send_signal(signal.SIGKILL)
        first.wait(10)
    time.sleep(4)
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as second:
        address = json.loads(_line(second))["address"]
        headers = {"Authorization": f"Bearer {operator_token(settings)}"}
        card = httpx.get(f"{address}/sessions/{session}", headers=headers).json()
        second.terminate()
        second.wait(20)

    moved = (_ends_at(card) - before).total_seconds()
    assert 4 <= moved <= 30


def _begin(address: str, token: str) -> tuple[str, dt.datetime]:
    """Open a timed session and begin its box by a call; its id and its end."""
    operator = {"Authorization": f"Bearer {token}"}
    body = {"exercises": ["practice"], "minutes": 10}
    card = httpx.post(f"{address}/sessions", json=body, headers=operator).json()
    kernel = {"Authorization": f"Bearer {card['kernel_token']}"}
    call = {"model": "sim-small", "messages": [{"role": "user", "content": "hello"}]}
    httpx.post(f"{address}/v1/chat/completions", json=call, headers=kernel, timeout=30)
    session = str(card["session"])
    return session, _ends_at(httpx.get(f"{address}/sessions/{session}", headers=operator).json())


def _ends_at(card: dict[str, list[dict[str, str]]]) -> dt.datetime:
    return dt.datetime.fromisoformat(card["exercises"][0]["ends_at"])


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


async def test_the_hubs_time_away_is_given_back_and_no_second_twice(tmp_path: Path) -> None:
    settings, clock = settings_for(tmp_path), SteppedClock()
    async with proctor(settings, clock=clock, minutes=10) as up:
        session, boxes = up.card.session, up.service.deadlines
        boxes.begin(session, "practice")
        before = boxes.box(session, "practice")
        began = clock.now()
        clock.advance(100)
        ended = clock.now()
        clock.advance(5)
        wide = {"since": (began - dt.timedelta(hours=1)).isoformat(), "until": ended.isoformat()}
        async with up.operator as client:
            first = await client.post("/outages", json=wide)
            again = await client.post("/outages", json=wide)
        after = boxes.box(session, "practice")

    assert (first.json(), again.json()) == ({"moved": 1}, {"moved": 0})
    assert before.ends_at and after.ends_at == before.ends_at + dt.timedelta(seconds=100)


@pytest.mark.parametrize(
    ("since_s", "until_s"), [(10, 0), (0, 60), ("yesterday", 0), (None, 0)],
    ids=["ends-before-it-begins", "in-the-future", "no-time", "missing"],
)  # fmt: skip
async def test_an_outage_that_cannot_be_is_refused(
    tmp_path: Path, since_s: object, until_s: float
) -> None:
    settings, clock = settings_for(tmp_path), SteppedClock()
    async with proctor(settings, clock=clock) as up:

        def at(value: object) -> object:
            seconds = dt.timedelta(seconds=value) if isinstance(value, int) else None
            return (clock.now() + seconds).isoformat() if seconds is not None else value

        body = {"since": at(since_s), "until": at(until_s)}
        async with up.operator as operator, up.lab as lab:
            refused = await operator.post("/outages", json=body)
            strangers = await lab.post("/outages", json=body)

    assert refused.status_code == 400
    assert strangers.status_code == 403
