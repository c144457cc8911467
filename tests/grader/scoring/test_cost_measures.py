"""The formulas of the cost exercise, each against a number worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.scoring import cost_measures as formulas
from grader.scoring.cost_claims import Estimate

SHARES = {"S3.static": 0.4, "S3.out": 0.3, "S1.email": 0.2, "S1.out": 0.1}
ACTUAL = formulas.Actual(
    daily=1000.0, months=(25_000.0, 30_000.0), tokens_in=200e6, tokens_out=10e6,
    in_usd=800.0, shares=SHARES,
)  # fmt: skip
RIGHT = Estimate(
    daily=1000.0, low=800.0, high=1250.0, monthly=25_000.0, tokens_in=200e6, tokens_out=10e6,
    drivers=("S3.static", "S3.out", "S1.email"), saving=0.4,
)  # fmt: skip


def derived(own: Estimate) -> formulas.Derived | None:
    return formulas.derive(own, ACTUAL, 4e-6, 20e-6)


def measured(own: Estimate) -> float:
    return formulas.estimates(own, ACTUAL, derived(own))


def changed(**values: float | None) -> Estimate:
    return Estimate(**{**RIGHT.__dict__, **values})


def test_accuracy_falls_from_one_to_nothing_at_a_factor_of_two() -> None:
    assert formulas.accuracy(100.0, 100.0) == 1.0
    assert formulas.accuracy(math.sqrt(2), 1.0) == pytest.approx(0.5)
    assert formulas.accuracy(0.5, 1.0) == formulas.accuracy(3.0, 1.0) == 0.0
    assert formulas.accuracy(None, 1.0) == formulas.accuracy(-1.0, 1.0) == 0.0


def test_a_right_estimate_has_everything_and_each_part_its_weight() -> None:
    assert measured(RIGHT) == pytest.approx(1.0)
    assert measured(changed(monthly=None)) == pytest.approx(0.8)
    assert measured(changed(monthly=30_000.0)) == pytest.approx(1.0)
    assert measured(changed(daily=None)) == pytest.approx(0.6)


def test_money_without_tokens_earns_nothing() -> None:
    passed_on = changed(tokens_in=None, tokens_out=None)

    assert measured(passed_on) == 0.0
    assert formulas.ranges(passed_on, ACTUAL) == 0.0
    assert measured(changed(tokens_out=None)) == pytest.approx(0.25)


def test_errors_that_cancel_are_added_up_and_told() -> None:
    crossed = changed(tokens_in=100e6, tokens_out=30e6)
    same_way = changed(tokens_in=250e6, tokens_out=12.5e6)
    found = derived(crossed)

    assert found is not None and found.total == pytest.approx(1000.0) and found.apart == 800.0
    assert formulas.cancels(found, ACTUAL) and not formulas.cancels(derived(same_way), ACTUAL)
    assert not formulas.cancels(derived(changed(tokens_in=190e6, tokens_out=12e6)), ACTUAL)
    assert measured(crossed) == pytest.approx(0.4 * (1 - math.log2(1.8)) + 0.2)


@pytest.mark.parametrize(
    ("low", "high", "worth"),
    [
        (900.0, 1100.0, 1.0),
        (500.0, 1000.0, 1.0),
        (1000.0, 4000.0, (3.3 - 2) / 2.3),
        (100.0, 10_000.0, 0.0),
        (0.0, 5000.0, 0.0),
        (990.0, 1010.0, 0.0),
        (1100.0, 1500.0, 0.0),
        (None, None, 0.0),
    ],
)
def test_a_range_is_worth_what_it_risks(
    low: float | None, high: float | None, worth: float
) -> None:
    assert formulas.ranges(changed(low=low, high=high), ACTUAL) == pytest.approx(worth)


def test_drivers_count_by_share_and_place() -> None:
    best = 0.4 + 0.3 / math.log2(3) + 0.2 / 2

    assert formulas.drives(["S3.static", "S3.out", "S1.email"], SHARES) == pytest.approx(1.0)
    assert formulas.drives(["S3.out"], SHARES) == pytest.approx(0.3 / best)
    assert formulas.drives([], SHARES) == 0.0


def test_a_plan_is_worth_its_saving_within_what_is_allowed() -> None:
    limits = (2.0, 6.0)

    def worth(saving: float, loss: float, *, is_late: bool = False, honest: float = 1.0) -> float:
        return formulas.plans(saving, 0.5, loss, limits=limits, is_late=is_late, honest=honest)

    assert worth(0.5, 2.0) == worth(0.7, 0.0) == 1.0
    assert worth(0.25, 0.0) == 0.5
    assert worth(0.5, 4.0) == pytest.approx(0.5) and worth(0.9, 7.0) == 0.0
    assert worth(0.5, 0.0, is_late=True) == pytest.approx(0.3)
    assert worth(-0.1, 0.0) == 0.0


def test_a_claim_near_the_saving_and_a_trial_make_it_whole() -> None:
    assert formulas.honesty(0.4, 0.4, was_tried=True) == pytest.approx(1.0)
    assert formulas.honesty(0.4, 0.4, was_tried=False) == pytest.approx(0.7)
    assert formulas.honesty(0.4, 0.4, was_tried=None) == pytest.approx(1.0)
    assert formulas.honesty(None, 0.4, was_tried=True) == pytest.approx(0.7)
    assert formulas.honesty(0.9, 0.3, was_tried=True) == pytest.approx(0.7)


def test_the_index_leaves_out_what_is_not_scored() -> None:
    assert formulas.index({"A": 1.0, "RG": 1.0, "DR": 1.0, "OP": 1.0}) == 100.0
    assert formulas.index({"A": 1.0, "RG": 0.0, "DR": 0.0, "OP": 0.0}) == 40.0
    assert formulas.index({"A": 0.7, "RG": 0.7, "DR": 0.7, "OP": None}) == 70.0
    assert formulas.index({"A": None, "OP": None}) == 0.0


@given(st.floats(1.0, 1e5), st.floats(1e5, 1e9), st.floats(1e5, 1e9))
def test_no_estimate_is_worth_more_than_the_truth(
    daily: float, tokens_in: float, tokens_out: float
) -> None:
    found = measured(changed(daily=daily, tokens_in=tokens_in, tokens_out=tokens_out))

    assert 0.0 <= found <= 1.0 + 1e-9
