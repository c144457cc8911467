"""Which words of a prompt are to be sorted: all that stand behind their label or below a menu."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.models.engine import Engine
from harness.models.request import ChatReply

Ask = Callable[..., ChatReply]

MENU = "berth, ferry_delay, lost_luggage"
MEANT = (
    "- berth: the skipper wants to moor a boat or asks for a place\n"
    "- ferry_delay: a ferry is late or does not sail\n"
    "- lost_luggage: a bag was left behind or is missing"
)


@pytest.mark.parametrize(
    ("prompt", "data"),
    [
        (f"Which of these: {MENU}? Label only.\n\nQuery: The gate shut. My bag went on without me. "
         "Could you tell me where it is?",
         "The gate shut. My bag went on without me. Could you tell me where it is?"),
        (f"Sort the query.\n{MEANT}\n\nQuestion: is there room? We draw two metres. Will that do?",
         "is there room? We draw two metres. Will that do?"),
        (f"Sort into one of: {MENU}\nReply with one label only.\nWhat are the reasons that the "
         "ten o'clock boat stays in port? It happens each Monday!",
         "What are the reasons that the ten o'clock boat stays in port? It happens each Monday!"),
    ],
)  # fmt: skip
def test_a_text_is_sorted_as_a_whole(engine: Engine, prompt: str, data: str) -> None:
    reading = engine.read((("user", prompt),))

    assert reading.task == "classify"
    assert reading.data == (data,)


def test_a_question_that_asks_for_the_label_is_no_part_of_the_text(engine: Engine) -> None:
    prompt = f"Labels: {MENU}\nOne word.\nWhich label fits? My suitcase stayed on the pier."
    reading = engine.read((("user", prompt),))

    assert reading.data == ("My suitcase stayed on the pier.",)


def test_a_labelled_question_on_a_document_stays_a_question(engine: Engine) -> None:
    prompt = (
        "Answer from the text only.\n\nText: The ferry sails at ten. Dogs travel free.\n\n"
        "Question: Does it cost anything to bring a dog? She is small."
    )
    reading = engine.read((("user", prompt),))

    assert reading.task == "qa"
    assert reading.data == ("The ferry sails at ten. Dogs travel free.",)


def test_the_meanings_of_a_menu_are_no_claims_to_be_checked(ask: Ask) -> None:
    prompt = (
        f"You sort mail. Possible labels and what they mean:\n{MEANT}\n\nJust the label for: We "
        "have checked each line of the form and it is correct. May we moor our boat tonight?"
    )

    assert ask(prompt, model="sim-large").choices[0].text == "berth"


def test_a_text_that_asks_for_reasons_brings_none(ask: Ask) -> None:
    prompt = (
        f"Sort into one of: {MENU}\nReply with one label only.\nWhat are the reasons that the ten "
        "o'clock ferry is late? It happens each Monday!"
    )

    assert ask(prompt, model="sim-large").choices[0].text == "ferry_delay"
