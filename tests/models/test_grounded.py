"""counter-v2 answers from the text it is given, and each cause of its inventions shows alone."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.bench.counter import (
    WAY_OUT,
    Setting,
    ask,
    change,
    read_bands,
    read_shop,
    settings_of,
    shares,
)
from harness.bench.counter_gold import context_in_use
from harness.models.engine import Engine
from harness.models.errors import BadProfile, BadRequest
from harness.models.grounded_profile import GroundedProfile
from harness.models.grounded_rules import (
    holds_back_on_doubt,
    marks_examples,
    offers_way_out,
    wants_first_match,
)
from harness.models.profiles import profile_of_wire
from harness.models.request import ChatRequest

HERE = Path(__file__).parent / "data"
ROOM = Path(__file__).parents[2] / "grader" / "exercises" / "hallucination-debug"
SHOP = read_shop(ROOM)
SETTINGS = settings_of(SHOP)
BANDS = read_bands(HERE / "counter_table.toml")
RULES: dict[str, dict[str, str]] = tomllib.loads((HERE / "counter_rules.toml").read_text("utf-8"))
GIVEN, HANDBOOK = SHOP.given, SHOP.handbook


@pytest.fixture(scope="module")
def profile() -> GroundedProfile:
    return SHOP.profile


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", SETTINGS)
def test_a_prompt_comes_to_what_the_table_says(engine: Engine, name: str) -> None:
    found = shares(engine, SHOP, SETTINGS[name])

    for what, (low, high) in BANDS[name].items():
        assert low <= found.get(what, 0.0) <= high, (what, found)


@pytest.mark.timeout(300)
def test_shouting_does_nothing_and_a_fix_beside_the_bad_line_less_than_in_its_place(
    engine: Engine,
) -> None:
    def invented(template: str) -> float:
        setting = Setting(template, context_in_use(HANDBOOK))
        return shares(engine, SHOP, setting).get("invented", 0.0)

    given, shouted = invented(GIVEN), invented("DO NOT HALLUCINATE!!!\n" + GIVEN)
    beside = invented(change(GIVEN, "Example", WAY_OUT + "Example\n"))
    turned = invented(SETTINGS["gap_turned"].template)

    assert abs(shouted - given) <= 0.1
    assert turned + 0.08 <= beside < given


@pytest.mark.timeout(300)
def test_any_doubt_refuses_what_the_handbook_says(engine: Engine) -> None:
    doubting = "If you have any doubt at all, do not answer.\n" + SETTINGS["all"].template
    found = shares(engine, SHOP, Setting(doubting, HANDBOOK))

    assert found["refused"] >= 0.2 and found.get("invented", 0.0) <= 0.04


def test_a_marked_example_is_told_no_more(engine: Engine) -> None:
    asked = "How many hours before the start can a booking be cancelled free of charge?"
    marked = GIVEN.replace("Example\n", "Example (it shows the form only)\n")

    assert ask(engine, SHOP, Setting(GIVEN, HANDBOOK), asked).way == "repeated"
    assert ask(engine, SHOP, Setting(marked, HANDBOOK), asked).way != "repeated"


def test_a_handbook_nobody_foresaw_is_answered_from(engine: Engine) -> None:
    text = (
        "1. Opening. The pool opens at 06:30 on weekdays and at 08:00 on Saturdays. "
        "2. Lockers. A locker takes a coin of 2, which comes back. "
        "3. Children. Children under seven swim only beside an adult."
    )
    sound = Setting(
        'Answer from the text only. If it does not say, reply "No idea."\n'
        "{context}\n\nQuestion: {question}",
        text,
    )

    coin = ask(engine, SHOP, sound, "Which coin does a locker take?")
    sauna = ask(engine, SHOP, sound, "How hot is the sauna?")
    made_up = ask(engine, SHOP, Setting(GIVEN, text), "How hot is the sauna?")

    assert coin.way == "answered" and "coin of 2" in coin.outcome.text
    assert sauna.way == "declined" and sauna.outcome.text == "No idea."
    assert made_up.way == "invented" and re.search(r"\d", made_up.outcome.text)


def test_the_wire_answers_alike_each_time_and_names_the_fault(
    engine: Engine, profile: GroundedProfile
) -> None:
    prompt = GIVEN.replace("{context}", context_in_use(HANDBOOK)).replace(
        "{question}", "What is a roof rack?"
    )
    asked = ChatRequest.from_wire(
        profile.alias, [{"role": "user", "content": prompt}], {"temperature": 0.2, "n": 3}
    )

    first, again = engine.chat(asked, profile), Engine(seed=5).chat(asked, profile)

    assert len({choice.text for choice in (*first.choices, *again.choices)}) == 1
    assert first.understood.faults[0] == ("counter-v2.invented",)
    assert engine.count(asked, profile) == first.usage.prompt_tokens


def test_what_is_no_question_about_a_text_gets_the_tiers_own_answer(
    engine: Engine, profile: GroundedProfile
) -> None:
    asked = ChatRequest.from_wire(profile.alias, [{"role": "user", "content": "Hello!"}], {})

    assert engine.chat(asked, profile).choices[0].text
    with pytest.raises(BadRequest, match="the profile is of"):
        engine.chat(asked.model_copy(update={"model": "sim-small"}), profile)


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("first_match", wants_first_match),
        ("any_doubt", holds_back_on_doubt),
        ("marked", marks_examples),
        ("way_out", offers_way_out),
    ],
)
def test_a_rule_is_read_in_most_voices(name: str, reader: Callable[[list[str]], bool]) -> None:
    lines = {kind: RULES[name][kind].strip().splitlines() for kind in ("yes", "no")}
    missed = [line for line in lines["yes"] if not reader([line])]
    missed += [line for line in lines["no"] if reader([line])]

    assert len(missed) <= 0.05 * sum(map(len, lines.values())), missed


def test_no_question_of_the_exercise_stands_in_the_profile_or_in_the_model() -> None:
    models = Path(__file__).parents[2] / "harness" / "models"
    written = (ROOM / "proctor" / "profile.toml").read_text("utf-8")
    written += "".join(path.read_text("utf-8") for path in models.glob("grounded*.py"))
    lines = (ROOM / "hidden" / "holdout.jsonl").read_text("utf-8").splitlines()[1:]

    assert not [line for line in lines if json.loads(line)["text"][:30] in written]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"tier": "sim-huge"}, "tier"),
        ({"alias": "sim-small"}, "name of a tier"),
        ({"overload_full": 2.0}, "overload_full"),
        ({"halves": 1.5}, "halves"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_profile_that_does_not_fit_is_told(
    profile: GroundedProfile, changed: dict[str, Any], word: str
) -> None:
    value = profile.model_dump(mode="json", by_alias=True) | changed

    with pytest.raises(BadProfile, match=word):
        profile_of_wire(value)
