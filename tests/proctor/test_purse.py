"""What an exercise may spend: nothing over, whoever runs beside whom, whatever fails."""

import asyncio
import collections
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from harness.core.clock import SteppedClock
from harness.proctor import tables
from tests.proctor.builders import Up, ask, fake_worker, proctor, settings_for

pytestmark = pytest.mark.anyio


async def fire(up: Up, bodies: list[dict[str, Any]]) -> collections.Counter[tuple[int, str]]:
    """Send every body at once; count (status, code)."""
    async with up.kernel as client:
        answers = await asyncio.gather(
            *(client.post("/v1/chat/completions", json=body, timeout=60) for body in bodies)
        )
    return collections.Counter(
        (a.status_code, a.json().get("error", {}).get("code", "")) for a in answers
    )


async def rows(up: Up) -> list[Any]:
    return await up.service.writer.read(lambda c: list(c.execute(select(tables.calls))))


@pytest.mark.both_stores
async def test_of_two_hundred_calls_at_once_a_purse_for_twenty_pays_twenty(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, purse={"calls": 20, "calls_per_minute": 1000})
    async with proctor(settings) as up:
        counted = await fire(up, [ask(f"call {n}") for n in range(200)])
        budget, kept = await up.budget(), await rows(up)

    assert counted == {(200, ""): 20, (429, "insufficient_quota"): 180}
    assert (budget["calls_made"], Decimal(budget["usd_reserved"])) == (20, 0)
    assert [row.status for row in kept] == ["settled"] * 20
    assert sum(row.cost_usd for row in kept) == Decimal(budget["usd_spent"])


async def test_dollars_are_never_overspent_by_calls_at_once(tmp_path: Path) -> None:
    limit = Decimal("0.0001")
    settings = settings_for(tmp_path, purse={"usd": str(limit), "calls_per_minute": 1000})
    bodies = [ask("word " * 20, max_tokens=20, stream=n % 2 == 0) for n in range(60)]
    async with proctor(settings) as up:
        async with up.kernel as client:
            answers = await asyncio.gather(
                *(client.post("/v1/chat/completions", json=body) for body in bodies)
            )
        budget, kept = await up.budget(), await rows(up)

    spent = sum((row.cost_usd for row in kept), Decimal(0))
    worst = Decimal("0.000012") + 27 * Decimal("0.00000015")
    assert {a.status_code for a in answers} == {200, 429}
    assert limit - worst < spent <= limit
    assert Decimal(budget["usd_spent"]) == spent


async def test_a_purse_that_only_seems_full_makes_a_call_wait_not_fail(tmp_path: Path) -> None:
    # each sets 4096 tokens aside and takes a handful: two at once do not fit, in turn they do
    settings = settings_for(tmp_path, purse={"tokens": 5000})
    async with proctor(settings) as up:
        counted = await fire(up, [ask(f"sleep 0.{n}") for n in range(1, 4)])

    assert counted == {(200, ""): 3}


async def test_a_long_prompt_is_counted_exactly_before_it_is_refused(tmp_path: Path) -> None:
    # a token is at least a byte: the bound says 6,000 tokens, the count says 1,007
    settings = settings_for(tmp_path, purse={"tokens": 1100})
    async with proctor(settings) as up:
        counted = await fire(up, [ask("abcde " * 1000, max_tokens=50)])
        again = await fire(up, [ask("abcde " * 1000, max_tokens=50)])

    assert counted == {(200, ""): 1}
    assert again == {(429, "insufficient_quota"): 1}


async def test_what_fails_is_given_back_whole(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, purse={"calls": 2, "calls_per_minute": 100})
    async with proctor(settings, worker=fake_worker(answer_within_s=5)) as up:
        failed = await fire(up, [ask("too long"), ask("too long"), ask("too long")])
        paid = await fire(up, [ask("a"), ask("b"), ask("c")])

    assert failed == {(400, "context_length_exceeded"): 3}
    assert paid == {(200, ""): 2, (429, "insufficient_quota"): 1}


async def test_too_many_a_minute_says_how_long_to_wait(tmp_path: Path) -> None:
    clock = SteppedClock()
    settings = settings_for(tmp_path, purse={"calls_per_minute": 3})
    async with proctor(settings, clock=clock) as up, up.kernel as client:
        await fire(up, [ask("1"), ask("2"), ask("3")])
        clock.advance(20)
        fourth = await client.post("/v1/chat/completions", json=ask("4"))
        clock.advance(40)
        fifth = await client.post("/v1/chat/completions", json=ask("5"))

    assert (fourth.status_code, fourth.json()["error"]["code"]) == (429, "rate_limit_exceeded")
    assert (fourth.headers["retry-after"], fourth.headers["x-should-retry"]) == ("40", "true")
    assert fifth.status_code == 200


async def test_an_empty_purse_says_what_was_spent_of_what(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, purse={"usd": "0.0000033"})  # exactly one call
    async with proctor(settings) as up, up.kernel as client:
        body = ask("hello there you", max_tokens=3)
        paid = await client.post("/v1/chat/completions", json=body)
        refused = await client.post("/v1/chat/completions", json=body)

    assert paid.status_code == 200
    assert "is empty ($0.000003 of $0.000003 spent)" in refused.json()["error"]["message"]


@pytest.mark.both_stores
async def test_a_purse_is_the_same_after_a_restart(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        await fire(up, [ask("one two three")])
        before, session = await up.budget(), up.card.session
    async with proctor(settings) as again:
        card = again.service.sessions.card(session, "practice")
        found = again.service.purse.budget(session, card)
        after = again.service.tools.budget(session, card, found).to_value()

    assert after == before and Decimal(after["usd_spent"]) > 0
