"""A tool from the notebook's client to the reviewer's replay: one record, read twice the same."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from grader.attempt import Attempt
from grader.intake import read_attempt
from grader.records import Miss
from grader.replay.door import Answers
from grader.replay.recording import last_runs
from grader.replay.tape import Tape
from harness.kernel import budget
from harness.kernel.errors import Refused
from harness.kernel.tools import Result, Tools
from harness.proctor import tables
from tests.grader.attempts import here
from tests.proctor.builders import Up, proctor, settings_for
from tests.proctor.record import an_event, as_bytes, line, save

pytestmark = pytest.mark.anyio
BOOK, AGAIN = "practice-book", "own"


async def looked_up(up: Up, cell_id: str, name: str, *message_ids: str) -> list[Result]:
    """Run a cell in which the client looks messages up."""
    place = {"cell_id": cell_id, "msg_id": f"m-{name}"}
    async with line(up) as to:
        await to.keep(an_event(name, payload={"source": "tools.desk_book(...)"}, **place))
        found = [
            await asyncio.to_thread(lambda one=one: Tools().desk_book(one))  # type: ignore[misc]
            for one in message_ids
        ]
        reply = {"status": "ok"}
        await to.keep(an_event(f"{name}-end", "execute_reply", payload=reply, **place))
    return found


async def recorded(up: Up) -> Attempt:
    await save(up, "saved", as_bytes())
    async with up.kernel as client:
        receipt = (await client.post("/k/submit", json={"exercise": "practice"})).json()
    async with up.operator as client:
        data = (await client.get(f"/submissions/{receipt['submission']}")).content
    return read_attempt(data, public=up.service.signer.public, find_exercise=here)


def played(attempt: Attempt, *uses: tuple[str, str]) -> tuple[list[Any], dict[str, Any]]:
    """Use the door of the tape as a kernel would; return results and what was missed where."""
    tape = Tape(attempt, last_runs(attempt))
    answers, found = Answers(attempt, tape), []
    for cell_id, message_id in uses:
        tape.turn_to(cell_id)
        status, told, _ = answers.post("/tools/desk_book", {"message_id": message_id})
        found.append(told["result"] if status == 200 else status)
    return found, {cell: tape.account(cell).misses for cell, _ in uses}


async def test_what_a_tool_told_is_told_again_in_each_replay_and_nothing_else_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        monkeypatch.setenv("AUDITION_URL", up.url)
        monkeypatch.setenv("OPENAI_API_KEY", str(up.card.kernel_token))
        every = update(tables.session_exercises).values(parts_delivered=2)
        await up.service.writer.do(lambda c: c.execute(every) and None)
        first = await looked_up(up, BOOK, "one", "L5")
        second = await looked_up(up, AGAIN, "two", "L1", "L5")
        with pytest.raises(Refused, match="Send one of: L1, L2"):
            await looked_up(up, AGAIN, "three", "../L5")
        purse = await asyncio.to_thread(budget)
        attempt = await recorded(up)

    uses = [(BOOK, "L5"), (AGAIN, "L1"), (AGAIN, "L5"), (AGAIN, "L6")]
    once, twice = played(attempt, *uses), played(attempt, *uses)
    live: list[Any] = [dict(one) for one in first + second]

    assert (
        live[0]["came_at"] == "07:30"
        and first[0].took == "2 simulated minutes; 18 simulated minutes left"
    )
    assert (purse.minutes_left, len(attempt.tool_calls), attempt.model_calls) == (14, 3, ())
    assert attempt.about.verified == "whole"
    assert [(c.cell_id, c.msg_id) for c in attempt.tool_calls] == [
        (BOOK, "m-one"), (AGAIN, "m-two"), (AGAIN, "m-two"),
    ]  # fmt: skip
    assert once == twice
    assert once[0] == [*live, 409]
    [miss] = once[1][AGAIN]
    assert isinstance(miss, Miss) and 'asked {"message_id": "L6"}' in miss.nearest
