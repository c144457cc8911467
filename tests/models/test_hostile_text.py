"""Any text at all: it never raises, always answers, and megabytes do not stall it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Never

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.models.engine import Engine
from harness.models.markup import blocks
from harness.models.request import ChatReply, ChatRequest
from harness.models.stance import read_sentence

Ask = Callable[..., ChatReply]

PIECES = st.sampled_from(
    [
        "<doc>", "</doc>", "<example>", "```", '"""', "###", "Question:", "Labels: a, b", "->", "{",
        "}", '{"a":', "|", "\n", "\n\n", "- ", "1. ", "if not", "never", "?", ":", "“", "”", "\x00",
        "\ud800", "\u202e", "🙂", "classify", "summarise", "JSON", "\t", "a" * 200, "\u0301", "，",
    ]
)  # fmt: skip
ANY_TEXT = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join))
PARAMS = st.fixed_dictionaries(
    {"temperature": st.sampled_from([0, 1]), "seed": st.just(1)},
    optional={"response_format": st.just({"type": "json_object"}), "max_tokens": st.just(3)},
)


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    texts=st.lists(ANY_TEXT, min_size=1, max_size=3),
    role=st.sampled_from(["user", "system", "assistant"]),
    params=PARAMS,
)
def test_any_text_gets_some_answer(
    engine: Engine, texts: list[str], role: str, params: dict[str, object]
) -> None:
    messages = [{"role": role, "content": text} for text in texts]
    reply = engine.chat(ChatRequest.from_wire("sim-medium", messages, params))

    assert reply.choices[0].text
    for message, start, end in reply.understood.data_spans:
        assert 0 <= start < end <= len(texts[message])


HOSTILE = {
    "one letter": "a" * 200_000,
    "spaces": " " * 200_000 + "x",
    "newlines": "\n" * 100_000 + "x",
    "open tags": "<doc>" * 40_000,
    "nested tags": "<a>" * 30_000 + "x" + "</a>" * 30_000,
    "quotes": '"' * 200_000,
    "braces": '{"a":' * 40_000,
    "colons": "a: " * 60_000,
    "slashes": "a/" * 100_000,
    "commas": "a, " * 60_000,
    "or": "a or " * 40_000,
    "bullets": "- a\n" * 50_000,
    "pipes": "| a " * 50_000,
    "questions": "why? " * 40_000,
    "negations": "not never no " * 15_000,
    "headings": "# Text\n" * 30_000,
    "labels": "Text: x\nLabel: y\n" * 12_000,
    "emoji": "🙂" * 60_000,
    "right to left": "\u202e" + "שלום עולם. " * 18_000,
    "zalgo": ("e" + "\u0301" * 50) * 4_000,
    "NULs": "\x00" * 200_000,
    "surrogates": "\ud800" * 100_000,
    "words": "if the text does not say it then do not guess but answer " * 3_500,
    "snake": "a_" * 100_000,
    "dashes": "- " * 100_000,
    "backticks": "`" * 200_000,
    "arrows": '"a" -> b\n' * 20_000,
    "emails": "a@" * 100_000,
    "digits": "1 " * 100_000,
    "dots": "." * 200_000,
    "one dash": "-" * 200_000,
    "hyphens": "7-" * 100_000,
    "one number": "7" * 200_000,
    "conditions": "if a then b, " * 15_000,
    "numbered rules": "".join(f"Rule {n}: be kind\n" for n in range(11_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(60)
def test_200_kilobytes_of_anything_are_read_and_the_first_60_answered(
    engine: Engine, ask: Ask, name: str
) -> None:
    text = HOSTILE[name].replace("\ud800", "\ufffd")
    started = time.process_time()
    engine.read((("user", text),))
    reply = ask(text[:60_000], model="sim-large")

    assert reply.choices[0].text
    # a guard against catastrophic patterns, which take minutes; no claim about speed
    assert time.process_time() - started < 20


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(60)
def test_patterns_are_linear_enough_for_a_hostile_sentence(name: str) -> None:
    read_sentence(HOSTILE[name])
    assert blocks(HOSTILE[name]) is not None


def test_megabytes_beyond_every_window_are_refused_without_being_read(
    ask: Ask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from harness.models.errors import ContextTooLong

    def read(messages: object) -> Never:
        raise AssertionError("what cannot fit was read")

    monkeypatch.setattr(engine, "read", read)
    with pytest.raises(ContextTooLong):
        ask("x " * 10_000_000, model="sim-large")
    with pytest.raises(ContextTooLong):
        ask("x " * 300_000, model="sim-large")
