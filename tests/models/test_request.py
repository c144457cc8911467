"""What the wire may carry, and the words for what it may not."""

from __future__ import annotations

from typing import Any

import pytest

from harness.models.errors import BadRequest, ModelRefused, UnsupportedParameter
from harness.models.request import ChatRequest

USER = [{"role": "user", "content": "hello"}]


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        (None, "at least one message"),
        ([], "at least one message"),
        ("hello", "must be a list"),
        (["hello"], r"messages\[0\] must be an object"),
        ([{"role": "boss", "content": "x"}], "'boss'"),
        ([{"content": "x"}], "role is None"),
        ([{"role": "user", "content": 5}], "string or a list"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}], "text only"),
        ([{"role": "user", "content": [{"type": "text"}]}], "without text"),
        ([{"role": "user", "content": ["x"]}], "text only"),
        (USER * 401, "at most 400"),
    ],
)
def test_a_message_that_cannot_be_used_is_named(messages: Any, words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        ChatRequest.from_wire("sim-small", messages)


@pytest.mark.parametrize(
    "params",
    [
        {"temperature": 3},
        {"temperature": "hot"},
        {"temperature": True},
        {"temperature": float("nan")},
        {"top_p": 0},
        {"n": 0},
        {"n": 17},
        {"n": 1.5},
        {"seed": "x"},
        {"max_tokens": 0},
        {"stop": ""},
        {"stop": ["a", "b", "c", "d", "e"]},
        {"stop": [1]},
        {"response_format": {"type": "xml"}},
        {"response_format": "json"},
        {"response_format": {"type": "json_schema"}},
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"schema": {"a": "b" * 50_000}},
            }
        },
        [],
    ],
)
def test_a_value_out_of_range_is_refused(params: Any) -> None:
    with pytest.raises(BadRequest):
        ChatRequest.from_wire("sim-small", USER, params)


@pytest.mark.parametrize("name", ["logprobs", "tools", "frequency_penalty", "stream", "no such"])
def test_an_unknown_parameter_is_named(name: str) -> None:
    with pytest.raises(UnsupportedParameter, match=name) as caught:
        ChatRequest.from_wire("sim-small", USER, {name: 1})

    assert caught.value.code == "unsupported_parameter"


def test_null_means_not_given() -> None:
    request = ChatRequest.from_wire("sim-small", USER, {"temperature": None, "tools": None})

    assert request.options.temperature == 1.0


def test_text_parts_are_joined_and_surrogates_replaced_one_by_one() -> None:
    parts = [{"type": "text", "text": "a\ud800b"}, {"type": "text", "text": "c"}]
    request = ChatRequest.from_wire("sim-small", [{"role": "user", "content": parts}])

    assert request.messages[0].text == "a\ufffdb\nc"


def test_errors_survive_a_process_boundary() -> None:
    import copy

    error = copy.copy(UnsupportedParameter("x"))

    assert isinstance(error, ModelRefused)
    assert (str(error), error.code) == ("x", "unsupported_parameter")


@pytest.mark.parametrize(
    ("messages", "params", "param"),
    [
        ([{"role": "user", "content": "x"}], {"temperature": 3}, "temperature"),
        ([{"role": "user", "content": "x"}], {"top_p": 0}, "top_p"),
        ([{"role": "user", "content": "x"}], {"stop": ["a", "b", "c", "d", "e"]}, "stop"),
        ([{"role": "user", "content": "x"}], {"n": 99}, "n"),
        ([{"role": "user", "content": "x"}], {"tools": []}, "tools"),
        ([{"role": "user", "content": "x"}], {"response_format": {"type": "x"}}, "response_format"),
        ([{"role": "owner", "content": "x"}], None, "messages[0].role"),
        ([], None, "messages"),
    ],
)
def test_a_refusal_names_the_field(
    messages: list[dict[str, str]], params: dict[str, object] | None, param: str
) -> None:
    with pytest.raises(ModelRefused) as caught:
        ChatRequest.from_wire("sim-small", messages, params)

    assert caught.value.param == param
