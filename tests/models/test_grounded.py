"""counter-v2 answers from the text it is given, and each cause of its inventions shows alone."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.scoring.promptfix_gold import Question, came_to
from harness.models.engine import Engine
from harness.models.errors import BadProfile, BadRequest
from harness.models.grounded import Grounded
from harness.models.grounded_profile import GroundedProfile
from harness.models.grounded_rules import (
    holds_back_on_doubt,
    marks_examples,
    offers_way_out,
    wants_first_match,
)
from harness.models.profiles import profile_of_wire, read_profile
from harness.models.request import ChatRequest

HERE = Path(__file__).parent / "data"
ROOM = Path(__file__).parents[2] / "grader" / "exercises" / "hallucination-debug"
TABLE: dict[str, dict[str, list[float]]] = tomllib.loads(
    (HERE / "counter_table.toml").read_text("utf-8")
)
RULES: dict[str, dict[str, str]] = tomllib.loads((HERE / "counter_rules.toml").read_text("utf-8"))
GIVEN = (ROOM / "public" / "prompt.txt").read_text("utf-8")
HANDBOOK = (ROOM / "public" / "handbook.md").read_text("utf-8")
WAY_OUT = 'If the handbook extract does not say it, reply: "The handbook does not say."\n'
ALL_SECTIONS = "Read every section that touches the question, exceptions included.\n"
GAP, SURE, FIRST = "If the handbook extract", "Always give a complete", "Use the first section"
_EXAMPLE = re.compile(r"Example\nQuestion:.*\nAnswer:.*\n\n")


def cut(handbook: str) -> str:
    parts = re.split(r"(?m)^## ", handbook)
    return "\n".join(part for part in parts if re.match(r"\d\. ", part))


def change(prompt: str, start: str, new: str = "") -> str:
    return "".join(new if line.startswith(start) else line for line in prompt.splitlines(True))


MENDED = _EXAMPLE.sub("", change(change(change(GIVEN, GAP, WAY_OUT), SURE), FIRST, ALL_SECTIONS))
PROMPTS = {
    "given": (GIVEN, cut(HANDBOOK)),
    "gap_turned": (change(GIVEN, GAP, WAY_OUT), cut(HANDBOOK)),
    "gap_deleted": (change(GIVEN, GAP), cut(HANDBOOK)),
    "example_removed": (_EXAMPLE.sub("", GIVEN), cut(HANDBOOK)),
    "context_mended": (GIVEN, HANDBOOK),
    "prompt_only": (MENDED, cut(HANDBOOK)),
    "all": (MENDED, HANDBOOK),
}


@pytest.fixture(scope="module")
def profile() -> GroundedProfile:
    found = read_profile(ROOM / "proctor" / "profile.toml")
    assert isinstance(found, GroundedProfile)
    return found


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    lines = (ROOM / "hidden" / "holdout.jsonl").read_text("utf-8").splitlines()[1:]
    return [Question.model_validate_json(line) for line in lines]


def ask(engine: Engine, profile: GroundedProfile, template: str, text: str, q: str) -> Grounded:
    prompt = template.replace("{context}", text).replace("{question}", q)
    said = engine.answer_grounded(profile, prompt)
    assert said is not None
    return said


@pytest.fixture(scope="module")
def shares(
    engine: Engine, profile: GroundedProfile, questions: list[Question]
) -> Callable[[str, str], dict[str, float]]:
    def of(template: str, text: str) -> dict[str, float]:
        came = Counter(came_to(q, ask(engine, profile, template, text, q.text)) for q in questions)
        return {name: came[name] / len(questions) for name in ("right", "invented", "refused")}  # type: ignore[index]

    return of


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_comes_to_what_the_table_says(
    shares: Callable[[str, str], dict[str, float]], name: str
) -> None:
    found = shares(*PROMPTS[name])

    for measure, (low, high) in TABLE[name].items():
        assert low <= found[measure] <= high, (measure, found)


@pytest.mark.timeout(300)
def test_shouting_does_nothing_and_a_fix_beside_the_bad_line_less_than_in_its_place(
    shares: Callable[[str, str], dict[str, float]],
) -> None:
    given = shares(*PROMPTS["given"])
    shouted = shares("DO NOT HALLUCINATE!!!\n" + GIVEN, cut(HANDBOOK))
    beside = shares(change(GIVEN, "Example", WAY_OUT + "Example\n"), cut(HANDBOOK))
    turned = shares(*PROMPTS["gap_turned"])

    assert abs(shouted["invented"] - given["invented"]) <= 0.1
    assert turned["invented"] + 0.08 <= beside["invented"] < given["invented"]


@pytest.mark.timeout(300)
def test_any_doubt_refuses_what_the_handbook_says(
    shares: Callable[[str, str], dict[str, float]],
) -> None:
    found = shares("If you have any doubt at all, do not answer.\n" + MENDED, HANDBOOK)

    assert found["refused"] >= 0.2 and found["invented"] <= 0.04


def test_a_marked_example_is_told_no_more(engine: Engine, profile: GroundedProfile) -> None:
    asked = "How many hours before the start can a booking be cancelled free of charge?"
    marked = GIVEN.replace("Example\n", "Example (it shows the form only)\n")

    assert ask(engine, profile, GIVEN, HANDBOOK, asked).way == "repeated"
    assert ask(engine, profile, marked, HANDBOOK, asked).way != "repeated"


def test_a_handbook_nobody_foresaw_is_answered_from(
    engine: Engine, profile: GroundedProfile
) -> None:
    text = (
        "1. Opening. The pool opens at 06:30 on weekdays and at 08:00 on Saturdays. "
        "2. Lockers. A locker takes a coin of 2, which comes back. "
        "3. Children. Children under seven swim only beside an adult."
    )
    sound = (
        'Answer from the text only. If it does not say, reply "No idea."\n'
        "{context}\n\nQuestion: {question}"
    )

    coin = ask(engine, profile, sound, text, "Which coin does a locker take?")
    sauna = ask(engine, profile, sound, text, "How hot is the sauna?")
    made_up = ask(engine, profile, GIVEN, text, "How hot is the sauna?")

    assert coin.way == "answered" and "coin of 2" in coin.outcome.text
    assert sauna.way == "declined" and sauna.outcome.text == "No idea."
    assert made_up.way == "invented" and re.search(r"\d", made_up.outcome.text)


def test_the_wire_answers_alike_each_time_and_names_the_fault(
    engine: Engine, profile: GroundedProfile
) -> None:
    prompt = GIVEN.replace("{context}", cut(HANDBOOK)).replace("{question}", "What is a roof rack?")
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
