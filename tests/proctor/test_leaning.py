"""A half of a question that says only with the other half what it asks."""

from __future__ import annotations

import asyncio

import pytest

from harness.bench.stakeholder import Asked, Sheet, learn_sheets
from harness.proctor.leaning import leans, readings_of, understand, with_before
from harness.proctor.matching import Match
from harness.proctor.questions import parts_of
from harness.proctor.stakeholder import tell

TOLD, NEAR = 0.4, 0.2


@pytest.mark.parametrize(
    ("part", "does"),
    [
        ("how often may that happen?", True),
        ("Who decides THAT?", True),
        ("how many a week?", True),
        ("how many of those can you take", True),
        ("is it in English?", True),
        ("how many bugs come in?", False),
        ("who is on call?", False),
        ("what about refunds?", False),
        (
            "can you hold a book for me. Where would you put that?",
            False,
        ),  # "that" is a sentence off
    ],
)
def test_a_part_leans_that_points_back_or_names_nothing(part: str, does: bool) -> None:
    assert leans(part) is does


def test_a_part_that_leans_is_read_with_all_that_it_leans_on() -> None:
    parts = ["Is there spam?", "and how often does it come?", "who reads it?", "what is a bug?"]
    together = [
        None,
        "Is there spam, and how often does it come?",
        "Is there spam, and how often does it come, and who reads it?",
        None,
    ]

    assert with_before(parts) == together
    assert readings_of(parts) == [*parts, together[1], together[2]]
    assert with_before(["how often does it come?"]) == [None]  # there is nothing before
    assert readings_of([]) == []


SPAM, NOTHING = [0.9, 0.0, 0.1], [0.1, 0.1, 0.8]
"""Shares of two facts and of none, where the first half is told the first fact or nothing."""


@pytest.mark.parametrize(
    ("first", "half", "own", "both", "wanted"),
    [
        # its filling calls for the second fact; read with the first half, nothing does
        (NOTHING, "how often may that happen?", [0.0, 0.6, 0.4], NOTHING, NOTHING),
        (SPAM, "how often may that happen?", [0, 0.6, 0.4], [0.9, 0.03, 0.07], [0.2, 0.03, 0.07]),
        # borne out, beside what the first half is told; less is enough for words that name a thing
        (SPAM, "how often may that happen?", [0, 0.9, 0.1], [0.9, 0.06, 0.04], [0.2, 0.9, 0.04]),
        (SPAM, "who reads those letters?", [0, 0.9, 0.1], [0.9, 0.03, 0.07], [0.2, 0.9, 0.07]),
        (SPAM, "who reads those letters?", [0, 0.9, 0.1], [0.9, 0.01, 0.09], [0.2, 0.01, 0.09]),
        # near the first half's fact by its own words, and sure of it with them
        (SPAM, "what does that cost?", [0.3, 0.1, 0.6], [0.9, 0.0, 0.1], [0.9, 0.0, 0.1]),
        # not near: doubtful
        (SPAM, "what does that cost?", [0.1, 0.1, 0.8], [0.9, 0.0, 0.1], [0.2, 0.0, 0.1]),
        # neither half calls for it, both together do
        (NOTHING, "what does that cost?", [0.1, 0.3, 0.6], [0.0, 0.9, 0.1], [0.0, 0.9, 0.1]),
    ],
)
def test_of_a_part_that_leans_stays_what_is_borne_out_with_the_part_before(
    first: list[float], half: str, own: list[float], both: list[float], wanted: list[float]
) -> None:
    parts = ["Is there spam?", half]
    shares = dict(zip(readings_of(parts), [first, own, both], strict=True))

    assert understand(parts, shares, told=TOLD, near=NEAR) == [first, wanted]


ASKED = [
    # the second half's filling alone called for how many come in, for speed, for a person's look
    ("eval-design", "What happens to answers that are not valid JSON, and how often may that "
     "happen?", [], ()),
    ("eval-design", "What does it cost if the model says unsure, and how many of those can you "
     "take per week?", ["f03"], ()),
    ("eval-design", "Has a data leak been reported through feedback before, and how long did that "
     "take to be seen?", ["f10"], ("how long did that take to be seen?",)),
    ("eval-design", "Is there anything new in the app since the model was trained, and does it "
     "know about that?", ["f09"], ("does it know about that?",)),
    ("eval-design", "Do you get screenshots, and how many of them come in?", [], ()),
    ("hallucination-debug", "Which edition of the handbook is valid, and is that the one in the "
     "prompt?", ["f02"], ("is that the one in the prompt?",)),
    ("cost-estimate", "What languages are the mails in, and do those cost more tokens?", ["f08"],
     ("do those cost more tokens?",)),
    ("eval-design", "What if a message has two subjects, and who decides that?", ["f06"],
     ("who decides that?",)),
    # halves that stand by their own words, or are answered with the first
    ("eval-design", "How many messages come in, and in which languages are they written?",
     ["f04", "f05"], ()),
    ("eval-design", "How many messages are there, and may I keep them?", ["f04", "f14"], ()),
    ("eval-design", "What is a bug, and what happens to it after sorting?", ["f15", "f01"], ()),
    ("eval-design", "What is a bug, and how often does it occur?", ["f15", "f04"], ()),
    ("eval-design", "Is everything in English, and do two people agree on them?", ["f05", "f12"],
     ()),
    ("eval-design", "How is it done today, and how good is that?", ["f08"], ()),
    ("eval-design", "How were the twelve picked, and are they typical?", ["f11"], ()),
    ("practice", "How many letters come in, and in what languages are they?",
     ["volume", "languages"], ()),
]  # fmt: skip


@pytest.fixture(scope="module")
def sheets() -> dict[str, Sheet]:
    return asyncio.run(learn_sheets([Asked(slug, None, text) for slug, text, *_ in ASKED]))


@pytest.mark.parametrize(("slug", "question", "told", "doubtful"), ASKED)
def test_a_half_that_points_back_gets_no_fact_for_its_filling(
    sheets: dict[str, Sheet], slug: str, question: str, told: list[str], doubtful: tuple[str, ...]
) -> None:
    sheet, parts = sheets[slug], parts_of(question)
    vectors = [sheet.vectors[text] for text in readings_of(parts)]
    match = sheet.matcher.match(parts, sheet.learnt, vectors)

    assert len(parts) == 2
    assert [fact.id for fact in match.facts] == told
    assert (match.doubtful, match.unheard, match.later) == (doubtful, (), ())


def test_a_half_that_cannot_be_asked_by_itself_is_to_be_asked_in_full(
    sheets: dict[str, Sheet],
) -> None:
    fact = sheets["practice"].matcher.match(["How many letters come in?"], None, ()).facts[0]
    text = tell(Match((fact,), doubtful=("how often may that happen?", "what about bees?"))).text

    assert text == (
        f"How many messages there are: {fact.answer}\n\n"
        "I am not sure that this answers “how often may that happen?”. Ask it in full, by "
        "itself.\n\nI am not sure that this answers “what about bees?”. Ask it by itself."
    )
