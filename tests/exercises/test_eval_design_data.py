"""Exercise 1's messages: written one by one to their strata, gold in the taxonomy."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import Counter
from itertools import combinations, pairwise
from typing import Any

import pytest

from grader.bench import OWN_EXERCISES
from grader.scoring.faults import Sheet, Truth, answers, read_answer
from grader.scoring.gold import Gold, Row, normalised

ROOM = OWN_EXERCISES / "eval-design"
LABELS = {"bug", "feature", "question", "unsure"}
EXPORT_AT_LEAST = {
    "clear_bug": 7, "clear_feature": 6, "clear_question": 24, "polite_bug": 5, "wish_bug": 3,
    "angry_feature": 3, "two_intents": 5, "outside": 12, "ambiguous": 7, "negated": 3,
    "sarcasm": 3, "new_module": 4, "catastrophic": 4, "injection": 3, "long": 4,
    "near_duplicate": 4,
}  # fmt: skip
HOLDOUT_AT_LEAST = {
    "clear_bug": 5, "clear_feature": 4, "clear_question": 13, "polite_bug": 4, "wish_bug": 3,
    "angry_feature": 3, "two_intents": 4, "outside": 7, "ambiguous": 4, "negated": 2,
    "sarcasm": 2, "new_module": 3, "catastrophic": 3, "injection": 3, "long": 3,
    "near_duplicate": 2,
}  # fmt: skip


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


def grams(text: str) -> set[str]:
    plain = re.sub(r"\s+", " ", text.lower())
    return {plain[n : n + 4] for n in range(len(plain) - 3)}


def likeness(one: str, other: str) -> float:
    a, b = grams(one), grams(other)
    return len(a & b) / max(1, len(a | b))


def test_export_and_gold_have_the_same_rows_in_order_of_arrival() -> None:
    assert [row["msg_id"] for row in EXPORT] == [row["msg_id"] for row in EXPORT_GOLD]
    assert len(EXPORT) >= 90 and len(GIVEN) == 12 and len(HOLDOUT) >= 60
    assert [row["received_at"] for row in EXPORT] == sorted(row["received_at"] for row in EXPORT)
    assert list(EXPORT[0]) == [
        "msg_id", "received_at", "channel", "app_version", "locale_hint", "plan", "text",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "wanted"), [(EXPORT_GOLD, EXPORT_AT_LEAST), (HOLDOUT, HOLDOUT_AT_LEAST)]
)
def test_every_stratum_has_its_rows(rows: list[dict[str, Any]], wanted: dict[str, int]) -> None:
    count = Counter(row["stratum"] for row in rows)

    assert {name: count[name] for name in wanted if count[name] < wanted[name]} == {}
    assert set(count) == set(wanted)


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


def test_no_text_resembles_another_but_the_planted_pairs() -> None:
    texts = [(row["msg_id"], row["text"]) for row in (*EXPORT, *GIVEN, *HOLDOUT)]
    incident = {row["msg_id"]: row["incident"] for row in (*EXPORT_GOLD, *GIVEN_GOLD, *HOLDOUT)}

    alike = [
        (a, b, round(likeness(x, y), 2))
        for (a, x), (b, y) in combinations(texts, 2)
        if likeness(x, y) >= 0.4
    ]
    pairs = {frozenset((a, b)) for a, b, _ in alike}
    assert all(incident[a] == incident[b] is not None for a, b, _ in alike), alike
    assert len(pairs) == 3


@pytest.mark.parametrize("rows", [EXPORT, HOLDOUT])
def test_texts_are_written_one_by_one(rows: list[dict[str, Any]]) -> None:
    words = [re.findall(r"\w+", row["text"].lower()) for row in rows]

    beginnings = Counter(" ".join(one[:5]) for one in words)
    assert max(beginnings.values()) <= 3
    pairs = [f"{a} {b}" for one in words for a, b in pairwise(one)]
    assert len(set(pairs)) / len(pairs) >= 0.75
    assert all(0 < len(row["text"]) <= 3000 for row in rows)
    lengths = sorted(map(len, words))
    assert 10 <= lengths[len(lengths) // 2] <= 20


@pytest.mark.parametrize(("rows", "gold"), [(EXPORT, EXPORT_GOLD), (HOLDOUT, HOLDOUT)])
def test_cross_traits_are_there(rows: list[dict[str, str]], gold: list[dict[str, Any]]) -> None:
    share = {tag: sum(tag in row["tags"] for row in gold) / len(gold) for tag in ("not_english",)}
    long = [r for r, g in zip(rows, gold, strict=True) if g["stratum"] == "long"]

    assert 0.1 <= share["not_english"] <= 0.3
    assert all(400 < len(row["text"]) <= 2500 for row in long)
    assert {row["channel"] for row in rows} == {"widget", "mail", "store", "chat"}
    missing = sum(not row["app_version"] for row in rows) / len(rows)
    assert 0.02 <= missing <= 0.2


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
    assert len(mutants) == 12 and len(sheet.models) == 20
    assert {name: fired[name] for name in mutants if fired[name] < 2} == {}
    assert {name: added[name] for name in mutants if added[name] < 500} == {}
    harmless = {one.id: added[one.id] for one in sheet.models if one.group != "mutant"}
    assert {name: cost for name, cost in harmless.items() if cost > 170} == {}
