"""Sessions: opened as asked, told without secrets, kept across restarts."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from harness.core.clock import SteppedClock
from harness.core.errors import EnvironmentLacks
from harness.core.records import SessionCard
from harness.proctor import tables
from harness.proctor.errors import Refusal
from harness.proctor.service import Service
from tests.proctor.builders import ask, fake_worker, photographs, proctor, settings_for

pytestmark = pytest.mark.anyio


async def test_a_session_is_opened_with_its_exercises_level_and_two_passes(tmp_path: Path) -> None:
    photographs(tmp_path / "photographs", ("practice", "eval"), minutes=35)
    async with proctor(settings_for(tmp_path)) as up, up.operator as operator:
        body = {"exercises": ["eval", "practice"], "level": "senior", "candidate": "Ada Example"}
        answer = await operator.post("/sessions", json=body)
        card = SessionCard.model_validate_json(answer.content)
        listed = (await operator.get("/sessions")).json()["sessions"]
        one = (await operator.get(f"/sessions/{card.session}")).json()

    assert answer.status_code == 201
    assert [state.card.slug for state in card.exercises] == ["eval", "practice"]
    assert (card.level, card.exercises[0].card.minutes) == ("senior", 35)
    assert card.lab_token and card.kernel_token and card.lab_token != card.kernel_token
    assert [s["session"] for s in listed][-1] == card.session
    assert one["lab_token"] is None and one["kernel_token"] is None


async def test_a_name_stands_in_identity_alone(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings, candidate="Ada Example") as up:
        first = up.service.sessions.get(up.card.session).candidate
        second = await up.service.sessions.open(
            {"exercises": ["practice"], "candidate": "Ada Example"}
        )
        nobody = await up.service.sessions.open({"exercises": ["practice"]})
        others = [up.service.sessions.get(s.session).candidate for s in (second, nobody)]
    folder = settings.home / "proctor"
    holding = {p.name for p in folder.rglob("*") if p.is_file() and b"Ada Ex" in p.read_bytes()}

    assert others[0] == first and others[1] != first
    assert {name.partition("-")[0] for name in holding} == {"identity.sqlite"}


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"exercises": ["nowhere"]}, 404, "nowhere"),
        ({"exercises": []}, 400, "exercises"),
        ({"exercises": ["practice", "practice"]}, 400, "named twice"),
        ({"exercises": ["../../etc"]}, 400, "exercises.0"),
        ({"exercises": ["practice"], "level": "boss"}, 400, "level"),
        ({"exercises": ["practice"], "minutes": 0}, 400, "minutes"),
        ({"exercises": ["practice"], "minuets": 3}, 400, "minuets"),
        ({"exercises": "practice"}, 400, "exercises"),
        ([], 400, "not an object"),
    ],
)
async def test_a_session_that_cannot_be_is_refused_by_name(
    tmp_path: Path, body: Any, status: int, word: str
) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.operator as operator:
        answer = await operator.post("/sessions", json=body)
        listed = (await operator.get("/sessions")).json()["sessions"]

    assert answer.status_code == status
    assert word in answer.json()["error"]["message"]
    assert len(listed) == 1


async def test_minutes_asked_for_become_a_box_that_begins_with_the_first_call(
    tmp_path: Path,
) -> None:
    clock = SteppedClock()
    async with proctor(settings_for(tmp_path), clock=clock, minutes=20) as up, up.kernel as client:
        before = (await client.get("/session")).json()["exercises"][0]
        clock.advance(3600)
        await client.post("/v1/chat/completions", json=ask("x"))
        after = (await client.get("/session")).json()["exercises"][0]

    assert (before["card"]["minutes"], before["opened_at"], before["ends_at"]) == (20, None, None)
    assert after["opened_at"] == "2026-01-01T01:00:00.000000Z"
    assert after["ends_at"] == "2026-01-01T01:20:00.000000Z"
    assert after["hard_end_at"] == "2026-01-01T01:25:00.000000Z"


async def test_practice_is_untimed(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.kernel as client:
        await client.post("/v1/chat/completions", json=ask("x"))
        state = (await client.get("/session")).json()["exercises"][0]

    assert (state["opened_at"], state["hard_end_at"]) == (None, None)


@pytest.mark.both_stores
async def test_a_session_and_its_box_outlive_the_proctor(tmp_path: Path) -> None:
    settings, clock = settings_for(tmp_path), SteppedClock()
    async with proctor(settings, clock=clock, minutes=20) as up, up.kernel as client:
        await client.post("/v1/chat/completions", json=ask("x"))
        before = (await client.get("/session")).json()
    async with proctor(settings, clock=clock) as again:
        async with again.http(up.card.kernel_token) as client:
            after = (await client.get("/session")).json()

    assert after == before and after["exercises"][0]["opened_at"]


async def test_opening_a_session_is_the_first_entry_of_its_record(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        query = select(tables.entries.c.seq, tables.entries.c.kind)
        rows = await up.service.writer.read(lambda c: c.execute(query).all())

    assert [tuple(row) for row in rows] == [(0, "session_open")]


@pytest.mark.both_stores
async def test_an_erased_candidate_can_no_longer_call(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.kernel as client:
        await client.post("/v1/chat/completions", json=ask("x"))
        candidate = up.service.sessions.get(up.card.session).candidate
        await up.service.identity.destroy_key(candidate)
        answer = await client.post("/v1/chat/completions", json=ask("y"))

        assert (answer.status_code, answer.json()["error"]["code"]) == (410, "erased")
        with pytest.raises(Refusal, match="erased"):
            up.service.sessions.key(up.card.session)


async def test_two_proctors_never_share_a_home(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings):
        with pytest.raises(EnvironmentLacks, match="another proctor is at work"):
            Service(settings, worker=fake_worker())
