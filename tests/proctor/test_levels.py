"""Purses of sessions and rounds: a call fits into all of them, and nobody gets a cent over."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from harness.core.clock import SteppedClock
from harness.core.rounds import RoundCard
from harness.core.settings import Settings
from harness.proctor import purse as purse_module
from harness.proctor import tables
from tests.proctor.builders import Up, ask, proctor, settings_for

pytestmark = pytest.mark.anyio

ONE_CALL = Decimal("0.0000018")  # "go": 8 tokens in, 1 out, by the price of sim-small
WIDE = {"usd": "1", "calls": 100_000, "calls_per_minute": 100_000}


def go(**more: Any) -> dict[str, Any]:
    return ask("go", max_tokens=1, **more)


def with_own(settings: Settings, **own: Any) -> Settings:
    """Settings whose proctor's part has these values."""
    return settings.model_copy(update={"proctor": settings.proctor.model_copy(update=own)})


async def sit(operator: httpx.AsyncClient, name: str, *who: str) -> list[dict[str, Any]]:
    """The sessions of candidates of a round, with tokens."""
    made = await operator.post(f"/rounds/{name}/invites", json={"candidates": who})
    cards = []
    for one in made.json()["invites"]:
        sitting = (await operator.post("/sittings", json={"secret": one["secret"]})).json()
        opened = await operator.post(f"/sittings/{sitting['sitting']}/session", json={})
        cards.append(opened.json())
    return cards


@asynccontextmanager
async def a_round(
    tmp_path: Path, *who: str, clock: SteppedClock | None = None, **cap: Any
) -> AsyncIterator[tuple[Up, httpx.AsyncClient, list[dict[str, Any]]]]:
    """A proctor with the round `spring` and the sessions of its candidates."""
    settings = settings_for(tmp_path, purse=WIDE)
    async with proctor(settings, clock=clock) as up, up.operator as operator:
        body = {"round": "spring", "exercises": ["practice"], "cap": cap}
        assert (await operator.post("/rounds", json=body)).status_code == 201
        yield up, operator, await sit(operator, "spring", *who) if who else []


async def fire(up: Up, tokens: list[str], count: int) -> collections.Counter[tuple[int, str]]:
    """Make so many calls at once, in turns with these passes; count (status, code)."""
    clients = [up.http(token) for token in tokens]
    try:
        answers = await asyncio.gather(*(
            clients[n % len(clients)].post("/v1/chat/completions", json=go(), timeout=60)
            for n in range(count)
        ))  # fmt: skip
    finally:
        for client in clients:
            await client.aclose()
    return collections.Counter(
        (a.status_code, a.json().get("error", {}).get("code", "")) for a in answers
    )


async def shown(operator: httpx.AsyncClient) -> RoundCard:
    return RoundCard.model_validate_json((await operator.get("/rounds/spring")).content)


async def test_two_candidates_who_race_for_a_rounds_last_cent_get_none_over(
    tmp_path: Path,
) -> None:
    cap = str(25 * ONE_CALL)
    async with a_round(tmp_path, "Ada", "Bob", usd=cap) as (up, operator, cards):
        tokens = [card["kernel_token"] for card in cards]
        counted = await fire(up, tokens, 300)
        card = await shown(operator)
        lab = await fire(up, [up.card.kernel_token or ""], 3)

    assert counted == {(200, ""): 25, (429, "insufficient_quota"): 275}
    assert card.purse.usd_spent == 25 * ONE_CALL == card.round.cap.usd
    assert (card.purse.calls_made, card.purse.calls_open, card.purse.usd_reserved) == (25, 0, 0)
    assert lab == {(200, ""): 3}  # a session without a round has no cap


@pytest.mark.parametrize(("name", "value"), [("calls", 7), ("tokens", 7 * 9)])
async def test_a_round_bounds_calls_and_tokens_likewise(
    tmp_path: Path, name: str, value: int
) -> None:
    async with a_round(tmp_path, "Ada", "Bob", **{name: value}) as (up, operator, cards):
        counted = await fire(up, [card["kernel_token"] for card in cards], 40)
        card = await shown(operator)

    assert counted[200, ""] == 7 == card.purse.calls_made
    assert card.purse.tokens_spent == 63


async def test_the_rounds_refusal_blames_nobody_tells_no_figure_and_is_not_retried(
    tmp_path: Path,
) -> None:
    async with a_round(tmp_path, "Ada", usd=str(ONE_CALL * 3)) as (up, _, (card,)):
        async with up.http(card["kernel_token"]) as kernel:
            big = await kernel.post("/v1/chat/completions", json=ask("go", max_tokens=900))
            for _ in range(3):
                await kernel.post("/v1/chat/completions", json=go())
            last = await kernel.post("/v1/chat/completions", json=go())
            budget = (await kernel.get("/k/budget")).json()

    assert "does not cover this call" in big.json()["error"]["message"]
    error = last.json()["error"]
    assert (last.status_code, error["code"], error["type"]) == (429, *["insufficient_quota"] * 2)
    assert error["message"].startswith("The round's budget is used up")
    assert "not your doing" in error["message"] and "tell whoever invited you" in error["message"]
    assert "$" not in error["message"] and last.headers["x-should-retry"] == "false"
    assert Decimal(budget["usd_spent"]) == 3 * ONE_CALL


async def test_a_session_bounds_all_its_exercises_together(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, ("practice", "second"), purse=WIDE)
    settings = with_own(settings, session_usd=ONE_CALL * 4)
    async with proctor(settings, exercises=["practice", "second"]) as up:
        purse, session = up.service.purse, up.card.session
        cards = up.service.sessions.get(session).cards
        worst = purse_module.Worst(ONE_CALL, 9)
        for n in range(4):
            held = await purse.reserve(session, cards[n % 2], worst)
            purse.settle(held, usd=ONE_CALL, tokens=9)
        assert not purse.has_room(session, cards[0], worst)
        counted = await fire(up, [up.card.kernel_token or ""], 1)
        async with up.kernel as kernel:
            last = await kernel.post("/v1/chat/completions", json=go())

    assert counted == {(429, "insufficient_quota"): 1}
    told = last.json()["error"]["message"]
    assert "The purse of this session is empty ($0.000007 of $0.000007 spent in all" in told


async def test_what_a_session_spent_counts_after_a_restart_too(tmp_path: Path) -> None:
    settings = with_own(settings_for(tmp_path, purse=WIDE), session_calls=3)
    async with proctor(settings) as up:
        await fire(up, [up.card.kernel_token or ""], 2)
        session = up.card.session
    async with proctor(settings) as up:
        token = (await up.service.sessions.renew_tokens(session)).kernel_token
        counted = await fire(up, [token or ""], 4)
        async with up.http(token) as kernel:
            last = await kernel.post("/v1/chat/completions", json=go())

    assert counted == {(200, ""): 1, (429, "insufficient_quota"): 3}
    assert last.json()["error"]["message"].startswith("All 3 calls of this session are used")


async def test_calls_a_minute_are_counted_over_all_who_sit_a_round(tmp_path: Path) -> None:
    clock = SteppedClock()
    async with a_round(
        tmp_path, "Ada", "Bob", clock=clock, calls_per_minute=4
    ) as (up, _, cards):  # fmt: skip
        tokens = [card["kernel_token"] for card in cards]
        counted = await fire(up, tokens, 10)
        async with up.http(tokens[0]) as kernel:
            clock.advance(15)
            late = await kernel.post("/v1/chat/completions", json=go())
        clock.advance(45)
        again = await fire(up, tokens, 2)

    assert counted == {(200, ""): 4, (429, "rate_limit_exceeded"): 6}
    assert late.headers["retry-after"] == "45" and late.headers["x-should-retry"] == "true"
    assert "all who sit this round together" in late.json()["error"]["message"]
    assert again == {(200, ""): 2}


async def test_a_cap_is_changed_on_record_and_at_once(tmp_path: Path) -> None:
    async with a_round(tmp_path, "Ada", calls=2) as (up, operator, (card,)):
        token = card["kernel_token"]
        before = await fire(up, [token], 3)
        answer = await operator.post("/rounds/spring/set", json={"calls": 3, "usd": "40"})
        after = await fire(up, [token], 3)
        await operator.post("/rounds/spring/set", json={"calls": None, "pause_minutes": 0})
        unbound = await fire(up, [token], 3)
    async with proctor(settings_for(tmp_path)) as up, up.operator as operator:
        kept = await shown(operator)
        listed = (await operator.get("/rounds")).json()["rounds"][0]

    assert (before[200, ""], after[200, ""], unbound[200, ""]) == (2, 1, 3)
    assert answer.json()["round"]["cap"]["usd"] == "40"
    assert (kept.round.cap.usd, kept.round.cap.calls, kept.round.pause_minutes) == (40, None, 0)
    assert [change.values for change in kept.changes] == [
        {"usd": "40", "calls": 3}, {"calls": None, "pause_minutes": 0},
    ]  # fmt: skip
    assert listed == kept.round.to_value()
    assert kept.purse.calls_made == 6


async def test_a_call_that_waits_for_room_goes_on_when_the_cap_is_raised(tmp_path: Path) -> None:
    async with a_round(tmp_path, "Ada", tokens=4_200) as (up, operator, (card,)):
        purse, session = up.service.purse, card["session"]
        one = up.service.sessions.card(session, "practice")
        held = await purse.reserve(session, one, purse_module.Worst(Decimal(0), 4_000))
        async with up.http(card["kernel_token"]) as kernel:
            body = ask("go", max_tokens=4_000)
            other = asyncio.create_task(kernel.post("/v1/chat/completions", json=body))
            while not purse.of_round("spring").waiters:
                assert not other.done()
                await asyncio.sleep(0.01)
            await operator.post("/rounds/spring/set", json={"tokens": 9_000})
            answer = await other
        purse.release(held)

    assert answer.status_code == 200


BAD = [
    {}, [], {"usd": "-1"}, {"usd": "NaN"}, {"usd": "Infinity"}, {"usd": "much"}, {"calls": 0},
    {"calls": 1.5}, {"tokens": "9" * 400}, {"pause_minutes": -1}, {"pause_minutes": None},
    {"pause_minutes": 601}, {"minutes": 5}, {"usd": [1]}, {"calls_per_minute": 0}, {"x": 1},
]  # fmt: skip


async def test_a_change_that_cannot_be_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    async with a_round(tmp_path, calls=5) as (up, operator, _):
        refused = [await operator.post("/rounds/spring/set", json=body) for body in BAD]
        nowhere = await operator.post("/rounds/autumn/set", json={"calls": 5})
        async with up.kernel as kernel, up.lab as lab:
            strangers = [
                await client.post(f"/rounds/spring/{verb}", json={"calls": 5})
                for client in (kernel, lab) for verb in ("set", "release")
            ]  # fmt: skip
            strangers.append(await lab.get("/rounds/spring"))
        card = await shown(operator)

    assert [answer.status_code for answer in refused] == [400] * len(BAD)
    assert all(answer.json()["error"]["message"] for answer in refused)
    assert nowhere.status_code == 404
    assert {answer.status_code for answer in strangers} == {403}
    assert (card.round.cap.calls, card.changes) == (5, ())


async def test_a_round_with_a_cap_that_cannot_be_is_not_made(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.operator as operator:
        body = {"round": "r", "exercises": ["practice"]}
        answers = [
            await operator.post("/rounds", json=body | more)
            for more in ({"cap": {"usd": "0"}}, {"cap": {"eur": 1}}, {"cap": 5},
                         {"pause_minutes": 1000})
        ]  # fmt: skip
        listed = (await operator.get("/rounds")).json()["rounds"]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert listed == []


async def test_what_a_crash_left_open_is_given_back_to_the_candidate_and_charged_to_the_round(
    tmp_path: Path,
) -> None:
    async with a_round(tmp_path, "Ada", calls=10) as (up, _, (card,)):
        await fire(up, [card["kernel_token"]], 6)
        session = card["session"]
        cut = update(tables.calls).where(tables.calls.c.session == session)
        some = select(tables.calls.c.id).limit(3).scalar_subquery()
        values = {"status": "open", "cost_usd": None, "tokens": None}
        await up.service.writer.do(
            lambda c: c.execute(cut.where(tables.calls.c.id.in_(some)).values(values)) and None
        )
        spent = {"usd_spent": 3 * ONE_CALL, "calls_made": 3, "tokens_used": 27}
        mine = update(tables.purses).where(tables.purses.c.session == session).values(spent)
        await up.service.writer.do(lambda c: c.execute(mine) and None)
        lost = select(tables.calls.c.reserved_usd).where(tables.calls.c.status == "open")
        rows = await up.service.writer.read(lambda c: c.execute(lost).scalars().all())
        worst = sum(rows, Decimal(0))
    async with proctor(settings_for(tmp_path)) as up, up.operator as operator:
        token = (await up.service.sessions.renew_tokens(session)).kernel_token
        found = await shown(operator)
        async with up.http(token) as kernel:
            budget = (await kernel.get("/k/budget")).json()
        paid = await fire(up, [token or ""], 20)
        released = RoundCard.model_validate_json(
            (await operator.post("/rounds/spring/release", json={})).content
        )
        again = RoundCard.model_validate_json(
            (await operator.post("/rounds/spring/release", json={})).content
        )
        more = await fire(up, [token or ""], 20)
    async with proctor(settings_for(tmp_path)) as up, up.operator as operator:
        kept = await shown(operator)

    assert (budget["usd_spent"], budget["usd_reserved"]) == (str(3 * ONE_CALL), "0")
    assert (found.purse.usd_spent, found.purse.usd_unsettled) == (3 * ONE_CALL, worst)
    assert found.purse.calls_unsettled == 3 and found.purse.tokens_unsettled >= 27
    assert (paid[200, ""], more[200, ""]) == (4, 3)  # 3 + 3 charged of 10; then the 3 once more
    assert [(one.calls, one.usd) for one in released.releases] == [(3, worst)]
    assert released.purse.calls_unsettled == 0 and again.releases == released.releases
    assert kept.releases == released.releases
    assert (kept.purse.usd_spent, kept.purse.usd_unsettled) == (10 * ONE_CALL, 0)
