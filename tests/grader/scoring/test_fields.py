"""Planted models that fill in records: each fault on its own, what sets it off, what it costs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from grader.scoring.arena import Case
from grader.scoring.field_faults import FAULTS, field_answers
from grader.scoring.field_mutation import agreement, harm
from grader.scoring.fields import (
    FAULT_NAMES,
    FieldSheet,
    FieldTruth,
    check_rows,
    read_record,
    read_values,
)
from grader.scoring.gold import Gold, Row, normalised
from harness.core.errors import BadExercise

FIELDS: list[dict[str, Any]] = [
    {"name": "kind", "values": ["a", "b", "c"], "wrong": 4, "missed": 3, "invented": 2},
    {"name": "number", "wrong": 10, "missed": 1, "invented": 20},
]
LONG = "A long one, " * 20
ROWS = {
    "one": Row(msg_id="E1", text="one", accept=("kind=a", "number=N-19"), stratum="plain"),
    "two": Row(msg_id="E2", text="two", accept=("kind=b", "kind=c", "number=null"), stratum="odd"),
    LONG: Row(msg_id="E3", text=LONG, accept=("kind=a", "number=N-20"), stratum="long"),
    "four": Row(msg_id="E4", text="four", accept=("kind=a", "number=null"), also=("kind=b",),
                needs_fact="f1", stratum="plain"),
}  # fmt: skip
GOLD = Gold(
    known={normalised(text): row for text, row in ROWS.items()}, holdout=tuple(ROWS.values())
)


def sheet(**model: Any) -> FieldSheet:
    base = {"id": "M01", "about": "a fault", "group": "mutant", "weight": 1, "fault": "same"}
    value = {"alias": "sim-small", "lost": 5, "fields": FIELDS, "models": [base | model]}
    return FieldSheet.model_validate(value)


def said(text: str, *, seed: int = 0, turn: int = 0, own: Any = None, **model: Any) -> str:
    made = sheet(**model)
    truth = FieldTruth(GOLD, own or {})
    return field_answers(made.models[0], made, truth, seed)(text, turn)


def record(text: str, **model: Any) -> Any:
    return json.loads(said(text, **model))


def test_the_faults_that_a_sheet_may_name_are_those_there_are() -> None:
    assert set(FAULT_NAMES) == set(FAULTS)


def test_the_sound_model_says_what_is_right() -> None:
    assert record("one") == {"kind": "a", "number": "N-19"}
    assert record("two") == {"kind": "b", "number": None}
    assert record("never seen") == {"kind": None, "number": None}


def test_own_texts_are_answered_by_the_candidates_word() -> None:
    own = {normalised("mine"): read_values(["kind=c", "number=N-1"])}

    assert record("Mine", own=own) == {"kind": "c", "number": "N-1"}
    assert record("two", own={"two": read_values(["kind=c"])})["kind"] == "c"
    assert record("one", own={"one": read_values(["kind=c"])})["kind"] == "a"


def test_invent_fills_what_has_to_stay_empty_and_nothing_else() -> None:
    fault = {"fault": "invent", "field": "number", "to": ["N-7"]}

    assert record("two", **fault)["number"] == "N-7"
    assert record("one", **fault)["number"] == "N-19"


def test_drop_swap_and_acceptable() -> None:
    assert record("one", fault="drop", field="number")["number"] is None
    assert record("one", fault="swap", field="number")["number"] == "N-10"
    assert record("one", fault="swap", field="kind")["kind"] in ("b", "c")
    assert record("two", fault="swap", field="kind")["kind"] == "a"
    assert record("two", fault="acceptable")["kind"] == "c"
    assert record("one", fault="acceptable") == record("one")
    assert record("four", fault="acceptable")["kind"] == "a"


def test_harmless_forms_are_read_alike_and_chatty_ones_are_lost() -> None:
    plain = read_record(said("one"))
    assert plain is not None
    for fault in ("spaced", "extra"):
        found = read_record(said("one", fault=fault))
        assert found is not None and sheet().cost(read_values(ROWS["one"].accept), found) == 0
    assert {read_record(said("one", fault="chatty", seed=seed)) for seed in range(9)} == {None}


def test_unstable_differs_between_turns_and_swap_does_not() -> None:
    turns = range(12)
    fault: dict[str, Any] = {"field": "kind", "rate": 0.5}

    assert len({said("one", turn=turn, fault="unstable", **fault) for turn in turns}) > 1
    assert len({said("one", turn=turn, fault="swap", **fault) for turn in turns}) == 1


@pytest.mark.parametrize(
    ("when", "texts"),
    [
        ({}, {"one", "two", LONG}),
        ({"empty": "number"}, {"two"}),
        ({"filled": "number"}, {"one", LONG}),
        ({"longer_than": 100}, {LONG}),
        ({"tags": ["odd"]}, {"two"}),
        ({"tags": ["odd"], "cues": ["one"]}, {"two"}),
        ({"cues": ["own"]}, {"my own words"}),
    ],
)
def test_what_sets_a_fault_off(when: dict[str, Any], texts: set[str]) -> None:
    asked = ["one", "two", LONG, "my own words"]
    own = {"my own words": read_values(["kind=b", "number=null"])}
    if when == {} or when == {"empty": "number"}:
        texts = texts | {"my own words"}

    hit = {t for t in asked if said(t, own=own, fault="drop", field="kind", when=when)
           != said(t, own=own)}  # fmt: skip

    assert hit == texts


def test_costs_tell_wrong_missed_invented_and_lost_apart() -> None:
    right = read_values(["kind=a", "number=null"])
    made = sheet()

    assert made.cost(right, {"kind": " A ", "number": None}) == 0
    assert made.cost(right, {"kind": "b", "number": None}) == 4
    assert made.cost(right, {"number": None}) == 3
    assert made.cost(right, {"kind": "a", "number": "N-1"}) == 20
    assert made.cost(read_values(["kind=null", "number=N-1"]), {"kind": "a", "number": "N-2"}) == 12
    assert made.cost(right, None) == 5


def test_harm_is_what_users_pay_for_a_thousand() -> None:
    made = sheet(fault="drop", field="number")

    assert harm(made.models[0], made, FieldTruth(GOLD), 1) == 1000 * 2 / 4
    assert harm(made.models[0], made, FieldTruth(Gold()), 1) is None


@pytest.mark.parametrize("raw", ["", "[]", "3", "nope", '```json\n{"kind": "a"}\n```', "[" * 9000])
def test_what_is_no_strict_json_object_is_lost(raw: str) -> None:
    assert read_record(raw) is None


def test_agreement_counts_known_texts_whose_named_fields_all_fit() -> None:
    rows = {f"t{n}": Row(msg_id=f"E{n}", text=f"t{n}", accept=("kind=a", "number=null"),
                         stratum="plain") for n in range(8)}  # fmt: skip
    truth = FieldTruth(Gold(known=rows))
    cases = [Case(f"t{n}", ("kind=a",) if n < 6 else ("kind=a", "number=N-1")) for n in range(8)]

    assert agreement(cases, truth) == (7 / 9, "6 of 8 known texts")
    assert agreement(cases[:7], truth)[0] is None
    assert agreement([Case("t0", ("nothing",)), *cases[1:]], truth)[0] == 6 / 9


def test_a_reading_that_needs_a_fact_is_right_as_well_until_it_was_asked_for() -> None:
    row = ROWS["four"]

    assert FieldTruth(GOLD).curated(row)["kind"] == ("a", "b")
    assert FieldTruth(GOLD, asked=frozenset({"f1"})).curated(row)["kind"] == ("a",)


@pytest.mark.parametrize(
    "model",
    [
        {"fault": "explode"}, {"fault": "drop"}, {"fault": "drop", "field": "mood"},
        {"fault": "invent", "field": "kind"}, {"when": {"empty": "mood"}}, {"id": "X1"},
        {"rate": 0}, {"colour": "red"},
    ],
)  # fmt: skip
def test_a_sheet_that_does_not_fit_together_is_refused(model: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        sheet(**model)


@pytest.mark.parametrize(
    ("accept", "what"),
    [
        (("kind=a",), "says nothing of 'number'"),
        (("kind=a", "number=1", "mood=x"), "names 'mood'"),
        (("kind=z", "number=1"), "kind=z"),
    ],
)
def test_a_curated_row_that_does_not_fit_the_record_is_named(
    accept: tuple[str, ...], what: str
) -> None:
    row = Row(msg_id="H7", text="x", accept=accept, stratum="plain")

    with pytest.raises(BadExercise, match=f"H7 .*{what}"):
        check_rows(sheet(), Gold(holdout=(row,)))
