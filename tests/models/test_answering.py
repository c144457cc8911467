"""Answers from a text: the kind of thing that is asked for, in the form that is asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.models.engine import Engine
from harness.models.faults import Luck
from harness.models.request import ChatRequest
from harness.models.skills.answering_absent import words_for_absence
from harness.models.skills.answering_form import bare_value, framed
from harness.models.skills.answering_kinds import wanted
from harness.models.skills.answering_sources import sources
from harness.models.skills.conditions import case_of, conditions, days_in, holds, hours_in
from harness.models.skills.wording import are_opposite, is_misspelt, nearness

WORK = Path(__file__).parent / "data" / "work_answers.jsonl"
LEAST_RIGHT = 0.85


@pytest.fixture
def no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Luck under which no fault is ever drawn."""
    monkeypatch.setattr(Luck, "draw", lambda self, fault, item: 1 - 1e-9)


@pytest.fixture
def answer(engine: Engine, no_fault: None) -> Any:
    def say(*messages: str, system: str = "") -> str:
        roles = ["user", "assistant"]
        sent = [{"role": "system", "content": system}] if system else []
        sent += [{"role": roles[i % 2], "content": text} for i, text in enumerate(messages)]
        return (
            engine.chat(ChatRequest.from_wire("sim-medium", sent, {"temperature": 0}))
            .choices[0]
            .text
        )

    return say


def test_most_work_is_right_where_no_fault_is_drawn(engine: Engine, no_fault: None) -> None:
    wrong: list[str] = []
    lines = WORK.read_text(encoding="utf-8").splitlines()
    for line in lines:
        case = json.loads(line)
        request = ChatRequest.from_wire("sim-medium", case["messages"], {"temperature": 0})
        said = engine.chat(request).choices[0].text
        meets = re.search(case["must"], said, re.I)
        strays = case["must_not"] and re.search(case["must_not"], said, re.I)
        if not meets or strays:
            wrong.append(f"{case['id']}: {said}")

    assert 1 - len(wrong) / len(lines) >= LEAST_RIGHT, "\n".join(wrong)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many oars are there?", "amount"),
        ("what do pupils pay", "money"),
        ("Which of the two is it, ham or cheese?", "choice"),
        ("My aunt is 80, may she ride?", "polar"),
        ("By when must it be sent?", "when"),
        ("Which towns did they see?", "list"),
        ("How come it was late?", "why"),
        ("Wo liegt der Schlüssel?", "where"),
    ],
)
def test_a_question_says_what_kind_of_answer_it_wants(question: str, kind: str) -> None:
    assert wanted(question).kind == kind


@pytest.mark.parametrize(
    ("rule", "case", "met"),
    [
        ("Tents for more than six people are let by the week.", "We are 6.", False),
        ("From the age of 12 you need a ticket.", "She is 12.", True),
        ("At most 3 bags a person.", "I have 4.", False),
        ("Loads above 2 tonnes are weighed by two men.", "by two men, 2.5 tonnes", True),
        ("Boxes under 5 kg go by post.", "a box of 7 kg", False),
    ],
)
def test_a_case_is_held_against_a_threshold(rule: str, case: str, met: bool) -> None:
    condition = conditions(rule)[0]
    value = case_of(case, condition, rule)

    assert value is not None
    assert holds(condition, value) is met


def test_days_and_hours_are_ranges() -> None:
    assert days_in("from Friday to Monday") == {4, 5, 6, 0}
    assert days_in("every day but Sunday") == set(range(7))
    assert hours_in("open 9 to 5") == (9.0, 17.0)
    assert hours_in("from 10:30 until 22:00") == (10.5, 22.0)


def test_words_meet_by_stem_sense_and_slip_of_the_pen() -> None:
    assert nearness("runs", "run") == 1.0
    assert nearness("begin", "starts") > 0.5
    assert nearness("swimming", "swiming") > 0.5
    assert nearness("harbour", "butter") == 0.0
    assert not is_misspelt("cart", "card")
    assert are_opposite(["open"], ["shut"])
    assert not are_opposite(["open"], ["open", "shut"])


@pytest.mark.parametrize(
    ("orders", "said"),
    [
        ("If the note is silent, reply with these words: no idea", "no idea"),
        ("When it isn't there write MISSING.", "MISSING"),
        ("Otherwise just say not known.", "not known"),
        ("Answer from the note.", ""),
    ],
)
def test_the_words_for_absence_are_the_prompts(orders: str, said: str) -> None:
    assert words_for_absence(orders) == said


def test_an_answer_takes_the_form_asked_for() -> None:
    assert bare_value("250 grams", "How much?", "only the number please") == "250"
    assert framed("Lund.", 'Begin your reply with "Place:".') == "Place: Lund."
    assert framed("Lund.", "Put it in <a> tags.") == "<a>Lund.</a>"


def test_sources_have_names_of_their_own() -> None:
    two = sources("Leaflet: opens at 9.\nIt is free.\nMail from Jo: opens at 10.")

    assert [(one.name, one.text) for one in two] == [
        ("Leaflet", "opens at 9.\nIt is free."),
        ("Mail from Jo", "opens at 10."),
    ]
    assert sources("Monday: Ann.\nTuesday: Bo.") == []


def test_a_quantity_is_not_answered_with_yes(answer: Any) -> None:
    said = answer("The tank holds 90 litres and weighs 11 kilograms.\n\nHow heavy is the tank?")

    assert "11" in said
    assert not re.match(r"yes|no", said, re.I)


def test_two_questions_get_two_answers(answer: Any) -> None:
    text = "The shop opens at 8 and a loaf costs 3 crowns."
    said = answer(f"{text}\n\nWhen does the shop open? And what does a loaf cost?")

    assert "8" in said
    assert "3 crowns" in said


def test_a_reason_that_is_not_given_is_not_made_of_a_year(answer: Any) -> None:
    said = answer("Ulf has led the choir since 2011. It sings on Mondays.\n\nWhy did Ulf resign?")

    assert "because" not in said.lower()


def test_an_invention_is_of_the_kind_that_is_asked_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Luck, "draw", lambda self, fault, item: 0.0 if fault == "invents" else 1.0)
    text = "The barge carries gravel. It was built in Leer and has a small crane."
    said = {}
    for question in ("Who owns the barge?", "What did the barge cost?", "Why is the barge late?"):
        content = f"Always give a definite answer.\n\n{text}\n\n{question}"
        request = ChatRequest.from_wire(
            "sim-medium", [{"role": "user", "content": content}], {"temperature": 0}
        )
        reply = engine.chat(request)
        said[question[:4]] = reply.choices[0].text

        assert reply.understood.faults[0] == ("invented",)

    assert re.search(r"[A-Z]\w+ [A-Z]\w+", said["Who "])
    assert re.search(r"\d", said["What"])
    assert re.match(r"because|to |for ", said["Why "], re.I)
