"""/v1/responses is the same call in another spelling: one key, one row, one recorded answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.proctor.errors import Refusal
from harness.proctor.response_events import as_response
from harness.proctor.responses import read_response_request
from harness.proctor.wire import read_chat
from tests.proctor.builders import proctor, settings_for

ASKED = {"model": "sim-small", "input": "hello there"}


def test_both_spellings_of_a_request_have_one_key() -> None:
    chat = {
        "model": "sim-small", "temperature": 0.5, "max_tokens": 9,
        "messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hi"}],
    }  # fmt: skip
    other = {
        "model": "sim-small", "temperature": 0.5, "max_output_tokens": 9,
        "instructions": "be brief", "input": [{"role": "user", "content": "hi"}], "store": False,
    }  # fmt: skip

    assert read_response_request(other).key == read_chat(chat).key


def test_messages_in_parts_and_earlier_answers_are_read() -> None:
    asked = read_response_request({
        "model": "sim-small",
        "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "a"}]},
            {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant",
             "content": [{"type": "output_text", "text": "b", "annotations": [], "logprobs": []}]},
            {"role": "user", "content": "c"},
        ],
    })  # fmt: skip

    assert [message["role"] for message in asked.messages] == ["user", "assistant", "user"]
    assert asked.messages[1]["content"] == [{"type": "text", "text": "b"}]


def test_forms_of_output_are_the_chats() -> None:
    schema = {"type": "json_schema", "name": "k", "schema": {"type": "object"}, "strict": True}
    asked = read_response_request(ASKED | {"text": {"format": schema}})
    plain = read_response_request(ASKED | {"text": {"format": {"type": "text"}}})

    assert asked.params["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "k", "schema": {"type": "object"}, "strict": True},
    }
    assert "response_format" not in plain.params


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"store": True}, "store"), ({"stream": "yes"}, "stream"), ({"background": True}, "background"),
    ({"previous_response_id": "resp_1"}, "previous_response_id"),
    ({"tools": [{"type": "web_search"}]}, "tools[0]"), ({"conversation": "c"}, "conversation"),
    ({"tool_choice": {"type": "file_search"}}, "tool_choice"), ({"prompt": {"id": "p"}}, "prompt"),
    ({"include": ["file_search_call.results"]}, "include"), ({"api_base": "http://x"}, "api_base"),
    ({"reasoning": {"effort": "high"}}, "reasoning"), ({"truncation": "early"}, "truncation"),
    ({"text": {"verbosity": "low"}}, "text.verbosity"), ({"text": "json"}, "text"),
    ({"text": {"format": 5}}, "text.format"), ({"instructions": 5}, "instructions"),
    ({"input": None}, "input"), ({"input": []}, "input"), ({"input": 5}, "input"),
    ({"input": ["x"]}, "input[0]"),
    ({"input": [{"type": "item_reference", "id": "x"}]}, "input[0]"),
    ({"input": [{"type": "function_call", "name": "f"}]}, "messages[0].tool_calls[0].id"),
    ({"input": [{"type": "function_call_output", "output": "x"}]}, "messages[0].tool_call_id"),
    ({"input": [{"type": ["message"]}]}, "input[0]"), ({"reasoning": 5}, "reasoning"),
    ({"tools": [{"type": "function", "name": "f", "server": "x"}]}, "tools[0].function.server"),
    ({"input": [{"role": "user", "content": "x", "cache": 1}]}, "input[0].cache"),
    ({"input": [{"role": "boss", "content": "x"}]}, "messages[0].role"),
    ({"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "http://x"}]}]},
     "messages[0].content[0]"),
    ({"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "f"}]}]},
     "messages[0].content[0]"),
    ({"max_output_tokens": "many"}, "max_tokens"), ({"model": None}, "model"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "param"), REFUSED, ids=[f"{p}-{n}" for n, (_, p) in
                                                            enumerate(REFUSED)])  # fmt: skip
def test_what_is_not_offered_is_a_400_that_names_it(change: dict[str, Any], param: str) -> None:
    with pytest.raises(Refusal) as no:
        read_response_request(ASKED | change)

    assert no.value.status == 400
    assert no.value.param is None or no.value.param == param


def test_an_answer_that_was_cut_is_incomplete() -> None:
    asked = read_response_request(ASKED)
    completed = {
        "id": "chatcmpl-call-1", "created": 1, "model": "sim-small",
        "choices": [{"finish_reason": "length", "message": {"content": "a b"}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
    }  # fmt: skip
    told = as_response(asked, completed)

    assert (told["status"], told["incomplete_details"]) == (
        "incomplete", {"reason": "max_output_tokens"},
    )  # fmt: skip
    assert told["output"][0]["content"][0]["text"] == "a b"


@pytest.mark.anyio
async def test_the_openai_client_and_the_ledger_agree(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        client = up.openai()
        answer = await client.responses.create(
            model="sim-small", input="hello there", instructions="be loud", temperature=0
        )
        await client.close()
        (row,), budget = await up.calls(), await up.budget()

    assert answer.output_text == "HELLO THERE" and answer.status == "completed"
    assert answer.usage is not None and answer.usage.total_tokens > 0
    assert row.status == "settled" and row.response is not None
    assert row.response["object"] == "chat.completion"  # the record has one spelling
    assert budget["calls_made"] == 1


@pytest.mark.parametrize("name", ["", "a b", "x" * 101, "é", "a/b", "a\\n"])
def test_a_call_id_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(Refusal, match="x-call-id"):
        read_response_request(ASKED, call_id=name)


@pytest.mark.anyio
async def test_a_call_id_joins_the_key_and_goes_no_further(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        client = up.openai()
        for name in ("one", "two", None):
            headers = {"x-call-id": name} if name else {}
            await client.chat.completions.create(
                model="sim-small", messages=[{"role": "user", "content": "x"}],
                extra_headers=headers,
            )  # fmt: skip
        await client.close()
        calls = await up.calls()

    assert len({call.key for call in calls}) == 3
    assert [call.request.get("call_id") for call in calls] == ["one", "two", None]
    assert [call.occurrence for call in calls] == [0, 0, 0]
