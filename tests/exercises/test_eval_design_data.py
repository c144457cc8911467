"""Exercise 1's messages: written one by one to their strata, gold in the taxonomy."""

from __future__ import annotations

import csv
import json
import tomllib
from typing import Any

import pytest

from grader.authoring.folder import read_exercise
from grader.bench import OWN_EXERCISES
from grader.scoring.faults import Sheet, answers, read_answer
from grader.scoring.gold import Gold, Row, normalised
from grader.scoring.truth import Truth
from scripts.lint_data import lint

ROOM = OWN_EXERCISES / "eval-design"
LABELS = {"bug", "feature", "question", "unsure"}


def public(name: str) -> list[dict[str, str]]:
    with (ROOM / "public" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hidden(name: str) -> list[dict[str, Any]]:
    lines = (ROOM / "hidden" / name).read_text(encoding="utf-8").splitlines()
    assert "audition-canary:eval-design:" in lines[0]
    return [json.loads(line) for line in lines[1:]]


EXPORT, GIVEN = public("export.csv"), public("given_12.csv")
EXPORT_GOLD, GIVEN_GOLD = hidden("export_gold.jsonl"), hidden("given_gold.jsonl")
HOLDOUT = hidden("holdout.jsonl")


def test_the_messages_are_as_planned_and_no_text_resembles_another() -> None:
    found = lint(read_exercise(ROOM))

    assert found.problems == []
    there = {part: [number for _, number in kinds.values()] for part, kinds in found.strata.items()}
    assert sum(there["export"]) == 180 and sum(there["holdout"]) == 240
    assert found.texts["nearest public to hidden"] < 0.4


def test_export_and_gold_have_the_same_rows_in_order_of_arrival() -> None:
    assert [row["msg_id"] for row in EXPORT] == [row["msg_id"] for row in EXPORT_GOLD]
    assert len(GIVEN) == 12
    assert [row["received_at"] for row in EXPORT] == sorted(row["received_at"] for row in EXPORT)
    assert list(EXPORT[0]) == [
        "msg_id", "received_at", "channel", "app_version", "locale_hint", "plan", "text",
    ]  # fmt: skip


def test_what_is_new_in_version_5_is_met_by_people_who_have_it() -> None:
    rows = [(row, gold) for row, gold in zip(EXPORT, EXPORT_GOLD, strict=True)]
    rows += [(row, row) for row in HOLDOUT]
    early = [row["msg_id"] for row, gold in rows if gold["stratum"] == "new_module"
             and row["app_version"] and not row["app_version"].startswith("5.")]  # fmt: skip

    assert early == []


def test_every_foreign_message_of_the_export_has_a_translation_and_no_other() -> None:
    given = json.loads((ROOM / "public" / "english.json").read_text(encoding="utf-8"))

    foreign = {row["msg_id"] for row in EXPORT_GOLD if row["lang"] != "en"}
    assert set(given) == foreign
    length = {row["msg_id"]: len(row["text"]) for row in EXPORT}
    assert [name for name, text in given.items() if len(text) < 0.6 * length[name]] == []


@pytest.mark.parametrize("rows", [EXPORT_GOLD, HOLDOUT, GIVEN_GOLD])
def test_gold_stays_in_the_taxonomy(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert row["accept"] and set(row["accept"]) | set(row["also"]) <= LABELS, row["msg_id"]
        assert not set(row["accept"]) & set(row["also"]), row["msg_id"]
        assert bool(row["also"]) == bool(row["needs_fact"]), row["msg_id"]
        assert row["needs_fact"] in (None, "f06", "f07")
        if row["stratum"] == "sarcasm":
            assert len(row["accept"]) == 2
        if row["stratum"] == "catastrophic":
            assert row["accept"] == ["bug"]


def test_the_twelve_are_as_agreed_and_five_are_what_the_model_gets_wrong() -> None:
    wrong = [row["msg_id"] for row in GIVEN_GOLD if row["triage_v1"] not in row["accept"]]

    assert sorted(set(wrong) | {"P04"}) == ["P04", "P07", "P08", "P11", "P12"]


def gold_of_holdout() -> Gold:
    rows = [Row.model_validate(row) for row in HOLDOUT]
    return Gold(known={normalised(row.text): row for row in rows}, holdout=tuple(rows))


def test_every_planted_fault_fires_on_the_holdout_and_hurts_and_no_harmless_one_does() -> None:
    sheet = Sheet.model_validate(tomllib.loads((ROOM / "hidden/mutants.toml").read_text()))
    gold = gold_of_holdout()
    truth = Truth(gold, asked=frozenset({"f06", "f07"}))
    good = {row.msg_id: truth.message(row.text).labels[0] for row in gold.holdout}
    fired, added = {}, {}
    for one in sheet.models:
        seeds = 5 if one.rate == 1 else 20
        models = [answers(one, truth, seed) for seed in range(seeds)]
        said = [(row, read_answer(model(row.text, 0))) for model in models for row in gold.holdout]
        fired[one.id] = sum(got != good[row.msg_id] for row, got in said) / seeds
        cost = sum(sheet.costs.of(truth.message(row.text).labels, got) for row, got in said)
        added[one.id] = 1000 * cost / len(said)

    mutants = [one.id for one in sheet.models if one.group == "mutant"]
    assert len(mutants) == 18 and len(sheet.models) == 26
    assert {name: fired[name] for name in mutants if fired[name] < 8} == {}
    assert {name: added[name] for name in mutants if added[name] < 500} == {}
    harmless = {one.id: added[one.id] for one in sheet.models if one.group != "mutant"}
    assert {name: cost for name, cost in harmless.items() if cost > 150} == {}


def test_each_planted_fault_has_three_witnesses_that_no_harmless_model_gets_wrong() -> None:
    sheet = Sheet.model_validate(tomllib.loads((ROOM / "hidden/mutants.toml").read_text()))
    gold = gold_of_holdout()
    truth = Truth(gold, asked=frozenset({"f06", "f07"}))
    right = {row.msg_id: truth.message(row.text).labels for row in gold.holdout}
    wrong: dict[str, set[str]] = {}
    for one in sheet.models:
        model = answers(one, truth, 0)
        said = {row.msg_id: read_answer(model(row.text, 0)) for row in gold.holdout}
        wrong[one.id] = {name for name, got in said.items() if got not in right[name]}

    for harmless in ("B1", "B2", "B3", "B4"):
        assert wrong[harmless] == set(), harmless
    spoilt = set().union(*(wrong[one.id] for one in sheet.models if one.group != "mutant"))
    for one in sheet.models:
        if one.group == "mutant":
            assert len(wrong[one.id] - spoilt) >= 3, one.id
