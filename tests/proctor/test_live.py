"""Live questions over real HTTP: kept, answered once, given to who asked, and on record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.core.settings import Settings
from harness.proctor.interviewers import COOKIE, HEADER, LINK_GOOD, PASS_GOOD, WORD
from harness.proctor.live import MOST_OPEN
from harness.proctor.service import Service
from harness.proctor.stakeholder import UNKNOWN
from harness.proctor.tables import questions
from tests.proctor.builders import Up, proctor, settings_for
from tests.proctor.record import an_event, journal, line

pytestmark = pytest.mark.anyio
PAGE = {HEADER: WORD}
BUDGET = "What may it cost per month, what is your budget?"


def settings(tmp_path: Path, within_s: float = 180.0) -> Settings:
    made = settings_for(tmp_path)
    own = made.proctor.model_copy(update={"live_answer_within_s": within_s})
    return made.model_copy(update={"proctor": own})


@asynccontextmanager
async def live(tmp_path: Path, within_s: float = 180.0, **about: Any) -> AsyncIterator[Up]:
    async with proctor(settings(tmp_path, within_s), live=True, **about) as up:
        yield up


@asynccontextmanager
async def come_in(up: Up) -> AsyncIterator[httpx.AsyncClient]:
    """An interviewer's browser, let in by a link of its own."""
    async with up.operator as operator:
        link = (await operator.post("/interviewers")).json()
    async with httpx.AsyncClient(base_url=up.url, headers=PAGE, timeout=30) as browser:
        entered = await browser.post("/live/enter", json={"secret": link["secret"]})
        assert entered.status_code == 200, entered.text
        yield browser


async def put(up: Up, question: str) -> str:
    async with up.kernel as kernel:
        said = await kernel.post("/k/ask", json={"question": question})
    assert said.status_code == 202, said.text
    return str(said.json()["waiting"])


async def fetch(up: Up, name: str) -> tuple[int, Any]:
    async with up.kernel as kernel:
        said = await kernel.get(f"/k/ask/{name}")
    return said.status_code, said.json()


async def state(browser: httpx.AsyncClient, seen: str = "") -> dict[str, Any]:
    found: dict[str, Any] = (await browser.get("/live/state", params={"seen": seen})).json()
    return found


async def suggested(browser: httpx.AsyncClient) -> dict[str, Any]:
    """The one question that waits, once the sheet has been looked at."""
    found = await state(browser)
    while found["open"][0]["suggestion"] is None:
        found = await state(browser, found["version"])
    one: dict[str, Any] = found["open"][0]
    return one


async def answer(browser: httpx.AsyncClient, name: str, **body: Any) -> tuple[int, Any]:
    said = await browser.post(f"/live/questions/{name}/answer", json=body)
    return said.status_code, said.json()


async def test_a_person_answers_and_the_record_says_so(tmp_path: Path) -> None:
    async with live(tmp_path) as up, line(up) as to, come_in(up) as browser:
        await to.keep(an_event("a"))
        name = await put(up, BUDGET)
        waiting = asyncio.create_task(fetch(up, name))
        shown = await suggested(browser)
        sent = await answer(browser, name, facts=["money"])
        given = await waiting
        after = await state(browser)
        (event,) = await journal(up, "ask")
        (opened,) = await journal(up, "session_open")

    facts = {fact.id: fact for fact in up.service.photographs.facts("practice").facts}
    assert shown["question"] == BUDGET and shown["stakeholder"] == "Tove"
    assert 0 <= shown["waited_s"] < 60 and 0 < shown["left_s"] <= 180
    assert {"fact", "topic", "answer", "score"} == set(shown["suggestion"]["near"][0])
    assert sent[0] == 200
    assert given == (200, {
        "answers": [{"topic": facts["money"].topic, "answer": facts["money"].answer}],
        "nearest": [], "text": f"What it may cost: {facts['money'].answer}", "live": True,
    })  # fmt: skip
    assert after["open"] == [] and after["recent"][0]["by"] == "you"
    payload = event.payload
    assert (payload["question"], payload["facts"]) == (BUDGET, ["money"])
    assert (payload["answered_by"], payload["live"]) == ("live", True)
    assert str(payload["interviewer"]).startswith("iv-") and payload["asked_at"]
    assert (event.cell_id, event.exercise) == ("cell-a", "practice")
    assert opened.payload["live"] is True


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"text": " Ask <b>Jon</b>.\x1b[31m\x00 "}, "Ask <b>Jon</b>.[31m"),
        ({"unknown": True}, UNKNOWN),
    ],
)
async def test_a_typed_answer_has_no_facts_and_is_sealed(
    tmp_path: Path, body: dict[str, Any], text: str
) -> None:
    async with live(tmp_path) as up, come_in(up) as browser:
        name = await put(up, "Who is the purple mayor?")
        assert (await answer(browser, name, **body))[0] == 200
        given = await fetch(up, name)
        (event,) = await journal(up, "ask")
    disk = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("witness.sqlite*"))

    assert given[1] == {"answers": [], "nearest": [], "text": text, "live": True}
    assert event.payload["facts"] == [] and event.payload["text"] == text
    assert b"purple" not in disk and text.encode() not in disk


async def test_when_nobody_answers_in_time_the_fact_sheet_does(tmp_path: Path) -> None:
    async with live(tmp_path, within_s=0.2) as up, come_in(up) as browser:
        name = await put(up, BUDGET)
        status, given = await fetch(up, name)
        late = await answer(browser, name, text="Nothing.")
        events = await journal(up, "ask")

    assert status == 200 and given["live"] is True and given["text"]
    assert (late[0], late[1]["error"]["code"]) == (409, "answered_already")
    assert "fact sheet" in late[1]["error"]["message"].lower()
    assert [event.payload["answered_by"] for event in events] == ["simulated"]
    assert "interviewer" not in events[0].payload


async def test_of_two_answers_at_once_the_first_counts_and_a_double_click_is_one(
    tmp_path: Path,
) -> None:
    async with live(tmp_path) as up, come_in(up) as one, come_in(up) as two:
        name = await put(up, "Which tray?")
        told = await asyncio.gather(
            answer(one, name, text="The left."), answer(two, name, text="The right."),
            answer(one, name, text="The left."), answer(two, name, text="The right."),
        )  # fmt: skip
        given = await fetch(up, name)
        seen = [(await state(browser))["recent"][0]["by"] for browser in (one, two)]
        events = await journal(up, "ask")

    won = [said for status, said in told if status == 200]
    lost = [said["error"]["message"] for status, said in told if status == 409]
    assert len(won) == len(lost) == 2
    assert {said["text"] for said in won} == {given[1]["text"]}
    assert all("Another interviewer" in message for message in lost)
    assert sorted(seen) == ["other", "you"]
    assert [event.payload["text"] for event in events] == [given[1]["text"]]


async def test_a_restart_loses_no_question_and_no_answer_that_nobody_took(tmp_path: Path) -> None:
    async with live(tmp_path) as up, come_in(up) as browser:
        waits, taken = await put(up, "Is it still there?"), await put(up, "And this one?")
        polling = asyncio.create_task(fetch(up, waits))
        await answer(browser, taken, text="Kept.")
        cookie = browser.cookies[COOKIE]
        while up.service.live.open()[0].polls == 0:
            await asyncio.sleep(0.01)
        up.service.live.release()
        asked_again = await polling
        card = up.card
    async with proctor(settings(tmp_path)) as other:
        again = Up(other.service, other.address, card)
        async with httpx.AsyncClient(
            base_url=other.url, headers=PAGE, cookies={COOKIE: cookie}
        ) as browser:
            shown = [one["question"] for one in (await state(browser))["open"]]
            await answer(browser, waits, text="It is.")
        async with again.kernel as kernel:
            same_words = await kernel.post("/k/ask", json={"question": " And this\none? "})
        given = await fetch(again, waits)
        twice = await fetch(again, waits)
        texts = [event.payload["text"] for event in await journal(again, "ask")]

    assert asked_again == (202, {"waiting": waits})
    assert shown == ["Is it still there?"]
    assert same_words.status_code == 200 and same_words.json()["text"] == "Kept."
    assert given == twice and given[1]["text"] == "It is."
    assert texts == ["Kept.", "It is."]


async def waiting(browser: httpx.AsyncClient) -> asyncio.Task[httpx.Response]:
    """Return a page's question for news once there is none to tell: that is when it waits."""
    while True:
        seen = {"seen": (await state(browser))["version"]}
        page = asyncio.create_task(browser.get("/live/state", params=seen))
        if not (await asyncio.wait({page}, timeout=1.5))[0]:
            return page


async def test_who_waits_while_we_end_is_sent_away_for_a_while_not_asked_at_once(
    tmp_path: Path,
) -> None:
    async with live(tmp_path) as up, come_in(up) as browser:
        waits = await put(up, "Is it still there?")
        await suggested(browser)  # what comes after it would be news to the page
        polling = asyncio.create_task(fetch(up, waits))
        while up.service.live.open()[0].polls == 0:
            await asyncio.sleep(0.01)
        page = await waiting(browser)
        up.service.draining.begin()
        up.service.live.release()
        (status, told), shown = await polling, await page

    assert (status, told["error"]["code"]) == (503, "restarting")
    assert shown.status_code == 503 and int(shown.headers["retry-after"]) >= 1


async def test_who_stops_waiting_gets_the_answer_by_asking_again_and_only_once(
    tmp_path: Path,
) -> None:
    async with live(tmp_path) as up, come_in(up) as browser:
        name = await put(up, "Who reads it?")
        gone = asyncio.create_task(fetch(up, name))
        while up.service.live.open()[0].polls == 0:
            await asyncio.sleep(0.01)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        assert await put(up, "Who  reads it?") == name
        while up.service.live.open()[0].polls:
            await asyncio.sleep(0.01)
        await answer(browser, name, text="Jon.")
        async with up.kernel as kernel:
            again = await kernel.post("/k/ask", json={"question": "Who reads it?"})
            anew = await kernel.post("/k/ask", json={"question": "Who reads it?"})
        events = await journal(up, "ask")

    assert (again.status_code, again.json()["text"]) == (200, "Jon.")
    assert anew.status_code == 202 and anew.json()["waiting"] != name
    assert len(events) == 1


async def test_several_candidates_ask_at_once_and_none_sees_those_of_others(tmp_path: Path) -> None:
    async with live(tmp_path) as up, come_in(up) as browser:
        card = await up.service.sessions.open({"exercises": ["practice"], "live": True})
        other = Up(up.service, up.address, card)
        quiet = await up.service.sessions.open({"exercises": ["practice"]})
        mine, theirs = await put(up, "Mine?"), await put(other, "Theirs?")
        found = await state(browser)
        strange = await fetch(other, mine)
        await answer(browser, theirs, text="Yours.")
        given = await fetch(other, theirs)
        async with Up(up.service, up.address, quiet).kernel as kernel:
            simulated = await kernel.post("/k/ask", json={"question": BUDGET})

    assert [one["question"] for one in found["open"]] == ["Mine?", "Theirs?"]
    assert len({one["candidate"] for one in found["open"]}) == 2
    assert strange[0] == 404 and given[1]["text"] == "Yours."
    assert simulated.status_code == 200 and "live" not in simulated.json()


async def test_what_waits_when_an_exercise_is_submitted_is_answered_and_in_the_record(
    tmp_path: Path,
) -> None:
    async with live(tmp_path) as up:
        name = await put(up, BUDGET)
        await up.service.live.settle(up.card.session, "practice")
        given = await fetch(up, name)
        (event,) = await journal(up, "ask")

    assert given[0] == 200 and event.payload["answered_by"] == "simulated"


async def test_no_flood_no_blank_and_no_second_of_the_same(tmp_path: Path) -> None:
    async with live(tmp_path) as up, up.kernel as kernel:
        same = await asyncio.gather(*(put(up, "The same?") for _ in range(5)))
        for number in range(MOST_OPEN - 1):
            await put(up, f"Question {number}?")
        full = await kernel.post("/k/ask", json={"question": "One more?"})
        bad = [(await kernel.post("/k/ask", json=body)).status_code
               for body in ({}, {"question": " "}, {"question": 7}, {"question": "x" * 1001},
                            {"question": "x?", "id": "1"})]  # fmt: skip
        strange = [
            (await kernel.get(f"/k/ask/{name}")).status_code for name in ("q-0", "%00", "..")
        ]

    assert len(set(same)) == 1
    assert (full.status_code, full.json()["error"]["code"]) == (429, "too_many_questions")
    assert set(bad) == {400} and set(strange) == {404}


async def test_an_answer_that_is_none_changes_nothing(tmp_path: Path) -> None:
    bad: list[dict[str, Any]] = [
        {}, {"facts": []}, {"facts": ["nope"]}, {"facts": ["money"] * 3}, {"facts": "money"},
        {"facts": [["money"]]}, {"text": ""}, {"text": " \x00\x1b "}, {"text": "x" * 1201},
        {"text": 7}, {"unknown": False}, {"unknown": "true"}, {"text": "x", "unknown": True},
        {"html": "x"},
    ]  # fmt: skip
    async with live(tmp_path) as up, come_in(up) as browser:
        name = await put(up, "Well?")
        told = [await answer(browser, name, **body) for body in bad]
        raw = [(await browser.post(f"/live/questions/{name}/answer", content=data)).status_code
               for data in (b"", b"[]", b'{"text": "\\ud800"}', b"\xff", b"[" * 9999)]  # fmt: skip
        gone = await answer(browser, "q-none", text="x")
        waits = [one["id"] for one in (await state(browser))["open"]]
        events = await journal(up, "ask")

    assert [status for status, _ in told] == [400] * len(bad), told
    assert set(raw) == {400} and gone[0] == 404
    assert waits == [name] and events == []


async def test_a_link_opens_one_browser_and_nothing_but_the_page(tmp_path: Path) -> None:
    async with live(tmp_path) as up, up.operator as operator, up.http(None) as anybody:
        link = (await operator.post("/interviewers")).json()
        secret = {"secret": link["secret"]}
        other_page = await anybody.post("/live/enter", json=secret)
        first = await anybody.post("/live/enter", json=secret, headers=PAGE)
        anybody.cookies.clear()
        second = await anybody.post("/live/enter", json=secret, headers=PAGE)
        bad: list[Any] = [{"secret": one} for one in ("x", "", None, 7, "x" * 999)]
        unknown = [
            (await anybody.post("/live/enter", json=one, headers=PAGE)).status_code for one in bad
        ]
        without = await anybody.get("/live/state", headers=PAGE)
        cookie = first.headers["set-cookie"]
        anybody.cookies.set(COOKIE, cookie.partition("=")[2].partition(";")[0])
        elsewhere = [(await anybody.get(path, headers=PAGE)).status_code
                     for path in ("/sessions", "/session", "/metrics", "/submissions")]  # fmt: skip
        foreign = await anybody.get("/live/state", headers=PAGE | {"origin": "http://evil.example"})
        plain = await anybody.get("/live/state")
        inside = await anybody.get("/live/state", headers=PAGE)
        bearer = await operator.get("/live/state", headers=PAGE)
        ended = await operator.post("/interviewers/end")
        after = await anybody.get("/live/state", headers=PAGE)

    assert other_page.status_code == 403 and first.status_code == 200
    assert {"HttpOnly", "SameSite=Strict", "Path=/live"} <= set(cookie.split("; "))
    assert (second.status_code, second.json()["error"]["code"]) == (410, "link_over")
    assert set(unknown) == {404} and without.status_code == 401
    assert set(elsewhere) == {401}
    assert (foreign.status_code, plain.status_code, inside.status_code) == (403, 403, 200)
    assert bearer.status_code == 401
    assert ended.json() == {"ended": 1} and after.status_code == 401


async def test_candidates_doors_have_no_interviewers_page(tmp_path: Path) -> None:
    paths = ("/live", "/live/state")
    async with live(tmp_path) as up:
        doors = httpx.AsyncHTTPTransport(uds=str(up.address.lab_socket))
        async with httpx.AsyncClient(transport=doors, base_url="http://x", headers=PAGE) as lab:
            refused = [(await lab.get(path)).status_code for path in paths]
            refused.append((await lab.post("/live/enter", json={"secret": "x"})).status_code)
        async with up.http(None) as port:
            page = await port.get("/live")
        for token in (up.card.kernel_token, up.card.lab_token):
            async with up.http(token) as client:
                refused.append((await client.post("/interviewers")).status_code)

    assert refused == [404, 404, 404, 403, 403]
    policy = page.headers["content-security-policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert page.text.count(f'nonce="{nonce}"') == 2 and "{{" not in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_links_and_passes_end_by_themselves(tmp_path: Path) -> None:
    from harness.core.clock import SteppedClock

    clock = SteppedClock()
    service = Service(settings(tmp_path), clock=clock)
    try:
        for part in (service.identity, service.tokens, service.interviewers):
            await part.load()
        old, link = await service.interviewers.make(), await service.interviewers.make()
        word = await service.interviewers.enter(link.secret)
        before = service.interviewers.find(word)
        clock.advance(PASS_GOOD.total_seconds())
        after = service.interviewers.find(word)
        clock.advance(LINK_GOOD.total_seconds())
        with pytest.raises(Exception, match="no longer good"):
            await service.interviewers.enter(old.secret)
    finally:
        await service.stop()

    assert (before, after) == (link.interviewer, None)


async def test_a_live_round_makes_live_sittings(tmp_path: Path) -> None:
    async with live(tmp_path) as up, up.operator as operator:
        for name, more in (("spoken", {"live": True}), ("plain", {})):
            made = await operator.post(
                "/rounds", json={"round": name, "exercises": ["practice"], **more}
            )
            assert made.status_code == 201 and made.json()["live"] is bool(more)
            asked = {"candidates": [f"Ada {name}"]}
            (invite,) = (await operator.post(f"/rounds/{name}/invites", json=asked)).json()[
                "invites"
            ]
            sitting = (await operator.post("/sittings", json={"secret": invite["secret"]})).json()
            card = (await operator.post(f"/sittings/{sitting['sitting']}/session")).json()
            assert up.service.sessions.get(card["session"]).is_live is bool(more)
        bad = await operator.post(
            "/rounds", json={"round": "x", "exercises": ["practice"], "live": 7}
        )
        rows = await up.service.writer.read(lambda c: c.execute(questions.select()).all())

    assert bad.status_code == 400 and rows == []
