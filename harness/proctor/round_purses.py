"""What all who sit a round may spend together: its cap, what is charged to it, what is let go.

Runs in zone G. The purse of a round is the sum of its sessions' and of what their calls had set
aside when the proctor died; it is worked out anew at each start. Changes and releases are kept.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from itertools import groupby
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, Select, insert, select, update

from harness.core.card import tell_validation
from harness.core.clock import Clock
from harness.core.rounds import (
    Round,
    RoundCap,
    RoundCard,
    RoundChange,
    RoundPurse,
    RoundRelease,
)
from harness.proctor import words
from harness.proctor.accounts import ZERO, Sum
from harness.proctor.purse import Purse
from harness.proctor.round_tables import round_changes, rounds, sittings
from harness.proctor.tables import calls, round_releases
from harness.proctor.writer import Writer

_UNSETTLED = (calls.c.status == "abandoned") & calls.c.id.not_in(select(round_releases.c.call))


class Wanted(BaseModel):
    """What the operator changes of a round; what is not named stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    usd: Decimal | None = None
    """US dollars in all; null is no limit."""
    tokens: int | None = None
    """Tokens likewise."""
    calls: int | None = None
    """Calls likewise."""
    calls_per_minute: int | None = None
    """Calls in any 60 seconds likewise."""
    pause_minutes: int = 0
    """How long each sitting's clock may stand still, in all."""


class RoundPurses:
    """The purse of every round.

    Args:
        store: writer of the rounds' database.
        witness: writer of the witness, where calls are.
        clock: where time comes from.
        purse: where a call is set aside.
    """

    def __init__(self, store: Writer, witness: Writer, clock: Clock, purse: Purse) -> None:
        self._store, self._witness, self._clock, self._purse = store, witness, clock, purse
        self._rounds: dict[str, Round] = {}
        self._members: dict[str, set[str]] = defaultdict(set)
        self._changing = asyncio.Lock()

    async def load(self, only: Collection[str] | None = None) -> None:
        """Work out every round's purse; after what a crash left open was abandoned.

        Args:
            only: sessions that are charged to their rounds; None is all.
        """
        bodies, rows = await self._store.read(
            lambda c: (c.execute(select(rounds.c.body)).scalars().all(),
                       c.execute(select(sittings.c.session, sittings.c.round)).all())
        )  # fmt: skip
        unsettled = await self._witness.read(_unsettled)
        for body in bodies:
            self.hold(Round.model_validate_json(body))
        for session, name in rows:
            if session is not None and (only is None or session in only):
                self.join(session, name, unsettled.get(session, ZERO))

    def hold(self, made: Round) -> None:
        """Take a round as it stands now."""
        self._rounds[made.round] = made
        self._purse.limit(made.round, made.cap)

    def join(self, session: str, name: str, unsettled: Sum = ZERO) -> None:
        """Let a session spend from its round's purse too."""
        self._members[name].add(session)
        self._purse.join(session, name, unsettled)

    def pause_allowance(self, session: str) -> dt.timedelta | None:
        """Return how long a session may stand still; None if it belongs to no round."""
        name = self._purse.round_of(session)
        return dt.timedelta(minutes=self._rounds[name].pause_minutes) if name else None

    async def describe(self, name: str) -> RoundCard:
        """Return a round with its purse.

        Raises:
            Refusal: 404, there is no such round.
        """
        held = self._get(name)
        mine = round_changes.c.round == name
        query = select(round_changes.c.body).where(mine).order_by(round_changes.c.n)
        bodies = await self._store.read(lambda c: c.execute(query).scalars().all())
        return RoundCard(
            round=held,
            purse=self._told(name),
            changes=tuple(RoundChange.model_validate_json(body) for body in bodies),
            releases=await self._witness.read(lambda c: _releases(c, name)),
        )

    async def change(self, name: str, body: object) -> RoundCard:
        """Change a round's cap or its pauses, on record; calls that wait for room look again.

        Args:
            name: the round.
            body: the operator's JSON (Wanted).

        Raises:
            Refusal: 404, no such round; 400 for what cannot be set.
        """
        wanted = _read(body)
        async with self._changing:  # one is built on the other
            fresh = _changed(self._get(name), wanted)
            change = RoundChange(at=self._clock.now(), values=wanted)
            row = {"round": name, "at": change.at, "body": change.to_bytes().decode()}

            def job(connection: Connection) -> None:
                connection.execute(insert(round_changes).values(row))
                mine = update(rounds).where(rounds.c.name == name)
                connection.execute(mine.values(body=fresh.to_bytes().decode()))

            await self._store.do(job)
            self.hold(fresh)
        return await self.describe(name)

    async def release(self, name: str) -> RoundCard:
        """Charge a round no longer with calls whose end was never seen, on record.

        Raises:
            Refusal: 404, there is no such round.
        """
        self._get(name)
        members, now = set(self._members[name]), self._clock.now()

        def job(connection: Connection) -> Sum:
            released = ZERO
            for row in connection.execute(_query().order_by(calls.c.at, calls.c.id)).all():
                if row.session in members:
                    values = {"call": row.id, "round": name, "at": now}
                    connection.execute(insert(round_releases).values(values))
                    released += Sum(row.reserved_usd, row.reserved_tokens, 1)
            return released

        self._purse.forgive(name, await self._witness.do(job))
        return await self.describe(name)

    def _get(self, name: str) -> Round:
        if name not in self._rounds:
            raise words.not_found(f"round {name[:60]!r}")
        return self._rounds[name]

    def _told(self, name: str) -> RoundPurse:
        account = self._purse.of_round(name)
        return RoundPurse(
            usd_spent=account.spent.usd,
            usd_reserved=account.usd_reserved,
            usd_unsettled=account.unsettled.usd,
            tokens_spent=account.spent.tokens,
            tokens_reserved=account.tokens_reserved,
            tokens_unsettled=account.unsettled.tokens,
            calls_made=account.spent.calls,
            calls_open=account.calls_open,
            calls_unsettled=account.unsettled.calls,
        )


def _query() -> Select[Any]:
    held = (calls.c.id, calls.c.session, calls.c.reserved_usd, calls.c.reserved_tokens)
    return select(*held).where(_UNSETTLED)


def _unsettled(connection: Connection) -> dict[str, Sum]:
    """Return what the calls of each session had set aside when the proctor died."""
    found: dict[str, Sum] = defaultdict(Sum)
    for row in connection.execute(_query()):
        found[row.session] += Sum(row.reserved_usd, row.reserved_tokens, 1)
    return found


def _releases(connection: Connection, name: str) -> tuple[RoundRelease, ...]:
    of = round_releases.c
    query = select(of.at, calls.c.reserved_usd, calls.c.reserved_tokens)
    query = query.join_from(round_releases, calls, of.call == calls.c.id)
    rows = connection.execute(query.where(of.round == name).order_by(of.at)).all()
    return tuple(
        RoundRelease(
            at=at, calls=len(group),
            usd=sum((row.reserved_usd for row in group), Decimal(0)),
            tokens=sum(row.reserved_tokens for row in group),
        )
        for at, group in ((at, list(rows)) for at, rows in groupby(rows, key=lambda row: row.at))
    )  # fmt: skip


def _read(body: object) -> dict[str, Any]:
    """Return what is to be set, in plain JSON values."""
    try:
        wanted = Wanted.model_validate(body)
    except ValidationError as problem:
        raise _cannot(problem) from problem
    if not wanted.model_fields_set:
        raise words.bad_value("Nothing is named that could be set.")
    return wanted.model_dump(mode="json", include=wanted.model_fields_set)


def _changed(held: Round, wanted: dict[str, Any]) -> Round:
    try:
        cap = {name: wanted[name] for name in RoundCap.model_fields if name in wanted}
        fresh: dict[str, Any] = {"cap": held.cap.to_value() | cap}
        if "pause_minutes" in wanted:
            fresh["pause_minutes"] = wanted["pause_minutes"]
        return Round.model_validate(held.to_value() | fresh)
    except ValidationError as problem:
        raise _cannot(problem) from problem


def _cannot(problem: ValidationError) -> Exception:
    return words.bad_value(f"The round cannot be changed: {tell_validation(problem)}.")
