"""What may be spent, by exercise, session and round: set aside before a call, settled after.

Runs in zone G, in the event loop alone: every change of an account happens between two awaits,
so two calls can never spend the same cent. A call is set aside in all of its purses at once. What
was settled is kept in the exercise's row, written in the same commit as the ledger's; the purses
of sessions and rounds are sums of those. What was only set aside when the proctor died is given
back to the candidate and stays charged to the round.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from harness.core.card import ExerciseCard
from harness.core.clock import Clock
from harness.core.records import Budget
from harness.proctor.accounts import (
    UNLIMITED,
    ZERO,
    Account,
    Bounds,
    Found,
    Job,
    Lack,
    Sum,
    Worst,
)
from harness.proctor.leases import owned_only
from harness.proctor.prepared import Prepared
from harness.proctor.purse_words import Whose, refused, too_fast
from harness.proctor.tables import purses
from harness.proctor.writer import Writer

__all__ = ["Purse", "Reservation", "Worst", "keep"]

WAIT_FOR_ROOM_S = 30.0
"""How long a call waits when the calls under way may give enough back, before it is refused."""
_SETTLED = ("usd_spent", "calls_made", "tokens_used", "last_call_usd")


def _row_or_new_values(insert: Any) -> Any:
    new = insert(purses)
    return new.on_conflict_do_update(
        index_elements=["session", "exercise"],
        set_={name: new.excluded[name] for name in _SETTLED},
    )


_KEEP = Prepared(_row_or_new_values, ("session", "exercise", *_SETTLED))


@dataclass(frozen=True)
class Reservation:
    """What was set aside for one call; to be settled or released exactly once.

    Attributes:
        session: whose purse.
        exercise: which purse of theirs.
        worst: how much.
        accounts: where it was set aside, the exercise's first.
    """

    session: str
    exercise: str
    worst: Worst
    accounts: tuple[Account, ...] = field(repr=False, compare=False)


@dataclass(eq=False)
class _Level:
    """One of the purses a call has to fit into; a round's limits may be changed."""

    whose: Whose
    limits: Bounds
    account: Account = field(default_factory=Account)


class Purse:
    """Every purse of every exercise, session and round.

    Args:
        writer: of the witness.
        clock: where time comes from, for calls a minute.
        session_limits: what any one session may spend in all its exercises together.
    """

    def __init__(self, writer: Writer, clock: Clock, session_limits: Bounds = UNLIMITED) -> None:
        self._writer, self._clock, self._session_limits = writer, clock, session_limits
        self._exercises: dict[tuple[str, str], _Level] = {}
        self._sessions: dict[str, _Level] = {}
        self._rounds: dict[str, _Level] = {}
        self._round_of: dict[str, str] = {}
        self._all: dict[tuple[str, str], tuple[_Level, ...]] = {}
        """Every purse of a call, by session and exercise: looked up three times a call."""

    async def load(self, only: Collection[str] | None = None) -> None:
        """Read what was settled; what was only set aside is not there, and so is given back.

        Args:
            only: sessions whose purses are read; None reads all.
        """
        rows = await self._writer.read(lambda connection: connection.execute(select(purses)).all())
        for row in owned_only(rows, only):
            settled = Sum(row.usd_spent, row.tokens_used, row.calls_made)
            account = Account(spent=settled, last_call_usd=row.last_call_usd)
            self._exercises[row.session, row.exercise] = _Level("exercise", UNLIMITED, account)
            self._all.pop((row.session, row.exercise), None)
            self._session(row.session).account.spent += settled

    def join(self, session: str, round_: str, unsettled: Sum = ZERO) -> None:
        """Let a session spend from its round's purse too; before its first call or at the start.

        Args:
            session: whose calls.
            round_: which round.
            unsettled: what its calls had set aside when the proctor died.
        """
        if session in self._round_of:
            return
        self._round_of[session] = round_
        account = self._round(round_).account
        account.spent += self._session(session).account.spent
        account.unsettled += unsettled
        for key in [key for key in self._all if key[0] == session]:
            del self._all[key]

    def limit(self, round_: str, limits: Bounds) -> None:
        """Set what a round may spend; who waits for room looks again."""
        held = self._round(round_)
        held.limits = limits
        held.account.wake()

    def forgive(self, round_: str, released: Sum) -> None:
        """Charge a round no longer with calls that were never settled."""
        account = self._round(round_).account
        account.unsettled -= released
        account.wake()

    def round_of(self, session: str) -> str | None:
        """Return the round a session belongs to; None for one that was opened without."""
        return self._round_of.get(session)

    def of_round(self, round_: str) -> Account:
        """Return a round's purse, to be looked at."""
        return self._round(round_).account

    def begin(self, session: str, card: ExerciseCard) -> None:
        """Count a call that begins, whatever becomes of it: even a refusal costs us work.

        Raises:
            Refusal: 429, more than a minute's worth began in the last minute.
        """
        now, levels = self._clock.now(), self._levels(session, card)
        for level in levels:
            limit = level.limits.calls_per_minute
            if wait_s := level.account.wait_s(limit, now):
                raise too_fast(level.whose, limit or 0, wait_s=wait_s)
        for level in levels:
            level.account.begun.append(now)

    def has_room(self, session: str, card: ExerciseCard, worst: Worst) -> bool:
        """Tell whether a call of this size could be set aside at this moment."""
        return _first_lack(self._levels(session, card), worst, with_open=True) is None

    async def reserve(self, session: str, card: ExerciseCard, worst: Worst) -> Reservation:
        """Set a call's worst case aside, in all of its purses at once.

        A call that fails only for want of what other calls have set aside waits for them, at
        most half a minute, rather than telling somebody that a full purse is empty.

        Args:
            session: whose purse.
            card: of the exercise, with its limits.
            worst: the most the call can take.

        Raises:
            Refusal: 429, for dollars, tokens or calls, of the exercise, the session or the round.
        """
        until: float | None = None
        levels = self._levels(session, card)
        while True:
            lack = _first_lack(levels, worst, with_open=True)
            if lack is None:
                break
            now = asyncio.get_running_loop().time()
            until = now + WAIT_FOR_ROOM_S if until is None else until
            for_good = _first_lack(levels, worst, with_open=False)
            if for_good is not None or now >= until:
                level, what = for_good or lack
                raise refused(level.whose, what, level.account, level.limits, worst, card.title)
            await lack[0].account.wait(until - now)
        accounts = tuple(level.account for level in levels)
        for account in accounts:
            account.set_aside(worst)
        return Reservation(session, card.slug, worst, accounts)

    def settle(self, reservation: Reservation, *, usd: Decimal, tokens: int) -> dict[str, Any]:
        """Charge a call and return the row that keep() writes.

        Never more than was set aside: what an answer takes beyond it is the house's loss.

        Args:
            reservation: the call's.
            usd: what it took, in US dollars.
            tokens: prompt and answer tokens.
        """
        taken = _taken(reservation, usd, tokens)
        for one in reservation.accounts:
            one.give_back(reservation.worst)
            one.charge(taken)
            one.wake()
        return _row(reservation)

    def mend(
        self, reservation: Reservation, found: Found, *, usd: Decimal, tokens: int
    ) -> Job | None:
        """Undo settle() for a call that was not written as settled.

        Args:
            reservation: the call's.
            found: what the store holds of the call.
            usd: as settle() was told.
            tokens: likewise.

        Returns:
            What writes the row as it is then; None where there is nothing to undo.
        """
        if found == "settled":
            return None
        taken = _taken(reservation, usd, tokens)
        for one in reservation.accounts:
            one.spent -= taken
            one.wake()
        self.abandon(reservation, found)
        row = _row(reservation)
        return lambda connection: keep(connection, row)

    @staticmethod
    def abandon(reservation: Reservation, found: Found) -> None:
        """Charge the round with a call whose end is not known, as the next start would."""
        if found == "abandoned" and len(reservation.accounts) > 2:  # the third is the round's
            worst = reservation.worst
            reservation.accounts[2].unsettled += Sum(worst.usd, worst.tokens, 1)

    def release(self, reservation: Reservation) -> None:
        """Give back all of it: the call did not happen."""
        for account in reservation.accounts:
            account.give_back(reservation.worst)
            account.wake()

    def budget(self, session: str, card: ExerciseCard) -> Budget:
        """Return what is left in one purse."""
        account, limits = self._levels(session, card)[0].account, card.purse
        return Budget(
            exercise=card.slug,
            usd_limit=limits.usd,
            usd_spent=account.spent.usd,
            usd_reserved=account.usd_reserved,
            calls_limit=limits.calls,
            calls_made=account.spent.calls + account.calls_open,
            tokens_limit=limits.tokens,
            tokens_used=account.spent.tokens,
            last_call_usd=account.last_call_usd,
        )

    def _levels(self, session: str, card: ExerciseCard) -> tuple[_Level, ...]:
        key = (session, card.slug)
        levels = self._all.get(key)
        if levels is None:
            own = self._exercises.setdefault(key, _Level("exercise", UNLIMITED))
            name = self._round_of.get(session)
            levels = (own, self._session(session))
            levels += (self._round(name),) if name is not None else ()
            self._all[key] = levels
        levels[0].limits = card.purse
        return levels

    def _session(self, session: str) -> _Level:
        return self._sessions.setdefault(session, _Level("session", self._session_limits))

    def _round(self, name: str) -> _Level:
        return self._rounds.setdefault(name, _Level("round", UNLIMITED))


def _taken(reservation: Reservation, usd: Decimal, tokens: int) -> Sum:
    worst = reservation.worst
    return Sum(usd=min(usd, worst.usd), tokens=min(tokens, worst.tokens), calls=1)


def _row(reservation: Reservation) -> dict[str, Any]:
    account = reservation.accounts[0]
    return {
        "session": reservation.session,
        "exercise": reservation.exercise,
        "usd_spent": account.spent.usd,
        "calls_made": account.spent.calls,
        "tokens_used": account.spent.tokens,
        "last_call_usd": account.last_call_usd,
    }


def keep(connection: Connection, row: dict[str, Any]) -> None:
    """Write a purse's row; rows of one purse must come in the order settle() made them.

    Args:
        connection: the writer's, inside a job.
        row: what settle() returned.
    """
    _KEEP.run(connection, **row)


def _first_lack(
    levels: tuple[_Level, ...], worst: Worst, *, with_open: bool
) -> tuple[_Level, Lack] | None:
    """Return the first purse that lacks something for a call, and what; None if none does."""
    for level in levels:
        what = level.account.lacks(level.limits, worst, with_open=with_open)
        if what is not None:
            return level, what
    return None
