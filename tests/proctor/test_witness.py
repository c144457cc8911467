"""The journal: one chain that holds, whatever fails, whoever is killed."""

import asyncio
import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from harness.core.clock import SteppedClock
from harness.core.errors import BadJournal
from harness.core.journal import Break, head_holds, read_chain
from harness.proctor.errors import Refusal, WriteFailed
from tests.conftest import ROOT
from tests.proctor.builders import Up, proctor, settings_for
from tests.proctor.record import an_event, heads, journal, line, raw_journal

pytestmark = pytest.mark.anyio

AT = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


def append(up: Up, connection: Connection, name: str | None, payload: Any = None) -> Any:
    value = {"n": name} if payload is None else payload
    return up.service.witness.append(
        connection, up.card.session, "heartbeat", value, at=AT, id=name
    )


async def put(up: Up, name: str | None, payload: Any = None) -> Any:
    return await up.service.writer.do(lambda c: append(up, c, name, payload))


async def test_opening_a_session_is_the_first_entry(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path), level="senior") as up:
        first = (await journal(up))[0]

    assert (first.seq, first.kind, first.id[:2]) == (0, "session_open", "g:")
    assert first.payload["level"] == "senior"


async def test_entries_are_chained_in_the_order_of_their_jobs(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        await asyncio.gather(*(put(up, f"e{n}") for n in range(300)))
        events = await journal(up)

    assert [event.id for event in events[1:]] == [f"e{n}" for n in range(300)]
    assert [event.seq for event in events] == list(range(301))


@pytest.mark.both_stores
async def test_an_id_that_is_there_is_the_same_entry_and_nothing_is_written(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        first, between = await put(up, "e1"), await put(up, "e2")
        again = await put(up, "e1")
        events = await journal(up)

    assert (again.hash, again.entry.seq) == (first.hash, first.entry.seq)
    assert between.entry.seq == 2 and len(events) == 3


@pytest.mark.both_stores
async def test_an_id_that_stands_for_something_else_is_refused_and_the_chain_goes_on(
    tmp_path: Path,
) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        await put(up, "e1")
        with pytest.raises(Refusal, match="stands for another event") as refused:
            await put(up, "e1", {"n": "something else"})
        await put(up, "e2")
        events = await journal(up)

    assert refused.value.code == "id_taken"
    assert [event.payload.get("n") for event in events[1:]] == ["e1", "e2"]


@pytest.mark.both_stores
async def test_a_job_that_fails_after_appending_leaves_no_gap(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:

        def half(connection: Connection) -> None:
            append(up, connection, "lost-1")
            append(up, connection, "lost-2")
            raise ValueError("no")

        done = await asyncio.gather(
            put(up, "e1"), up.service.writer.do(half), put(up, "e2"), return_exceptions=True
        )
        events = await journal(up)

    assert isinstance(done[1], ValueError)
    assert [event.id for event in events[1:]] == ["e1", "e2"]


@pytest.mark.both_stores
async def test_a_commit_that_fails_leaves_the_chain_where_it_was(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        await put(up, "e1")

        def break_commit(connection: Connection) -> None:
            append(up, connection, "lost")
            connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself on a full disk

        with pytest.raises(WriteFailed):
            await up.service.writer.do(break_commit)
        await put(up, "e2")
        events = await journal(up)

    assert [event.id for event in events[1:]] == ["e1", "e2"]


async def test_a_payload_without_a_canonical_form_is_refused(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        for payload in ({"x": float("nan")}, {"x": object()}, {"x": "\ud800"}):
            with pytest.raises(BadJournal):
                await put(up, "bad", payload)

        assert len(await journal(up)) == 1


async def test_nothing_of_a_payload_lies_in_the_clear(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        await put(up, "e1", {"secret": "the candidate's own words"})
        stored = b"".join(p.read_bytes() for p in (settings.home / "proctor").glob("witness*"))

    assert b"candidate's own" not in stored


@pytest.mark.both_stores
async def test_the_chain_goes_on_after_a_restart_and_a_moved_line_is_found(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        await put(up, "e1")
    async with proctor(settings) as again:
        again.card = up.card
        await put(again, "e2")
        events = await journal(again)
        lines = (await raw_journal(again)).splitlines(keepends=True)

    swapped = b"".join([lines[0], lines[2], lines[1]])
    assert [event.id for event in events[1:]] == ["e1", "e2"]
    assert any(isinstance(found, Break) for found in read_chain(swapped, session=None))


async def test_heads_are_signed_while_entries_come_and_at_the_end(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    own = settings.proctor.model_copy(update={"head_every_s": 0.1})
    settings = settings.model_copy(update={"proctor": own})
    async with proctor(settings) as up:
        for number in range(8):
            await put(up, f"e{number}")
            await asyncio.sleep(0.06)
        during = await heads(up)
        await put(up, "last")
    async with proctor(settings) as again:
        again.card = up.card
        after = await heads(again)
        public = again.service.signer.public
        entries = {e.entry.seq: e.hash for e in read_chain(await raw_journal(again), session=None)
                   if not isinstance(e, Break)}  # fmt: skip

    assert 3 <= len(during) <= 9
    assert after[-1].seq == max(entries)
    assert all(head_holds(h, public) and entries[h.seq] == h.hash for h in after)


async def test_a_quiet_journal_gets_no_second_head(tmp_path: Path) -> None:
    clock = SteppedClock()
    async with proctor(settings_for(tmp_path), clock=clock) as up:
        session = up.card.session
        first = await up.service.writer.do(lambda c: up.service.witness.sign(c, session))
        clock.advance(60)
        again = await up.service.writer.do(lambda c: up.service.witness.sign(c, session))

    assert again == first


KILLED = """
    import asyncio, json, sys
    from pathlib import Path
    from harness.core.settings import ProctorSettings, Settings
    from harness.proctor.service import Service
    import datetime as dt

    async def main():
        service = Service(Settings(home=Path(sys.argv[1])))
        for part in (service.identity, service.tokens, service.deadlines, service.sessions):
            await part.load()
        card = await service.sessions.open({"exercises": ["practice"]})
        print(card.session, flush=True)
        async def one(n):
            await service.writer.do(lambda c: service.witness.append(
                c, card.session, "heartbeat", {"n": n}, at=dt.datetime.now(dt.UTC), id=f"e{n}"))
            print(n, flush=True)
        n = 0
        while True:
            await asyncio.gather(*(one(n + i) for i in range(20)))
            n += 20
    asyncio.run(main())
"""


async def test_a_proctor_killed_in_mid_writing_loses_nothing_it_called_durable(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(home)],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(400)]
    process.send_signal(signal.SIGKILL)
    said += process.stdout.readlines()
    process.wait(10)
    process.stdout.close()
    session, *numbers = [word.strip() for word in said if word.endswith("\n")]
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        up.card = up.card.model_copy(update={"session": session})
        kept = {event.id for event in await journal(up)}
        await put(up, "after")
        last = (await journal(up))[-1]
        await up.service.writer.do(lambda c: up.service.witness.sign(c, session))
        signed = (await heads(up))[-1].seq

    assert len(numbers) >= 300
    assert {f"e{number}" for number in numbers} <= kept
    assert (last.id, last.seq) == ("after", signed)


async def test_the_servers_events_and_our_own_stand_in_one_chain(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(an_event("a"))
        async with up.kernel as kernel:
            assert (await kernel.post("/k/hypothesis", json={"text": "x"})).status_code == 201
        await to.keep(an_event("b"))
        kinds = [event.kind for event in await journal(up)]

    assert kinds == ["session_open", "execute_request", "hypothesis", "execute_request"]
