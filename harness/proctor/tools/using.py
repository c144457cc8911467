"""One use of a tool from its arrival to its answer: priced, set aside, worked out, written down.

Runs in zone G. A tool asks nobody, so one job of the writer makes the ledger's row, the charge,
the journal's entry and the change of settings together: after a crash a use is there whole and
paid for, or not at all. No answer leaves before that.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import secrets
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from harness.core.canonical import canonical_json
from harness.core.card import ExerciseCard
from harness.core.records import Budget, Call, Usage
from harness.core.seal import ContentKey
from harness.core.tools import Took, Tool
from harness.proctor import ledger, words
from harness.proctor.access import Caller
from harness.proctor.accounts import Found, Job
from harness.proctor.desk import Desk
from harness.proctor.photographs import Photographs
from harness.proctor.purse import Reservation, Worst
from harness.proctor.purse import keep as keep_purse
from harness.proctor.running import Place
from harness.proctor.tables import session_exercises
from harness.proctor.tools import account
from harness.proctor.tools import words as tool_words
from harness.proctor.tools.account import Held, ToolAccounts
from harness.proctor.tools.kinds import Done, State, answer, price
from harness.proctor.tools.menus import Menus
from harness.proctor.tools.request import ALIAS, Use, find_tool, read_use
from harness.proctor.tools.sheet import Check, Kind, Menu, Settings, Trial

_FREE = Decimal(0)


@dataclass(frozen=True)
class _Asked:
    """One use on its way."""

    session: str
    card: ExerciseCard
    place: Place
    use: Use
    kind: Kind
    began: float
    at: dt.datetime
    key: ContentKey

    @property
    def account(self) -> tuple[str, str]:
        """Session and exercise."""
        return self.session, self.card.slug


@dataclass(frozen=True)
class _Held:
    """All that is set aside for one use."""

    own: Held
    purse: tuple[Reservation, ...]


class Toolbox:
    """The tools of every exercise.

    Args:
        desk: what a call needs.
        photographs: the exercises.
    """

    def __init__(self, desk: Desk, photographs: Photographs) -> None:
        self._desk, self._photographs = desk, photographs
        self.accounts = ToolAccounts(desk.writer)
        self._menus = Menus(desk.worker)
        self._turns: dict[account.Key, asyncio.Lock] = {}
        self._counting = asyncio.Lock()
        self._has_part_two: set[tuple[str, str]] = set()

    async def listed(self, caller: Caller) -> tuple[ExerciseCard, tuple[Tool, ...]]:
        """Return the exercise a kernel is at work on and the tools that are open to it."""
        card, _ = self._at(caller)
        return card, await self._open_tools(caller.session, card)

    async def use(
        self, caller: Caller, name: str, body: dict[str, Any], call_id: str | None = None
    ) -> Call:
        """Use a tool and return the ledger's row, on disk and paid for.

        Args:
            caller: a kernel.
            name: as the address has it.
            body: the arguments.
            call_id: of the header x-call-id; None without one.

        Raises:
            Refusal: 404 no such tool, or nothing under these arguments; 400 an argument; 403 after
                the hard end; 429 uses, minutes, calls or tokens.
        """
        began = time.monotonic()
        card, place = self._at(caller)
        tool = find_tool(await self._open_tools(caller.session, card), name)
        use = read_use(tool, body, call_id=call_id)
        self._desk.deadlines.admit(caller.session, card)
        self._desk.purse.begin(caller.session, card)
        kind = self._photographs.tools(card.slug).tools.get(name)
        if kind is None:  # the session's card is older than the photograph
            raise words.broken_inside()
        key, now = self._desk.sessions.key(caller.session), self._desk.clock.now()
        asked = _Asked(caller.session, card, place, use, kind, began, now, key)
        return await asyncio.shield(self._finish(self._turn(asked)))

    def budget(self, session: str, card: ExerciseCard, found: Budget) -> Budget:
        """Return a purse's state with the simulated minutes, where the exercise has any."""
        if card.purse.minutes is None:
            return found
        used = self.accounts.minutes_used(session, card)
        return found.model_copy(update={"minutes_limit": card.purse.minutes, "minutes_used": used})

    def _at(self, caller: Caller) -> tuple[ExerciseCard, Place]:
        place = self._desk.running.place(caller.session, caller.kernel_id)
        return self._desk.sessions.card_at(caller.session, place.exercise), place

    async def _open_tools(self, session: str, card: ExerciseCard) -> tuple[Tool, ...]:
        """Return the tools of the parts that were delivered: a menu tells what part two asks."""
        at = (session, card.slug)
        if at not in self._has_part_two and any(tool.part > 1 for tool in card.tools):
            mine = (session_exercises.c.session == session) & (
                session_exercises.c.slug == card.slug
            )
            query = select(session_exercises.c.parts_delivered).where(mine)
            if await self._desk.writer.read(lambda c: c.execute(query).scalar_one()) < 2:
                return tuple(tool for tool in card.tools if tool.part == 1)
            self._has_part_two.add(at)
        return card.tools

    def _finish(self, work: Coroutine[Any, Any, Call]) -> asyncio.Task[Call]:
        """Run a use to its end, whatever becomes of the request it belongs to."""
        task = asyncio.create_task(work)
        self._desk.ending.add(task)
        task.add_done_callback(self._desk.ending.discard)
        return task

    async def _turn(self, asked: _Asked) -> Call:
        """Work one use out; those that change settings come one after the other."""
        if not isinstance(asked.kind, Settings):
            return await self._work(asked)
        async with self._turns.setdefault(asked.account, asyncio.Lock()):
            return await self._work(asked)

    async def _work(self, asked: _Asked) -> Call:
        use, kind = asked.use, asked.kind
        found = None
        if isinstance(kind, Menu):
            wish = use.arguments[kind.by]
            found = await self._menus.nearest((asked.card.slug, use.tool.name), kind, wish)
        took = price(kind, use, found)
        start = self._photographs.tools(asked.card.slug).start
        state = await self.accounts.settings(asked.key, asked.account, start)
        held = await self._hold(asked, took)
        try:
            done = await self._answer(kind, use, state, found)
        except BaseException:
            self._release(held)
            raise
        return await self._write(asked, took, held, done)

    async def _answer(self, kind: Kind, use: Use, state: State, found: Check | None) -> Done:
        """Work it out; a trial counts for up to a second, beside the loop and one at a time."""
        if not isinstance(kind, Trial):
            return answer(kind, use, state, found)
        async with self._counting:
            return await asyncio.to_thread(answer, kind, use, state, found)

    async def _hold(self, asked: _Asked, took: Took) -> _Held:
        """Set aside what a use takes, all of it or nothing.

        The purse sets one call aside at a time. Those after the first are taken only where there
        is room for all of them, and then without waiting, so that nobody comes in between.
        """
        own = self.accounts.hold(asked.session, asked.card, asked.use.tool, took)
        purse, held = self._desk.purse, list[Reservation]()
        try:
            for number in range(took.calls):
                if number == 1:
                    budget = purse.budget(asked.session, asked.card)
                    left = budget.calls_limit - budget.calls_made
                    if left < took.calls - 1:
                        raise tool_words.calls_too_few(
                            asked.use.tool.name, takes=took.calls, left=left + 1
                        )
                worst = Worst(usd=_FREE, tokens=0 if number else took.tokens)
                held.append(await purse.reserve(asked.session, asked.card, worst))
        except BaseException:
            self._release(_Held(own, tuple(held)))
            raise
        return _Held(own, tuple(held))

    def _release(self, held: _Held) -> None:
        self.accounts.release(held.own)
        for reservation in held.purse:
            self._desk.purse.release(reservation)

    async def _write(self, asked: _Asked, took: Took, held: _Held, done: Done) -> Call:
        """Commit row, charge, journal and settings together."""
        desk, key = self._desk, asked.key
        own = self.accounts.count(held.own)
        tokens = [took.tokens] + [0] * len(held.purse)
        spent = [
            desk.purse.settle(reservation, usd=_FREE, tokens=tokens[number])
            for number, reservation in enumerate(held.purse)
        ]
        call = self._row(asked, took, done)

        def job(connection: Connection) -> Call:
            counted = ledger.open_row(connection, call, key, took.tokens)
            ledger.close_row(connection, counted, key)
            account.keep(connection, own)
            for row in spent[-1:]:
                keep_purse(connection, row)
            if done.settings is not None:
                account.keep_settings(connection, key, asked.account, done.settings)
            ledger.witness_call(connection, desk.witness, counted)
            return counted

        try:
            written = await desk.writer.do(job)
        except Exception:  # perhaps not written, and then not used; a cancelled wait is written
            desk.mender.note(call.id, partial(self._mend, asked, held, tokens))
            raise
        if done.settings is not None:
            self.accounts.take_settings(asked.account, done.settings)
        return written

    def _mend(self, asked: _Asked, held: _Held, tokens: list[int], found: Found) -> Job | None:
        """Undo a use that was not written: it did not happen."""
        self.accounts.forget_settings(asked.account)
        if found == "settled":
            return None
        own = self.accounts.undo(held.own)
        jobs = [
            self._desk.purse.mend(reservation, found, usd=_FREE, tokens=tokens[number])
            for number, reservation in enumerate(held.purse)
        ]

        def job(connection: Connection) -> None:
            account.keep(connection, own)
            for one in jobs[-1:]:
                assert one is not None
                one(connection)

        return job

    def _row(self, asked: _Asked, took: Took, done: Done) -> Call:
        result = json.loads(canonical_json(done.result))  # its record's order, as a replay has it
        told: dict[str, Any] = {
            "tool": asked.use.tool.name, "result": result, "took": took.to_value(),
        }  # fmt: skip
        if asked.card.purse.minutes is not None:
            used = self.accounts.minutes_used(asked.session, asked.card)
            told["minutes_left"] = f"{asked.card.purse.minutes - used:f}"
        return Call(
            id=f"call-{secrets.token_hex(12)}",
            session=asked.session,
            exercise=asked.card.slug,
            at=asked.at,
            kernel_id=asked.place.kernel_id,
            cell_id=asked.place.cell_id,
            msg_id=asked.place.msg_id,
            alias=ALIAS + asked.use.tool.name,
            route="tool",
            key=asked.use.key,
            occurrence=0,
            status="settled",
            http_status=200,
            streamed=False,
            reserved_usd=_FREE,
            usage=Usage(prompt_tokens=took.tokens, completion_tokens=0, cost_usd=_FREE),
            latency_s=round(time.monotonic() - asked.began, 6),
            request=asked.use.canonical,
            response=told,
        )
