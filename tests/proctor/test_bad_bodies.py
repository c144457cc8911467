"""Bodies that are broken or hostile: a clear 400 or 413, never a 500, never a charge."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.proctor.bodies import parse_object
from harness.proctor.errors import Refusal
from harness.proctor.wire import read_chat
from tests.proctor.builders import ask, proctor, settings_for

URL = "/v1/chat/completions"


def parts(*content: Any) -> dict[str, Any]:
    return ask("x") | {"messages": [{"role": "user", "content": list(content)}]}


RAW = {
    "empty": (b"", "cannot be read"), "cut": (b'{"model": "sim-', "cannot be read"),
    "no object": (b"[1, 2]", "not an object"), "null": (b"null", "not an object"),
    "not utf-8": (b'{"model": "\xff\xfe"}', "no UTF-8 at byte 11"),
    "twice": (b'{"model": "a", "model": "b"}', "'model' stands twice"),
    "NaN": (b'{"temperature": NaN}', "NaN is not a number"),
    "huge number": (b'{"n": 1' + b"0" * 5000 + b"}", "more than 4,300 digits"),
    "infinite": (json.dumps(ask("x")).encode()[:-1] + b', "temperature": 1e999}', "too large"),
    "deep": (b'{"messages": ' + b"[" * 5000 + b"]" * 5000 + b"}", "deeper than"),
    "deep without end": (b"[" * 100_000, "deeper than"),
    "surrogate": (b'{"model": "\\ud800"}', "half a character"),
}  # fmt: skip


@pytest.mark.anyio
async def test_what_is_no_json_object_is_refused_with_a_word_on_why(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.kernel as client:
        answers = {name: await client.post(URL, content=raw) for name, (raw, _) in RAW.items()}
        calls = await up.calls()

    assert {name: a.status_code for name, a in answers.items()} == dict.fromkeys(RAW, 400)
    lacking = [n for n, a in answers.items() if RAW[n][1] not in a.json()["error"]["message"]]
    assert lacking == []
    assert calls == []


@pytest.mark.anyio
async def test_a_body_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    own = settings_for(tmp_path)
    small = own.proctor.model_copy(update={"max_body_bytes": 2000})
    async with proctor(own.model_copy(update={"proctor": small})) as up, up.kernel as client:
        stated = await client.post(URL, json=ask("x" * 3000))

        async def pieces() -> Any:
            for _ in range(1000):
                yield b" " * 100

        unstated = await client.post(URL, content=pieces())
        fine = await client.post(URL, json=ask("x" * 1000))

    assert [a.status_code for a in (stated, unstated, fine)] == [413, 413, 200]
    assert stated.json()["error"]["code"] == "request_too_large"


BAD: list[tuple[dict[str, Any], str, str | None]] = [
    (ask("x", model=None), "bad_request", "model"),
    (ask("x", model=7), "bad_request", "model"),
    (ask("x", messages=[]), "bad_request", "messages"),
    (ask("x", messages="hello"), "bad_request", "messages"),
    (ask("x", messages=[1]), "bad_request", "messages[0]"),
    (ask("x", messages=[{"role": "owner", "content": "x"}]), "bad_request", "messages[0].role"),
    (ask("x", messages=[{"role": "user", "content": 3}]), "bad_request", "messages[0].content"),
    (ask("x", messages=[{"role": "user", "content": "x", "cache": 1}]), "unsupported_parameter",
     "messages[0].cache"),
    (ask("x", messages=[{"role": "user", "content": "x"}] * 401), "bad_request", "messages"),
    (ask("x", n=0), "bad_request", "n"),
    (ask("x", truncation="early"), "bad_request", "truncation"),
    (ask("x", frequency_penalty=0.5), "unsupported_parameter", "frequency_penalty"),
    (ask("x", store=True), "unsupported_parameter", "store"),
    (ask("x", n=17), "bad_request", "n"),
    (ask("x", n=True), "bad_request", "n"),
    (ask("x", max_tokens=-1), "bad_request", "max_tokens"),
    (ask("x", max_tokens=1.5), "bad_request", "max_tokens"),
    (ask("x", max_tokens=5, max_completion_tokens=6), "bad_request", "max_tokens"),
    (ask("x", stream="yes"), "bad_request", "stream"),
    (ask("x", stream_options={"secret": 1}), "unsupported_parameter", "stream_options.secret"),
    (ask("x", functions=[]), "unsupported_parameter", "functions"),
    (ask("x", tools=[{"type": "web_search"}]), "unsupported_parameter", "tools[0]"),
    (ask("x", temperature="hot"), "bad_request", "temperature"),
    (ask("x", stop=[""]), "bad_request", "stop"),
    (ask("x", seed=1.5), "bad_request", "seed"),
    (ask("x", logprobs="yes"), "bad_request", "logprobs"),
    (ask("x", top_logprobs=3), "bad_request", "top_logprobs"),
    (ask("x", response_format="json"), "bad_request", "response_format"),
    (ask("x", response_format={"type": "grammar"}), "bad_request", "response_format"),
    (ask("x", response_format={"type": "json_object", "url": "x"}), "unsupported_parameter",
     "response_format.url"),
    (ask("x", response_format={"type": "json_schema", "json_schema": {"schema": 5}}),
     "bad_request", "response_format.json_schema.schema"),
    (ask("x", response_format={"type": "json_schema", "json_schema": {
        "schema": {"properties": {"a": {"$ref": "http://127.0.0.1/s.json"}}}}}),
     "unsupported_content", "response_format.json_schema.schema"),
    (ask("x", store=True), "unsupported_parameter", "store"),
    (ask("x", previous_response_id="r"), "unsupported_parameter", "previous_response_id"),
    (ask("x", api_base="http://127.0.0.1:1"), "unsupported_parameter", "api_base"),
    (ask("x", api_key="k"), "unsupported_parameter", "api_key"),
    (ask("x", extra_body={}), "unsupported_parameter", "extra_body"),
    (parts({"type": "image_url", "image_url": {"url": "http://127.0.0.1/x.png"}}),
     "unsupported_content", "messages[0].content[0]"),
    (parts({"type": "text", "text": "x"}, {"type": "file", "file": {"file_id": "f-1"}}),
     "unsupported_content", "messages[0].content[1]"),
    (parts({"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}),
     "bad_request", "messages[0].content[0]"),
    (parts({"type": "text"}), "bad_request", "messages[0].content[0]"),
    (parts("text"), "bad_request", "messages[0].content[0]"),
]  # fmt: skip


@pytest.mark.anyio
async def test_each_value_that_cannot_be_used_is_named_and_nothing_is_charged(
    tmp_path: Path,
) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.kernel as client:
        answers = [await client.post(URL, json=body) for body, _, _ in BAD]
        calls, budget = await up.calls(), await up.budget()

    told = [(a.status_code, a.json()["error"]["code"], a.json()["error"]["param"]) for a in answers]
    assert told == [(400, code, param) for _, code, param in BAD]
    assert {a.headers["x-should-retry"] for a in answers} == {"false"}
    assert calls == [] and Decimal(budget["usd_reserved"]) == 0


def test_what_a_clients_own_message_carries_along_empty_is_no_obstacle() -> None:
    sent_back = {
        "role": "assistant", "content": "yes", "refusal": None, "annotations": [],
        "audio": None, "function_call": None, "tool_calls": None,
    }  # fmt: skip
    asked = read_chat(ask("x", messages=[sent_back, {"role": "user", "content": "go on"}]))

    assert asked.messages[0] == {"role": "assistant", "content": "yes"}


def test_what_cannot_change_an_answer_is_not_in_the_key() -> None:
    plain = read_chat(ask("x", temperature=0))
    others = [
        ask("x", temperature=0, stream=True, stream_options={"include_usage": True}),
        ask("x", temperature=0, user="me", metadata={"a": "b"}, seed=None),
    ]
    different = [ask("x", temperature=0.1), ask("x ", temperature=0), ask("x", temperature=0, n=2)]

    assert {read_chat(body).key for body in others} == {plain.key}
    assert plain.key not in {read_chat(body).key for body in different}
    assert read_chat(ask("x", max_tokens=9)).key == read_chat(ask("x", max_completion_tokens=9)).key
    assert plain.key.startswith("k1:") and len(plain.key) == 3 + 64


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
NAMES = st.sampled_from(["model", "messages", "n", "stop", "stream", "max_tokens", "temperature",
                         "response_format", "stream_options", "tools", "x"])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(body=st.dictionaries(NAMES, JSON, max_size=6), role=JSON, content=JSON)
def test_whatever_comes_is_a_request_or_a_refusal(body: Any, role: Any, content: Any) -> None:
    for value in (body, ask("x", messages=[{"role": role, "content": content}])):
        try:
            key = read_chat(value).key
        except Refusal as refusal:
            key = f"{refusal.status}"

        assert key.startswith("k1:") or key == "400"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | JSON.map(lambda v: json.dumps(v).encode()))
def test_whatever_bytes_come_are_an_object_or_a_refusal(raw: bytes) -> None:
    try:
        found = parse_object(raw)
    except Refusal as refusal:
        found = {"status": refusal.status}

    assert isinstance(found, dict)


@pytest.mark.parametrize(
    "neutral",
    [
        {"frequency_penalty": 0, "presence_penalty": 0.0}, {"store": False}, {"logit_bias": {}},
        {"truncation": "disabled"}, {"user": "me"},
    ],
)  # fmt: skip
def test_what_a_client_sends_with_its_neutral_value_is_the_same_call(
    neutral: dict[str, Any],
) -> None:
    assert read_chat(ask("x") | neutral).key == read_chat(ask("x")).key
