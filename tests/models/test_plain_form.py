"""The form of a prompt settles its task before its words do, and answers take the asked form."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from harness.models.engine import Engine
from harness.models.label_lists import in_capitals
from harness.models.plain_form import settled_task
from harness.models.request import ChatReply
from harness.models.skills.finding_chain import held_in_all
from harness.models.skills.finding_granted import met_by
from harness.models.skills.finding_named import counted, lacks_named
from harness.models.skills.finding_plain_price import free_of_charge, plain_price
from harness.models.skills.naming_language import language_of

Ask = Callable[..., ChatReply]


def _task(engine: Engine, prompt: str) -> str:
    return settled_task(engine.read((("user", prompt),)))


@pytest.mark.parametrize(
    ("prompt", "task"),
    [
        ("Sort the mail into harbour, crew or cargo. Label only.\n\nMail: list the crates by size",
         "classify"),
        ("Sort the note under one label: mast, sail or hull.\n\n<note>it leaks by the keel</note>",
         "classify"),
        ("Labels: bees, honey, hives.\nText: How many hives does the frost leave us?\nLabel?",
         "classify"),
        ("Source: Staff enter free. Dogs are not admitted.\nClaim: Dogs enter free.\nTrue or "
         "false?", "judge"),
        ('Fill {"who": string, "when": string} from: Oda comes on Friday with two friends.',
         "extract"),
    ],
)  # fmt: skip
def test_a_sound_form_settles_the_task(engine: Engine, prompt: str, task: str) -> None:
    assert _task(engine, prompt) == task


@pytest.mark.parametrize(
    "prompt",
    [
        "Sort by weight: pear 180, plum 40, melon 900",
        "Which of these words contain the letter k? lake, boat, kite",
        'Replace "teh" by "the": "Teh firm will recieve teh goods."',
        "Remove the doubles, upper/lower case does not matter.\n\nOsprey, heron, OSPREY, kite",
        "Is the lift running on a Monday? yes or no\n\nLifts run every day from 9 to 16:30.",
        "When does the shop open? The shop opens at nine.",
    ],
)
def test_a_list_or_a_question_is_settled_by_no_form(engine: Engine, prompt: str) -> None:
    assert _task(engine, prompt) == ""


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("sort the invoices and count what we paid", "billing"),
        ("how many radiators are cold this morning?", "heating"),
    ],
)
def test_what_a_text_says_is_not_done_to_it(ask: Ask, text: str, label: str) -> None:
    prompt = f"Sort this note into billing, heating or parking. Label only.\n\nNote: {text}"

    assert ask(prompt, model="sim-large").choices[0].text.strip(". ") == label


def test_answers_in_capitals_are_read_where_an_order_allows_them() -> None:
    assert in_capitals("Reply ALLOW or BLOCK.") == ("ALLOW", "BLOCK")
    assert in_capitals("PASS or FAIL, one word.") == ("PASS", "FAIL")
    assert in_capitals("The NATO or the EU decides; say so.") == ()


def test_a_label_goes_inside_the_tag_that_the_order_shows(ask: Ask) -> None:
    said = ask(
        "Put the team inside <team></team>. Teams: roads, parks, water.\nReport: The main has "
        "burst and the street is flooded."
    )

    assert re.fullmatch(r"<team>\w+</team>", said.choices[0].text)


def test_what_a_rule_grants_is_no_condition_of_it() -> None:
    text = "Members may borrow up to 4 kites if they are over 12. Oda is 11, Per is 15."
    worked = met_by("Who may borrow a kite?", text)
    turned = met_by("Who may not borrow a kite?", text)

    assert worked is not None
    assert worked.bare == "Per"
    assert turned is not None
    assert turned.bare == "Oda"


@pytest.mark.parametrize(
    ("text", "ask_", "bare"),
    [
        ("A jar holds 9 pens and a drawer takes 4 jars.", "How many pens are in 5 drawers?",
         "180 pens"),
        ("Each shelf has 10 cups. There are 6 shelves in a cabinet.",
         "How many cups are in two cabinets?", "120 cups"),
        ("A sheet has 6 stamps and a roll has 10 sheets.",
         "How many rolls are needed for 130 stamps?", "3 rolls"),
    ],
)  # fmt: skip
def test_steps_of_holding_are_followed(text: str, ask_: str, bare: str) -> None:
    worked = held_in_all(ask_, text)

    assert worked is not None
    assert worked.bare == bare


def test_one_step_of_holding_is_left_to_others() -> None:
    assert held_in_all("How many pens are in 5 jars?", "A jar holds 9 pens.") is None


def test_a_reduced_price_is_no_second_item() -> None:
    text = "A lesson costs 20 euros, reduced 14 euros."
    worked = plain_price("What does a lesson cost?", text)

    assert worked is not None
    assert worked.bare == "20 euros"
    assert plain_price("What does a lesson cost for students?", text) is None


def test_a_thing_that_is_free_costs_nothing() -> None:
    worked = free_of_charge("What do I pay for a pram?", "Bags cost 3 euros, prams travel free.")

    assert worked is not None
    assert "free" in worked.sentence


def test_names_and_counts_that_a_text_lacks_are_known() -> None:
    text = "The yard has 40 boats at 6 piers. The permit is signed by the foreman. Oda Rask sails."

    assert lacks_named("What is the foreman's name?", text)
    assert lacks_named("How many electric boats does it have?", text)
    assert not lacks_named("How many boats does it have?", text)


def test_a_count_of_a_year_is_the_one_of_its_clause() -> None:
    text = "The mill had 12 hands. Flour sales reached 900 sacks in 1921, up from 700 in 1920."
    worked = counted("How many sacks did it sell in 1921?", text)

    assert worked is not None
    assert worked.bare == "900"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wir kommen am Montag mit dem Zug.", "German"),
        ("Nous arrivons lundi avec le train.", "French"),
        ("¿A qué hora abre la oficina?", "Spanish"),
        ("Поезд приходит в полдень.", "Russian"),
        ("The train is late.", "English"),
    ],
)
def test_a_language_is_known_by_its_small_words(text: str, language: str) -> None:
    assert language_of(text) == language
