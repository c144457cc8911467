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
