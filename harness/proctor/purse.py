"""What each exercise may spend: set aside at worst case before a call, settled after.

Runs in zone G, in the event loop alone: every change of an account happens between two awaits,
so two calls can never spend the same cent. What was settled is kept in a row, written in the
same commit as the ledger's; what was only set aside when the proctor died is given back.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import math
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from harness.core.card import ExerciseCard, PurseLimits
from harness.core.clock import Clock
from harness.core.records import Budget
from harness.proctor import words
from harness.proctor.leases import owned_only
from harness.proctor.prepared import Prepared
from harness.proctor.tables import purses
from harness.proctor.writer import Writer

MINUTE = dt.timedelta(seconds=60)
WAIT_FOR_ROOM_S = 30.0
"""How long a call waits when the calls under way may give enough back, before it is refused."""
_NOTHING = Decimal(0)
_SETTLED = ("usd_spent", "calls_made", "tokens_used", "last_call_usd")


def _row_or_new_values(insert: Any) -> Any:
    new = insert(purses)
    return new.on_conflict_do_update(
        index_elements=["session", "exercise"],
        set_={name: new.excluded[name] for name in _SETTLED},
    )


_KEEP = Prepared(_row_or_new_values, ("session", "exercise", *_SETTLED))


@dataclass(frozen=True)
class Worst:
    """The most a call can take.

    Attributes:
        usd: US dollars.
        tokens: prompt and answer tokens together.
    """

    usd: Decimal
    tokens: int


@dataclass(frozen=True)
class Reservation:
    """What was set aside for one call; to be settled or released exactly once.

    Attributes:
        session: whose purse.
        exercise: which purse of theirs.
        worst: how much.
    """

    session: str
    exercise: str
    worst: Worst


@dataclass
class _Account:
    """One purse as it stands in memory."""

    usd_spent: Decimal = _NOTHING
    calls_made: int = 0
    tokens_used: int = 0
    last_call_usd: Decimal | None = None
    usd_reserved: Decimal = _NOTHING
    tokens_reserved: int = 0
    calls_open: int = 0
    begun: deque[dt.datetime] = field(default_factory=deque)
    waiters: deque[asyncio.Future[None]] = field(default_factory=deque)

    def wake(self) -> None:
        """Let everyone who waits for room look again, in the order they came."""
        while self.waiters:
            waiter = self.waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)


class Purse:
    """Every purse of every session.

    Args:
        writer: of the witness.
        clock: where time comes from, for calls a minute.
    """

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer, self._clock = writer, clock
        self._accounts: dict[tuple[str, str], _Account] = {}

    async def load(self, only: Collection[str] | None = None) -> None:
        """Read what was settled; what was only set aside is not there, and so is given back.

        Args:
            only: sessions whose purses are read; None reads all.
        """
        rows = await self._writer.read(lambda connection: connection.execute(select(purses)).all())
        for row in owned_only(rows, only):
            self._accounts[row.session, row.exercise] = _Account(
                usd_spent=row.usd_spent,
                calls_made=row.calls_made,
                tokens_used=row.tokens_used,
                last_call_usd=row.last_call_usd,
            )

    def begin(self, session: str, card: ExerciseCard) -> None:
        """Count a call that begins, whatever becomes of it: even a refusal costs us work.

        Raises:
            Refusal: 429, more than a minute's worth began in the last minute.
        """
        account, limit = self._account(session, card.slug), card.purse.calls_per_minute
        now = self._clock.now()
        while account.begun and account.begun[0] <= now - MINUTE:
            account.begun.popleft()
        if len(account.begun) >= limit:
            wait_s = (account.begun[0] + MINUTE - now).total_seconds()
            raise words.too_many_a_minute(limit, wait_s=math.ceil(wait_s))
        account.begun.append(now)

    def has_room(self, session: str, card: ExerciseCard, worst: Worst) -> bool:
        """Tell whether a call of this size could be set aside at this moment."""
        account = self._account(session, card.slug)
        return _lacks(account, card.purse, worst, with_open=True) is None

    async def reserve(self, session: str, card: ExerciseCard, worst: Worst) -> Reservation:
        """Set a call's worst case aside.

        A call that fails only for want of what other calls have set aside waits for them, at
        most half a minute, rather than telling somebody that a full purse is empty.

        Args:
            session: whose purse.
            card: of the exercise, with its limits.
            worst: the most the call can take.

        Raises:
            Refusal: 429, for dollars, tokens or calls.
        """
        account, limits = self._account(session, card.slug), card.purse
        until = asyncio.get_running_loop().time() + WAIT_FOR_ROOM_S
        while (lack := _lacks(account, limits, worst, with_open=True)) is not None:
            for_good = _lacks(account, limits, worst, with_open=False)
            left_s = until - asyncio.get_running_loop().time()
            if for_good is not None or left_s <= 0:
                raise _refusal(for_good or lack, account, card, worst)
            await _wait(account, left_s)
        account.usd_reserved += worst.usd
        account.tokens_reserved += worst.tokens
        account.calls_open += 1
        return Reservation(session=session, exercise=card.slug, worst=worst)

    def settle(self, reservation: Reservation, *, usd: Decimal, tokens: int) -> dict[str, Any]:
        """Charge a call and return the row that keep() writes.

        Never more than was set aside: what an answer takes beyond it is the house's loss.

        Args:
            reservation: the call's.
            usd: what it took, in US dollars.
            tokens: prompt and answer tokens.
        """
        account = self._account(reservation.session, reservation.exercise)
        charged = min(usd, reservation.worst.usd)
        self._give_back(account, reservation)
        account.usd_spent += charged
        account.tokens_used += min(tokens, reservation.worst.tokens)
        account.calls_made += 1
        account.last_call_usd = charged
        account.wake()
        return _row(account, reservation)

    def take_back(self, reservation: Reservation, *, usd: Decimal, tokens: int) -> dict[str, Any]:
        """Undo settle() for a call that was not written, and return the row that keep() writes.

        Args:
            reservation: the call's.
            usd: as settle() was told.
            tokens: likewise.
        """
        account = self._account(reservation.session, reservation.exercise)
        account.usd_spent -= min(usd, reservation.worst.usd)
        account.tokens_used -= min(tokens, reservation.worst.tokens)
        account.calls_made -= 1
        account.wake()
        return _row(account, reservation)

    def release(self, reservation: Reservation) -> None:
        """Give back all of it: the call did not happen."""
        account = self._account(reservation.session, reservation.exercise)
        self._give_back(account, reservation)
        account.wake()

    def budget(self, session: str, card: ExerciseCard) -> Budget:
        """Return what is left in one purse."""
        account, limits = self._account(session, card.slug), card.purse
        return Budget(
            exercise=card.slug,
            usd_limit=limits.usd,
            usd_spent=account.usd_spent,
            usd_reserved=account.usd_reserved,
            calls_limit=limits.calls,
            calls_made=account.calls_made + account.calls_open,
            tokens_limit=limits.tokens,
            tokens_used=account.tokens_used,
            last_call_usd=account.last_call_usd,
        )

    def _account(self, session: str, exercise: str) -> _Account:
        return self._accounts.setdefault((session, exercise), _Account())

    @staticmethod
    def _give_back(account: _Account, reservation: Reservation) -> None:
        account.usd_reserved -= reservation.worst.usd
        account.tokens_reserved -= reservation.worst.tokens
        account.calls_open -= 1
        if account.calls_open == 0:
            account.usd_reserved = _NOTHING  # the same zero as after a restart


def _row(account: _Account, reservation: Reservation) -> dict[str, Any]:
    return {
        "session": reservation.session,
        "exercise": reservation.exercise,
        "usd_spent": account.usd_spent,
        "calls_made": account.calls_made,
        "tokens_used": account.tokens_used,
        "last_call_usd": account.last_call_usd,
    }


def keep(connection: Connection, row: dict[str, Any]) -> None:
    """Write a purse's row; rows of one purse must come in the order settle() made them.

    Args:
        connection: the writer's, inside a job.
        row: what settle() returned.
    """
    _KEEP.run(connection, **row)


def _lacks(account: _Account, limits: PurseLimits, worst: Worst, *, with_open: bool) -> str | None:
    """Return what a purse lacks for a call; None if nothing.

    Args:
        account: the purse.
        limits: its limits.
        worst: the call.
        with_open: whether what is set aside counts as gone.
    """
    share = 1 if with_open else 0
    if account.calls_made + share * account.calls_open >= limits.calls:
        return "calls"
    if account.usd_spent + share * account.usd_reserved + worst.usd > limits.usd:
        return "usd"
    if account.tokens_used + share * account.tokens_reserved + worst.tokens > limits.tokens:
        return "tokens"
    return None


def _refusal(lack: str, account: _Account, card: ExerciseCard, worst: Worst) -> Exception:
    limits = card.purse
    if lack == "calls":
        return words.calls_used_up(limits.calls)
    if lack == "tokens":
        left = limits.tokens - account.tokens_used - account.tokens_reserved
        return words.tokens_too_few(worst=worst.tokens, left=max(0, left))
    left_usd = limits.usd - account.usd_spent
    if left_usd <= 0:
        return words.purse_empty(card.title, spent=account.usd_spent, purse=limits.usd)
    return words.purse_too_small(
        worst=worst.usd, left=max(_NOTHING, left_usd - account.usd_reserved)
    )


async def _wait(account: _Account, within_s: float) -> None:
    waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    account.waiters.append(waiter)
    try:
        async with asyncio.timeout(within_s):
            await waiter
    except TimeoutError:
        return
