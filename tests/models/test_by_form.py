"""Ordinary prompts whose form settles the task: a record, a verdict, a short version."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.models.engine import Engine
from harness.models.faults import Luck
from harness.models.features import Bank
from harness.models.request import ChatReply, ChatRequest
from harness.models.skills.fields import Field
from harness.models.skills.judge_holding import same_answer
from harness.models.skills.record_form import fields_of, sketch_in
from harness.models.skills.record_source import labelled, source_of, value_of
from harness.models.skills.record_wants import want_of

Ask = Callable[..., ChatReply]
FILE = Path(__file__).parent / "data" / "forms.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(x) for x in FILE.read_text(encoding="utf-8").splitlines()]
LEAST = {"extract": 0.9, "judge": 0.93, "summarise": 0.96}


def _same(want: object, got: object) -> bool:
    """Whether a value is one of those that a check takes; numbers may stand in quotes."""
    if isinstance(want, list):
        return any(_equal(one, got) for one in want)
    return _equal(want, got)


def _equal(want: object, got: object) -> bool:
    if isinstance(want, Mapping):
        return isinstance(got, Mapping) and all(
            k in got and _same(w, got[k]) for k, w in want.items()
        )
    if isinstance(want, list):
        return (
            isinstance(got, list)
            and len(want) == len(got)
            and all(_equal(w, g) for w, g in zip(want, got, strict=True))
        )
    if want is None or isinstance(want, bool):
        return got is want
    if isinstance(want, int | float):
        return not isinstance(got, bool) and str(got) in (str(want), str(float(want)))
    return str(got).strip().casefold() == str(want).strip().casefold()


def is_right(check: Mapping[str, Any], said: str) -> bool:
    """Whether an answer passes: exact words, patterns, JSON, a number of words or bullets."""
    bare = said.strip().strip("\"'.").casefold()
    if "exact" in check and bare not in [one.casefold() for one in check["exact"]]:
        return False
    if any(not re.search(p, said, re.I | re.S) for p in check.get("has", ())):
        return False
    if any(re.search(p, said, re.I | re.S) for p in check.get("not", ())):
        return False
    if "json" in check:
        try:
            return _equal(check["json"], json.loads(said))
        except ValueError:
            return False
    if len(said.split()) > check.get("most_words", 10**6):
        return False
    return "bullets" not in check or said.count("\n- ") + said.startswith("- ") == check["bullets"]


@pytest.mark.parametrize("kind", LEAST)
def test_most_ordinary_prompts_are_done_right_without_a_fault(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)
    rows = [row for row in ROWS if row["kind"] == kind]
    wrong = []
    for row in rows:
        request = ChatRequest.from_wire("sim-medium", row["messages"], {"temperature": 0})
        said = engine.chat(request).choices[0].text
        wrong += [] if is_right(row["check"], said) else [f"{row['id']}: {said[:90]}"]

    assert len(rows) >= 20
    assert len(wrong) <= (1 - LEAST[kind]) * len(rows), wrong


def test_a_record_still_loses_fields_by_the_faults_of_its_tier(engine: Engine) -> None:
    drawn = [
        fault
        for row in ROWS
        if row["kind"] == "extract"
        for faults in engine.chat(
            ChatRequest.from_wire("sim-small", row["messages"], {"temperature": 0})
        ).understood.faults
        for fault in faults
    ]

    assert any(fault.startswith("dropped:") for fault in drawn)


def test_a_value_ends_where_the_next_label_begins() -> None:
    source = source_of(
        "The hire runs in May. Daily rate: 90 EUR. Deposit: 300 EUR. Driver: Ola Rud."
    )

    assert labelled(source, want_of(Field("daily_rate"))) == "90 EUR"
    assert labelled(source, want_of(Field("driver"))) == "Ola Rud"
    assert labelled(source, want_of(Field("end_date"))) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("due_date", "date"),
        ("rent_eur", "money"),
        ("weight_kg", "number"),
        ("tenant", "person"),
        ("destination", "place"),
        ("trackingNumber", "code"),
        ("signature_required", "truth"),
        ("payment_method", "phrase"),
    ],
)
def test_a_name_tells_the_kind_of_its_value(name: str, kind: str) -> None:
    assert want_of(Field(name)).kind == kind


@pytest.mark.parametrize(
    ("said", "value"), [("1,140.00", 1140.0), ("84 000", 84000), ("1.140,50", 1140.5), ("-3", -3)]
)
def test_numbers_are_read_as_they_are_written(said: str, value: float) -> None:
    assert value_of(said) == value


def test_a_record_that_is_filled_is_no_sketch() -> None:
    assert sketch_in('Shorten this: {"ship": "Alma", "state": "late", "port": "Lund"}') is None
    assert sketch_in('{"ship": string, "late": true/false}') is not None


def test_keys_in_a_sentence_are_fields_with_their_kinds() -> None:
    found = fields_of('Return JSON with keys ship, berth (integer), "late" (true/false) and port.')

    assert [(field.name, field.kind) for field in found] == [
        ("ship", "text"),
        ("berth", "integer"),
        ("late", "boolean"),
        ("port", "text"),
    ]


@pytest.mark.parametrize(
    ("key", "said", "is_same"),
    [
        ("The gate shuts at 20:00.", "It shuts at 8 pm.", True),
        ("36 crates", "63 crates", False),
        ("Ola Rud", "The captain was Ola Rud.", True),
        ("The lift is free.", "The lift is not free.", False),
    ],
)
def test_an_answer_is_held_against_its_key(bank: Bank, key: str, said: str, is_same: bool) -> None:
    assert same_answer(bank, key, said) is is_same


def test_a_verdict_is_in_the_words_of_the_prompt_and_bare(ask: Ask) -> None:
    prompt = (
        'Source: "The mill grinds on Mondays."\nAnswer: "The mill grinds on {}."\n'
        "Is the answer backed by the source? Reply BACKED or NOT_BACKED."
    )

    assert ask(prompt.format("Mondays"), model="sim-large").choices[0].text == "BACKED"
    assert ask(prompt.format("Fridays"), model="sim-large").choices[0].text == "NOT_BACKED"


def test_a_text_to_be_labelled_keeps_its_labels(ask: Ask) -> None:
    prompt = (
        "Classify the message as praise or complaint. Reply with the label only.\n\n"
        "Message: The answer I got was rude and the reply came late."
    )

    assert ask(prompt, model="sim-large").choices[0].text.lower() == "complaint"


def _told(ask: Ask, monkeypatch: pytest.MonkeyPatch, prompt: str) -> str:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)
    return ask(prompt, model="sim-large").choices[0].text


@pytest.mark.parametrize(
    ("prompt", "right"),
    [
        (
            'From the chat extract JSON {"account_id": string or null, "pump_model": string or '
            'null, "error_code": string or null}.\n\nCaller: my display shows P-14 again\n'
            "Desk: Which pump is it?\nCaller: Nordic 7B, in the cellar\n"
            "Desk: And your account ID?\nCaller: no idea\n\nJSON only.",
            {"account_id": None, "pump_model": "Nordic 7B", "error_code": "P-14"},
        ),
        (
            "Name the metals of this set that occur: copper, zinc, tin, lead, iron.\n"
            'Return {"metals": [...]} in the order of the set, JSON only.\n\n'
            'Stamped on the bell: "cast tin and copper wire, iron clapper"',
            {"metals": ["copper", "tin", "iron"]},
        ),
        (
            'Turn the order into JSON: {"items": [{"name": string, "count": integer}]}. Names in '
            "singular. Only JSON.\n\nOrder: nine ropes, and two brushes, oh and one ladder please",
            {
                "items": [
                    {"name": "rope", "count": 9},
                    {"name": "brush", "count": 2},
                    {"name": "ladder", "count": 1},
                ]
            },
        ),
        (
            "TEXT:\nTo-dos of the harvest-day call, all agreed: Olga will rent the press by "
            'Monday. Sven will wash the crates by Friday.\n\nReturn JSON in this form:\n{"tasks": '
            '[{"owner": "", "task": "", "due": ""}]}',
            {
                "tasks": [
                    {"owner": "Olga", "task": "rent the press", "due": "Monday"},
                    {"owner": "Sven", "task": "wash the crates", "due": "Friday"},
                ]
            },
        ),
        (
            "Turn this note into JSON. keys: client, date (YYYY-MM-DD), time (HH:MM, 24h), "
            'treatment.\n\n"Noted Mrs Lea Brandt for Friday 6 June 2025 at quarter past three in '
            'the afternoon, hoof trimming."\n\nJSON only',
            {
                "client": "Mrs Lea Brandt",
                "date": "2025-06-06",
                "time": "15:15",
                "treatment": "hoof trimming",
            },
        ),
    ],
)
def test_records_come_of_chats_sets_and_spoken_lists(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, prompt: str, right: object
) -> None:
    assert json.loads(_told(ask, monkeypatch, prompt)) == right


@pytest.mark.parametrize(
    ("prompt", "right"),
    [
        (
            "Which fine must be paid? Give just the amount with the currency sign.\n\n"
            '"The rent was €310.00. We had to charge a fine of €45.00; cleaning came to €20.00."',
            "€45.00",
        ),
        (
            "Extract the licence plate only.\n\n"
            '"Red lorry, plate KT44 WPD, stood before the dairy until 6:20."',
            "KT44 WPD",
        ),
        (
            "Give the expiry date only, as YYYY-MM-DD.\n\nBoat 12. Bought 3 Mar 2020, seen by "
            "L. Ohm. Expires 3 Mar 2027.",
            "2027-03-03",
        ),
        (
            "FACTS: Stall 4 is kept for Ines, and stall 9 for Otto.\nQUESTION: Whose is stall 9?\n"
            "ANSWER: Stall 9 is kept for Ines.\n\nIs the ANSWER right given the FACTS? Reply "
            '"right" or "wrong".',
            "wrong",
        ),
        (
            "Do these two questions mean the same? Reply yes or no.\n\n1) How can I get a refund?\n"
            "2) What do I do to get my money back?",
            "yes",
        ),
        (
            "Are these two asking the same thing? yes or no only\n\nA: When does the mill open?\n"
            "B: When does the mill close?",
            "no",
        ),
        (
            "Summarise this chat as bullet points, exactly 2 bullets, decisions only.\n\n"
            "Ada: shall we hold the fair in May or June?\nBen: June is warmer\nAda: ok June then. "
            "And the tents?\nBen: the white ones\nAda: fine, white tents.\nBen: my goat ate a shoe",
            "- Hold the fair in June.\n- White tents.",
        ),
        (
            "tl;dr in max 20 words:\n\nhello all, the night market is put off, the city has not "
            "signed the papers for the square yet. the new date is friday 9 may. keep your stalls "
            "packed.",
            "The night market is put off, and the new date is friday 9 may.",
        ),
        (
            "Rewrite in formal business English, text only:\n\n"
            "hi all, im late and we cant ship the crates by fri",
            "Hello, I am late and we cannot ship the crates by Friday.",
        ),
    ],
)
def test_short_answers_have_the_form_that_is_asked(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, prompt: str, right: str
) -> None:
    assert _told(ask, monkeypatch, prompt) == right
