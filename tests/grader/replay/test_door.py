"""The tape gives recorded answers again: calls of functions, streams, both spellings."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import openai
import pytest

from grader.replay.door import Answers, opened
from grader.replay.tape import Tape
from harness.core.records import Call, Usage
from harness.proctor.answers import error_value
from harness.proctor.completion import usage_value, whole
from harness.proctor.wire import read_chat
from harness.proctor.words import stream_broken
from tests.grader.attempts import Built, Did

TILL = {"type": "function", "function": {"name": "open_till", "parameters": {"type": "object"}}}
CALLS = [
    {"id": f"call_{name}", "type": "function",
     "function": {"name": "open_till", "arguments": f'{{"till": "{name} and then some words"}}'}}
    for name in "ab"
]  # fmt: skip
USAGE = {"prompt_tokens": 7, "completion_tokens": 3}


def asked(text: str) -> dict[str, Any]:
    return {"model": "house", "messages": [{"role": "user", "content": text}], "tools": [TILL]}


def recorded(number: int, text: str, choice: dict[str, Any], **more: Any) -> Call:
    """A call of a provider's as the ledger keeps it."""
    built = Built([Did("a", "x = 1")])
    built.archive()
    read = read_chat(asked(text))
    usage = usage_value(USAGE) if "error" not in more else None
    response = whole(
        f"call-{number}", "house", [choice], created=5, usage=usage, system_fingerprint=None
    )
    return Call(
        id=f"call-{number}", session="s-test", exercise="practice", at=built.events[-1].at,
        kernel_id="k", cell_id="a", msg_id="m0", alias="house", route="provider", key=read.key,
        occurrence=0, status="settled", http_status=200, streamed=True,
        reserved_usd=Decimal("0.1"), usage=Usage(**USAGE, cost_usd=Decimal("0.01")),
        request=read.canonical, response=response | more,
    )  # fmt: skip


@pytest.fixture
def client() -> Iterator[openai.OpenAI]:
    choice = {"text": "", "tool_calls": CALLS, "finish_reason": "tool_calls"}
    cut = {"text": "half of", "finish_reason": None}
    broken = error_value(stream_broken("house", "with its line cut"))
    calls = [
        *(recorded(number, "open", choice) for number in range(4)),
        *(recorded(number + 4, "cut", cut, **broken) for number in range(3)),
        *(recorded(number + 7, "left", cut, usage=None) for number in range(2)),
    ]
    attempt = dataclasses.replace(Built([Did("a", "x = 1")]).attempt(), calls=tuple(calls))
    with opened(Answers(attempt, Tape(attempt, {})), None) as url:
        with openai.OpenAI(base_url=f"{url}/v1", api_key="x", max_retries=0) as one:
            yield one


def test_calls_of_functions_are_given_again_in_every_form(client: openai.OpenAI) -> None:
    plain = client.chat.completions.create(**asked("open"))
    with client.chat.completions.stream(**asked("open")) as stream:
        for _ in stream:
            pass
        streamed = stream.get_final_completion()
    about: dict[str, Any] = {
        "model": "house", "input": "open", "tools": [{"type": "function", **TILL["function"]}],
    }  # fmt: skip
    other = client.responses.create(**about)
    with client.responses.stream(**about) as events:
        for _ in events:
            pass
        again = events.get_final_response()

    message = plain.choices[0].message.model_dump(exclude_unset=True)
    assert (message["content"], message["tool_calls"]) == (None, CALLS)
    found = streamed.choices[0].message.tool_calls or []
    assert [(c.id, c.function.arguments) for c in found] == [
        (c["id"], c["function"]["arguments"])
        for c in CALLS  # type: ignore[index]
    ]
    for response in (other, again):
        assert [(c.call_id, c.arguments) for c in response.output] == [  # type: ignore[union-attr]
            (c["id"], c["function"]["arguments"])
            for c in CALLS  # type: ignore[index]
        ]
    more = client.chat.completions.create(**asked("open"))  # asked once more than recorded
    assert more.choices[0].message.tool_calls == plain.choices[0].message.tool_calls


def test_a_stream_that_was_cut_is_cut_again(client: openai.OpenAI) -> None:
    got = ""
    with pytest.raises(openai.APIError, match="line cut"):
        for chunk in client.chat.completions.create(**asked("cut"), stream=True):
            got += chunk.choices[0].delta.content or ""
    with pytest.raises(openai.APIError, match="line cut"):
        for _ in client.responses.create(
            model="house", input="cut", stream=True,
            tools=[{"type": "function", **TILL["function"]}],  # type: ignore[list-item]
        ):  # fmt: skip
            pass
    with pytest.raises(openai.InternalServerError, match="line cut"):
        client.chat.completions.create(**asked("cut"))

    assert got == "half of"


def test_a_stream_that_was_left_is_given_as_far_as_it_came(client: openai.OpenAI) -> None:
    tools = asked("left")["tools"]
    flat = [{"type": "function", **one["function"]} for one in tools]
    chunks = list(client.chat.completions.create(**asked("left"), stream=True))
    with client.responses.stream(model="house", input="left", tools=flat) as events:
        told = [event.delta for event in events if event.type == "response.output_text.delta"]

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "half of"
    assert "".join(told) == "half of"
