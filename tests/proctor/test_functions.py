"""Function tools go to providers that take them and come back whole; nothing hosted passes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.proctor.errors import Refusal
from harness.proctor.response_events import as_response
from harness.proctor.responses import read_response_request
from harness.proctor.wire import read_chat
from tests.proctor.builders import ask, proctor
from tests.proctor.test_providers import with_model
from tests.proctor.upstream import good, upstream

TILL = {
    "type": "function",
    "function": {
        "name": "open_till", "description": "Opens a till.", "strict": True,
        "parameters": {"type": "object", "properties": {"number": {"type": "integer"}}},
    },
}  # fmt: skip
CALLS = [
    {"id": "call_a", "type": "function",
     "function": {"name": "open_till", "arguments": '{"number": 4}'}},
    {"id": "call_b", "type": "function",
     "function": {"name": "open_till", "arguments": '{"number": 5, "note": "the far one, é"}'}},
]  # fmt: skip
ASKED = ask("open two tills", model="house", tools=[TILL])


def called() -> dict[str, Any]:
    """An answer that calls two functions."""
    answer = good()
    message = {"role": "assistant", "content": None, "tool_calls": CALLS}
    answer["choices"][0] |= {"message": message, "finish_reason": "tool_calls"}
    return answer


@pytest.mark.anyio
async def test_calls_come_back_whole_streamed_and_in_the_other_spelling(tmp_path: Path) -> None:
    history = [
        *ASKED["messages"],
        {"role": "assistant", "content": None, "tool_calls": CALLS[:1]},
        {"role": "tool", "tool_call_id": "call_a", "content": "it is open"},
    ]
    more = {"tool_choice": "required", "parallel_tool_calls": True, "messages": history}
    async with upstream(body=called()) as there, proctor(with_model(tmp_path, there.url)) as up:
        client = up.openai(max_retries=0)
        whole = await client.chat.completions.create(**ASKED | more)
        async with client.chat.completions.stream(**ASKED | more) as stream:
            async for _ in stream:
                pass
            streamed = await stream.get_final_completion()
        told = await client.responses.create(
            model="house", input="open two tills",
            tools=[{"type": "function", **TILL["function"]}],  # type: ignore[dict-item]
        )  # fmt: skip
        await client.close()
        calls = await up.calls()
    message = whole.choices[0].message.model_dump(exclude_unset=True)

    assert (message["content"], message["tool_calls"]) == (None, CALLS)
    assert whole.choices[0].finish_reason == "tool_calls"
    again = streamed.choices[0].message.tool_calls or []
    assert [(c.id, c.function.name, c.function.arguments) for c in again] == [
        (c["id"], *c["function"].values())
        for c in CALLS  # type: ignore[attr-defined]
    ]
    assert [(one.type, one.call_id, one.arguments) for one in told.output] == [  # type: ignore[union-attr]
        ("function_call", c["id"], c["function"]["arguments"])
        for c in CALLS  # type: ignore[index]
    ]
    sent = there.asked[0][2]
    assert (sent["tools"], sent["tool_choice"]) == ([TILL], "required")
    assert sent["messages"] == [{k: v for k, v in one.items() if v is not None} for one in history]
    assert calls[0].key == calls[1].key != calls[2].key
    assert calls[0].response and calls[1].response and calls[0].request["tools"] == [TILL]
    assert calls[0].response["choices"] == calls[1].response["choices"]
    assert {call.status for call in calls} == {"settled"}


@pytest.mark.anyio
async def test_a_model_without_a_parameter_says_which_models_have_it(tmp_path: Path) -> None:
    async with upstream() as there, proctor(with_model(tmp_path, there.url)) as up:
        async with up.kernel as client:

            async def told(model: str, **more: Any) -> Any:
                body = ask("hello", model=model) | more
                answer = await client.post("/v1/chat/completions", json=body)
                error = answer.json().get("error", {})
                return answer.status_code, error.get("param"), error.get("message", "")

            simulated = await told("sim-small", tools=[TILL])
            nobody = await told("house", logprobs=True, top_logprobs=2)
            passing = await told("sim-small", tools=[TILL], tool_choice="none")
            calls = await up.calls()

    assert simulated[:2] == (400, "tools") and simulated[2].endswith("These do: house.")
    assert nobody[:2] == (400, "logprobs") and "No model of this exercise" in nobody[2]
    assert passing[0] == 200
    assert [call.request.get("tool_choice") for call in calls] == ["none"]  # refusals are no calls
    assert not there.asked


@pytest.mark.anyio
async def test_logprobs_pass_where_the_operator_says_that_they_are(tmp_path: Path) -> None:
    answer, token = good("yes"), {"token": "yes", "logprob": -0.25, "bytes": [121, 101, 115]}
    answer["choices"][0]["logprobs"] = {"content": [token | {"top_logprobs": [token]}]}
    settings = {"offers": ("logprobs",)}
    async with upstream(body=answer) as there:
        async with proctor(with_model(tmp_path, there.url, **settings)) as up:
            client = up.openai(max_retries=0)
            asked: dict[str, Any] = ask("x", model="house") | {"logprobs": True, "top_logprobs": 1}
            whole = await client.chat.completions.create(**asked)
            async with client.chat.completions.stream(**asked) as stream:
                async for _ in stream:
                    pass
                streamed = await stream.get_final_completion()
            await client.close()

    for one in (whole, streamed):
        logprobs = one.choices[0].logprobs
        assert logprobs is not None and logprobs.content is not None
        assert [row.logprob for row in logprobs.content] == [-0.25]
        assert logprobs.content[0].top_logprobs[0].token == "yes"
    assert there.asked[0][2]["top_logprobs"] == 1


def changed(**about: Any) -> dict[str, Any]:
    return {"type": "function", "function": {**TILL["function"], **about}}  # type: ignore[dict-item]


def message(**about: Any) -> dict[str, Any]:
    return {"messages": [{"role": "assistant", **about}]}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"tools": {}}, "tools"), ({"tools": [1]}, "tools[0]"), ({"tools": [TILL] * 129}, "tools"),
    ({"tools": [{"type": "mcp", "server_url": "http://x"}]}, "tools[0]"),
    ({"tools": [{"type": "file_search", "vector_store_ids": ["v"]}]}, "tools[0]"),
    ({"tools": [TILL | {"url": "http://x"}]}, "tools[0].url"), ({"tools": [TILL, TILL]}, "tools"),
    ({"tools": [{"type": "function"}]}, "tools[0].function"),
    ({"tools": [changed(name="a b")]}, "tools[0].function.name"),
    ({"tools": [changed(name="x" * 65)]}, "tools[0].function.name"),
    ({"tools": [changed(endpoint="http://x")]}, "tools[0].function.endpoint"),
    ({"tools": [changed(strict="yes")]}, "tools[0].function.strict"),
    ({"tools": [changed(parameters=[])]}, "tools[0].function.parameters"),
    ({"tools": [changed(parameters={"items": [{"$ref": "file:///etc/passwd"}]})]},
     "tools[0].function.parameters"),
    ({"tool_choice": "required"}, "tool_choice"),
    ({"tools": [TILL], "tool_choice": "always"}, "tool_choice"),
    ({"tools": [TILL], "tool_choice": {"type": "function", "function": {"name": "other"}}},
     "tool_choice"),
    ({"tools": [TILL], "tool_choice": {"type": "web_search"}}, "tool_choice"),
    ({"tools": [TILL], "parallel_tool_calls": 1}, "parallel_tool_calls"),
    (message(tool_calls="x"), "messages[0].tool_calls"),
    (message(tool_calls=[{"id": "a"}]), "messages[0].tool_calls[0]"),
    (message(tool_calls=[CALLS[0] | {"type": "custom"}]), "messages[0].tool_calls[0]"),
    (message(tool_calls=[CALLS[0] | {"id": ""}]), "messages[0].tool_calls[0].id"),
    (message(tool_calls=[CALLS[0] | {"function": {"name": "f", "arguments": {}}}]),
     "messages[0].tool_calls[0].function.arguments"),
    ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].tool_call_id"),
    ({"messages": [{"role": "user", "content": "x", "tool_calls": CALLS}]},
     "messages[0].tool_calls"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_what_is_no_function_is_a_400_that_names_it(number: int) -> None:
    change, param = REFUSED[number]
    with pytest.raises(Refusal) as no:
        read_chat(ask("x") | change)

    assert (no.value.status, no.value.param) == (400, param)


def test_what_functions_weigh_is_set_aside_with_the_prompt() -> None:
    heavy = changed(description="d" * 10_000)
    plain, light = read_chat(ask("x")), read_chat(ask("x", tools=[TILL]))
    form = {"type": "json_schema", "json_schema": {"schema": {"title": "t" * 10_000}}}

    assert light.most_prompt_tokens > plain.most_prompt_tokens + len(json.dumps(TILL))
    assert read_chat(ask("x", tools=[heavy])).most_prompt_tokens > 20_000
    assert read_chat(ask("x", response_format=form)).most_prompt_tokens > 20_000
    said = message(tool_calls=[CALLS[0] | {"function": {"name": "f", "arguments": "a" * 9_000}}])
    assert read_chat(ask("x") | said).most_prompt_tokens > 9_000


def test_no_functions_are_as_good_as_none() -> None:
    keys = {read_chat(ask("x") | more).key for more in (
        {}, {"tools": []}, {"tool_choice": "auto"}, {"parallel_tool_calls": False},
        {"tools": None, "tool_choice": "none"}, {"logprobs": False},
    )}  # fmt: skip

    assert len(keys) == 1


def test_both_spellings_of_calls_and_their_answers_have_one_key() -> None:
    function = TILL["function"]
    chat = read_chat({
        "model": "house", "tools": [TILL],
        "tool_choice": {"type": "function", "function": {"name": "open_till"}},
        "messages": [
            {"role": "user", "content": "open"},
            {"role": "assistant", "content": "I open them.", "tool_calls": CALLS},
            {"role": "tool", "tool_call_id": "call_a", "content": "open"},
        ],
    })  # fmt: skip
    other = read_response_request({
        "model": "house", "tools": [{"type": "function", **function}],  # type: ignore[dict-item]
        "tool_choice": {"type": "function", "name": "open_till"},
        "input": [
            {"role": "user", "content": "open"},
            {"role": "assistant", "content": "I open them."},
            *({"type": "function_call", "call_id": one["id"], **one["function"]}  # type: ignore[dict-item]
              for one in CALLS),
            {"type": "function_call_output", "call_id": "call_a", "output": "open"},
        ],
    })  # fmt: skip

    assert chat.key == other.key
    told = as_response(other, {**called(), "id": "chatcmpl-c", "model": "house"})
    assert told["tools"][0]["name"] == told["tool_choice"]["name"] == "open_till"
    assert told["status"] == "completed" and len(told["output"]) == 2


@pytest.mark.anyio
async def test_a_call_that_is_none_is_no_answer(tmp_path: Path) -> None:
    broken: list[Any] = [
        [{"id": "a", "type": "function", "function": {"name": "f", "arguments": {}}}],
        [{"type": "function", "function": {"name": "f", "arguments": "{}"}}], ["x"],
        [CALLS[0] | {"type": "mcp"}],
        [{"id": "a" * 300, "type": "function", "function": {"name": "f", "arguments": "{}"}}],
    ]  # fmt: skip
    async with upstream() as there, proctor(with_model(tmp_path, there.url)) as up:
        async with up.kernel as client:
            for calls in broken:
                there.body = called()
                there.body["choices"][0]["message"]["tool_calls"] = calls
                answer = await client.post("/v1/chat/completions", json=ASKED)

                assert answer.status_code == 502, calls
        budget = await up.budget()

    assert budget["usd_spent"] == "0"
