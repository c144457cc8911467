"""Two statements are consistent or not, rules are kept or not, a bare claim is judged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.models.faults import Luck
from harness.models.features import Bank
from harness.models.request import ChatReply
from harness.models.skills.judge_agree import excludes

Ask = Callable[..., ChatReply]


@pytest.fixture(autouse=True)
def _no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)


@pytest.mark.parametrize(
    ("one", "other", "is_meant"),
    [
        ("The sauna is closed on Tuesdays.", "You can use the sauna on Tuesdays from 6.", True),
        ("Everybody in the choir reads music.", "Ana, who is in the choir, cannot read music.",
         True),
        ("All buses ran on time today.", "Bus 14 was delayed by half an hour today.", True),
        ("The mill was built in 1871.", "The mill was built in 1913.", True),
        ("The lesson is in room Fir.", "The lesson is in room Lime.", True),
        ("The oven needs ten minutes to heat up.", "The oven has two trays.", False),
        ("The shop sells bread.", "The shop sells cheese.", False),
        ("The lake is deep.", "Our new teacher likes tea.", False),
    ],
)  # fmt: skip
def test_what_cannot_both_be_true_is_seen(bank: Bank, one: str, other: str, is_meant: bool) -> None:
    assert excludes(bank, one, other) is is_meant


@pytest.mark.parametrize(
    ("prompt", "verdict"),
    [
        ('Are these consistent? "The lift is out of order." / "The lift is running again."', "No"),
        ("Do A and B contradict each other?\nA: Entry is free for pupils.\nB: Pupils pay 3 euros.",
         "Yes"),
        ("Statement 1: The stove has four plates.\nStatement 2: The stove is red.\nConsistent or "
         "contradictory? One word.", "Consistent"),
        ("Check if the two notes conflict. Reply CONFLICT or OK.\nFirst: The van comes before "
         "noon.\nSecond: The van comes after noon.", "CONFLICT"),
        ('Could both be true, yes or no?\n1. "The crate weighs 9 kilos."\n2. "The crate weighs 4 '
         'kilos."', "no"),
    ],
)  # fmt: skip
def test_the_verdict_on_two_statements_is_in_the_words_asked_for(
    ask: Ask, prompt: str, verdict: str
) -> None:
    assert ask(prompt).choices[0].text == verdict


RULES = "Rules: 1) greet the reader 2) no exclamation marks 3) mention the price\n"


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        (f"{RULES}Advert: \"Hello! Our lamps cost 20 euros.\"\nWhich rules are broken?",
         "Not kept: 2 (no exclamation marks)."),
        (f"{RULES}Advert: \"Hello, our lamps cost 20 euros.\"\nDoes the advert follow the rules?",
         "Yes. All of it is kept."),
        ("Instruction: write two bullets, no bullet longer than three words.\nOutput:\n- Gate is "
         "open\n- Key is under the blue mat\n\ndoes the output follow the instruction?",
         "No. Not kept: 2 (no bullet longer than three words)."),
        ("Does this bio meet the rules? Rules: (a) third person, (b) under 12 words. Bio: \"I bake "
         "bread in Turin.\" Answer per rule.",
         "a. third person: not met\nb. under 12 words: met"),
    ],
)  # fmt: skip
def test_rules_under_their_head_are_held_against_a_text(ask: Ask, prompt: str, said: str) -> None:
    assert ask(prompt).choices[0].text == said


@pytest.mark.parametrize(
    ("prompt", "verdict"),
    [
        ("source: The hut has 12 beds and no shower.\nclaim: The hut has 20 beds.\nsupported? one "
         "line why", "Unsupported"),
        ("Original: Members who have paid get a key in May.\nSummary: Members who have paid get a "
         "key in May.\n\nis the summary ok?", "Yes"),
        ("Policy: Dogs may stay on the terrace but not inside.\nReply: Of course your dog may come "
         "inside!\nIs the reply correct under the policy?", "No"),
        ("Text: The parcel is sent 24 hours after the order. Claim: the parcel is sent at once. "
         "true?", "No"),
    ],
)  # fmt: skip
def test_a_claim_is_judged_where_no_words_are_offered(ask: Ask, prompt: str, verdict: str) -> None:
    said = ask(prompt).choices[0].text

    assert said.startswith(f"{verdict}. ")


def test_a_list_of_more_than_two_is_no_choice_between_answers(ask: Ask) -> None:
    points = "1. Roof. It was decided to mend it.\n2. Fence. A better one costs 90.\n3. Tea.\n"
    prompt = f"{points}The treasurer, Ilka Thorne, counted 410 euros in the box.\n\nWho counted it?"

    assert "Answer" not in ask(prompt).choices[0].text
