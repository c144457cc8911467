"""Small works of one message, small talk and rules of a conversation, in wordings of their own."""

from __future__ import annotations

import re

import pytest

from harness.models.engine import Engine
from harness.models.fitting import is_senseless, words_asked
from harness.models.request import ChatRequest
from harness.models.skills.german_polite import made_polite
from harness.models.skills.offhand import first_error, put_in_order, swapped
from harness.models.skills.offhand_figures import bill
from harness.models.skills.sums_said import result_of
from harness.models.turns_rules import gone_on

_STOCK = "I have no text|The text does not say|I could not|Tell me which fields"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def _said(engine: Engine, *messages: tuple[str, str]) -> str:
    wire = [{"role": role, "content": text} for role, text in messages]
    request = ChatRequest.from_wire("sim-medium", wire, {"seed": 1, "temperature": 0})
    return engine.chat(request).choices[0].text


@pytest.mark.parametrize(
    ("prompt", "must"),
    [
        (
            "hello there, who built you and what are you? keep it short",
            r"^I am sim-medium.{0,120}$",
        ),
        ("what can you do? two examples", r"^I can .+ or .+\.$"),
        ("oh man, what a day. did you have a nice evening?", r"practice model.*you\?$"),
        ("What did you have for lunch?", "practice model"),
        ("how much does a jealous teapot weigh on tuesdays?", "What do you mean"),
        ("Is 87 prime? Give one reason.", r"^No: 87 is 3 × 29"),
        ("is 2 + 9 less than 12? just yes or no", r"^Yes"),
        ("what is the opposite of wet", r"^Dry\.$"),
        ("wie heisst du und was kannst du?", r"^Ich bin .*Ich kann"),
        (
            "Say exactly what is between the curly braces and nothing else: {k  _9;; }",
            r"^k  _9;; $|^k  _9;;$",
        ),
        ("my dog ate two grapes, do i have to worry?", r"no vet.*now"),
        ("we get no heating since may. can we just stop paying rent?", r"legal advice.*breach"),
        (
            'Memo: "The board refused the new logo. It cost much." Why did the board accept the '
            "new logo?",
            "^That is not so: The board refused",
        ),
    ],
)
def test_what_a_message_settles_by_itself_gets_no_stock_refusal(
    engine: Engine, prompt: str, must: str
) -> None:
    said = _said(engine, ("user", prompt))
    assert re.search(must, said), said
    assert not re.match(_STOCK, said), said


def test_a_question_about_the_world_is_still_declined_by_name(engine: Engine) -> None:
    said = _said(engine, ("user", "Who painted the ceiling of the town hall in Orb?"))
    assert re.search("cannot answer “Who painted|no text", said), said


def test_a_role_is_kept_in_a_refusal(engine: Engine) -> None:
    system = "You are Old Marta, a lighthouse keeper. Talk only about the sea. Stay in character."
    said = _said(engine, ("system", system), ("user", "hi marta, can you write a python script?"))
    assert "Marta" in said and "the sea" in said and "plain texts" not in said


def test_a_length_in_words_holds_for_what_is_not_known(engine: Engine) -> None:
    system = ("system", "Answer in exactly four words.")
    for question in ("What colour is fresh snow?", "Who founded the town of Orb?"):
        assert len(_said(engine, system, ("user", question)).split()) == 4


@pytest.mark.parametrize(
    ("first", "answer", "turn", "must"),
    [
        (
            "a desk is 40, a chair 15. both?",
            "That makes 65.",
            "but 40 + 15 is not 65",
            r"right.*55",
        ),
        (
            "If I give you a number, reply with its half only. 8",
            "4",
            "now double instead. 9",
            "^18$",
        ),
        ("Each time I write a number, add 5 to it. 2", "7", "20", "^25$"),
        (
            "For each sentence: town; height. Cumber lies 300 m up.",
            "Cumber; 300",
            "next: Orb lies 120 m up the hill.",
            "^Orb; 120$",
        ),
        (
            "Batter for 2: 100 g flour, 3 eggs, 0.2 l milk. We are 4.",
            "200 g flour, 6 eggs, 0.4 l milk",
            "what about 6 people?",
            "300 g flour, 9 eggs, 0.6 l milk",
        ),
    ],
)
def test_a_conversation_goes_on_by_its_rule(first: str, answer: str, turn: str, must: str) -> None:
    assert re.search(must, gone_on([(first, answer)], turn))


@pytest.mark.parametrize(
    "turn", ["are you sure?", "and what about the red one?", "thanks!", "is it 5 or 6 pm?", "1/0"]
)
def test_other_turns_are_left_alone(turn: str) -> None:
    assert gone_on([("The bus leaves at 5 pm. When does it leave?", "At 5 pm.")], turn) == ""


def test_a_bill_takes_every_figure_or_none() -> None:
    found = bill("what do i pay for 2 cups a 4.50 and 1 tray at 6, minus 10% discount")
    assert found is not None and float(found[0]) == 13.5
    assert bill("total for 2 cups a 4.50 and 1 tray at 6, plus 3 for delivery") is None


def test_a_log_tells_its_first_error_and_who_wrote_it() -> None:
    log = "09:00:01 INFO cron: up\n09:00:05 ERROR db: locked\n09:00:09 ERROR web: down\n\n"
    assert first_error(f"{log}What was the first error and when?") == (
        "The first error is at 09:00:05, logged by db: locked."
    )
    assert first_error(f"{log}How many errors, and when was the first error?") == ""


def test_names_are_swapped_and_comparisons_put_in_order() -> None:
    assert (
        swapped("Swap the names: Ida met Ole. Ole waved to Ida.")
        == "Ole met Ida. Ida waved to Ole."
    )
    text = (
        "The oak is older than the elm. The elm is older than the ash. Youngest first, names only"
    )
    assert put_in_order(text) == "ash, elm, oak."


def test_curt_german_is_made_polite() -> None:
    said = made_polite("Mach daraus eine höfliche E-Mail:\n\nhey, die tür klemmt, wann kommt ihr")
    assert said.startswith("Sehr geehrte Damen und Herren,\n\nleider klemmt die Tür.")
    assert "wann Sie kommen?" in said
    assert made_polite("Schreib eine freundliche Absage an Frau Weber.") == ""


def test_hostile_sums_and_questions_end_quickly() -> None:
    assert result_of("9**9**9**9") is None
    assert result_of("(" * 70) is None
    assert result_of("__import__('os')") is None
    assert gone_on([("5 of", "1")], "1 of " * 32) == ""
    assert not is_senseless("Why is the shop shut on Tuesday?")
    assert words_asked("Answer in exactly three words.") == 3


def test_the_next_text_under_the_same_head_takes_the_place_of_the_last(engine: Engine) -> None:
    first = "Topics: food, service, noise. Only those that apply.\nReview: The soup was cold."
    said = _said(
        engine,
        ("user", first),
        ("assistant", "food"),
        ("user", "Review: Loud music all night."),
    )
    assert said.lower().strip(" .") == "noise"
