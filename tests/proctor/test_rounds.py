"""Rounds and their links: good once, for one candidate, and never readable afterwards."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.core.clock import SteppedClock
from harness.core.rounds import Invite, Round, Sitting
from tests.proctor.builders import Up, photographs, proctor, settings_for

pytestmark = pytest.mark.anyio

SPRING = {"round": "spring", "exercises": ["practice"], "level": "senior", "minutes": 30}
DAY_S = 86_400


@asynccontextmanager
async def asked(
    tmp_path: Path, clock: SteppedClock | None = None
) -> AsyncIterator[tuple[Up, httpx.AsyncClient]]:
    async with proctor(settings_for(tmp_path), clock=clock) as up, up.operator as operator:
        assert (await operator.post("/rounds", json=SPRING)).status_code in (201, 409)
        yield up, operator


async def invited(operator: httpx.AsyncClient, *names: str, **more: Any) -> list[Invite]:
    answer = await operator.post("/rounds/spring/invites", json={"candidates": list(names), **more})
    assert answer.status_code == 201, answer.text
    return [Invite.model_validate(one) for one in answer.json()["invites"]]


async def used(operator: httpx.AsyncClient, invite: Invite) -> Sitting:
    answer = await operator.post("/sittings", json={"secret": invite.secret})
    assert answer.status_code == 200, answer.text
    return Sitting.model_validate_json(answer.content)


async def refused(operator: httpx.AsyncClient, secret: Any) -> tuple[int, str]:
    answer = await operator.post("/sittings", json={"secret": secret})
    return answer.status_code, answer.json()["error"]["code"]


async def test_a_round_keeps_what_it_was_made_with(tmp_path: Path) -> None:
    async with asked(tmp_path) as (_, operator):
        again = await operator.post("/rounds", json=SPRING | {"level": "mid"})
        (listed,) = (await operator.get("/rounds")).json()["rounds"]

    made = Round.model_validate(listed)
    assert (made.round, made.level, made.minutes, made.days) == ("spring", "senior", 30, 14)
    assert [one.slug for one in made.exercises] == ["practice"]
    assert again.status_code == 409 and "spring" in again.json()["error"]["message"]


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ({"round": "Spring 1"}, 400, "round"), ({"round": "../x"}, 400, "round"),
        ({"round": None}, 400, "round"), ({"exercises": []}, 400, "exercises"),
        ({"exercises": ["practice"] * 2}, 400, "named twice"),
        ({"exercises": ["nowhere"]}, 404, "nowhere"), ({"exercises": "practice"}, 400, "slugs"),
        ({"exercises": ["../.."]}, 400, "exercises"), ({"exercises": [["practice"]]}, 400, "slugs"),
        ({"days": 0}, 400, "days"), ({"level": "boss"}, 400, "level"),
        ({"created_at": "2020-01-01T00:00:00Z"}, 400, "created_at"), ({"x": 1}, 400, "unknown: x"),
    ],
)  # fmt: skip
async def test_a_round_that_cannot_be_is_refused_by_name(
    tmp_path: Path, change: dict[str, Any], status: int, word: str
) -> None:
    async with asked(tmp_path) as (_, operator):
        answer = await operator.post("/rounds", json=SPRING | {"round": "other"} | change)
        rounds = (await operator.get("/rounds")).json()["rounds"]

    assert answer.status_code == status
    assert word in answer.json()["error"]["message"]
    assert len(rounds) == 1


async def test_a_link_is_good_once(tmp_path: Path) -> None:
    async with asked(tmp_path) as (_, operator):
        (link,) = await invited(operator, "Ada Example")
        sitting = await used(operator, link)

        assert await refused(operator, link.secret) == (410, "link_used")
        listed = (await operator.get("/rounds/spring/invites")).json()["invites"]
        sat = (await operator.get("/sittings")).json()["sittings"]
    assert sitting.candidate == link.candidate
    assert [one["state"] for one in listed] == ["used"]
    assert [one["sitting"] for one in sat] == [sitting.sitting]


@pytest.mark.both_stores
async def test_of_many_who_use_a_link_at_once_one_gets_in(tmp_path: Path) -> None:
    async with asked(tmp_path) as (_, operator):
        (link,) = await invited(operator, "Ada Example")
        body = {"secret": link.secret}
        answers = await asyncio.gather(*(operator.post("/sittings", json=body) for _ in range(20)))

    assert sorted(one.status_code for one in answers) == [200] + [410] * 19


async def test_a_second_device_gets_a_link_of_its_own_into_the_same_sitting(
    tmp_path: Path,
) -> None:
    async with asked(tmp_path) as (_, operator):
        (first,) = await invited(operator, "Ada Example")
        sitting = await used(operator, first)
        body = {"candidates": ["Ada Example"]}
        plain = await operator.post("/rounds/spring/invites", json=body)
        (second,) = await invited(operator, "Ada Example", again=True)
        again = await used(operator, second)

    assert plain.status_code == 409 and "--again" in plain.json()["error"]["message"]
    assert again.sitting == sitting.sitting


async def test_a_new_link_ends_the_one_that_was_lost(tmp_path: Path) -> None:
    async with asked(tmp_path) as (_, operator):
        (lost,) = await invited(operator, "Ada Example")
        (new,) = await invited(operator, "Ada Example", again=True)

        assert await refused(operator, lost.secret) == (410, "link_revoked")
        assert (await used(operator, new)).candidate == lost.candidate


async def test_a_revoked_link_opens_nothing_and_what_was_begun_goes_on(tmp_path: Path) -> None:
    async with asked(tmp_path) as (_, operator):
        begun, fresh = await invited(operator, "Ada Example", "Bob Example")
        sitting = await used(operator, begun)
        for link in (begun, fresh):
            assert (await operator.post(f"/invites/{link.invite}/revoke")).status_code == 200
        gone = await operator.post("/invites/inv-nowhere/revoke")
        card = await operator.post(f"/sittings/{sitting.sitting}/session")

        assert await refused(operator, fresh.secret) == (410, "link_revoked")
    assert gone.status_code == 404
    assert card.status_code == 200


async def test_a_link_ends_after_its_days(tmp_path: Path) -> None:
    clock = SteppedClock()
    async with asked(tmp_path, clock) as (_, operator):
        (link, late) = await invited(operator, "Ada Example", "Bob Example")
        clock.advance(14 * DAY_S - 1)
        await used(operator, link)
        clock.advance(1)

        assert await refused(operator, late.secret) == (410, "link_expired")


@pytest.mark.parametrize("secret", [None, 7, "", "x", "x" * 10_000, "\ud800", ["a"], {"a": 1}])
async def test_what_is_no_link_is_refused_in_words(tmp_path: Path, secret: Any) -> None:
    async with asked(tmp_path) as (_, operator):
        answer = await operator.post("/sittings", content=json.dumps({"secret": secret}))

    assert answer.status_code in (400, 404)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {}, {"candidates": []}, {"candidates": "Ada"}, {"candidates": [""]}, {"candidates": [" "]},
        {"candidates": ["a", "a"]}, {"candidates": ["a\nb"]}, {"candidates": ["x" * 201]},
        {"candidates": [1]}, {"candidates": ["a"] * 6000}, {"candidates": ["a"], "x": 1},
    ],
)  # fmt: skip
async def test_a_list_with_one_bad_name_invites_nobody(tmp_path: Path, body: Any) -> None:
    async with asked(tmp_path) as (_, operator):
        answer = await operator.post("/rounds/spring/invites", json=body)
        listed = (await operator.get("/rounds/spring/invites")).json()["invites"]

    assert answer.status_code == 400
    assert listed == []


async def test_one_who_is_invited_already_stops_the_whole_list(tmp_path: Path) -> None:
    async with asked(tmp_path) as (_, operator):
        await invited(operator, "Ada Example")
        body = {"candidates": ["Bob Example", "Ada Example"]}
        answer = await operator.post("/rounds/spring/invites", json=body)
        listed = (await operator.get("/rounds/spring/invites")).json()["invites"]

    assert answer.status_code == 409
    assert "Ada Example has a link" in answer.json()["error"]["message"]
    assert len(listed) == 1


@pytest.mark.both_stores
async def test_a_sitting_has_one_session_with_the_rounds_exercises(tmp_path: Path) -> None:
    async with asked(tmp_path) as (up, operator):
        (link,) = await invited(operator, "Ada Example")
        sitting = await used(operator, link)
        path = f"/sittings/{sitting.sitting}/session"
        answers = await asyncio.gather(*(operator.post(path) for _ in range(4)))
        cards = [answer.json() for answer in answers]
        (listed,) = (await operator.get("/sittings")).json()["sittings"]
        opened = up.service.sessions.get(listed["session"])

    assert {card["session"] for card in cards} == {listed["session"]}
    assert all(card["lab_token"] for card in cards)
    assert opened.candidate == link.candidate
    assert (opened.level, opened.cards[0].minutes) == ("senior", 30)


async def test_a_round_is_not_sat_in_another_version_of_its_exercise(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with asked(tmp_path) as (_, operator):
        (link,) = await invited(operator, "Ada Example")
        sitting = await used(operator, link)
    photographs(tmp_path / "newer", version="9.0.0")
    newer = settings.proctor.model_copy(update={"photographs": tmp_path / "newer"})
    async with proctor(settings.model_copy(update={"proctor": newer})) as up:
        async with up.operator as operator:
            answer = await operator.post(f"/sittings/{sitting.sitting}/session")

    assert answer.status_code == 409
    assert "9.0.0 lies here" in answer.json()["error"]["message"]


@pytest.mark.both_stores
async def test_links_and_sittings_survive_a_restart(tmp_path: Path) -> None:
    async with asked(tmp_path) as (_, operator):
        first, second = await invited(operator, "Ada Example", "Bob Example")
        sitting = await used(operator, first)
    async with asked(tmp_path) as (_, operator):
        assert await refused(operator, first.secret) == (410, "link_used")
        await used(operator, second)
        sat = (await operator.get("/sittings")).json()["sittings"]

    assert sat[0]["sitting"] == sitting.sitting
    assert len(sat) == 2


async def test_no_secret_and_no_name_lies_beside_identity(tmp_path: Path) -> None:
    async with asked(tmp_path) as (up, operator):
        (link,) = await invited(operator, "Ada Example")
        await used(operator, link)
        folder = up.service.folder
    assert link.secret is not None
    files = {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    assert not [name for name, data in files.items() if link.secret.encode() in data]
    names = {name.partition("-")[0] for name, data in files.items() if b"Ada Ex" in data}
    assert names == {"identity.sqlite"}


@pytest.mark.parametrize("role", ["lab", "kernel", "nobody"])
async def test_a_candidates_passes_open_none_of_it(tmp_path: Path, role: str) -> None:
    async with asked(tmp_path) as (up, _):
        client = up.http(None) if role == "nobody" else getattr(up, role)
        async with client:
            answers = [
                await client.get("/rounds"), await client.get("/sittings"),
                await client.get("/rounds/spring/invites"),
                await client.post("/rounds", json=SPRING),
                await client.post("/rounds/spring/invites", json={"candidates": ["Eve"]}),
                await client.post("/invites/inv-1/revoke"),
                await client.post("/sittings", json={"secret": "x"}),
                await client.post("/sittings/sit-1/session"),
            ]  # fmt: skip

    assert {answer.status_code for answer in answers} <= {401, 403}


async def begun(up: Up, operator: httpx.AsyncClient, *names: str, **more: Any) -> list[Any]:
    """The boxes of candidates who were invited so, begun at this moment."""
    boxes = []
    for one in await invited(operator, *names, **more):
        sitting = await used(operator, one)
        card = (await operator.post(f"/sittings/{sitting.sitting}/session", json={})).json()
        up.service.deadlines.begin(card["session"], "practice")
        boxes.append(up.service.deadlines.box(card["session"], "practice"))
    return boxes


async def test_extra_time_makes_the_box_longer_and_stands_in_identity_alone(
    tmp_path: Path,
) -> None:
    clock = SteppedClock()
    async with asked(tmp_path, clock) as (up, operator):
        (longer,) = await begun(up, operator, "Ada", extra_time="1.25")
        (usual,) = await begun(up, operator, "Bob")
        home = up.service.settings.home / "proctor"
    async with proctor(settings_for(tmp_path), clock=clock) as up, up.operator as operator:
        await operator.post("/rounds", json=SPRING | {"round": "summer"})
        kept = up.service.identity.extra_time
        sat = (await operator.get("/sittings")).json()["sittings"]
        factors = {kept(one["candidate"]) for one in sat}
    stores = [path for path in home.glob("*.sqlite*") if "identity" not in path.name]
    others = b"".join(path.read_bytes() for path in stores)

    assert (longer.ends_at - longer.opened_at).total_seconds() == 30 * 60 * 1.25
    assert (usual.ends_at - usual.opened_at).total_seconds() == 30 * 60
    assert longer.minutes == usual.minutes == 30
    assert factors == {1, Decimal("1.25")}
    assert b"extra" not in others and b"1.25" not in others


@pytest.mark.both_stores
async def test_a_new_link_without_a_word_keeps_the_extra_time_and_one_takes_it_back(
    tmp_path: Path,
) -> None:
    async with asked(tmp_path) as (up, operator):
        (first,) = await invited(operator, "Ada", extra_time="1.5")
        await invited(operator, "Ada", again=True)
        kept = up.service.identity.extra_time(first.candidate)
        await invited(operator, "Ada", again=True, extra_time="1")
        back = up.service.identity.extra_time(first.candidate)

    assert (kept, back) == (Decimal("1.5"), Decimal(1))


NO_FACTORS = ["0.5", "5", "NaN", "Infinity", "many", "1.234", True, [1.5], {}]


@pytest.mark.parametrize("factor", NO_FACTORS)
async def test_a_factor_that_cannot_be_is_refused_and_nobody_is_invited(
    tmp_path: Path, factor: Any
) -> None:
    async with asked(tmp_path) as (_, operator):
        body = {"candidates": ["Ada"], "extra_time": factor}
        answer = await operator.post("/rounds/spring/invites", json=body)
        links = (await operator.get("/rounds/spring/invites")).json()["invites"]

    assert answer.status_code == 400 and "extra_time" in answer.json()["error"]["message"]
    assert links == []


async def test_a_database_of_before_gets_the_table_that_came_later(tmp_path: Path) -> None:
    async with asked(tmp_path) as (up, operator):
        await invited(operator, "Ada")
        path = up.service.settings.home / "proctor" / "identity.sqlite"
    with sqlite3.connect(path) as connection:
        for later in ("accommodations", "alembic_version"):
            connection.execute(f"drop table {later}")
    connection.close()
    async with asked(tmp_path) as (up, operator):
        (one,) = await invited(operator, "Ada", again=True, extra_time="2")

        assert up.service.identity.extra_time(one.candidate) == 2
