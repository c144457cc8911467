"""A question wrapped in courtesy is put plainly; a case is held against the bounds of a rule."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.models.engine import Engine
from harness.models.faults import Luck
from harness.models.plain_asking import asked_plainly
from harness.models.request import ChatReply
from harness.models.skills.answering_absent import words_for_absence

Ask = Callable[..., ChatReply]
POOL = (
    "Harbour pool rules. Children under 8 must be with an adult. From 12 years on you may use the "
    "diving tower. The sauna is open to guests of 16 and older. Season tickets are for residents "
    "who live within 25 km of the pool. Lockers must be emptied by 21:00. Groups of more than 15 "
    "people must book at least 5 days ahead. The slide is for people between 1.20 m and 2.00 m "
    "tall. Courses can be left free of charge up to 3 days before they begin. Lost tickets are "
    "replaced until 30 June. Glass is forbidden at the edge of the pool. "
    "Discount applies from an order value of 50 euros."
)
HALL = (
    "The wood workshop is open from 9 am to 7 pm Monday to Thursday and until 4 pm on Fridays. A "
    "key is handed out at the office against a deposit of 20 euros. Machines may be used only "
    "after an introduction."
)


@pytest.fixture(autouse=True)
def _no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)


@pytest.mark.parametrize(
    ("word", "rest", "asked"),
    [
        ("when", "the workshop closes on Fridays", "When does the workshop close on Fridays?"),
        ("where", "I should leave my bike", "Where should I leave my bike?"),
        ("how", "much it is to hire shoes", "How much is it to hire shoes?"),
        ("which", "gate my group needs", "Which gate does my group need?"),
        ("which", "bus goes to the lake", "Which bus goes to the lake?"),
        ("what", "happens if I am late", "What happens if I am late?"),
        ("who", "is responsible for the keys", "Who is responsible for the keys?"),
        ("whether", "the museum has a cloakroom", "Does the museum have a cloakroom?"),
        ("when", "refunds are paid", "When are refunds paid?"),
        ("if", "they've opened yet", "Have they opened yet?"),
        ("how", "many days before the trip I can cancel",
         "How many days before the trip can I cancel?"),
        ("what", "time breakfast is served, please", "What time is breakfast served?"),
    ],
)  # fmt: skip
def test_an_indirect_question_is_put_directly(word: str, rest: str, asked: str) -> None:
    assert asked_plainly(word, rest) == asked


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Could you tell me when the workshop closes on Fridays?", "16:00"),
        ("Can you please let me know how I get a key?", "deposit of 20 euros"),
        ("Hi! I was wondering if you could be so kind as to tell me where I get a key.", "office"),
    ],
)
def test_a_wrapped_question_gets_an_answer_and_no_yes(ask: Ask, asked: str, said: str) -> None:
    system = f"Answer members briefly.\n<policy>\n{HALL}\n</policy>"
    answer = ask(asked, system=system).choices[0].text

    assert said in answer
    assert not answer.lower().startswith(("yes", "no"))


def test_offsets_stay_where_they_were_sent(engine: Engine) -> None:
    sent = f"Could you please tell me how I get a key?\n\n{HALL}"
    read = engine.read((("user", sent),))
    span = read.prompt.spans[0]

    assert read.question == "How do I get a key?"
    assert len(read.prompt.messages[0][1]) == len(sent)
    assert sent[span.start : span.end] in HALL


@pytest.mark.parametrize(
    "told",
    ["Tell me if the sources differ.", "Say which line you used.", "Tell me when it isn't there."],
)
def test_an_order_for_a_case_is_no_question(engine: Engine, told: str) -> None:
    sent = f"{HALL}\n\nHow do I get a key? {told}"

    assert engine.read((("user", sent),)).prompt.messages[0][1] == sent


def test_a_mail_to_be_sorted_keeps_its_words(engine: Engine) -> None:
    mail = "Hello, could you tell me when my kayak will be ready?"
    sent = f"Sort the mail under one label: rental, repair or course. Label only.\n\nMail: {mail}"

    assert mail in engine.read((("user", sent),)).prompt.messages[0][1]


@pytest.mark.parametrize(
    ("asked", "is_yes"),
    [
        ("May a 15-year-old use the sauna?", False),
        ("Can my 13 year old go on the diving tower?", True),
        ("Is somebody living 40 km away entitled to a season ticket?", False),
        ("We are 18 people, do we have to book ahead?", True),
        ("My son is 1.10 m tall, may he use the slide?", False),
        ("Can someone who is 1.50 m tall use the slide?", True),
        ("Can a lost ticket be replaced on 12 June?", True),
        ("Is it ok to empty my locker at 21:30?", False),
        ("Can I empty my locker at 20:30?", True),
        ("Do I get the discount on an order of 45 euros?", False),
        ("Can we leave a course free of charge 2 days before it begins?", False),
        ("May I take a glass to the edge of the pool?", False),
    ],
)
def test_a_case_is_held_against_the_bounds_of_a_rule(ask: Ask, asked: str, is_yes: bool) -> None:
    want = "yes" if is_yes else "no"
    led = (
        f"Using the rules, answer yes or no: {asked[0].lower()}{asked[1:]}\n\n<rules>{POOL}</rules>"
    )
    forms = (f"{POOL}\n\n{asked} Answer yes or no.", led)

    assert [ask(form).choices[0].text.lower()[: len(want)] for form in forms] == [want, want]


def test_words_for_a_silent_text_are_found_behind_a_negation() -> None:
    told = 'If the notes don\'t tell you, say "No idea from the notes."'
    led = "When the sheet has no answer, reply with this line and nothing else: Ask the warden."

    assert words_for_absence(told) == "No idea from the notes"
    assert words_for_absence(led).startswith("Ask the warden")
