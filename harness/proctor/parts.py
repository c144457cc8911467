"""Part two of an exercise: delivered once the candidate has run a plan, never before.

Runs in zone G. Whether there is a plan is read from the journal, out of what the candidate's
browser asked to run; nothing a kernel says counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select, update

from harness.core.clock import Clock
from harness.core.records import Event
from harness.core.seal import ContentKey
from harness.proctor import words
from harness.proctor.errors import Refusal
from harness.proctor.photographs import PartTwo, Photographs
from harness.proctor.tables import entries, session_exercises
from harness.proctor.witness import Witness, read_events
from harness.proctor.writer import Writer

PART = 2
"""The only part there is to deliver."""
_PLAN_LINE = re.compile(r"%%plan(?:[ \t\r][^\n]*)?(?:\n|\Z)")


class Parts:
    """Delivers parts of exercises.

    Args:
        writer: of the witness.
        witness: the journal.
        photographs: the exercises.
        clock: where time comes from.
        key_of: session to content key.
    """

    def __init__(
        self,
        writer: Writer,
        witness: Witness,
        photographs: Photographs,
        clock: Clock,
        key_of: Callable[[str], ContentKey],
    ) -> None:
        self._writer, self._witness, self._photographs = writer, witness, photographs
        self._clock, self._key_of = clock, key_of
        self._looked_at: dict[tuple[str, str], int] = {}  # last entry without a plan up to it

    async def deliver(self, session: str, exercise: str, number: str) -> list[dict[str, Any]]:
        """Return the cells of a part, the same ones each time.

        Args:
            session: whose.
            exercise: one of the session's.
            number: which part, as the address has it.

        Raises:
            Refusal: 409 `plan_first`, no plan has been run; 404, there is no such part.
        """
        if number != str(PART):
            raise words.not_found(f"part {number[:20]!r} of {exercise}")
        part = self._photographs.part_two(exercise)
        if not await self._writer.read(lambda c: _is_delivered(c, session, exercise)):
            plan = await self._find_plan(session, exercise, part)
            if plan is None:
                raise Refusal(
                    "Write your plan and run its cell first; part two then appears here.",
                    status=409,
                    code="plan_first",
                )
            await self._writer.do(lambda c: self._enter(c, session, exercise, (plan, part)))
        return [dict(cell) for cell in part.cells]

    async def _find_plan(self, session: str, exercise: str, part: PartTwo) -> Event | None:
        known, key = (session, exercise), self._key_of(session)
        after = self._looked_at.get(known, -1)

        def job(connection: Connection) -> tuple[Event | None, int]:
            where = (entries.c.kind == "execute_request") & (entries.c.exercise == exercise)
            seq = after
            for event in read_events(connection, session, key, where=where, after_seq=after):
                if is_plan(event.payload.get("source"), given=part.after.given):
                    return event, seq
                seq = event.seq
            return None, seq

        plan, self._looked_at[known] = await self._writer.read(job)
        return plan

    def _enter(
        self, connection: Connection, session: str, exercise: str, found: tuple[Event, PartTwo]
    ) -> None:
        """Write down the delivery, once, inside a job of the writer."""
        if _is_delivered(connection, session, exercise):
            return
        plan, part = found
        mine = (session_exercises.c.session == session) & (session_exercises.c.slug == exercise)
        connection.execute(update(session_exercises).where(mine).values(parts_delivered=PART))
        payload = {
            "part": PART,
            "plan_seq": plan.seq,
            "plan_cell_id": plan.cell_id,
            "cells": [cell.get("id") for cell in part.cells],
        }
        self._witness.append(
            connection,
            session,
            "part_delivered",
            payload,
            at=self._clock.now(),
            exercise=exercise,
        )


def is_plan(source: object, *, given: str) -> bool:
    """Tell whether running this is running a plan: `%%plan` with own words below it.

    Args:
        source: of the request, as the browser sent it.
        given: the plan cell's source as it was given.
    """
    if not isinstance(source, str):
        return False
    first = _PLAN_LINE.match(source)
    if first is None:
        return False
    own = source[first.end() :].strip()
    return bool(own) and own != given.partition("\n")[2].strip()


def _is_delivered(connection: Connection, session: str, exercise: str) -> bool:
    mine = (session_exercises.c.session == session) & (session_exercises.c.slug == exercise)
    delivered = connection.execute(select(session_exercises.c.parts_delivered).where(mine))
    return bool(delivered.scalar_one() >= PART)
