"""Replies to quoted messages, notes from points and under heads, several wordings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.models.faults import Luck
from harness.models.request import ChatReply

Ask = Callable[..., ChatReply]


@pytest.fixture(autouse=True)
def _no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)


@pytest.mark.parametrize(
    ("prompt", "holds", "lacks"),
    [
        ('reply to this client. we cannot deliver on sunday. keep it friendly.\n\n"Hi, could you '
         'bring the crates on Sunday? Best, Odile"',
         ["Dear Odile,", "We cannot deliver on sunday."], ["could you bring", "keep it"]),
        ('Write a polite refusal of this invitation: "We would love to have you at our fair on 3 '
         'May."', ["Thank you for your invitation.", "I have to decline."], ["We would love"]),
        ('Reply to this customer and sign as "The Lime Team": "My mug came with a crack in it and '
         'I want a new one."', ["Thank you for your message.", "sorry", "The Lime Team"],
         ["My mug"]),
        ("write a reply saying no to monday and asking when the office opens\n\nHello, you could "
         "come on Monday at 8 or Friday at 9. Regards, Hale & Sons",
         ["monday does not suit me", "Could you tell me when the office opens?"], ["Friday at 9"]),
        ('Answer this guest: tell her that we have no pool. "Hello, is there a pool in the house? '
         'Thanks, Ria Molt"', ["Dear Ria Molt,", "We have no pool."], ["is there"]),
    ],
)  # fmt: skip
def test_a_reply_says_what_the_order_says(
    ask: Ask, prompt: str, holds: list[str], lacks: list[str]
) -> None:
    said = ask(prompt).choices[0].text.lower()

    assert [part for part in holds if part.lower() not in said] == []
    assert [part for part in lacks if part.lower() in said] == []


@pytest.mark.parametrize(
    ("prompt", "holds"),
    [
        ("Write a short mail to my landlord from these points: tap broken since Monday, two small "
         "kids, phone 555 0133",
         ["The tap is broken since Monday.", "two small kids.", "My phone number is 555"]),
        ("Write a sick note to my boss: can't come today, fever, back Friday",
         ["I can't come today.", "I have a fever.", "I am back Friday."]),
        ("draft a mail to Mrs Quill. points:\n- her bed is a week late\n- strike at the harbour\n"
         "sign as Tam", ["Your bed is a week late.", "There is a strike at the harbour.", "Tam"]),
        ("write an email to Mr Osk: invoice 12 unpaid, please pay by Friday, contact Dana for "
         "questions", ["Invoice 12 is unpaid.", "Please pay by Friday.", "Please contact Dana"]),
    ],
)  # fmt: skip
def test_each_point_becomes_a_sentence(ask: Ask, prompt: str, holds: list[str]) -> None:
    said = ask(prompt).choices[0].text

    assert [part for part in holds if part not in said] == []


def test_points_run_together_into_so_many_sentences(ask: Ask) -> None:
    order = "make this a 2-sentence blurb\n- 9 rooms\n- old barn\n- tea till 10\n- no pets"
    said = ask(order).choices[0].text

    assert said == "There are 9 rooms, and it is an old barn. There is tea till 10, and there is " \
        "no pets."  # fmt: skip


def test_loose_notes_stand_under_the_heads_that_the_order_names(ask: Ask) -> None:
    notes = "menu page fixed. search still half way. export stuck till Ola says yes. dentist at 4"
    order = f"turn my notes into a status update with Done / Doing / Blocked\n\n{notes}"

    assert ask(order).choices[0].text.split("\n") == [
        "Done: Menu page fixed",
        "Doing: Search still half way",
        "Blocked: Export stuck till Ola says yes",
    ]


def test_so_many_wordings_are_given_as_are_asked_for(ask: Ask) -> None:
    said = ask('Give me 3 friendlier versions of this text: "LOGIN FAILED. RETRY."').choices[0].text
    lines = said.split("\n")

    assert [line[:2] for line in lines] == ["1.", "2.", "3."]
    assert len({line[3:] for line in lines}) == 3
    assert all("try again" in line for line in lines)


def test_a_summary_and_a_reply_are_both_done(ask: Ask) -> None:
    letter = (
        "Hello, the sweep can come on Tuesday at 8 or Thursday at 10. He needs half an hour and a "
        "way to the roof. Please say which. Regards, Hob Ltd"
    )
    order = "tl;dr this, then write a reply saying yes to thursday"
    said = ask(f'{order}\n\n"{letter}"').choices[0].text

    assert said.startswith("The sweep can come")
    assert "Thursday suits me." in said
