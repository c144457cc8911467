"""A provider's stream is passed on as it comes; however it ends, the call is kept and paid."""

from __future__ import annotations

import asyncio
import json
import logging
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from harness.core.clock import SteppedClock
from tests.proctor.builders import Up, ask, photographs, proctor
from tests.proctor.test_providers import with_model
from tests.proctor.upstream import SECRET, Upstream, good, streamed, upstream

pytestmark = pytest.mark.anyio
ASKED = ask("hello there", model="house", stream=True)


async def call(up: Up, **more: Any) -> httpx.Response:
    async with up.kernel as client:
        return await client.post("/v1/chat/completions", json=ASKED | more)


def events(answer: httpx.Response) -> list[Any]:
    data = [line[6:] for line in answer.text.split("\n") if line.startswith("data: ")]
    return [json.loads(one) if one != "[DONE]" else one for one in data]


def text_of(told: list[Any]) -> str:
    rows = [one["choices"][0]["delta"] for one in told[:-1] if one.get("choices")]
    return "".join(row.get("content") or "" for row in rows)


async def until_left(there: Upstream, times: int) -> None:
    """Wait until the provider has seen so many streams left in the middle."""
    async with asyncio.timeout(10):
        while there.left < times:
            await asyncio.sleep(0.02)


async def ended(up: Up) -> Any:
    """The one call, once it is no longer open."""
    async with asyncio.timeout(10):
        while not (rows := await up.calls()) or rows[0].status == "open":
            await asyncio.sleep(0.02)
    return rows[0]


async def test_the_first_piece_is_there_before_the_second_was_written(tmp_path: Path) -> None:
    first, *rest = streamed(good("one two three four five six"))
    async with upstream(stream=[first, 60.0, *rest]) as there:
        async with proctor(with_model(tmp_path, there.url)) as up, up.kernel as client:
            async with client.stream("POST", "/v1/chat/completions", json=ASKED) as answer:
                async for line in answer.aiter_lines():
                    if line:
                        break
            row, budget = await ended(up), await up.budget()

    assert json.loads(line[6:])["choices"][0]["delta"]["content"].startswith("one")
    assert there.left == 1  # the provider was not left to write on
    assert (row.status, row.http_status, row.streamed) == ("settled", 200, True)
    assert row.response["choices"][0]["message"]["content"].startswith("one")
    assert row.response["usage"] is None  # never told
    # who leaves pays what was set aside: the provider may have written all of it
    assert row.usage.cost_usd == row.reserved_usd == Decimal(budget["usd_spent"])
    assert Decimal(budget["usd_reserved"]) == 0


async def test_a_whole_stream_is_paid_by_its_own_usage(tmp_path: Path) -> None:
    async with upstream() as there, proctor(with_model(tmp_path, there.url)) as up:
        plain = events(await call(up))
        counted = events(await call(up, stream_options={"include_usage": True}))
        calls, budget = await up.calls(), await up.budget()

    assert text_of(plain) == "well answered" and plain[-1] == "[DONE]"
    assert all("usage" not in one for one in plain[:-1])
    assert counted[-2]["usage"]["total_tokens"] == 10 and counted[-2]["choices"] == []
    assert {one["model"] for one in plain[:-1]} == {"house"}
    assert [asked[2]["stream_options"] for asked in there.asked] == [{"include_usage": True}] * 2
    assert Decimal(budget["usd_spent"]) == 2 * Decimal("0.000044")
    assert calls[0].response and calls[0].response["choices"][0]["finish_reason"] == "stop"


WHOLE = streamed(good())
SEEN = WHOLE[0]
GARBAGE: dict[str, list[Any]] = {
    "no-json": [b"data: <html>" + SECRET.encode() + b"\n\n"],
    "error": [{"error": {"message": f"bad {SECRET}", "code": "x"}}],
    "not-utf-8": [b'data: {"choices": [{"index": 0, "delta": {"content": "\xff"}}]}\n\n'],
    "other-choice": [{"choices": [{"index": 7, "delta": {"content": "x"}}]}],
    "number": [{"choices": [{"index": 0, "delta": {"content": 7}}]}],
    "bad-call": [{"choices": [{"index": 0, "delta": {"tool_calls": [{"id": "a"}]}}]}],
    "odd-end": [{"choices": [{"index": 0, "delta": {}, "finish_reason": "bored"}]}],
    "endless-line": [b"data: " + b"x" * (1 << 20)] + [b"x" * (1 << 20)] * 3,
    "endless": [b": nothing\n" * 100_000] * 200,
    "cut": [b"data: {"],
    "empty": [b""],
    "no-end": [WHOLE[0], WHOLE[-1]],
    "no-usage": streamed(good(), with_usage=False),
    "no-done": WHOLE[:-1],
    "infinite": [b'data: {"choices": [{"index": 0, "delta": {"content": "x"}, "logprobs": '
                 b'{"content": [{"token": "x", "logprob": 1e999}]}}]}\n\n'],
}  # fmt: skip
NOT_AT_ONCE = {"no-end", "no-usage", "no-done"}
"""These say something first whatever stands before them."""


async def test_what_is_wrong_from_the_first_byte_is_a_status_and_costs_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    faults = [fault for fault in GARBAGE if fault not in NOT_AT_ONCE]
    async with upstream() as there, proctor(with_model(tmp_path, there.url)) as up:
        answers = {}
        for fault in faults:
            there.stream = GARBAGE[fault]
            answers[fault] = await call(up)
        calls, budget = await up.calls(), await up.budget()

    told = {fault: (one.status_code, one.json()["error"]["code"]) for fault, one in answers.items()}
    assert told == dict.fromkeys(faults, (502, "upstream_error"))
    assert [(row.status, row.usage) for row in calls] == [("failed", None)] * len(faults)
    assert (budget["usd_spent"], budget["usd_reserved"]) == ("0", "0")
    kept = "".join(one.text for one in answers.values()) + str([row.response for row in calls])
    assert SECRET not in kept + caplog.text
    assert len(there.asked) == len(faults)


async def test_what_goes_wrong_later_is_told_in_the_stream_and_never_costs_more_than_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with upstream() as there, proctor(with_model(tmp_path, there.url)) as up:
        answers = {}
        for fault, garbage in GARBAGE.items():
            there.stream = garbage if fault in NOT_AT_ONCE else [SEEN, 0.05, *garbage]
            answers[fault] = await call(up)
        rows = sorted(await up.calls(), key=lambda row: row.at)
        budget = await up.budget()

    for row, (fault, answer) in zip(rows, answers.items(), strict=True):
        told = events(answer)
        assert answer.status_code == 200 and "well" in text_of(told[:-1]), fault
        assert told[-2]["error"]["code"] == "upstream_error" and told[-1] == "[DONE]", fault
        assert row.status == "settled" and row.response is not None and row.usage is not None
        assert row.response["error"] == told[-2]["error"]
        kept = row.response["choices"][0]["message"]["content"]  # type: ignore[index,call-overload]
        assert kept == text_of(told[:-1]), fault
        assert 0 < row.usage.cost_usd < row.reserved_usd  # what came is paid, not what could have
        assert SECRET not in answer.text + json.dumps(row.response)
    paid = sum(row.usage.cost_usd for row in rows if row.usage)
    assert (Decimal(budget["usd_spent"]), Decimal(budget["usd_reserved"])) == (paid, 0)
    assert SECRET not in caplog.text


async def test_heads_that_are_none_are_a_status(tmp_path: Path) -> None:
    async with upstream(body=b"<html>" + SECRET.encode()) as there:
        async with proctor(with_model(tmp_path, there.url)) as up:
            html = await call(up)
            there.status, there.body = 401, {"error": {"message": SECRET}}
            key = await call(up)
            there.status, there.body = 307, b""
            moved = await call(up)
            there.status, there.body = 429, b""
            busy = await call(up)
            calls = await up.calls()

    codes = [html.status_code, key.status_code, moved.status_code, busy.status_code]
    assert codes == [502, 502, 502, 503]
    assert {one.status for one in calls} == {"failed"} and SECRET not in html.text + key.text


async def test_a_slow_drip_ends_when_an_answer_should_have(tmp_path: Path) -> None:
    drip = [SEEN] + [0.1, b": still here\n"] * 600
    async with upstream(stream=drip) as there:
        async with proctor(with_model(tmp_path, there.url, answer_within_s=0.5)) as up:
            answer = await call(up)
            row = await ended(up)
            there.stream = drip[1:]
            nothing = await call(up)
        await until_left(there, 2)

    assert "unfinished" in events(answer)[-2]["error"]["message"]
    assert row.status == "settled" and row.usage.cost_usd < row.reserved_usd
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (504, "timeout")
    assert there.left == 2


async def test_a_stream_ends_with_the_exercise(tmp_path: Path) -> None:
    clock = SteppedClock()
    first, *rest = streamed(good("one two three four five six"))
    async with upstream(stream=[first, 0.5, *rest]) as there:
        settings = with_model(tmp_path, there.url)
        async with proctor(settings, clock=clock, minutes=1) as up, up.openai() as client:
            got = ""
            stream = await client.chat.completions.create(**ASKED)
            with pytest.raises(openai.APIError) as no:
                async for chunk in stream:
                    got += chunk.choices[0].delta.content or ""
                    clock.advance(600)
            row = await ended(up)

    assert no.value.code == "session_deadline_exceeded" and got.startswith("one")
    assert row.response["choices"][0]["message"]["content"] == got


async def test_usage_above_what_was_set_aside_closes_the_route(tmp_path: Path) -> None:
    over = good(prompt_tokens=50_000, completion_tokens=50_000)
    async with upstream(body=over) as there, proctor(with_model(tmp_path, there.url)) as up:
        first = await call(up, max_tokens=10)
        (row,) = await up.calls()
        second = await call(up)

    assert first.status_code == 200 and events(first)[-1] == "[DONE]"
    assert row.usage is not None and row.usage.cost_usd == row.reserved_usd
    assert (second.status_code, len(there.asked)) == (503, 1)


async def test_a_provider_that_cannot_stream_is_asked_for_whole_answers(tmp_path: Path) -> None:
    async with upstream() as there:
        async with proctor(with_model(tmp_path, there.url, streams=False)) as up:
            answer = await call(up)

    assert text_of(events(answer)) == "well answered"
    assert there.asked[0][2]["stream"] is False


async def test_the_other_spelling_streams_too(tmp_path: Path) -> None:
    async with upstream() as there, proctor(with_model(tmp_path, there.url)) as up:
        client = up.openai(max_retries=0)
        kinds, text = [], ""
        for model in ("house", "sim-small"):
            async with client.responses.stream(model=model, input="hello there") as stream:
                async for one in stream:
                    kinds.append(one.type)
                    text += one.delta if one.type == "response.output_text.delta" else ""
                final = await stream.get_final_response()

            assert final.output_text in ("well answered", "HELLO THERE")
        there.stream = [SEEN, 0.05, {"error": {"message": SECRET}}]
        with pytest.raises(openai.APIError) as no:
            async for _ in await client.responses.create(model="house", input="x", stream=True):
                pass
        await client.close()
        calls = await up.calls()

    assert kinds[:4] == ["response.created", "response.in_progress", "response.output_item.added",
                         "response.content_part.added"]  # fmt: skip
    assert kinds[-4:] == ["response.output_text.done", "response.content_part.done",
                          "response.output_item.done", "response.completed"]  # fmt: skip
    assert text == "well answeredHELLO THERE"
    assert no.value.code == "upstream_error" and SECRET not in str(no.value)
    assert all(one.streamed and one.response is not None for one in calls)
    assert {str(one.response["object"]) for one in calls if one.response} == {"chat.completion"}


async def test_many_streams_some_of_them_left_never_spend_more_than_the_purse(
    tmp_path: Path,
) -> None:
    first, *rest = streamed(good("one two three four five six", completion_tokens=40))
    async with upstream(stream=[first, 0.05, *rest]) as there:
        settings = with_model(tmp_path, there.url)
        photographs(tmp_path / "few", purse={"usd": "0.005"})  # about seven at worst case
        own = settings.proctor.model_copy(update={"photographs": tmp_path / "few"})
        async with proctor(settings.model_copy(update={"proctor": own})) as up:
            client = up.kernel

            async def one(number: int) -> int:
                body = ASKED | {"max_tokens": 50, "seed": number}
                async with client.stream("POST", "/v1/chat/completions", json=body) as answer:
                    if number % 3 or answer.status_code != 200:
                        await answer.aread()
                    return answer.status_code

            codes = await asyncio.gather(*(one(number) for number in range(40)))
            await client.aclose()
            async with asyncio.timeout(20):
                while any(row.status == "open" for row in await up.calls()):
                    await asyncio.sleep(0.05)
            calls, budget = await up.calls(), await up.budget()

    paid = sum(row.usage.cost_usd for row in calls if row.usage)
    assert Decimal(budget["usd_spent"]) == paid <= Decimal("0.005")
    assert Decimal(budget["usd_reserved"]) == 0
    assert len(calls) == codes.count(200) == len(there.asked) > 3
    assert set(codes) == {200, 429}


async def test_a_defect_of_ours_in_a_stream_is_not_the_candidates_to_pay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with upstream() as there, proctor(with_model(tmp_path, there.url)) as up:

        async def broken(*_: object) -> object:
            raise RuntimeError("a defect")

        monkeypatch.setattr(up.service.providers, "open_stream", broken)
        answer = await call(up)
        row, budget = await ended(up), await up.budget()

    assert answer.status_code == 500 and answer.json()["error"]["code"] == "internal"
    assert (row.status, row.usage) == ("failed", None)
    assert (budget["usd_spent"], budget["usd_reserved"]) == ("0", "0")
