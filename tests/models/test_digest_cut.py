"""Summaries that name what the text is about, keep its day and speak of who wrote it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.models.faults import Luck
from harness.models.request import ChatReply
from harness.models.skills.condense_lead import border_of_lead

Ask = Callable[..., ChatReply]


@pytest.fixture(autouse=True)
def _no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)


@pytest.mark.parametrize(
    ("sentence", "subject"),
    [
        ("Due to a blocked drain below Mill Lane the laundry in Oakby stays shut.", "the laundry"),
        ("Thanks to a gift from the bank, the band gets new drums.", "the band"),
        ("After three weeks of repairs the ferry sails again on Monday.", "the ferry"),
        ("The ferry sails again on Monday.", ""),
        ("In March we met.", ""),
    ],
)
def test_the_subject_is_found_behind_a_long_lead(sentence: str, subject: str) -> None:
    words = sentence.split()
    at = border_of_lead(words)

    assert " ".join(words[at : at + 2]) == subject if subject else at == 0


def test_a_day_stays_before_a_place_does(ask: Ask) -> None:
    text = "Due to a blocked drain below Mill Lane the laundry in Oakby stays shut until the 12th."
    said = ask(f"Summarise in at most 8 words:\n\n{text} Ask Ilka for a refund.").choices[0].text

    assert said == "The laundry stays shut until the 12th."


@pytest.mark.parametrize(
    ("prompt", "holds", "lacks"),
    [
        ("headline, max 7 words: After two years of work the Oakby windmill turns again on Sunday, "
         "with free rides for children.", ["windmill turns again"], ["After"]),
        ("3 bullet points, no more:\n\nNotes from the Friday call. Ines says the pump works. Tom "
         "wants a new hose by the 4th. The budget has 90 euros left. The next call is on Monday.",
         ["pump", "hose"], ["Notes from"]),
        ("TL;DR please\n\nWe tried three printers of flyers. The first was late, the second "
         "dear. Marketing suggests a trial order with Halm Press.",
         ["three printers", "suggests a trial order"], []),
        ("Sum this up in one sentence.\n\nThe village hall in Oakby has had no heating since "
         "Christmas. The smith, Ulla Berg, says a valve is broken and a new one must come from "
         "Tarn, which will take three weeks.", ["hall in Oakby", "valve is broken"], []),
    ],
)  # fmt: skip
def test_a_short_version_names_the_matter(
    ask: Ask, prompt: str, holds: list[str], lacks: list[str]
) -> None:
    said = ask(prompt).choices[0].text

    assert [part for part in holds if part not in said] == []
    assert [part for part in lacks if part in said] == []


@pytest.mark.parametrize(
    ("order", "who"),
    [
        ("Summarise this customer mail in one sentence for the support team.", "Ria Molt’s kettle"),
        ("Sum up the guest's message in one sentence.", "Ria Molt’s kettle"),
        ("Summarise this in one sentence.", "My kettle"),
    ],
)
def test_a_letter_summed_up_for_others_speaks_of_its_writer(ask: Ask, order: str, who: str) -> None:
    letter = "Hello, my kettle leaks since Monday. Thanks, Ria Molt"
    said = ask(f"{order}\n\n{letter} ").choices[0].text

    assert said.startswith(who) or "kettle" in said


def test_a_later_headline_is_of_the_text(engine: object, ask: Ask) -> None:
    from harness.models.engine import Engine
    from harness.models.request import ChatRequest

    assert isinstance(engine, Engine)
    text = "A goat got into the town hall in Oakby on Monday and ate the tulips. Nobody was hurt."
    talk = [
        {"role": "user", "content": f"How many people were hurt? {text}"},
        {"role": "assistant", "content": "Nobody was hurt."},
        {"role": "user", "content": "ok now a headline for it, max 6 words"},
    ]
    request = ChatRequest.from_wire("sim-medium", talk, {"temperature": 0})
    said = engine.chat(request).choices[0].text

    assert said.startswith("Goat")
    assert len(said.split()) <= 6
