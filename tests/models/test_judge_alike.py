"""Two sentences say the same, or what parts them decides before likeness does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.models.faults import Luck
from harness.models.features import Bank
from harness.models.request import ChatReply
from harness.models.skills.judge_alike import is_same

Ask = Callable[..., ChatReply]


@pytest.fixture(autouse=True)
def _no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)


@pytest.mark.parametrize(
    ("one", "other", "is_meant"),
    [
        ("How do I cancel my gym membership?",
         "What must I do to end my membership at the gym?", True),
        ("How do I cancel my gym membership?", "How do I freeze my gym membership?", False),
        ("How do I export my data?", "How do I import my data?", False),
        ("Do you ship to Norway?", "Can I get my order delivered in Norway?", True),
        ("Do you ship to Norway?", "Do you ship to Sweden?", False),
        ("The meeting is on Friday.", "The meeting is on Thursday.", False),
        ("The cat chased the dog.", "The dog was chased by the cat.", True),
        ("The cat chased the dog.", "The dog chased the cat.", False),
        ("We do not accept cash.", "Cash is not accepted here.", True),
        ("We accept cash.", "We do not accept cash.", False),
        ("All members must wear a helmet.", "Some members must wear a helmet.", False),
        ("Only adults may enter the cellar.", "Adults and children may enter the cellar.", False),
        ("How long is the warranty?", "What does the warranty cover?", False),
    ],
)  # fmt: skip
def test_what_parts_two_sentences_is_seen(bank: Bank, one: str, other: str, is_meant: bool) -> None:
    assert is_same(bank, one, other) is is_meant


@pytest.mark.parametrize(
    ("prompt", "verdict"),
    [
        ("Do these two entries ask the same? Reply SAME or DIFFERENT.\n\nQ1: How do I reset the "
         "PIN of my gate?\nQ2: Where can I park at the allotment?", "DIFFERENT"),
        ('Is question 2 a duplicate of question 1? Answer "duplicate" or "not duplicate".\n\n'
         "Question 1: How can I change the name on my boarding pass?\nQuestion 2: My boarding pass "
         "has the wrong name, how do I get it corrected?", "duplicate"),
        ('First: "The museum is closed on Tuesdays."\nSecond: "On Tuesdays the museum is open."\n\n'
         "Do both mean the same? yes/no", "no"),
        ('Are these paraphrases? yes or no\n"The ferry was cancelled because of the storm." and '
         '"Owing to the storm the ferry did not sail."', "yes"),
        ("You get two questions. Output 1 if they ask the same thing and 0 if not.\n\nFirst "
         "question: When will my order arrive?\nSecond question: What is the delivery date of my "
         "order?", "1"),
        ("Tell me whether the two headlines report the same event, same or different.\n- Fire guts "
         "the old mill\n- Old mill destroyed by fire\n", "same"),
    ],
)  # fmt: skip
def test_the_two_are_found_in_any_form_and_judged_in_the_words_offered(
    ask: Ask, prompt: str, verdict: str
) -> None:
    assert ask(prompt).choices[0].text == verdict
