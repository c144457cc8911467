"""What a system message wants of every answer: front, end, letters, words for a gap."""

from __future__ import annotations

import pytest

from harness.models.engine import Engine
from harness.models.system_manner import words_for_gap
from tests.models.asking import say_under


@pytest.mark.parametrize(
    ("system", "said", "front", "end"),
    [
        ("Always end with the words: Fair winds!", "8 + 9", "", "Fair winds!"),
        ("Every reply must begin with [FERRY].", "good morning", "[FERRY]", ""),
        ("Sign each answer with '- The Miller'.", "hello", "", "\n- The Miller"),
        ("Put OVER on the last line.", "6 * 7", "", "\nOVER"),
        ("Start every reply with 'Aye!' and be brief.", "who are you", "Aye!", ""),
        ("Close every message with ~ Barn Inn", "What is 5 minus 2?", "", "\n~ Barn Inn"),
    ],
)
def test_every_answer_has_the_front_and_the_end_that_is_told(
    engine: Engine, system: str, said: str, front: str, end: str
) -> None:
    answer = say_under(engine, system, said)

    assert answer.startswith(front)
    assert answer.endswith(end)
    assert answer.strip() != (front + end).strip()


def test_the_end_is_kept_in_a_follow_up_and_not_doubled(engine: Engine) -> None:
    system = "Always end your answer with the line: -- Mill Inn"
    first = "Is tea served? (Tea is from 14 to 16 in the barn.)"
    said = say_under(
        engine, system, first, "Yes, from 14 to 16.\n-- Mill Inn", "and if I come at 17?"
    )

    assert said.count("-- Mill Inn") == 1
    assert said.endswith("\n-- Mill Inn")


@pytest.mark.parametrize(
    "system",
    [
        "End every conversation politely.",
        "Never start with 'Well'.",
        "Begin at 9 and end at 17.",
        "Start with a question.",
    ],
)
def test_rules_that_name_no_words_for_every_answer_change_nothing(
    engine: Engine, system: str
) -> None:
    assert say_under(engine, system, "8 + 9") == say_under(engine, "Be brief.", "8 + 9")


def test_what_the_facts_do_not_tell_gets_the_words_for_it(engine: Engine) -> None:
    system = (
        "You answer for the Weir Boathouse. Boats cost 14 per hour. Open 9 to 18. "
        'Anything else: "Please ring us."'
    )

    assert say_under(engine, system, "do you sell honey?") == "Please ring us."
    assert "14" in say_under(engine, system, "what does a boat cost?")
    assert words_for_gap("If you don't know something say 'Ask the guide.'") == "Ask the guide"
    assert words_for_gap("Be brief.") == ""


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("could you order me a cab for 7?", "I cannot order you a cab for 7; guests must ask"),
        ("hiya can u bring me a pillow", "I cannot bring you a pillow; guests must ask"),
    ],
)
def test_a_deed_that_is_ruled_out_is_refused_with_the_other_way(
    engine: Engine, said: str, wanted: str
) -> None:
    system = (
        "You are the night helper of the Heron Inn. Tea is free. You cannot send anything to "
        "rooms; guests must ask the porter."
    )

    assert say_under(engine, system, said).startswith(wanted)
