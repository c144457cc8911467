"""FINDINGS, CORRECTED and RELABEL_FIRST as they may come: everything is read, or named."""

from __future__ import annotations

from typing import Any

import pytest

from grader.scoring.data_claims import MOST_FINDINGS, MOST_RELABELLED, Corrected, read_claims

KNOWN = frozenset(f"R{n:03d}" for n in range(1, 31)) | {"7"}
NESTED: Any = ["R001"]
for _ in range(300):
    NESTED = [NESTED]
HOSTILE = [
    None, 0, -1, True, "", "R001", "x" * 5000, float("nan"), float("inf"), [], {}, [[]], [{}],
    {"row_ids": {}}, [None] * 500, list(range(500)), NESTED,
    [{"row_ids": [NESTED, {"a": 1}, None]}],
    [{"claim": ["x"], "row_ids": "R001", "effect": {"up": 1}, "action": 3}],
    {"accuracy": "many", "range": ["a", "b"], "on": 4}, {"accuracy": [1], "range": [0.1]},
    {"accuracy": "1e999", "range": [float("nan"), 1]}, {"accuracy": 10**400, "range": [-1, 10**30]},
]  # fmt: skip


def finding(**fields: Any) -> dict[str, Any]:
    return {"claim": "c", "row_ids": ["R001"], "effect": "up", "action": "a", **fields}


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_comes_is_read_or_named(value: Any) -> None:
    for name in ("FINDINGS", "CORRECTED", "RELABEL_FIRST"):
        found = read_claims({name: value}, KNOWN)
        own = found.corrected

        assert all(one.rows <= KNOWN for one in found.findings) and set(found.relabel) <= KNOWN
        assert all(end is None or 0 <= end <= 1 for end in (own.accuracy, own.low, own.high))
        if value and not isinstance(value, list if name != "CORRECTED" else dict):
            assert name in found.broken


def test_ids_are_found_by_any_case_and_what_is_none_is_counted() -> None:
    ids = [" r001", "R002", "R002", 7, "R999", None, 1.5, ["R003"], True]
    found = read_claims(
        {"FINDINGS": [finding(row_ids=ids)], "RELABEL_FIRST": ["R004", "no"]}, KNOWN
    )

    assert found.findings[0].rows == {"R001", "R002", "7"}
    assert found.findings[0].strange == 5 and found.strange == 6
    assert found.relabel == ("R004",)


def test_too_many_are_cut_and_that_is_said() -> None:
    many = [finding() for _ in range(MOST_FINDINGS + 3)]
    again = sorted(KNOWN)
    found = read_claims({"FINDINGS": many, "RELABEL_FIRST": again}, KNOWN)

    assert len(found.findings) == MOST_FINDINGS and len(found.relabel) == MOST_RELABELLED
    assert found.unread == (
        f"findings after the first {MOST_FINDINGS}",
        f"RELABEL_FIRST after the first {MOST_RELABELLED}",
    )


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"accuracy": 0.7, "range": [0.6, 0.8]}, Corrected(0.7, 0.6, 0.8)),
        ({"accuracy": "70%", "range": [80, 60]}, Corrected(0.7, 0.6, 0.8)),
        ({"accuracy": 0.0, "range": [0.0, 0.0], "on": "x"}, Corrected(on="x")),
        ({"accuracy": 0.0, "range": [0.0, 0.5]}, Corrected(0.0, 0.0, 0.5)),
        ({"accuracy": -0.2, "range": [0.1, 170]}, Corrected()),
        ({"accuracy": 0.7, "range": 0.1}, Corrected(0.7)),
    ],
)
def test_a_number_and_its_range_are_shares(given: dict[str, Any], read: Corrected) -> None:
    assert read_claims({"CORRECTED": given}, KNOWN).corrected == read


def test_an_effect_that_is_none_of_the_three_is_named_and_the_finding_stays() -> None:
    found = read_claims({"FINDINGS": [finding(effect=" UP "), finding(effect="sideways")]}, KNOWN)

    assert [one.effect for one in found.findings] == ["up", None]
    assert found.unread == ("effect of finding 2",)
