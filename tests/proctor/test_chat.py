"""A model call from arrival to last byte, as clients see it and as the ledger keeps it."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path

import openai
import pytest
from sqlalchemy import select

from harness.core.clock import SteppedClock
from harness.core.journal import Link, open_link
from harness.core.records import Announcement, Entry
from harness.proctor import tables
from harness.proctor.deadline import GRACE
from tests.proctor.builders import Up, ask, fake_worker, photographs, proctor, settings_for

pytestmark = pytest.mark.anyio


async def told(up: Up, kind: str) -> list[dict[str, object]]:
    """Payloads of the journal's entries of one kind."""
    key = up.service.sessions.key(up.card.session)
    query = select(tables.entries.c.body, tables.entries.c.hash)
    query = query.where(tables.entries.c.kind == kind).order_by(tables.entries.c.seq)
    rows = await up.service.writer.read(lambda c: c.execute(query).all())
    links = [Link(Entry.model_validate_json(r.body), r.body, r.hash) for r in rows]
    return [open_link(link, key).payload for link in links]


async def test_an_ordinary_client_gets_its_answer_usage_and_price(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.openai() as client:
        raw = await client.chat.completions.with_raw_response.create(**ask("hello there you"))
        answer = raw.parse()
        calls = await up.calls()
        budget = await up.budget()

    assert answer.choices[0].message.content == "HELLO THERE YOU"
    assert answer.usage and answer.usage.total_tokens == 10 + 3
    assert raw.headers["x-call-id"] == calls[0].id and answer.id == f"chatcmpl-{calls[0].id}"
    assert Decimal(raw.headers["x-cost-usd"]) == Decimal("0.0000033")
    assert [(c.status, c.http_status, c.streamed) for c in calls] == [("settled", 200, False)]
    assert calls[0].response == answer.model_dump(exclude_unset=True)
    assert calls[0].usage and calls[0].usage.cost_usd == Decimal(budget["usd_spent"])
    assert (budget["calls_made"], Decimal(budget["usd_reserved"])) == (1, 0)


async def test_a_stream_is_the_same_call_in_pieces(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.openai() as client:
        whole = await client.chat.completions.create(**ask("long"))
        options = {"include_usage": True}
        stream = await client.chat.completions.create(
            **ask("long"), stream=True, stream_options=options
        )
        chunks = [chunk async for chunk in stream]
        calls = await up.calls()

    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == whole.choices[0].message.content
    assert len(chunks) > 20
    assert chunks[-1].usage == whole.usage and not chunks[-1].choices
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert [(c.key, c.occurrence, c.streamed) for c in calls] == [
        (calls[0].key, 0, False), (calls[0].key, 1, True),
    ]  # fmt: skip
    assert calls[0].response and calls[1].response
    assert calls[0].response["choices"] == calls[1].response["choices"]


async def test_several_choices_stream_side_by_side(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.openai() as client:
        stream = await client.chat.completions.create(**ask("a b c", n=3), stream=True)
        texts = ["", "", ""]
        async for chunk in stream:
            texts[chunk.choices[0].index] += chunk.choices[0].delta.content or ""

    assert texts == ["A B C"] * 3


async def test_a_call_is_on_record_as_open_before_the_model_answers(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.kernel as client:
        waiting = asyncio.create_task(client.post("/v1/chat/completions", json=ask("sleep 3")))
        while not (before := await up.calls()):
            await asyncio.sleep(0.02)
        await waiting
        after = await up.calls()

    assert [(c.status, c.response) for c in before] == [("open", None)]
    assert [c.status for c in after] == ["settled"]


async def test_a_call_is_bound_to_the_cell_that_runs_on_its_own_kernel(tmp_path: Path) -> None:
    photographs(tmp_path / "photographs", ("practice", "eval"))
    async with proctor(settings_for(tmp_path), exercises=["practice", "eval"]) as up:
        for kernel, exercise in (("k1", "practice"), ("k2", "eval")):
            announced = Announcement(
                id=f"a-{kernel}", at=up.service.clock.now(), kind="execute_request",
                kernel_id=kernel, cell_id=f"cell-{kernel}", msg_id=f"m-{kernel}",
                exercise=exercise, payload={"source": "llm('x')"},
            )  # fmt: skip
            up.service.running.take(up.card.session, announced)
        for kernel in ("k2", "k1", "k3"):
            reader, writer = await asyncio.open_unix_connection(str(up.address.kernel_socket))
            body = json.dumps(ask(kernel)).encode()
            writer.write(f"AUDITION/1 {up.card.kernel_token} {kernel}\n".encode())
            writer.write(
                b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
                b"content-length: %d\r\n\r\n%b" % (len(body), body)
            )
            assert b" 200 " in await reader.read()
            writer.close()
        calls = await up.calls()
        budgets = [up.service.purse.budget(up.card.session, state.card)
                   for state in up.card.exercises]  # fmt: skip

    assert [(c.kernel_id, c.cell_id, c.msg_id, c.exercise) for c in calls] == [
        ("k2", "cell-k2", "m-k2", "eval"),
        ("k1", "cell-k1", "m-k1", "practice"),
        ("k3", None, None, "practice"),
    ]
    assert [b.calls_made for b in budgets] == [2, 1]


async def test_what_the_model_made_of_a_prompt_goes_into_the_record_alone(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.kernel as client:
        answer = await client.post("/v1/chat/completions", json=ask("hello"))
        payload = (await told(up, "llm_call"))[0]
        calls = await up.calls()

    assert "reviewers" not in answer.text
    assert "reviewers" in json.dumps(payload["understood"])
    assert (payload["call"], payload["status"], payload["key"]) == (
        calls[0].id, "settled", calls[0].key,
    )  # fmt: skip


async def test_no_prompt_or_answer_lies_in_the_clear_on_disk(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up, up.kernel as client:
        await client.post("/v1/chat/completions", json=ask("a very particular sentence"))
        await client.post("/v1/chat/completions", json=ask("a very particular one", stream=True))
    files = [p for p in settings.home.rglob("*") if p.is_file() and not p.is_symlink()]
    found = [p.name for p in files if b"particular" in p.read_bytes().lower()]

    assert len(files) >= 4
    assert found == []


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (ask("x", model="gpt-9"), openai.NotFoundError, "model_not_found"),
        (ask("too long"), openai.BadRequestError, "context_length_exceeded"),
        (ask("x", logprobs=True), openai.BadRequestError, "unsupported_parameter"),
        (ask("x", tools=[{"type": "function", "function": {"name": "f"}}]),
         openai.BadRequestError, "unsupported_parameter"),
        (ask("nonsense"), openai.InternalServerError, "upstream_error"),
        (ask("die"), openai.InternalServerError, "upstream_error"),
    ],
)  # fmt: skip
async def test_an_error_reaches_the_client_as_its_own_class_and_code(
    tmp_path: Path, body: dict[str, object], kind: type[openai.APIStatusError], code: str
) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.openai(max_retries=0) as client:
        with pytest.raises(kind) as raised:
            await client.chat.completions.create(**body)
        budget = await up.budget()

    assert raised.value.code == code
    assert (budget["calls_made"], Decimal(budget["usd_spent"])) == (0, 0)
    assert Decimal(budget["usd_reserved"]) == 0


async def test_what_the_model_refuses_is_named_as_a_field(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.openai(max_retries=0) as client:
        with pytest.raises(openai.BadRequestError) as raised:
            await client.chat.completions.create(**ask("too long"))

    assert (raised.value.code, raised.value.param) == ("context_length_exceeded", "messages")


async def test_a_client_is_not_sent_back_in_vain(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, purse={"usd": "0.0001"})
    async with (
        proctor(settings) as up,
        up.openai(max_retries=5) as client,
        up.openai(max_retries=5, api_key="wrong") as stranger,
    ):
        with pytest.raises(openai.RateLimitError, match="could cost up to") as raised:
            await client.chat.completions.create(**ask("x", model="sim-large"))
        began = asyncio.get_running_loop().time()
        with pytest.raises(openai.AuthenticationError, match="pass is no longer good"):
            await stranger.chat.completions.create(**ask("x"))

    assert raised.value.code == "insufficient_quota"
    assert raised.value.response.headers["x-should-retry"] == "false"
    assert asyncio.get_running_loop().time() - began < 5


async def test_a_call_meets_a_worker_that_died_and_the_next_one_a_new_worker(
    tmp_path: Path,
) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.kernel as client:
        died = await client.post("/v1/chat/completions", json=ask("die"))
        next_one = await client.post("/v1/chat/completions", json=ask("still there"))
        calls = await up.calls()

    assert (died.status_code, died.headers["x-should-retry"]) == (503, "true")
    assert next_one.json()["choices"][0]["message"]["content"] == "STILL THERE"
    assert [(c.status, c.http_status) for c in calls] == [("failed", 503), ("settled", 200)]


async def test_a_model_that_hangs_is_told_as_a_timeout_and_replaced(tmp_path: Path) -> None:
    worker = fake_worker(answer_within_s=0.5)
    async with proctor(settings_for(tmp_path), worker=worker) as up, up.kernel as client:
        slow = await client.post("/v1/chat/completions", json=ask("hang"))
        next_one = await client.post("/v1/chat/completions", json=ask("awake"))

    assert (slow.status_code, slow.json()["error"]["code"]) == (504, "timeout")
    assert next_one.json()["choices"][0]["message"]["content"] == "AWAKE"


async def test_a_call_waits_for_models_that_are_loading(tmp_path: Path) -> None:
    worker = fake_worker("0.7")
    async with proctor(settings_for(tmp_path), worker=worker) as up, up.kernel as client:
        health = (await client.get("/healthz")).json()
        answer = await client.post("/v1/chat/completions", json=ask("early"))
        later = (await client.get("/healthz")).json()

    assert (health["model"], later["model"]) == ("loading", "ready")
    assert answer.json()["choices"][0]["message"]["content"] == "EARLY"


async def test_models_that_never_come_are_told_and_nothing_is_charged(tmp_path: Path) -> None:
    worker = fake_worker("60", ready_within_s=0.3)
    async with proctor(settings_for(tmp_path), worker=worker) as up, up.kernel as client:
        answer = await client.post("/v1/chat/completions", json=ask("x"))

        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "upstream_error")
        assert await up.calls() == []


async def test_after_the_hard_end_models_no_longer_answer(tmp_path: Path) -> None:
    clock = SteppedClock()
    async with (
        proctor(settings_for(tmp_path), clock=clock, minutes=10) as up,
        up.openai(max_retries=3) as client,
    ):
        await client.chat.completions.create(**ask("in time"))
        clock.advance(10 * 60 + GRACE.total_seconds() - 1)
        await client.chat.completions.create(**ask("in the last second"))
        clock.advance(1)
        with pytest.raises(openai.PermissionDeniedError) as raised:
            await client.chat.completions.create(**ask("too late"))
        calls = await up.calls()

    assert raised.value.code == "session_deadline_exceeded"
    assert len(calls) == 2


async def test_a_stream_ends_at_the_hard_end_with_a_word_why(tmp_path: Path) -> None:
    clock = SteppedClock()
    settings = settings_for(tmp_path)
    paced = settings.proctor.model_copy(update={"simulate_latency": True})
    settings = settings.model_copy(update={"proctor": paced})
    async with (
        proctor(settings, clock=clock, minutes=1) as up,
        up.openai(max_retries=0) as client,
    ):
        stream = await client.chat.completions.create(**ask("very long"), stream=True)
        got = ""
        with pytest.raises(openai.APIError) as raised:
            async for chunk in stream:
                got += chunk.choices[0].delta.content or ""
                clock.advance(60)
        calls = await up.calls()

    assert raised.value.code == "session_deadline_exceeded"
    assert got.startswith("word0") and "word2999" not in got
    assert calls[0].status == "settled" and calls[0].response
    assert calls[0].response["choices"][0]["message"]["content"] == got
    assert calls[0].response["error"]["code"] == "session_deadline_exceeded"


async def test_a_client_that_goes_away_in_a_stream_is_charged_all_the_same(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    paced = settings.proctor.model_copy(update={"simulate_latency": True})
    settings = settings.model_copy(update={"proctor": paced})
    async with proctor(settings) as up, up.kernel as client:
        async with client.stream(
            "POST", "/v1/chat/completions", json=ask("long", stream=True)
        ) as answer:
            async for _ in answer.aiter_bytes():
                break
        while (calls := await up.calls())[0].status == "open":
            await asyncio.sleep(0.02)
        budget = await up.budget()

    assert calls[0].status == "settled"
    assert "word99" in json.dumps(calls[0].response)
    assert Decimal(budget["usd_spent"]) > 0 and Decimal(budget["usd_reserved"]) == 0


async def test_an_answer_takes_as_long_as_a_hosted_one_would(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    paced = settings.proctor.model_copy(update={"simulate_latency": True})
    settings = settings.model_copy(update={"proctor": paced})
    async with proctor(settings) as up, up.kernel as client:
        await up.service.worker.wait_ready()
        began = asyncio.get_running_loop().time()
        await client.post("/v1/chat/completions", json=ask("long"))
        took_s = asyncio.get_running_loop().time() - began
        calls = await up.calls()

    assert took_s >= 0.05 + 100 / 400
    assert calls[0].latency_s is not None and calls[0].latency_s >= 0.3


async def test_equal_requests_are_counted_in_the_order_they_came(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.kernel as client:
        for text in ("one", "two", "one", "one"):
            await client.post("/v1/chat/completions", json=ask(text, user=f"u{text}"))
        calls = await up.calls()

    counted = [(c.request["messages"][0]["content"], c.occurrence) for c in calls]
    assert sorted(counted) == [("one", 0), ("one", 1), ("one", 2), ("two", 0)]


async def test_models_and_prices_are_listed_and_marked_as_simulated(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path, models=["sim-small", "sim-large"])) as up:
        async with up.openai() as client:
            models = await client.models.list()
            one = await client.models.retrieve("sim-large")
        async with up.kernel as kernel:
            prices = (await kernel.get("/v1/prices")).json()

    assert [m.id for m in models.data] == ["sim-small", "sim-large"]
    assert all(m.model_dump()["simulated"] for m in models.data) and one.id == "sim-large"
    assert [m["usd_out_per_million"] for m in prices["models"]] == ["0.60", "15.00"]
