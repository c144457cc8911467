"""Sampling, limits, formats and counts of the engine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import tiktoken

from harness.models import bench, tokens
from harness.models.engine import Engine
from harness.models.errors import BadRequest, ContextTooLong
from harness.models.request import ChatReply, ChatRequest

Ask = Callable[..., ChatReply]

DOCUMENT = (
    "The kiosk rents boats from April to October. A rowing boat costs 9 an hour. "
    "Boats are returned by 19:00. A deposit of 20 is taken in cash."
)
OPEN = f"Answer visitors' questions.\n\nLeaflet:\n{DOCUMENT}\n\nQuestion: Is there a toilet?"

_SCRIPT = """
import json, sys
from harness.models.engine import Engine
from harness.models.request import ChatRequest
engine = Engine()
for prompt in json.load(sys.stdin):
    message = [{"role": "user", "content": prompt}]
    reply = engine.chat(ChatRequest.from_wire("sim-small", message, {"temperature": 0, "n": 2}))
    print(reply.model_dump_json())
"""


def test_temperature_0_gives_the_same_bytes_in_two_processes() -> None:
    asked = bench.questions()
    prompts = [OPEN, "hello", "cat or dog? It barks."] + [
        f"Text:\n{asked.document}\n\nQuestion: {question}" for question in asked.unanswerable[:6]
    ]
    outputs = [
        subprocess.run(
            [sys.executable, "-c", _SCRIPT],
            input=json.dumps(prompts).encode(),
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for _ in range(2)
    ]

    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == len(prompts)


def test_temperature_1_repeats_with_a_seed_and_varies_between_seeds(ask: Ask) -> None:
    def sample(seed: int) -> list[str]:
        return [c.text for c in ask(OPEN, temperature=1, seed=seed, n=4).choices]

    assert sample(1) == sample(1)
    assert len({tuple(sample(seed)) for seed in range(6)}) > 1


def test_temperature_1_without_a_seed_varies(ask: Ask) -> None:
    seen = {tuple(c.text for c in ask(OPEN, temperature=1, n=8).choices) for _ in range(6)}

    assert len(seen) > 1


def test_choices_at_temperature_0_are_all_the_same(ask: Ask) -> None:
    assert len({c.text for c in ask(OPEN, n=5).choices}) == 1


def test_usage_is_what_tiktoken_counts(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tokens.vocabulary_folder()))
    encoding = tiktoken.get_encoding("o200k_base")
    reply = ask(OPEN, system="You are brief. 🚤 <|endoftext|>", n=2, temperature=1, seed=3)

    def count(text: str) -> int:
        return len(encoding.encode(text, disallowed_special=()))

    texts = (("system", "You are brief. 🚤 <|endoftext|>"), ("user", OPEN))

    assert reply.usage.prompt_tokens == 3 + sum(3 + count(r) + count(t) for r, t in texts)
    assert reply.usage.completion_tokens == sum(count(c.text) for c in reply.choices)


def test_max_tokens_cuts_and_says_so(ask: Ask) -> None:
    cut = ask("hello", max_tokens=5)

    assert cut.usage.completion_tokens == 5
    assert cut.choices[0].finish_reason == "length"
    assert ask("hello").choices[0].text.startswith(cut.choices[0].text)
    assert ask("hello").choices[0].finish_reason == "stop"


def test_a_stop_string_ends_the_answer_before_it(ask: Ask) -> None:
    whole = ask("hello").choices[0].text
    stopped = ask("hello", stop=["simulated", "zzz"]).choices[0]

    assert stopped.text == whole.split("simulated")[0]
    assert stopped.finish_reason == "stop"


@pytest.mark.parametrize("model", ["sim-small", "sim-medium", "sim-large"])
def test_a_prompt_beyond_the_window_is_refused_with_figures(ask: Ask, model: str) -> None:
    with pytest.raises(ContextTooLong) as caught:
        ask("word " * 140_000, model=model)

    assert caught.value.code == "context_length_exceeded"
    assert model in str(caught.value)


def test_max_tokens_count_against_the_window(ask: Ask) -> None:
    with pytest.raises(ContextTooLong, match="max_tokens 8190"):
        ask("hello", model="sim-small", max_tokens=8190)


def test_an_unknown_model_names_the_ones_there_are(ask: Ask) -> None:
    with pytest.raises(BadRequest, match="sim-small, sim-medium, sim-large"):
        ask("hello", model="gpt-9")


@pytest.mark.parametrize(
    "prompt",
    ["hello", OPEN, "cat or dog? It barks.", "Summarise: It rained. We left.", "", "{" * 50],
)
def test_json_mode_always_gives_an_object(ask: Ask, prompt: str) -> None:
    reply = ask(prompt, temperature=2, seed=5, n=4, response_format={"type": "json_object"})

    assert all(isinstance(json.loads(c.text), dict) for c in reply.choices)


def test_a_json_schema_is_met(ask: Ask) -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            "animal": {"type": "string", "enum": ["CAT", "DOG"]},
            "confidence": {"type": "number"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "is_sure": {"type": "boolean"},
            "inner": {"type": "object", "properties": {"reason": {"type": "string"}}},
        },
        "required": ["animal"],
    }
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    reply = ask("Label as CAT or DOG.\n\nIt barks at the postman.", response_format=form)
    found = json.loads(reply.choices[0].text)

    assert found["animal"] == "DOG"
    assert isinstance(found["confidence"], float)
    assert isinstance(found["tags"], list)
    assert isinstance(found["is_sure"], bool)
    assert isinstance(found["inner"]["reason"], str)


def test_a_prompt_that_asks_for_json_gets_its_keys(ask: Ask) -> None:
    prompt = (
        'Return JSON only: {"team": "billing|shipping", "confidence": 0.0}\n\n'
        "Message: My parcel never came."
    )
    found = json.loads(ask(prompt, model="sim-large").choices[0].text)

    assert set(found) == {"team", "confidence"}
    assert found["team"] == "shipping"


def test_the_absence_words_of_the_prompt_are_used_with_their_apostrophes(ask: Ask) -> None:
    prompt = OPEN.replace(
        "questions.", "questions. If it isn't there, say \"That's not in my leaflet.\""
    )
    reply = ask(prompt, model="sim-large")

    assert reply.choices[0].text == "That's not in my leaflet."


def test_an_answer_from_the_text_stands_in_the_text(ask: Ask) -> None:
    reply = ask(OPEN.replace("Is there a toilet?", "What does a rowing boat cost?"))

    assert reply.choices[0].text.startswith("A rowing boat costs 9 an hour.")
    assert reply.understood.task == "qa"


def test_the_item_alone_may_be_the_user_message(ask: Ask) -> None:
    reply = ask(
        "My parcel never came.", system="Label the message: billing or shipping. Label only."
    )

    assert reply.choices[0].text == "shipping"
    assert reply.understood.data_spans == ((1, 0, 21),)


def test_earlier_turns_serve_as_examples(engine: Engine) -> None:
    turns = [
        ("system", "Give each message its code, code only."),
        ("user", "I was charged twice."),
        ("assistant", "K7"),
        ("user", "My parcel never came."),
        ("assistant", "K9"),
        ("user", "The delivery is a week late."),
    ]
    messages = [{"role": role, "content": text} for role, text in turns]
    reply = engine.chat(ChatRequest.from_wire("sim-large", messages, {"temperature": 0}))

    assert reply.choices[0].text == "K9"


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("Hi there!", "simulated"),
        ("Write me a poem about the sea.", "cannot write a poem about the sea"),
        ("xkq zzrt wpfl", "read a task"),
        ("Who are you?", "simulated"),
        ("When did the kiosk open?", "no text"),
    ],
)
def test_outside_its_tasks_it_is_short_and_honest(ask: Ask, prompt: str, word: str) -> None:
    assert word in ask(prompt).choices[0].text


def test_encode_returns_unit_rows(engine: Engine) -> None:
    rows = engine.encode(["a boat", "a ship", "income tax"])

    assert rows.shape == (3, 384)
    assert rows.dtype.name == "float32"
    assert abs((rows**2).sum(1) - 1).max() < 1e-3
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2
    assert engine.encode([]).shape == (0, 384)


def test_counting_needs_no_import_of_litellm() -> None:
    script = (
        "import sys; from harness.models import tokens; tokens.count('x'); "
        "sys.exit('litellm' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", script], timeout=60).returncode == 0


def test_a_cut_keeps_whole_characters() -> None:
    kept, was_cut = tokens.cut("ありがとう 🚤🚤🚤🚤🚤🚤", 4)

    assert was_cut
    assert "\ufffd" not in kept
