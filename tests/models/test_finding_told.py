"""Answers that a text tells by its form: a cell, a range, a party's price, a term, a thread."""

from __future__ import annotations

import re

import pytest

from harness.models.engine import Engine
from harness.models.faults import Luck
from harness.models.request import ChatRequest
from harness.models.skills.finding_shared import each_asked


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(autouse=True)
def _no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)


def _said(engine: Engine, *messages: tuple[str, str]) -> str:
    wire = [{"role": role, "content": text} for role, text in messages]
    request = ChatRequest.from_wire("sim-medium", wire, {"seed": 1, "temperature": 0})
    return engine.chat(request).choices[0].text


@pytest.mark.parametrize(
    ("prompt", "must"),
    [
        (
            "The tram goes at 7:10 and 9:50 on weekdays. On Sundays there is one, at 10:15.\n\n"
            "When does the tram go on Sunday?",
            r"^10:15",
        ),
        (
            "The cart goes to Nab Head at 8:20 and 14:30 on weekdays. On Sundays only one trip is "
            "made, at 11:40.\n\nWhen does the cart go on Sunday?",
            r"^11:40",
        ),
        (
            "Hours: Mon-Fri 8:00-16:00, Sat 9:30-13:45, Sun closed. When do you close on "
            "Saturdays?",
            r"^13:45",
        ),
        (
            "deck;inside;outside\nUpper;90;130\nLower;70;110\n\nhow much is an outside "
            "cabin on the "
            "lower deck?",
            r"^110",
        ),
        ("Paint dries between -3 and 28 degrees. Can I paint at 30 degrees?", r"^No\b"),
        (
            "Adults pay 13, children under 7 are free, children 6. What do two adults and two "
            "children aged 5 and 9 pay?",
            r"^32\b",
        ),
        (
            "Bags up to 3 kg cost 4, above 3 kg up to 9 kg cost 7, above 9 kg are refused. What "
            "does a bag of 3 kg cost, and one of 12 kg?",
            r"\b4\b.*refused",
        ),
        (
            "Answers come within four working days. Your letter came on Thursday the 6th.\n\n"
            "Latest day for an answer?",
            r"Wednesday the 12th",
        ),
        ("laps\nUna 31\nVic 28\nWim 40\nYrsa 30\n\nlist everyone OVER 30", r"^Una and Wim"),
        (
            '{"hut": "Skarn", "beds": 18, "warden": {"name": "Liv", "phone": "55 01"}}\nHow many '
            "beds does it have?",
            r"^18\b",
        ),
        (
            "ok, final: ochre for the doors.\n\n> From: Jon, Mon 9:02\n> Not grey, it looks like "
            "rain.\n> > From: Ida, Sun\n> > Grey then.\n\nwhich colour will the doors be?",
            r"(?i)^ochre",
        ),
        (
            "The Orm Cup went to Rosa Vint for her dinghy. Last year's winner Ole Kamm handed it "
            "over.\n\nwho won?",
            r"^Rosa Vint",
        ),
    ],
)
def test_what_the_form_of_a_text_tells_is_answered(engine: Engine, prompt: str, must: str) -> None:
    said = _said(engine, ("user", prompt))

    assert re.search(must, said), said


@pytest.mark.parametrize(
    ("asks", "right"),
    [
        (["What do 3 kg cost, and for 7 kg?"], ["What do 3 kg cost?", "What do 7 kg cost?"]),
        (["What does 2 hours cost?", "And 5 hours?"], ["What does 2 hours cost?"] * 1),
        (["What is between 2 and 4 kg?"], ["What is between 2 and 4 kg?"]),
        (["2, 4, 8, 16?"], ["2, 4, 8, 16?"]),
    ],
)
def test_questions_that_share_their_words_are_made_whole(asks: list[str], right: list[str]) -> None:
    said = each_asked(asks)

    assert said[: len(right)] == right
    assert "And 5 hours?" not in said


def test_a_party_pays_by_the_facts_of_a_system_message(engine: Engine) -> None:
    system = (
        "You are the desk of Aquarium Borr. Facts: open daily 9-18. Adults 12, children under 10 "
        "free. If something is not in the facts, say: Please ring us."
    )
    said = _said(
        engine,
        ("system", system),
        ("user", "Hi! We're two adults with a 6-year-old. What do we pay, and is there a shop?"),
    )

    assert re.search(r"^24\b.*Please ring us", said), said
