"""The formulas, each against numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from grader.records import ModelRun
from grader.scoring import measures


def run(name: str, seeds: str, **more: Any) -> ModelRun:
    """A model's runs: n for no_ship, s for ship, e for error."""
    words = {"n": "no_ship", "s": "ship", "e": "error"}
    group = "mutant" if name.startswith("M") else "counted"
    value = {
        "id": name,
        "about": "a model",
        "group": group,
        "weight": 1.0 if group == "mutant" else 0,
    }
    return ModelRun.model_validate(value | {"seeds": tuple(words[s] for s in seeds)} | more)


def test_caught_is_weighted_and_a_failed_run_catches_nothing() -> None:
    runs = [run("M01", "nnn", weight=3.0), run("M02", "nse", weight=1.0)]

    assert measures.caught(runs) == pytest.approx((3 * 1 + 1 / 3) / 4)
    assert measures.caught([]) == 0


def test_false_alarms_are_the_mean_over_models() -> None:
    assert measures.false_alarms([run("B4", "ssss"), run("B5", "nsss")]) == pytest.approx(1 / 8)


def test_a_number_reacts_as_far_as_it_tells_faulty_from_harmless() -> None:
    good = [run("B4", "s", headlines=(0.9, 0.8))]

    assert measures.reacts([run("M01", "n", headlines=(0.1, 0.2))], good) == 1.0
    assert measures.reacts([run("M01", "n", headlines=(0.9, 0.8))], good) == 0.0
    half = measures.reacts(
        [run("M01", "n", headlines=(0.1,)), run("M02", "n", headlines=(0.95,), weight=3.0)], good
    )
    assert half == 0.0
    third = measures.reacts(
        [run("M01", "n", headlines=(0.85,)), run("M02", "n", headlines=(0.1,))], good
    )
    assert third == pytest.approx(2 * ((0.5 + 1) / 2) - 1)
    assert measures.reacts([run("M01", "n")], good) is None


def test_rho_is_one_when_the_number_falls_as_cost_rises_and_zero_when_it_stands_still() -> None:
    costs = (0.0, 10.0, 20.0, 30.0)
    falling = [run(f"M0{n}", "n", headlines=(1.0 - c / 100,), cost_eur_per_1000=c)
               for n, c in enumerate(costs, 1)]  # fmt: skip
    still = [one.model_copy(update={"headlines": (0.5,)}) for one in falling]

    assert measures.follows_cost(falling) == pytest.approx(1.0)
    assert measures.follows_cost(still) == 0.0
    assert measures.follows_cost(falling[:2]) == 0.0


def test_the_index_is_zero_without_j_and_takes_seven_tenths_for_an_unscored_a() -> None:
    assert measures.index({"J": 0.0, "G": 1.0, "rho": 1.0, "A": 1.0}) == 0.0
    assert measures.index({"J": 1.0, "G": 1.0, "rho": 1.0, "A": 1.0}) == 100.0
    assert measures.index({"J": 1.0, "G": 1.0, "rho": -1.0, "A": None}) == pytest.approx(56.0)


def test_an_interval_holds_its_value_and_needs_twenty_resamples() -> None:
    wide = measures.component(0.5, "w", [n / 100 for n in range(101)])
    none = measures.component(0.5, "w", [0.5] * 5)

    assert (wide.low, wide.high) == (0.1, 0.9)
    assert none.low is None
    assert measures.component(None, "why").status == "unscored"


def test_over_resamples_puts_each_in_the_place_of_the_seeds() -> None:
    runs = [
        run("M01", "nnn", resamples=("ship", "no_ship")),
        run("M02", "sss", resamples=("ship", "no_ship")),
    ]

    assert measures.over_resamples(runs, measures.caught) == [0.0, 1.0]
    assert measures.over_resamples([], measures.caught) == []
