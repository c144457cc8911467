"""The candidate's own pages: what they are told, what they may write, and as what it counts."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.core import promises
from harness.core.clock import SteppedClock
from harness.proctor.given_back import WHY
from harness.proctor.sessions import Wanted
from tests.proctor.builders import Up, ask, fake_worker, proctor, settings_for
from tests.proctor.record import a_save, an_event, as_bytes, journal, line, put, raw_journal, save
from tests.proctor.test_live import answer as answer_live
from tests.proctor.test_live import come_in, live

pytestmark = pytest.mark.anyio

GETS = (
    "/s/sitting", "/s/purse/practice", "/s/models/practice", "/s/questions/practice",
    "/s/hypotheses/practice", "/s/receipts/practice", "/s/record", "/s/ask/q-0", "/s/clock",
)  # fmt: skip
POSTS = ("/s/start", "/s/ask", "/s/hypotheses", "/s/model-check", "/s/submit")
WHO = "Which mistake hurts most?"


async def get(up: Up, path: str) -> Any:
    async with up.lab as lab:
        found = await lab.get(path)
    assert found.status_code == 200, found.text
    return found.json()


async def post(up: Up, path: str, body: Any) -> tuple[int, Any]:
    async with up.lab as lab:
        found = await lab.post(path, json=body)
    return found.status_code, found.json()


async def test_only_the_candidates_own_server_is_told(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        before = await raw_journal(up)
        found = set()
        for client in (up.kernel, up.operator, up.http(None), up.http("wrong")):
            async with client:
                for path in GETS:
                    found.add((await client.get(path)).status_code)
                for path in POSTS:
                    body = {"exercise": "practice", "text": "x", "question": "x"}
                    found.add((await client.post(path, json=body)).status_code)

        assert found == {401, 403}
        assert await raw_journal(up) == before


async def test_a_sitting_is_shown_with_promises_and_what_was_submitted(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, ("practice", "eval"))
    async with proctor(settings, exercises=["eval", "practice"], minutes=30) as up:
        early = await get(up, "/s/sitting")
        await save(up, "s1", as_bytes())
        _, receipt = await post(up, "/s/submit", {"exercise": "practice"})
        _, second = await post(up, "/s/submit", {"exercise": "practice"})
        late = await get(up, "/s/sitting")
        receipts = (await get(up, "/s/receipts/practice"))["receipts"]
        none = (await get(up, "/s/receipts/eval"))["receipts"]

    assert early["exercises"][1] == {
        "slug": "practice", "title": "Practice: a morning's mail", "number": 2,
        "path": "practice/practice.ipynb", "minutes": 30.0, "is_timed": True,
        "has_part_two": False, "submitted": None, "stakeholder": "Tove",
    }  # fmt: skip
    assert [one["slug"] for one in early["exercises"]] == ["eval", "practice"]
    assert early["session"] == up.card.session and early["live"] is False
    assert early["never_seen"] == list(promises.NEVER_SEEN)
    told = {name: second[name] for name in ("number", "at", "submission", "manifest_sha256")}
    assert (late["exercises"][1]["submitted"], told["number"]) == (told, 2)
    assert (receipts, none) == ([receipt, second], [])


async def test_own_minutes_hold_the_extra_time_and_nothing_else_says_so(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path), minutes=30) as up:
        candidate = up.service.sessions.get(up.card.session).candidate
        await up.service.identity.set_extra_time([candidate], Decimal("1.5"))
        told = (await get(up, "/s/sitting"))["exercises"][0]["minutes"]
        _, clock = await post(up, "/s/start", {"exercise": "practice"})
        record = b"".join((await whole_record(up)).values())
        card = await get(up, "/session")

    assert told == 45.0
    assert round(clock["exercises"][0]["left_s"] / 60) == 45
    assert card["exercises"][0]["card"]["minutes"] == 30
    assert b"clock_start" in record and b'"minutes":30' in record
    for word in (b"extra", b"accommod", b"ends_at", b'"1.5"', b"45.0"):
        assert word not in record, word


async def test_a_purse_tells_what_is_left_and_what_the_last_call_cost(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        before = await get(up, "/s/purse/practice")
        async with up.kernel as kernel:
            await kernel.post("/v1/chat/completions", json=ask("one two three"))
            await kernel.post("/v1/chat/completions", json=ask("too long"))  # refused, not paid
            await kernel.post("/tools/route", json={})
        after = await get(up, "/s/purse/practice")
        (call,) = [one for one in await up.calls() if one.status == "settled"]

    assert before == {
        "usd_purse": "0.50", "usd_spent": "0", "usd_left": "0.50", "calls_limit": 400,
        "calls_left": 400, "tokens_limit": 2_000_000, "tokens_left": 2_000_000,
        "calls_per_minute": 120, "last_call": None, "minutes_limit": "20", "minutes_left": "20",
    }  # fmt: skip
    assert call.usage
    spent = format(call.usage.cost_usd, "f")
    value = call.to_value()
    assert after["last_call"] == {"model": "sim-small", "usd": spent, "at": value["at"]}
    assert after["usd_spent"] == spent and after["calls_left"] == 399
    assert (
        after["tokens_left"] == 2_000_000 - call.usage.prompt_tokens - call.usage.completion_tokens
    )


async def test_models_are_those_of_the_exercise_with_prices_as_text(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        found = (await get(up, "/s/models/practice"))["models"]

    assert [one["kind"] for one in found] == ["chat", "chat", "chat", "embeddings"]
    assert found[0] == {
        "name": "sim-small", "window": 8192, "usd_in_per_million": "0.15",
        "usd_out_per_million": "0.60", "kind": "chat",
    }  # fmt: skip


async def test_questions_of_panel_and_kernel_stand_in_one_list_and_say_where_from(
    tmp_path: Path,
) -> None:
    settings = settings_for(tmp_path, ("practice", "eval"))
    async with proctor(settings, exercises=["practice", "eval"]) as up, line(up) as to:
        await to.keep(an_event("a"))
        async with up.kernel as kernel:
            await kernel.post("/k/ask", json={"question": WHO})
        status, made = await post(up, "/s/ask", {"exercise": "practice", "question": "Who asks?"})
        await post(up, "/s/ask", {"exercise": "eval", "question": "Elsewhere?"})
        found = (await get(up, "/s/questions/practice"))["questions"]
        first, second, _ = await journal(up, "ask")
        topics = {one.topic for one in up.service.photographs.facts("practice").facts}

    assert status == 201 and set(made) == {"id", "at", "question", "answer", "nearest"}
    assert found[1] == made and [one["question"] for one in found] == [WHO, "Who asks?"]
    assert all(topic in topics for one in found for topic in one["nearest"])
    assert "from" not in first.payload and second.payload["from"] == "panel"
    assert (second.exercise, second.kernel_id, second.cell_id) == ("practice", None, None)
    assert first.payload.keys() == second.payload.keys() - {"from"}
    assert second.id == made["id"]


async def test_topics_that_were_near_are_named_and_facts_are_not(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        fact = up.service.photographs.facts("practice").facts[0]
        key = up.service.sessions.key(up.card.session)
        payload = {"question": "Hm?", "facts": ["x"], "nearest": [fact.id, "gone"], "text": "No."}
        await up.service.writer.do(
            lambda c: up.service.witness.append(
                c, up.card.session, "ask", payload, at=up.service.clock.now(), exercise="practice"
            )
        )
        (found,) = (await get(up, "/s/questions/practice"))["questions"]

    assert key and (found["answer"], found["nearest"]) == ("No.", [fact.topic, "gone"])
    assert set(found) == {"id", "at", "question", "answer", "nearest"}


async def test_a_live_question_of_the_panels_waits_is_answered_and_keeps_where_it_came_from(
    tmp_path: Path,
) -> None:
    async with live(tmp_path) as up:
        status, asked = await post(up, "/s/ask", {"exercise": "practice", "question": WHO})
        settings = up.service.settings
        waiting = (await get(up, "/s/questions/practice"))["questions"]
        card = up.card
    async with proctor(settings) as up, come_in(up) as browser:
        up.card = card
        polling = asyncio.create_task(get(up, f"/s/ask/{asked['id']}"))
        await answer_live(browser, asked["id"], text="Both, on Mondays.")
        told = await polling
        found = (await get(up, "/s/questions/practice"))["questions"]
        (event,) = await journal(up, "ask")
        async with up.lab as lab:
            foreign = (await lab.get("/s/ask/q-0000000000000000")).status_code

    assert status == 202 and asked["waiting"] == asked["id"] and asked["answer"] is None
    assert [one["answer"] for one in waiting] == [None]
    assert told["answer"] == "Both, on Mondays." and found == [told]
    assert (event.payload["from"], event.payload["answered_by"]) == ("panel", "live")
    assert foreign == 404


async def test_ideas_are_noted_changed_and_listed_as_they_stand(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, ("practice", "eval"))
    async with proctor(settings, exercises=["practice", "eval"]) as up, line(up) as to:
        await to.keep(an_event("a"))
        async with up.kernel as kernel:
            await kernel.post("/k/hypothesis", json={"text": "From a cell."})
        _, made = await post(up, "/s/hypotheses", {"exercise": "practice", "text": "From a page."})
        status, changed = await post(
            up, "/s/hypotheses", {"exercise": "practice", "id": "h1", "status": "refuted"}
        )
        elsewhere = await post(
            up, "/s/hypotheses", {"exercise": "eval", "id": "h1", "status": "open"}
        )
        found = (await get(up, "/s/hypotheses/practice"))["hypotheses"]
        other = (await get(up, "/s/hypotheses/eval"))["hypotheses"]
        events = await journal(up, "hypothesis")

    assert (made["id"], made["status"], made["text"]) == ("h2", "open", "From a page.")
    assert status == 201 and changed["text"] == "From a cell."
    assert found == [changed, made] and other == []
    assert (elsewhere[0], elsewhere[1]["error"]["code"]) == (404, "not_found")
    assert [event.payload.get("from") for event in events] == [None, "panel", "panel"]
    assert events[2].payload == {
        "id": "h1", "is_new": False, "text": "From a cell.", "status": "refuted", "from": "panel"
    }  # fmt: skip


async def test_another_sessions_things_are_nobodys_here(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        wanted = Wanted(exercises=("practice",))
        candidate = await up.service.identity.find_or_make("Bob")
        other = Up(up.service, up.address, await up.service.sessions.open_for(candidate, wanted))
        await post(up, "/s/hypotheses", {"exercise": "practice", "text": "Mine alone."})
        await post(up, "/s/ask", {"exercise": "practice", "question": "Mine alone?"})
        await save(up, "s1", as_bytes())
        await post(up, "/s/submit", {"exercise": "practice"})
        found = [await get(other, path) for path in (
            "/s/questions/practice", "/s/hypotheses/practice", "/s/receipts/practice",
            "/s/saves/practice")]  # fmt: skip
        status, _ = await post(
            other, "/s/hypotheses", {"exercise": "practice", "id": "h1", "status": "open"}
        )
        record = await whole_record(other)

    assert [list(one.values()) for one in found] == [[[]]] * 4
    assert status == 404
    assert b"Mine alone" not in b"".join(record.values()) and up.card.session.encode() not in (
        b"".join(record.values())
    )


@pytest.mark.parametrize(("path", "body", "status"), [
    ("/s/start", {}, 400), ("/s/start", {"exercise": 7}, 400), ("/s/start", {"exercise": ""}, 400),
    ("/s/start", {"exercise": "nowhere"}, 404), ("/s/start", {"exercise": "../practice"}, 404),
    ("/s/start", {"exercise": "practice", "minutes": 5}, 400),
    ("/s/ask", {"exercise": "practice"}, 400), ("/s/ask", {"exercise": "practice", "question": " "},
    400), ("/s/ask", {"exercise": "practice", "question": ["x"]}, 400),
    ("/s/ask", {"exercise": "practice", "question": "x" * 1_001}, 400),
    ("/s/ask", {"exercise": "nowhere", "question": "x"}, 404),
    ("/s/ask", {"exercise": "practice", "question": "x", "facts": []}, 400),
    ("/s/hypotheses", {"exercise": "practice"}, 400),
    ("/s/hypotheses", {"exercise": "practice", "text": "x" * 4_001}, 400),
    ("/s/hypotheses", {"exercise": "practice", "text": "x", "status": "true"}, 400),
    ("/s/hypotheses", {"exercise": "practice", "id": "h9", "status": "open"}, 404),
    ("/s/hypotheses", {"exercise": "practice", "id": "../h1", "status": "open"}, 400),
    ("/s/hypotheses", {"exercise": "nowhere", "text": "x"}, 404),
    ("/s/hypotheses", {"text": "x"}, 400), ("/s/model-check", {"model": "sim-large"}, 400),
    ("/s/ask", {"exercise": "practice", "question": "x" * (1 << 17)}, 413),
])  # fmt: skip
async def test_what_cannot_be_used_is_refused_and_leaves_no_trace(
    tmp_path: Path, path: str, body: Any, status: int
) -> None:
    async with proctor(settings_for(tmp_path), minutes=30) as up:
        before = await raw_journal(up)
        found, said = await post(up, path, body)

        assert (found, bool(said["error"]["message"])) == (status, True)
        assert await raw_journal(up) == before


@pytest.mark.parametrize("body", [
    b"", b"[]", b"{", b'{"exercise": "practice", "exercise": "practice"}', b'{"exercise": NaN}',
    b"\xff", b"[" * 5_000,
])  # fmt: skip
async def test_a_body_that_is_no_object_is_refused(tmp_path: Path, body: bytes) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.lab as lab:
        found = {(await lab.post(path, content=body)).status_code for path in POSTS}

        assert found == {400}


@pytest.mark.parametrize("slug", ["nowhere", "..", "%2e%2e", "practice%2f..", "Practice", "%00"])
async def test_a_slug_of_no_exercise_of_ours_is_not_found(tmp_path: Path, slug: str) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.lab as lab:
        names = ("purse", "models", "questions", "hypotheses", "receipts", "saves")
        found = {(await lab.get(f"/s/{name}/{slug}")).status_code for name in names}

        assert found == {404}


async def test_a_clock_is_started_once_by_hand_and_that_is_on_record(tmp_path: Path) -> None:
    clock = SteppedClock()
    settings = settings_for(tmp_path)
    async with proctor(settings, clock=clock, minutes=30) as up:
        _, first = await post(up, "/s/start", {"exercise": "practice"})
        clock.advance(60)
        _, again = await post(up, "/s/start", {"exercise": "practice"})
        card = up.card
    async with proctor(settings, clock=clock) as up:
        up.card = card
        after = await get(up, "/s/clock")
        (event,) = await journal(up, "clock_start")

    opened = first["exercises"][0]["opened_at"]
    assert opened and first["exercises"][0]["left_s"] == 1800
    assert again["exercises"][0]["left_s"] == 1740
    assert after["exercises"][0]["opened_at"] == opened
    assert (event.exercise, event.payload) == ("practice", {"from": "panel"})
    assert event.to_value()["at"] == opened


async def test_a_question_waits_until_the_clock_runs_that_it_belongs_to(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    body = {"exercise": "practice", "question": WHO}
    async with proctor(settings, minutes=30) as up:
        before = await raw_journal(up)
        early, said = await post(up, "/s/ask", body)
        after = await raw_journal(up)
        await post(up, "/s/start", {"exercise": "practice"})
        late, _ = await post(up, "/s/ask", body)

    assert (early, said["error"]["code"], late) == (403, "exercise_not_started", 201)
    assert "Press Start" in said["error"]["message"] and before == after


async def test_a_cell_that_runs_starts_the_clock_for_its_questions_and_for_those_of_the_panel(
    tmp_path: Path,
) -> None:
    async with proctor(settings_for(tmp_path), minutes=30) as up, line(up) as to:
        await to.keep(an_event("a"))
        async with up.kernel as kernel:
            asked = await kernel.post("/k/ask", json={"question": WHO})
        status, _ = await post(up, "/s/ask", {"exercise": "practice", "question": WHO})

    assert (asked.status_code // 100, status) == (2, 201)


async def test_an_untimed_exercise_has_no_clock_to_start(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        status, told = await post(up, "/s/start", {"exercise": "practice"})
        events = await journal(up, "clock_start")

    assert (status, told["exercises"][0]["opened_at"], events) == (200, None, [])


async def test_starting_the_next_exercise_ends_a_pause_and_gains_nothing_by_it(
    tmp_path: Path,
) -> None:
    clock = SteppedClock()
    settings = settings_for(tmp_path, ("practice", "eval"))
    async with proctor(settings, clock=clock, exercises=["practice", "eval"], minutes=30) as up:
        await post(up, "/s/start", {"exercise": "practice"})
        await post(up, "/s/pause", {})
        clock.advance(120)
        _, told = await post(up, "/s/start", {"exercise": "eval"})

    assert told["paused_at"] is None
    assert [one["left_s"] for one in told["exercises"]] == [1800, 1800]


async def test_the_same_word_twice_at_once_starts_a_clock_once(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, ("practice", "eval"))
    async with proctor(settings, exercises=["practice", "eval"], minutes=30) as up:
        await post(up, "/s/start", {"exercise": "practice"})
        await post(up, "/s/pause", {})
        await asyncio.gather(*[post(up, "/s/start", {"exercise": "eval"}) for _ in range(5)])
        events = await journal(up, "clock_start")

    assert [event.exercise for event in events] == ["practice", "eval"]


async def test_the_clock_says_how_much_time_came_back_and_why_the_last_time(
    tmp_path: Path,
) -> None:
    clock = SteppedClock()
    settings = settings_for(tmp_path)
    async with proctor(settings, clock=clock, minutes=30) as up:
        _, before = await post(up, "/s/start", {"exercise": "practice"})
        up.service.alive.note()
        card = up.card
    clock.advance(120)
    async with proctor(settings, clock=clock) as up:
        up.card = card
        once = (await get(up, "/s/clock"))["exercises"][0]
        clock.advance(100)
        async with up.operator as operator:
            until = clock.now()
            since = until - dt.timedelta(seconds=60)
            body = {"since": since.isoformat(), "until": until.isoformat()}
            assert (await operator.post("/outages", json=body)).status_code == 200
        twice = (await get(up, "/s/clock"))["exercises"][0]

    assert before["exercises"][0]["given_back_s"] == 0
    assert before["exercises"][0]["given_back_why"] is None
    assert (once["given_back_s"], once["given_back_why"]) == (120, WHY["proctor"])
    assert (twice["given_back_s"], twice["given_back_why"]) == (180, WHY["hub"])


async def test_a_test_call_is_answered_and_is_nobodys(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path), minutes=30) as up:
        before = await raw_journal(up)
        status, told = await post(up, "/s/model-check", {})
        again = await post(up, "/s/model-check", {})
        purse = await get(up, "/s/purse/practice")
        clock = await get(up, "/s/clock")

        assert status == 200 and told["model"] == "sim-small" and told["ms"] >= 0
        assert again[1] == told, "within seconds it is not asked anew"
        assert await up.calls() == [] and await raw_journal(up) == before
        assert (purse["usd_spent"], purse["calls_left"]) == ("0", 400)
        assert clock["exercises"][0]["opened_at"] is None


async def test_a_model_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    worker = fake_worker("600", ready_within_s=0.2)
    async with proctor(settings_for(tmp_path), worker=worker) as up:
        status, told = await post(up, "/s/model-check", {})

    assert (status, told["error"]["code"]) == (503, "upstream_error")


async def test_a_saves_label_is_one_of_ours_or_none(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await put(up, as_bytes())
        words: tuple[Any, ...] = ("as given", "before restore", "<b>mine</b>", 7, ["x"], None)
        events = [a_save(f"s{n}", as_bytes(), label=word) for n, word in enumerate(words)]
        await to.keep(*events)
        found = (await get(up, "/s/saves/practice"))["saves"]

    assert [one["label"] for one in found] == ["as given", "before restore", None, None, None, None]


async def whole_record(up: Up) -> dict[str, bytes]:
    """The own record, unpacked; it must be whole."""
    async with up.lab as lab:
        found: httpx.Response = await lab.get("/s/record")
    assert found.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(found.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}
