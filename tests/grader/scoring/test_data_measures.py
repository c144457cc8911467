"""The formulas of the data exercise on a table of ten rows, worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.scoring import data_measures as formulas
from grader.scoring.data_claims import Corrected, read_claims
from grader.scoring.data_measures import Drawing, Held
from grader.scoring.data_truth import DefectSheet, Row, Table

IDS = [f"r{n}" for n in range(10)]
SHEET = DefectSheet.model_validate({
    "schema": 1, "table": "t.csv", "headline": 1.0, "right": "r", "fresh": "f",
    "defects": [
        {"id": "D1", "about": "a", "effect": ["up"], "rows": ["r0", "r1"], "also": ["r2"]},
        {"id": "D2", "about": "b", "effect": ["down"], "rows": ["r3", "r4", "r5"], "weight": 3},
    ],
    "oddities": [{"id": "O1", "about": "o", "rows": ["r9"]}],
})  # fmt: skip
WRONG = {"r3", "r4", "r5"}
TABLE = Table(
    SHEET,
    {one: Row(one, "t", "a", "a", "b" if one in WRONG else "a", True) for one in IDS},
    (),
)
ONCE = Drawing(np.ones(10), np.ones(2), truth=0.6, mended=0.7)


def held(*findings: tuple[list[str], str], relabel: list[str] | None = None) -> Held:
    listed: list[dict[str, Any]] = [
        {"claim": "c", "row_ids": rows, "effect": effect} for rows, effect in findings
    ]
    values = {"FINDINGS": listed, "RELABEL_FIRST": relabel or []}
    return formulas.hold(read_claims(values, frozenset(IDS)), TABLE)


def test_rows_beside_a_defect_count_neither_way() -> None:
    bare = formulas.overlaps(held((["r0", "r1"], "up")), ONCE.rows)
    beside = formulas.overlaps(held((["r0", "r1", "r2"], "up")), ONCE.rows)
    half = formulas.overlaps(held((["r0", "r9"], "up")), ONCE.rows)

    assert bare[0, 0] == beside[0, 0] == 1
    assert half[0, 0] == pytest.approx(1 / 3) and half[1, 0] == 0


def test_a_defect_counts_by_its_weight_and_its_effect_apart() -> None:
    assert formulas.finds(held(), ONCE) == (0, 0)
    assert formulas.finds(held((["r0", "r1"], "down")), ONCE) == (0.25, 0)
    assert formulas.finds(held((["r3", "r4"], "down")), ONCE) == (0.75, 0.75)
    assert formulas.finds(held((["r0", "r1"], "up"), (WRONG_LIST, "down")), ONCE) == (1, 1)


WRONG_LIST = sorted(WRONG)


def test_naming_every_row_finds_nothing_and_spares_nothing() -> None:
    everything = held((IDS, "up"), relabel=IDS)

    assert formulas.finds(everything, ONCE) == (0, 0)
    assert formulas.keeps(everything, ONCE) == 0
    assert formulas.relabels(everything, ONCE, 25) == 0


def test_what_is_harmless_may_be_named_as_unknown() -> None:
    # clean are r6 to r9
    assert formulas.keeps(held((["r9"], "unknown")), ONCE) == 1
    assert formulas.keeps(held((["r9"], "down")), ONCE) == 0.75
    assert formulas.keeps(held((["r6", "r7"], "unknown")), ONCE) == 0.5


@pytest.mark.parametrize(
    ("accuracy", "wanted"),
    [(0.65, 1.0), (0.6, 1.0), (0.7, 1.0), (0.8, 2 / 3), (1.0, 0.0), (0.2, 0.0), (None, 0.0)],
)
def test_a_number_between_the_two_readings_is_right(accuracy: float | None, wanted: float) -> None:
    found = formulas.corrects(Corrected(accuracy), 1.0, ONCE)

    assert found == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0.5, 0.7, 1.0), (0.5, 0.75, 1.0), (0.3, 0.8, 0.0), (0.4, 0.775, 0.5), (0.0, 1.0, 0.0),
        (0.65, 0.8, 0.0), (0.59, 0.61, 0.0), (None, None, 0.0),
    ],
)  # fmt: skip
def test_a_range_has_to_hold_the_truth_and_to_say_something(
    low: float | None, high: float | None, wanted: float
) -> None:
    found = formulas.ranges(Corrected(0.6, low, high), 0.6, width=0.2)

    assert found == pytest.approx(wanted)


def test_rows_to_label_first_are_worth_what_chance_would_not_have_named() -> None:
    assert formulas.relabels(held(relabel=WRONG_LIST), ONCE, 25) == 1
    assert formulas.relabels(held(relabel=WRONG_LIST), ONCE, 2) == 1
    assert formulas.relabels(held(relabel=["r3"]), ONCE, 25) == pytest.approx(1 / 3)
    assert formulas.relabels(held(relabel=["r0", "r6"]), ONCE, 25) == 0


def test_the_index_is_that_of_its_parts_and_a_missing_part_is_worth_nothing() -> None:
    full = dict.fromkeys(("F", "KP", "EF", "C", "RG", "RL"), 1.0)

    assert formulas.index(full) == 100
    assert formulas.index({**full, "KP": 0.5}) == 50
    assert formulas.index({**full, "RL": None}) == 85
    assert formulas.index({**full, "KP": None}) == 0
    assert [formulas.behind(one) for one in (0.0, 0.25, 0.5, 1.0)] == [0, 0.5, 1, 1]
