"""An exercise's own tools: declared, bounded, paid for once, written down, there after a crash."""

from __future__ import annotations

import asyncio
import collections
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from harness.core.clock import SteppedClock
from harness.proctor import tables
from harness.proctor.errors import WriteFailed
from harness.proctor.witness import read_events
from tests.proctor.builders import Up, ask, photographs, proctor, settings_for
from tests.proctor.toolkit import settings_with_tools

pytestmark = pytest.mark.anyio


async def use(up: Up, name: str, /, **arguments: Any) -> httpx.Response:
    async with up.kernel as client:
        return await client.post(f"/tools/{name}", json=arguments)


def told(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def error(answer: httpx.Response) -> tuple[int, str, str | None]:
    found = answer.json()["error"]
    return answer.status_code, found["code"], found["param"]


async def deliver_part_two(up: Up) -> None:
    every = update(tables.session_exercises).values(parts_delivered=2)
    await up.service.writer.do(lambda c: c.execute(every) and None)


async def test_a_result_is_told_in_the_order_in_which_a_replay_has_it(tmp_path: Path) -> None:
    async with proctor(settings_with_tools(tmp_path)) as up:
        tried = told(
            await use(up, "try_plan", plan={"longest": 500, "models": {"S1": {"mini": 1}}}, n=3)
        )
        meter = told(await use(up, "meter", stage="S2", mail=2))

    assert list(tried) == sorted(tried) and len(tried) > 1
    assert list(meter) == sorted(meter) and len(meter) > 1


async def test_each_kind_answers_and_says_what_it_took(tmp_path: Path) -> None:
    async with proctor(settings_with_tools(tmp_path)) as up:
        meter = await use(up, "meter", stage="S2", mail=2)
        section = await use(up, "show_section", n=2)
        proposed = await use(up, "diag", look_at="how many pages are indexed?")
        done = await use(up, "diag", look_at="Count documents per  index", confirm=True)
        fixed = await use(up, "fix", component="index", change={"alias": "old"})
        again = await use(up, "diag", look_at="count documents per index", confirm=True)
        plan = {"longest": 500, "models": {"S1": {"mini": 1}}}
        tried = await use(up, "try_plan", plan=plan, n=3)
        before = await use(up, "replay", n=3)
        await use(up, "fix", component="cache", change={"enabled": False})
        after = await use(up, "replay", n=3)
        async with up.lab as lab:
            purse = (await lab.get("/s/purse/practice")).json()

    assert (purse["minutes_left"], purse["minutes_limit"]) == ("2", "20")
    assert told(meter) == {"tokens_in": 902, "latency_s": 0.5}
    assert meter.json()["took"] == {"calls": 1, "tokens": 0, "minutes": "0"}
    assert told(section) == {"number": 2, "title": "Fees", "text": "None, $x$ <b>."}
    assert told(proposed)["nearest"] == "count documents per index"
    assert (told(proposed)["minutes"], proposed.json()["minutes_left"]) == ("3", "20")
    assert told(done) == {"done": "count documents per index", "documents": 244}
    assert (done.json()["took"]["minutes"], done.json()["minutes_left"]) == ("3", "17")
    assert told(fixed) == {"component": "index", "settings": {"alias": "old", "overlap": 0}}
    assert told(again)["documents"] == 400
    assert told(tried) == {"rows": 3, "usd": pytest.approx(0.00042)}
    assert tried.json()["took"]["calls"] == 2
    assert told(before) == {"rows": 3, "bad": 0.3333, "by_tenant": {"A": 0.5, "B": 0.0}}
    assert told(after)["bad"] == 0.0
    assert after.json()["minutes_left"] == "2"


async def test_the_list_has_prices_and_what_is_left_and_part_two_comes_later(
    tmp_path: Path,
) -> None:
    async with proctor(settings_with_tools(tmp_path)) as up, up.kernel as client:
        early = (await client.get("/tools")).json()
        refused = await use(up, "late")
        card = (await client.get("/session")).json()["exercises"][0]["card"]
        await deliver_part_two(up)
        later = (await client.get("/tools")).json()
        opened = await use(up, "late")

    prices = {one["name"]: one["price"] for one in later["tools"]}
    assert [one["name"] for one in early["tools"]] == [one["name"] for one in later["tools"]][:-1]
    assert (error(refused), "late" in str(card)) == ((404, "tool_not_found", "tool"), False)
    assert told(opened) == {"text": "## x\n\ny"}
    assert later["minutes_left"] == "20"
    assert prices == {
        "meter": "1 call", "show_section": "free", "late": "1 call and 50 tokens",
        "diag": "simulated minutes, told before they are taken", "fix": "free",
        "replay": "3 simulated minutes for each 2 of n", "try_plan": "1 call for each 2 of n",
    }  # fmt: skip


async def test_a_use_is_on_the_ledger_and_in_the_journal_as_a_tools(tmp_path: Path) -> None:
    async with proctor(settings_with_tools(tmp_path)) as up:
        await use(up, "meter", stage="S1", mail=1)
        await use(up, "meter", stage="S1", mail=1)
        [first, second] = await up.calls()
        key, session = up.service.sessions.key(up.card.session), up.card.session
        where = tables.entries.c.kind == "tool_call"
        events = await up.service.writer.read(
            lambda c: list(read_events(c, session, key, where=where))
        )

    assert (first.alias, first.route, first.is_tool) == ("tool:meter", "tool", True)
    assert (first.status, first.http_status, first.key) == ("settled", 200, second.key)
    assert sorted(call.occurrence for call in (first, second)) == [0, 1]
    assert first.request == {"tool": "meter", "arguments": {"stage": "S1", "mail": 1}}
    assert [e.kind for e in events] == ["tool_call", "tool_call"]
    assert events[-1].payload["alias"] == "tool:meter"


async def test_a_call_id_tells_equal_uses_at_once_apart(tmp_path: Path) -> None:
    async with proctor(settings_with_tools(tmp_path)) as up, up.kernel as client:
        await asyncio.gather(
            *(
                client.post("/tools/show_section", json={"n": 1}, headers={"x-call-id": name})
                for name in ("case-1", "case-2", "case-2")
            )
        )
        calls = await up.calls()

    assert collections.Counter(call.request["call_id"] for call in calls) == {
        "case-1": 1, "case-2": 2,
    }  # fmt: skip
    assert len({call.key for call in calls}) == 2


async def test_only_a_kernel_uses_tools(tmp_path: Path) -> None:
    async with proctor(settings_with_tools(tmp_path)) as up:
        answers = []
        for client in (up.http(None), up.http("made-up"), up.lab, up.operator):
            async with client:
                answers.append(await client.post("/tools/meter", json={"stage": "S1", "mail": 1}))
                answers.append(await client.get("/tools"))

        assert await up.calls() == []
    assert [a.status_code for a in answers] == [401, 401, 401, 401, 403, 403, 403, 403]


async def test_a_tool_of_another_exercise_is_refused(tmp_path: Path) -> None:
    root = photographs(tmp_path / "photographs", ("practice", "other"), purse={"minutes": "20"})
    path = root / "other" / "card.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"tools": []}))
    settings = settings_for(tmp_path)
    async with proctor(settings, exercises=["other", "practice"]) as up:
        await deliver_part_two(up)
        other = await use(up, "desk_book", message_id="L1")  # no cell runs: the first one counts

    assert error(other) == (404, "tool_not_found", "tool")
    assert "It has none" in other.json()["error"]["message"]


HOSTILE: list[tuple[str, Any, int, str | None]] = [
    ("meter", {}, 400, "stage"),
    ("meter", {"stage": "S3", "mail": 1}, 400, "stage"),
    ("meter", {"stage": ["S1"], "mail": 1}, 400, "stage"),
    ("meter", {"stage": "S1", "mail": True}, 400, "mail"),
    ("meter", {"stage": "S1", "mail": 1.0}, 400, "mail"),
    ("meter", {"stage": "S1", "mail": 4}, 400, "mail"),
    ("meter", {"stage": "S1", "mail": 10**400}, 400, "mail"),
    ("meter", {"stage": "S1", "mail": 3}, 404, None),
    ("meter", {"stage": "S1", "mail": 1, "__class__": "x"}, 400, "__class__"),
    ("diag", {"look_at": "x" * 201}, 400, "look_at"),
    ("diag", {"look_at": "count documents", "confirm": "yes"}, 400, "confirm"),
    ("fix", {"component": "__init__", "change": {"a": 1}}, 400, "component"),
    ("fix", {"component": "index", "change": {}}, 400, "change"),
    ("fix", {"component": "index", "change": {"../alias": "x"}}, 400, "change"),
    ("fix", {"component": "index", "change": {"alias": 7}}, 400, "change"),
    ("fix", {"component": "index", "change": {"overlap": True}}, 400, "change"),
    ("fix", {"component": "index", "change": {"alias": {"a": 1}}}, 400, "change"),
    ("fix", {"component": "index", "change": {str(n): n for n in range(999)}}, 400, "change"),
    ("try_plan", {"plan": {"models": {"S1": {"mini": 1.5}}}}, 400, "plan.models.S1.mini"),
    ("try_plan", {"plan": {"models": {"S9": {}}}}, 400, "plan.models.S9"),
    ("try_plan", {"plan": {"longest": 10**15}, "n": 1}, 400, "n"),
    ("try_plan", {"plan": []}, 400, "plan"),
    ("late", {}, 404, "tool"),
    ("m\u00eat\u00e8r", {}, 404, "tool"),
    ("..%2f..%2fetc%2fpasswd", {}, 404, None),
    ("%2e%2e", {}, 404, "tool"),
    ("meter%00", {}, 404, "tool"),
    ("x" * 3000, {}, 404, "tool"),
]


async def test_what_cannot_be_used_is_named_and_costs_nothing(tmp_path: Path) -> None:
    async with proctor(settings_with_tools(tmp_path)) as up, up.kernel as client:
        answers = [await client.post(f"/tools/{name}", json=body) for name, body, _, _ in HOSTILE]
        budget, calls = await up.budget(), await up.calls()

    found = [(a.status_code, a.json()["error"]["param"]) for a in answers]
    assert found == [(status, param) for _, _, status, param in HOSTILE]
    assert (calls, budget["calls_made"], budget["minutes_used"]) == ([], 0, "0")
    assert all(len(a.content) < 1000 and a.headers["x-should-retry"] == "false" for a in answers)


RAW = (b"", b"[]", b'{"n": NaN}', b'{"n": 1, "n": 2}', b'{"n": "\\ud800"}', b"[" * 9000, b"\xff")


async def test_a_body_that_is_no_object_is_refused_and_a_huge_one_is_not_read(
    tmp_path: Path,
) -> None:
    async with proctor(settings_with_tools(tmp_path)) as up, up.kernel as client:
        answers = [await client.post("/tools/show_section", content=raw) for raw in RAW]
        huge = await client.post("/tools/show_section", json={"n": "x" * (1 << 20)})
        bad_id = await client.post(
            "/tools/show_section", json={"n": 1}, headers={"x-call-id": "a b"}
        )
        fine = await client.post("/tools/show_section", json={"n": 1})

    assert {a.status_code for a in answers} == {400}
    assert (huge.status_code, bad_id.status_code, fine.status_code) == (413, 400, 200)


async def fire(up: Up, bodies: list[tuple[str, dict[str, Any]]]) -> collections.Counter[int]:
    async with up.kernel as client:
        answers = await asyncio.gather(
            *(client.post(f"/tools/{name}", json=body, timeout=60) for name, body in bodies)
        )
    return collections.Counter(a.status_code for a in answers)


async def test_of_a_hundred_uses_at_once_calls_minutes_and_uses_pay_for_no_more_than_there_are(
    tmp_path: Path,
) -> None:
    mail = {"stage": "S1", "mail": 1}
    settings = settings_with_tools(tmp_path, purse={"calls": 10, "minutes": "20"})
    async with proctor(settings) as up:
        minutes = await fire(up, [("replay", {"n": 1})] * 100)
        uses = await fire(up, [("try_plan", {"plan": {}, "n": 2})] * 40)
        mixed = await fire(up, [("try_plan", {"plan": {}, "n": 4})] + [("meter", mail)] * 30)
        budget, calls = await up.budget(), await up.calls()

    assert minutes == {200: 6, 429: 94}
    assert (budget["minutes_used"], budget["minutes_limit"]) == ("18", "20")
    assert uses == {200: 6, 429: 34}
    assert mixed[200] == 4 and budget["calls_made"] == 10
    assert len(calls) == 16 and {call.status for call in calls} == {"settled"}


async def test_a_use_of_several_calls_is_refused_at_once_when_too_few_are_left(
    tmp_path: Path,
) -> None:
    async with proctor(settings_with_tools(tmp_path, purse={"calls": 1})) as up:
        began = asyncio.get_running_loop().time()
        refused = await use(up, "try_plan", plan={}, n=4)
        took_s = asyncio.get_running_loop().time() - began
        paid = await use(up, "meter", stage="S1", mail=1)
        budget = await up.budget()

    assert error(refused) == (429, "insufficient_quota", None)
    assert "would take 2 calls, and 1 are left" in refused.json()["error"]["message"]
    assert took_s < 20  # not the half minute that a full purse waits for other calls
    assert (paid.status_code, budget["calls_made"]) == (200, 1)


async def test_models_and_tools_share_the_calls_of_an_exercise(tmp_path: Path) -> None:
    async with proctor(settings_with_tools(tmp_path, purse={"calls": 2})) as up:
        async with up.kernel as client:
            model = await client.post("/v1/chat/completions", json=ask("hello"))
        tool = await use(up, "meter", stage="S1", mail=1)
        over = await use(up, "meter", stage="S1", mail=1)
        free = await use(up, "show_section", n=1)

    assert [a.status_code for a in (model, tool, over, free)] == [200, 200, 429, 200]


async def test_changes_at_once_are_none_of_them_lost(tmp_path: Path) -> None:
    changes = [{"alias": "old"}, {"overlap": 50}]
    async with proctor(settings_with_tools(tmp_path)) as up:
        await fire(up, [("fix", {"component": "index", "change": one}) for one in changes * 10])
        found = told(await use(up, "fix", component="index", change={"overlap": 50}))

    assert found["settings"] == {"alias": "old", "overlap": 50}


async def test_after_a_restart_uses_minutes_and_settings_are_what_they_were(
    tmp_path: Path,
) -> None:
    settings = settings_with_tools(tmp_path)
    async with proctor(settings) as up:
        await use(up, "replay", n=4)
        await use(up, "fix", component="cache", change={"enabled": False})
        before, token = await up.budget(), up.card.kernel_token
    async with proctor(settings) as again, again.http(token) as client:
        after = (await client.get("/k/budget")).json()
        found = (await client.post("/tools/replay", json={"n": 4})).json()
        kept = await again.service.writer.read(
            lambda c: c.execute(select(tables.tool_settings.c.sealed)).scalar_one()
        )

    assert after == before and before["minutes_used"] == "6"
    assert (found["result"]["bad"], found["minutes_left"]) == (0.0, "8")
    assert b"enabled" not in kept


async def test_what_could_not_be_written_was_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proctor(settings_with_tools(tmp_path)) as up:
        real = up.service.writer.do
        lost: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        lost.set_exception(WriteFailed("the disk is full"))
        monkeypatch.setattr(up.service.writer, "do", lambda job: lost)
        failed = await use(up, "fix", component="index", change={"alias": "old"})
        untaken = await use(up, "replay", n=4)
        monkeypatch.setattr(up.service.writer, "do", real)
        await up.service.mender.mend()
        found = told(await use(up, "fix", component="index", change={"overlap": 9}))
        calls, budget = await up.calls(), await up.budget()

    assert [failed.status_code, untaken.status_code] == [503, 503]
    assert (budget["minutes_used"], budget["calls_made"]) == ("0", 0)
    assert found["settings"] == {"alias": "new", "overlap": 9}
    assert len(calls) == 1


async def test_after_the_hard_end_a_tool_is_closed_like_a_model(tmp_path: Path) -> None:
    clock = SteppedClock()
    async with proctor(settings_with_tools(tmp_path, minutes=10), clock=clock) as up:
        first = await use(up, "show_section", n=1)
        clock.advance(16 * 60)
        over = await use(up, "show_section", n=1)

    assert first.status_code == 200
    assert error(over)[:2] == (403, "session_deadline_exceeded")


async def test_too_many_a_minute_counts_tools_too(tmp_path: Path) -> None:
    settings = settings_with_tools(tmp_path, purse={"calls_per_minute": 2})
    async with proctor(settings, clock=SteppedClock()) as up:
        answers = [await use(up, "show_section", n=1) for _ in range(3)]

    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[2].headers["x-should-retry"] == "true"
