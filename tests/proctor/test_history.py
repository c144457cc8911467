"""The line from the candidate's server: nothing lost, nothing twice, no message ends it."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from harness.core.clock import to_wire
from harness.lab.line import WINDOW_EVENTS
from harness.proctor import history
from harness.proctor.deadline import GRACE
from harness.proctor.history import LARGEST_EVENT_BYTES, MOST_EVENTS_A_MESSAGE
from harness.proctor.running import Place
from tests.proctor.builders import operator_token, proctor, settings_for
from tests.proctor.record import an_event, journal, line

pytestmark = pytest.mark.anyio

DEEP = '{"a":' * 100 + "1" + "}" * 100


def deep(name: str) -> str:
    return json.dumps(an_event(name)).replace('"payload": {', f'"payload": {{"deep": {DEEP}, ')


HOSTILE: list[tuple[str | bytes, str | None]] = [
    ("", None), ("{", None), ("null", None), ("[]", None), ("7", None), (b"\xff\xfe\x00", None),
    ("[" * 5000, None), ('{"id": 7}', None), ('{"id": "only"}', "only"),
    (json.dumps(an_event("kind", "launch_rockets")), "kind"),
    (json.dumps(an_event("own", "llm_call")), "own"),
    (json.dumps(an_event("more", more=1)), "more"),
    (json.dumps(an_event("bad id")), "bad id"),
    (json.dumps(an_event("x" * 129)), None),
    (json.dumps(an_event("g:part-2")), "g:part-2"),
    (json.dumps(an_event("slug", exercise="../etc")), "slug"),
    (json.dumps(an_event("when", at="yesterday")), "when"),
    (json.dumps(an_event("naive", at="2026-01-01T00:00:00")), "naive"),
    (json.dumps(an_event("old", at="0001-01-01T00:00:00+14:00")), "old"),
    (json.dumps(an_event("antique", at="0123-01-01T00:00:00Z")), "antique"),
    (json.dumps(an_event("end", at="9999-12-31T23:59:59-14:00")), "end"),
    (json.dumps(an_event("list", payload=["x"])), "list"),
    (json.dumps(an_event("nan", payload={"x": float("nan")})), "nan"),
    (json.dumps(an_event("inf")).replace('"payload": {', '"payload": {"x": 1e999, '), "inf"),
    (json.dumps(an_event("twice")).replace('"at"', '"id": "other", "at"'), "other"),
    (json.dumps(an_event("half", payload={"x": "\ud800"})), "half"),
    (deep("deep"), "deep"),
]  # fmt: skip


async def test_an_event_is_received_and_durable_and_in_the_journal(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(an_event("a", payload={"source": "1 + 1", "silent": False}))
        event = (await journal(up))[-1]

    assert (to.received, to.durable, to.refused) == (["a"], ["a"], [])
    assert (event.id, event.kind, event.exercise, event.kernel_id, event.cell_id, event.msg_id) == (
        "a", "execute_request", "practice", "k-1", "cell-a", "m-a"
    )  # fmt: skip
    assert event.payload == {"source": "1 + 1", "silent": False}


async def test_what_cannot_be_taken_is_refused_by_itself(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        before = await journal(up)
        for number, (message, name) in enumerate(HOSTILE):
            await to.keep(message, an_event(f"after-{number}"))
            assert to.refused[number:][0][0] == name, (message, to.refused[-1])
        events = await journal(up)

    kept = [f"after-{number}" for number in range(len(HOSTILE))]
    assert len(to.refused) == len(HOSTILE)
    assert all(
        set(error) == {"message", "type", "param", "code", "should_retry"}
        and error["should_retry"] is False
        for _, error in to.refused
    )
    assert to.durable == [event.id for event in events[len(before) :]] == kept


async def test_several_in_one_message_are_received_at_once_and_kept_in_order(
    tmp_path: Path,
) -> None:
    message = "\n".join(json.dumps(an_event(name)) for name in ("a", "b", "c"))
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(message, an_event("d"), answers=4)
        events = await journal(up)

    assert to.received == ["c", "d"]
    assert to.durable == [event.id for event in events[-4:]] == ["a", "b", "c", "d"]


async def test_one_of_several_that_cannot_be_taken_takes_no_other_with_it(tmp_path: Path) -> None:
    lines = [json.dumps(an_event("a")), '{"id": "half', "[]", json.dumps(an_event("c"))]
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep("\n".join(lines), an_event("d"), answers=5)

    assert (to.received, to.durable) == (["c", "d"], ["a", "c", "d"])
    assert [name for name, _ in to.refused] == [None, None]


async def test_only_what_is_waited_for_is_said_to_be_received(tmp_path: Path) -> None:
    outputs = "\n".join(json.dumps(an_event(f"o{n}", "stream")) for n in range(3))
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(outputs, an_event("r"), answers=4)

    assert (to.received, to.durable) == (["r"], ["o0", "o1", "o2", "r"])


async def test_a_message_of_as_many_lines_as_a_server_sends_is_taken(tmp_path: Path) -> None:
    many = "\n".join(json.dumps(an_event(f"e{n}")) for n in range(WINDOW_EVENTS))
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(many, answers=WINDOW_EVENTS)

    assert to.refused == [] and len(to.durable) == WINDOW_EVENTS


async def test_a_message_of_too_many_lines_is_refused_and_the_line_holds(tmp_path: Path) -> None:
    many = "\n".join(json.dumps(an_event(f"e{n}")) for n in range(MOST_EVENTS_A_MESSAGE + 2))
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(many, "\n" * (8 << 20), an_event("after"))

    assert [name for name, _ in to.refused] == [None, None]
    assert to.durable == ["after"]


async def test_one_that_is_too_large_is_refused_by_name_and_the_line_holds(tmp_path: Path) -> None:
    large = json.dumps(
        an_event("large", payload={"source": "x" * LARGEST_EVENT_BYTES}), sort_keys=True
    )
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(large, an_event("after"))

    assert [name for name, _ in to.refused] == ["large"]
    assert to.codes == ["request_too_large"]
    assert to.durable == ["after"]


async def test_the_largest_source_a_cell_may_have_is_taken_whole(tmp_path: Path) -> None:
    source = "\x01" * (1 << 20)
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(an_event("a", payload={"source": source}))
        event = (await journal(up))[-1]

    assert event.payload["source"] == source


async def test_a_time_far_ahead_or_far_back_is_kept_as_claimed(tmp_path: Path) -> None:
    claimed = ["2199-01-01T00:00:00.000000Z", "1999-12-31T23:59:59.999999Z"]
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(*(an_event(f"e{n}", at=at) for n, at in enumerate(claimed)))
        events = (await journal(up))[1:]

    assert [to_wire(event.at) for event in events] == claimed
    assert all(2026 <= event.received_at.year < 2199 for event in events)


@pytest.mark.both_stores
async def test_the_same_event_again_is_acknowledged_and_stored_once(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        async with line(up) as to:
            await to.keep(an_event("a"), an_event("a"), an_event("b"), an_event("a"))
        async with line(up) as again:
            await again.keep(an_event("b"), an_event("a"))
        ids = [event.id for event in await journal(up)][1:]

    assert (to.durable, again.durable) == (["a", "a", "b", "a"], ["b", "a"])
    assert ids == ["a", "b"]


async def test_another_event_under_a_taken_id_is_refused_and_the_first_stays(
    tmp_path: Path,
) -> None:
    other = an_event("a", payload={"source": "something else"})
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(an_event("a"), other, an_event("b"))
        events = (await journal(up))[1:]

    assert (to.durable, to.codes) == (["a", "b"], ["id_taken"])
    assert [event.payload["source"] for event in events] == ["print('a')", "print('b')"]


async def test_the_order_they_came_in_is_the_order_of_the_chain_whatever_their_times(
    tmp_path: Path,
) -> None:
    events = [an_event(f"e{n}", at=f"2026-03-01T09:00:{59 - n:02d}Z") for n in range(50)]
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(*events)
        ids = [event.id for event in await journal(up)][1:]

    assert ids == [f"e{n}" for n in range(50)]


@pytest.mark.both_stores
async def test_a_flood_on_two_lines_at_once_loses_nothing(tmp_path: Path) -> None:
    async def flood(to: Any, name: str) -> None:
        await asyncio.gather(
            to.hear(2_500), to.send(*(an_event(f"{name}{n}") for n in range(2_500)))
        )

    async with proctor(settings_for(tmp_path)) as up, line(up) as one, line(up) as two:
        await asyncio.gather(flood(one, "a"), flood(two, "b"))
        ids = [event.id for event in await journal(up)][1:]

    assert [i for i in ids if i[0] == "a"] == [f"a{n}" for n in range(2_500)]
    assert [i for i in ids if i[0] == "b"] == [f"b{n}" for n in range(2_500)]
    assert one.refused == two.refused == []


async def test_a_server_that_does_not_listen_is_read_no_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_WAITING_EVENTS", 8)
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await asyncio.gather(to.hear(300), to.send(*(an_event(f"e{n}") for n in range(300))))

    assert to.durable == [f"e{n}" for n in range(300)]


async def test_what_is_held_when_the_line_breaks_is_kept(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        async with line(up) as to:
            await to.send(*(an_event(f"e{n}") for n in range(100)))
            word = json.loads(await to.socket.recv())
            to.socket.transport.abort()
        await asyncio.sleep(0.3)
        async with line(up) as again:
            await again.keep(an_event("later"))
        ids = [event.id for event in await journal(up)][1:]

    assert word == {"received": "e0"}
    assert ids[0] == "e0" and ids[-1] == "later"


async def test_received_comes_before_the_disk_and_a_call_finds_its_cell_at_once(
    tmp_path: Path,
) -> None:
    gate = threading.Event()
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        up.service.writer.do(lambda connection: gate.wait(10))
        await to.send(an_event("a"))
        word = json.loads(await to.socket.recv())
        place = up.service.running.place(up.card.session, "k-1")
        gate.set()
        await to.hear(1)

    assert word == {"received": "a"}
    assert place == Place("practice", "k-1", "cell-a", "m-a")


@pytest.mark.both_stores
async def test_a_disk_that_refuses_for_a_moment_delays_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_PAUSE_S", 0.01)

    def roll_back(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself on a full disk

    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        failed = up.service.writer.do(roll_back)
        await to.keep(*(an_event(f"e{n}") for n in range(20)))
        await asyncio.wait([failed])
        ids = [event.id for event in await journal(up)][1:]

    assert failed.exception() is not None
    assert to.durable == ids == [f"e{n}" for n in range(20)]


async def test_the_first_run_begins_the_box(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path), minutes=30) as up, line(up) as to:
        await to.keep(an_event("start", "kernel_start"))
        before = up.service.deadlines.box(up.card.session, "practice")
        await to.keep(an_event("a"))
        box = up.service.deadlines.box(up.card.session, "practice")

    assert before.opened_at is None
    assert box.opened_at and box.hard_end_at and box.hard_end_at - box.opened_at > GRACE


@pytest.mark.parametrize("role", ["kernel", "nobody", "operator"])
async def test_only_the_candidates_server_has_this_line(tmp_path: Path, role: str) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        tokens = {"kernel": up.card.kernel_token, "nobody": "no-such-pass",
                  "operator": operator_token(up.service.settings)}  # fmt: skip
        with pytest.raises(InvalidStatus) as refused:
            async with line(up, tokens[role]):
                pass
        async with httpx.AsyncClient(base_url=up.url) as client:
            plain = await client.get("/s/history")

    assert refused.value.response.status_code == (401 if role == "nobody" else 403)
    assert json.loads(refused.value.response.body)["error"]["message"]
    assert plain.status_code == 404


async def test_a_pass_that_was_replaced_ends_its_line(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(an_event("a"))
        fresh = await up.service.sessions.renew_tokens(up.card.session)
        await to.send(an_event("late"))
        with pytest.raises(ConnectionClosed) as ended:
            await to.hear(1)
        async with line(up, fresh.lab_token) as again:
            await again.keep(an_event("b"))
        ids = [event.id for event in await journal(up)][1:]

    assert ended.value.rcvd and ended.value.rcvd.code == 4401
    assert ids == ["a", "b"]


async def test_bytes_are_read_as_text_and_a_message_beyond_the_sockets_limit_ends_only_itself(
    tmp_path: Path,
) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        async with line(up) as to:
            await to.keep(json.dumps(an_event("a")).encode())
            with pytest.raises(ConnectionClosed):
                await to.send("x" * (40 << 20))
                await to.hear(1)
        async with line(up) as again:
            await again.keep(an_event("b"))
        ids = [event.id for event in await journal(up)][1:]

    assert ids == ["a", "b"]


async def test_another_sessions_line_writes_its_own_journal(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        other = await up.service.sessions.open({"exercises": ["practice"]})
        async with line(up) as mine, line(up, other.lab_token) as theirs:
            await mine.keep(an_event("a"))
            await theirs.keep(an_event("a"), an_event("b"))
        ids = [event.id for event in await journal(up)][1:]
        up.card = other
        their_ids = [event.id for event in await journal(up)][1:]

    assert (ids, their_ids) == (["a"], ["a", "b"])


async def test_a_proctor_that_ends_in_order_keeps_all_that_it_received(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        url = up.url.replace("http", "ws", 1) + "/s/history"
        headers = {"Authorization": f"Bearer {up.card.lab_token}"}
        socket = await connect(url, additional_headers=headers)
        for number in range(400):
            await socket.send(json.dumps(an_event(f"e{number}")))
        said = [json.loads(await socket.recv())]  # it has begun to take them
    said += [json.loads(word) async for word in _until_closed(socket)]
    async with proctor(settings) as again:
        again.card = up.card
        ids = {event.id for event in await journal(again)}

    received = {word["received"] for word in said if "received" in word}
    durable = {name for word in said for name in word.get("durable", ())}
    assert durable <= received <= ids
    assert len(received) > 0


async def test_what_one_cell_brought_is_durable_in_one_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "TOLD_AFTER_S", 2.0)  # each batch is on disk long before
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        for name in "abc":
            await to.send(an_event(name))
            word = json.loads(await to.socket.recv())
            assert word == {"received": name}
        told = json.loads(await to.socket.recv())

    assert told == {"durable": ["a", "b", "c"]}


async def test_many_events_on_disk_are_told_before_their_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "TOLD_AFTER_S", 3600.0)
    names = [f"e{number}" for number in range(256)]
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.send("\n".join(json.dumps(an_event(name)) for name in names))
        await to.hear(128)

    assert to.durable == names[: len(to.durable)]


async def _until_closed(socket: ClientConnection) -> AsyncIterator[Any]:
    with suppress(ConnectionClosed):
        while True:
            yield await socket.recv()
