"""ESTIMATE and PLAN are read kindly and believed in nothing that is no number."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.folder import read_exercise
from grader.bench import OWN_EXERCISES
from grader.scoring.cost_claims import Plan, read_estimate, read_number, read_plan
from grader.scoring.cost_truth import CostSheet, read_truth

TRUTH = read_truth(read_exercise(OWN_EXERCISES / "cost-estimate"))
assert TRUTH is not None
SHEET: CostSheet = TRUTH.sheet
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4)
    ),
    max_leaves=20,
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3.0), (2.5, 2.5), ("2,574", 2574.0), ("$2574.50", 2574.5), ("48%", 0.48),
        ("4e8", 4e8), (" 12 USD", 12.0), (True, None), (None, None), ("nan", None),
        (float("inf"), None), (10**400, None), ("about 3", None), ([3], None), ("9" * 80, None),
    ],
)  # fmt: skip
def test_a_number_is_read_where_one_is_meant(value: Any, number: float | None) -> None:
    assert read_number(value) == number


def test_an_estimate_is_read_as_people_write_it() -> None:
    own = read_estimate(
        {
            "daily_usd": "2,500", "daily_range": [3000, "2000"], "monthly_usd": 60_000,
            "tokens_in_per_day": 4e8, "tokens_out_per_day": 4e7, "saving_claimed": "40%",
            "drivers": ["s3.STATIC ", "S3 out", "S3.static", "the model", "S1.email", "S2.out"],
        },
        SHEET,
    )  # fmt: skip

    assert (own.daily, own.low, own.high, own.saving) == (2500.0, 2000.0, 3000.0, 0.4)
    assert own.drivers == ("S3.static", "S3.out", "S1.email")
    assert own.unread_drivers == ("the model",)
    assert own.has_derivation and not own.is_from_stages


def test_tokens_are_added_up_from_stages_where_they_stand_there_alone() -> None:
    stages = {
        "S1": {"in": 2000, "out": 200, "calls_per_mail": 1.5},
        "S2": {"in": 1000, "out": 50},
        "S3": "much",
    }
    own = read_estimate({"daily_usd": 1, "per_stage": stages}, SHEET)

    assert (own.tokens_in, own.tokens_out) == (50_000 * 4000, 50_000 * 350)
    assert own.is_from_stages


def test_a_plan_is_read_with_flags_lists_and_shares() -> None:
    plan = read_plan(
        {
            "cache": 1, "strip_quotes": "yes", "drop_auto": "no", "template_top_k": 64,
            "max_email_tokens": "2,000", "batch": True,
            "models": {"S2": {"atlas-mini": 7, "atlas-large": 3}, "S1": "atlas-mid"},
        },
        SHEET,
    )  # fmt: skip

    assert plan == Plan(
        cache=True, strip_quotes=True, limit=2000.0, batch=("S1", "S2", "S3"),
        models=(("S1", "atlas-mid", 1.0), ("S2", "atlas-large", 0.3), ("S2", "atlas-mini", 0.7)),
    )  # fmt: skip
    assert plan.unread == ()
    assert read_plan({"batch": ["s1"]}, SHEET).batch == ("S1",)
    assert read_plan({"models": {"S1": {"atlas-large": 1}}}, SHEET).is_empty


def test_what_is_not_on_the_menu_is_named_and_left_out() -> None:
    plan = read_plan(
        {
            "quantise": True, "cache": "perhaps", "template_top_k": "few", "batch": ["S9"],
            "models": {"S1": {"gpt": 1.0}, "S7": {}},
        },
        SHEET,
    )  # fmt: skip

    assert plan.is_empty
    assert set(plan.unread) == {
        "quantise", "cache", "template_top_k", "models.S1.gpt", "models.S7", "batch S9",
    }  # fmt: skip
    assert read_plan("cache", SHEET).unread == ("PLAN is no dict",)


@given(PLAIN)
def test_whatever_comes_is_read_without_an_error(value: Any) -> None:
    own, plan = read_estimate(value, SHEET), read_plan(value, SHEET)

    for number in (own.daily, own.monthly, own.tokens_in, own.tokens_out):
        assert number is None or 0 < number < 1e18
    assert len(plan.unread) <= 20


@given(st.dictionaries(st.sampled_from([
    "daily_usd", "daily_range", "tokens_in_per_day", "per_stage", "drivers", "cache", "models",
    "batch", "template_top_k", "max_email_tokens",
]), PLAIN))  # fmt: skip
def test_known_names_with_odd_values_are_read_without_an_error(value: dict[str, Any]) -> None:
    own, plan = read_estimate(value, SHEET), read_plan(value, SHEET)

    assert len(own.drivers) <= 3
    assert plan.top_k is None or 1 <= plan.top_k < 64
    assert plan.limit >= 0
