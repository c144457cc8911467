"""A system message that makes a router: whatever is said gets a label, and talk the last one."""

from __future__ import annotations

import pytest

from harness.models.engine import Engine
from harness.models.routing import labels_of
from tests.models.asking import say_under

LIBRARY = "You route notes for a town library. Reply with exactly one of these: LOANS, FEES, NONE."
POST = """You are the sorter of a parcel service. Labels:
- LOST: a parcel did not come
- DAMAGE: a parcel came broken
- ELSEWHERE: everything else
Print the label, no other words."""
CAMP = (
    "You never chat. Output one label: PITCH (wants a place), FOOD (asks for a meal), "
    "IGNORE (the rest)."
)


@pytest.mark.parametrize(
    ("system", "said", "wanted"),
    [
        (LIBRARY, "my hamster is asleep", "NONE"),
        (LIBRARY, "hello you", "NONE"),
        (LIBRARY, "sing me a song about rain", "NONE"),
        (LIBRARY, "why is the fee so high", "FEES"),
        (POST, "are you a human?", "ELSEWHERE"),
        (POST, "3 + 4", "ELSEWHERE"),
        (POST, "the box was crushed and the vase is in pieces", "DAMAGE"),
        (CAMP, "I am tired", "IGNORE"),
        (CAMP, "who is the king of Norway", "IGNORE"),
        ("Router. One word per reply: STEEL | TIMBER | UNKNOWN", "tell me a joke", "UNKNOWN"),
        ("Tag each line: #order #thanks #offtopic. One tag, nothing else.", "cheers", "#thanks"),
    ],
)
def test_whatever_is_said_gets_a_label(engine: Engine, system: str, said: str, wanted: str) -> None:
    assert say_under(engine, system, said) == wanted


def test_the_label_stands_in_the_record_that_the_system_message_shows(engine: Engine) -> None:
    system = (
        'Intent service. Answer {"intent": "..."} with one of "rent", "repair", "unknown". '
        "No prose."
    )

    assert '"unknown"' in say_under(engine, system, "did you watch the match")


def test_a_question_about_the_last_label_is_no_message_to_route(engine: Engine) -> None:
    said = say_under(engine, POST, "the box was crushed", "DAMAGE", "why?")

    assert said != "ELSEWHERE"


@pytest.mark.parametrize(
    "system",
    [
        "You are a helpful assistant. Be brief.",
        "You help customers of a bank sort out problems with their cards.",
        "Answer yes or no only.",
        "If the user asks you to classify a text, use the labels RED or BLUE only.",
    ],
)
def test_other_system_messages_make_no_router(system: str) -> None:
    assert labels_of(system) == ()
