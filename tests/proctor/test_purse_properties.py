"""Whatever is set aside, settled and given back, in whatever order: no purse is ever over."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.card import ExerciseCard, PurseLimits
from harness.core.clock import SteppedClock
from harness.proctor import purse as purse_module
from harness.proctor.accounts import Account, Bounds, Limits, Sum, Worst
from harness.proctor.errors import Refusal
from harness.proctor.purse import Purse, Reservation

CENT = Decimal("0.01")
some_limits = st.builds(
    Limits,
    usd=st.none() | st.integers(1, 60).map(lambda n: n * CENT),
    tokens=st.none() | st.integers(1, 300),
    calls=st.none() | st.integers(1, 12),
)


@dataclass(frozen=True)
class Ask:
    """A call: whose, of which exercise, how large, and what becomes of it and when."""

    session: str
    exercise: str
    worst: Worst
    takes: int  # share of the worst in percent; above 100 is a provider's overrun
    after: int  # settled before the call of that number; larger than all is at the end
    fails: bool


sizes = st.builds(Worst, usd=st.integers(0, 9).map(lambda n: n * CENT), tokens=st.integers(0, 60))
asks = st.builds(
    Ask,
    session=st.sampled_from(["s-1", "s-2", "s-lab"]),
    exercise=st.sampled_from(["one", "two"]),
    worst=sizes,
    takes=st.integers(0, 150),
    after=st.integers(0, 40),
    fails=st.booleans(),
)  # fmt: skip


def card(slug: str, limits: Limits) -> ExerciseCard:
    values = {name: value for name, value in vars(limits).items() if value is not None}
    return ExerciseCard(
        slug=slug, version="1.0.0", title=slug, models=("m",), purse=PurseLimits(**values)
    )


def is_within(account: Account, limits: Bounds) -> bool:
    """Spent, lost and set aside together, in each of the three."""
    held = account.spent + account.unsettled
    return (
        held.usd + account.usd_reserved <= (limits.usd or Decimal(10**9))
        and held.tokens + account.tokens_reserved <= (limits.tokens or 10**9)
        and held.calls + account.calls_open <= (limits.calls or 10**9)
    )


async def play(
    calls: list[Ask], by: dict[str, Limits], round_limits: Limits, session_limits: Limits
) -> tuple[Purse, int]:
    """Make calls and end them as drawn; every purse is looked at after every step."""
    writer: Any = None  # nothing is read or written here
    purse = Purse(writer, SteppedClock(), session_limits)
    purse.limit("spring", round_limits)
    for session in ("s-1", "s-2"):
        purse.join(session, "spring")
    cards = {slug: card(slug, limits) for slug, limits in by.items()}
    open_: list[tuple[Ask, Reservation]] = []
    refused = 0
    for number in range(len(calls) + 1):
        due = [one for one in open_ if one[0].after <= number or number == len(calls)]
        for one in due:
            open_.remove(one)
            end(purse, *one)
            assert is_sound(purse, cards, round_limits, session_limits)
        if number == len(calls):
            break
        asked = calls[number]
        try:
            held = await purse.reserve(asked.session, cards[asked.exercise], asked.worst)
            open_.append((asked, held))
        except Refusal as no:
            assert (no.status, no.code, no.retry_after_s) == (429, "insufficient_quota", None)
            refused += 1
        assert is_sound(purse, cards, round_limits, session_limits)
    return purse, refused


def end(purse: Purse, asked: Ask, held: Reservation) -> None:
    if asked.fails:
        purse.release(held)
        return
    usd = asked.worst.usd * asked.takes / 100
    purse.settle(held, usd=usd, tokens=asked.worst.tokens * asked.takes // 100)


def is_sound(
    purse: Purse, cards: dict[str, ExerciseCard], round_limits: Limits, session_limits: Limits
) -> bool:
    return (
        all(is_within(held.account, cards[of[1]].purse) for of, held in purse._exercises.items())
        and all(is_within(held.account, session_limits) for held in purse._sessions.values())
        and is_within(purse.of_round("spring"), round_limits)
    )


@settings(max_examples=150, deadline=None)
@given(
    calls=st.lists(asks, max_size=40),
    by=st.fixed_dictionaries({"one": some_limits, "two": some_limits}),
    round_limits=some_limits,
    session_limits=some_limits,
)
def test_no_purse_is_ever_over_and_in_the_end_nothing_is_set_aside(
    calls: list[Ask], by: dict[str, Limits], round_limits: Limits, session_limits: Limits
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(purse_module, "WAIT_FOR_ROOM_S", 0.0)
        purse, refused = asyncio.run(play(calls, by, round_limits, session_limits))
    held = [*purse._exercises.values(), *purse._sessions.values()]
    accounts = [*(one.account for one in held), purse.of_round("spring")]
    made = sum(one.account.spent.calls for one in purse._exercises.values())
    failed = sum(one.fails for one in calls)
    inside = [one.account for of, one in purse._sessions.items() if of != "s-lab"]

    assert all((a.usd_reserved, a.tokens_reserved, a.calls_open) == (0, 0, 0) for a in accounts)
    assert len(calls) - refused - failed <= made <= len(calls) - refused
    assert made == sum(one.account.spent.calls for one in purse._sessions.values())
    in_round = purse.of_round("spring").spent
    assert in_round.usd == sum((account.spent.usd for account in inside), Decimal(0))
    assert in_round.calls == sum(account.spent.calls for account in inside)


@settings(max_examples=20, deadline=None)
@given(calls=st.lists(asks, min_size=2, max_size=30), round_limits=some_limits)
def test_who_waits_for_room_is_served_or_refused_and_none_is_forgotten(
    calls: list[Ask], round_limits: Limits
) -> None:
    async def race() -> list[str]:
        writer: Any = None
        purse = Purse(writer, SteppedClock())
        purse.limit("spring", round_limits)
        for session in ("s-1", "s-2", "s-lab"):
            purse.join(session, "spring")
        one = card("one", Limits())

        async def call(asked: Ask) -> str:
            try:
                held = await purse.reserve(asked.session, one, asked.worst)
            except Refusal:
                return "refused"
            assert is_within(purse.of_round("spring"), round_limits)
            await asyncio.sleep(0)
            end(purse, asked, held)
            return "done"

        ended = await asyncio.gather(*map(call, calls))
        account = purse.of_round("spring")
        assert (account.usd_reserved, account.calls_open, len(account.waiters)) == (0, 0, 0)
        return ended

    assert len(asyncio.run(asyncio.wait_for(race(), 20))) == len(calls)


def test_a_settlement_that_was_not_written_is_undone_and_stays_charged_to_the_round() -> None:
    async def live() -> None:
        writer: Any = None
        purse, one = Purse(writer, SteppedClock()), card("one", Limits())
        purse.join("s-1", "spring")
        first = await purse.reserve("s-1", one, Worst(CENT * 5, 50))
        purse.settle(first, usd=CENT, tokens=10)
        second = await purse.reserve("s-1", one, Worst(CENT * 5, 50))
        purse.settle(second, usd=CENT * 2, tokens=20)
        kept = purse.mend(first, "settled", usd=CENT, tokens=10)
        undone = purse.mend(second, "abandoned", usd=CENT * 2, tokens=20)
        held, budget = purse.of_round("spring"), purse.budget("s-1", one)

        assert kept is None and undone is not None
        assert (budget.usd_spent, budget.calls_made) == (CENT, 1)
        assert (held.spent, held.unsettled) == (Sum(CENT, 10, 1), Sum(CENT * 5, 50, 1))

    asyncio.run(live())
