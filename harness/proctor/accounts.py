"""One purse as it stands in memory: what it holds, what is set aside, what it lacks for a call.

Runs in zone G, in the event loop alone. Whose purse it is (an exercise's, a session's, a round's)
is not known here.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, Protocol

from sqlalchemy import Connection

NOTHING = Decimal(0)
MINUTE = dt.timedelta(seconds=60)
Lack = Literal["calls", "usd", "tokens"]
Found = Literal["settled", "abandoned", "nothing"]
"""What the store holds of a call whose writing failed."""
Job = Callable[[Connection], Any]
"""Something the writer does."""


class Bounds(Protocol):
    """What a purse may spend; None is without a limit. An exercise's card has one, and a round."""

    @property
    def usd(self) -> Decimal | None:
        """US dollars by the proctor's price table."""

    @property
    def tokens(self) -> int | None:
        """Prompt and answer tokens together."""

    @property
    def calls(self) -> int | None:
        """How many calls."""

    @property
    def calls_per_minute(self) -> int | None:
        """How many calls may begin in any 60 seconds."""


@dataclass(frozen=True)
class Limits:
    """Bounds that come from no card: None is without a limit.

    Attributes:
        usd: US dollars.
        tokens: prompt and answer tokens together.
        calls: how many.
        calls_per_minute: how many may begin in any 60 seconds.
    """

    usd: Decimal | None = None
    tokens: int | None = None
    calls: int | None = None
    calls_per_minute: int | None = None


UNLIMITED = Limits()


@dataclass(frozen=True)
class Worst:
    """The most a call can take.

    Attributes:
        usd: US dollars.
        tokens: prompt and answer tokens together.
    """

    usd: Decimal
    tokens: int


@dataclass(slots=True, unsafe_hash=True)
class Sum:
    """Calls together; a value, never changed. Not frozen: that costs four times as much to make.

    Attributes:
        usd: US dollars.
        tokens: prompt and answer tokens.
        calls: how many.
    """

    usd: Decimal = NOTHING
    tokens: int = 0
    calls: int = 0

    def __add__(self, other: Sum) -> Sum:
        """Return both together."""
        return Sum(self.usd + other.usd, self.tokens + other.tokens, self.calls + other.calls)

    def __sub__(self, other: Sum) -> Sum:
        """Return this without the other."""
        return Sum(self.usd - other.usd, self.tokens - other.tokens, self.calls - other.calls)


ZERO = Sum()


@dataclass(eq=False)
class Account:
    """One purse.

    Attributes:
        spent: what was settled.
        unsettled: what was set aside when the proctor died and is still charged here.
        usd_reserved: set aside by calls under way.
        tokens_reserved: likewise.
        calls_open: how many those are.
        last_call_usd: price of the last settled call; None before the first.
        begun: when calls of the last minute began, oldest first.
        waiters: who waits for room, in the order they came.
    """

    spent: Sum = ZERO
    unsettled: Sum = ZERO
    usd_reserved: Decimal = NOTHING
    tokens_reserved: int = 0
    calls_open: int = 0
    last_call_usd: Decimal | None = None
    begun: deque[dt.datetime] = field(default_factory=deque)
    waiters: deque[asyncio.Future[None]] = field(default_factory=deque)

    def lacks(self, limits: Bounds, worst: Worst, *, with_open: bool) -> Lack | None:
        """Return what is lacking for a call; None if nothing.

        Args:
            limits: of this purse.
            worst: the call.
            with_open: whether what is set aside counts as gone.
        """
        share = 1 if with_open else 0
        spent, lost = self.spent, self.unsettled
        made = spent.calls + lost.calls + share * self.calls_open
        if limits.calls is not None and made >= limits.calls:
            return "calls"
        if limits.usd is not None:
            gone = spent.usd + lost.usd + (self.usd_reserved if with_open else NOTHING)
            if gone + worst.usd > limits.usd:
                return "usd"
        if limits.tokens is not None:
            taken = spent.tokens + lost.tokens + share * self.tokens_reserved
            if taken + worst.tokens > limits.tokens:
                return "tokens"
        return None

    def set_aside(self, worst: Worst) -> None:
        """Set a call's worst case aside."""
        self.usd_reserved += worst.usd
        self.tokens_reserved += worst.tokens
        self.calls_open += 1

    def give_back(self, worst: Worst) -> None:
        """Take back what was set aside for a call."""
        self.usd_reserved -= worst.usd
        self.tokens_reserved -= worst.tokens
        self.calls_open -= 1
        if self.calls_open == 0:
            self.usd_reserved = NOTHING  # the same zero as after a restart

    def charge(self, taken: Sum) -> None:
        """Charge a call that was settled."""
        self.spent += taken
        self.last_call_usd = taken.usd

    def wait_s(self, limit: int | None, now: dt.datetime) -> int:
        """Return in how many seconds a call may begin; 0 is at once."""
        while self.begun and self.begun[0] <= now - MINUTE:
            self.begun.popleft()
        if limit is None or len(self.begun) < limit:
            return 0
        first = self.begun[len(self.begun) - limit]
        return max(1, math.ceil((first + MINUTE - now).total_seconds()))

    def wake(self) -> None:
        """Let everyone who waits for room look again, in the order they came."""
        while self.waiters:
            waiter = self.waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, within_s: float) -> None:
        """Wait until something was given back, or for so long."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        try:
            async with asyncio.timeout(within_s):
                await waiter
        except TimeoutError:
            return
