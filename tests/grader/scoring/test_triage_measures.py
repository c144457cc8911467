"""The formulas of a triage, by hand: order, beliefs, looking, words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import kendalltau

from grader.scoring.triage_claims import meaning
from grader.scoring.triage_looking import Orders, Table, looking
from grader.scoring.triage_measures import follows, index, worth
from tests.grader.scoring.triage_toys import claim, scored, triage

RIGHT = ["R3", "R1", "R2", "R4"]


def test_the_best_order_has_the_harm_first_and_then_share_a_minute() -> None:
    assert worth(triage().sheet) == RIGHT


@pytest.mark.parametrize(
    ("plan", "places"),
    [
        (["R3", "R1", "R2", "R4"], [0, 1, 2, 3]),
        (["R4", "R2", "R1", "R3"], [3, 2, 1, 0]),
        (["R3", None, "H1", "R1", "R3"], [0, 1, 2, 2]),
        (["R4", "R2"], [2, 2, 1, 0]),
    ],
)
def test_the_order_of_a_plan_is_kendalls_tau_b(plan: list[str | None], places: list[int]) -> None:
    assert follows(plan, RIGHT) == pytest.approx(kendalltau(range(4), places).statistic)


@pytest.mark.parametrize("plan", [[], ["R1"], ["R1", "R1", None], ["H1", "H2"]])
def test_a_plan_with_fewer_than_two_causes_has_no_order(plan: list[str | None]) -> None:
    assert follows(plan, RIGHT) == 0


def test_beliefs_are_held_against_causes_and_herrings_and_the_surest_claim_counts() -> None:
    causes = [
        claim("index", "half built", 0.9), claim("index", "half built", 0.2),
        claim("generator", "new version is worse", 0.5),
    ]  # fmt: skip
    found = scored({"CAUSES": causes}).components["B"].value

    assert found == pytest.approx((0.1**2 + 3 * 1 + 0.5**2 + 0) / 6, abs=1e-4)


def test_nothing_found_is_nothing_and_what_is_unscored_is_left_out() -> None:
    whole = {"RC": 0.5, "CT": 1.0, "tau": -1.0, "B": 0.125, "VF": 1.0}

    assert index({**whole, "RC": 0.0}) == 0
    assert index(whole) == pytest.approx(100 * (0.2 + 0.15 + 0 + 0.075 + 0.15))
    assert index({**whole, "CT": None}) == pytest.approx(
        100 * (0.2 + 0 + 0.075 + 0.15) / 0.85, 1e-3
    )


@pytest.mark.parametrize(
    ("component", "text", "means"),
    [
        ("Index", "the re-index was killed at 412 pages", "R1"),
        ("context builder", "house rules are trimmed off in long threads", "R2"),
        ("gateway cache", "entries are shared across houses", "R3"),
        ("gateway", "tries again without waiting, so wren answers at peak", "R4"),
        ("model", "heron-4 is a regression", "H1"),
        ("vendor", "was slow", "H2"),
        ("cache", "is too small", None),
        ("", "", None),
        ("generator", "temperature", None),
        ("index", "half " + "and so on " * 40, None),
    ],
)
def test_words_mean_one_cause_or_are_left_to_a_reviewer(
    component: str, text: str, means: str | None
) -> None:
    assert meaning(component, text, triage().sheet) == means


TOY = Table(
    weights=np.array([1.5, 0.5]), priors=np.array([0.5, 0.5]),
    chances=np.array([[[0.99, 0.01], [np.nan, np.nan]], [[np.nan, np.nan], [0.5, 0.5]]]),
    minutes=np.array([2.0, 8.0]),
)  # fmt: skip


def test_a_sure_look_takes_the_doubt_away_and_an_idle_one_takes_minutes() -> None:
    orders = Orders(TOY, 10)
    left = -(0.99 * math.log2(0.99) + 0.01 * math.log2(0.01))
    told = 1.5 * (1 - left) / 2

    assert orders.greedy() == [0, 1]
    assert orders.area([0, 1], [2, 8]) == pytest.approx(told * 0.8, abs=1e-6)
    assert orders.area([None, 0], [4, 2]) == pytest.approx(told * 0.4, abs=1e-6)
    assert orders.area([1, 0], [8, 2]) == pytest.approx(0, abs=1e-6)
    assert orders.area([], []) == 0


def test_greedy_comes_to_one_and_the_worst_order_to_nothing() -> None:
    best, spread = looking(TOY, [0, 1], [2, 8], horizon=10, seed=1)
    worst, _ = looking(TOY, [1, 0], [8, 2], horizon=10, seed=1, draws=0)

    assert best == 1 and len(spread) == 60 and min(spread) > 0.9
    assert worst == 0
    assert looking(TOY, [0], [2], horizon=10, seed=1) == looking(TOY, [0], [2], horizon=10, seed=1)
