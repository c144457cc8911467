"""budget(): the proctor's figures, each with its words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from harness.kernel import budget
from harness.kernel.errors import LineDown, Refused
from tests.kernel.conftest import Serve
from tests.kernel.fake_proctor import Says, refuses

FULL: dict[str, Any] = {
    "exercise": "practice",
    "usd_limit": "0.50",
    "usd_spent": "0.1201",
    "usd_reserved": "0.01",
    "calls_limit": 400,
    "calls_made": 12,
    "tokens_limit": 2_000_000,
    "tokens_used": 1,
    "last_call_usd": "0.000120",
}


def test_what_is_left_is_neither_spent_nor_set_aside(serve: Serve) -> None:
    proctor = serve(lambda asked: Says(FULL))
    purse = budget()

    assert (proctor.last.method, proctor.last.path) == ("GET", "/k/budget")
    assert purse.left_usd == Decimal("0.3699")
    assert purse.calls_left == 388
    assert repr(purse) == (
        "Left: $0.3699 of $0.50 · Spent: $0.1201 · Set aside by calls under way: $0.01"
        " · Calls left: 388 of 400 · Last call: $0.00012"
    )


@pytest.mark.parametrize(
    ("usd", "told"),
    [("0.0000384", "$0.000038"), ("0.0021", "$0.0021"), ("0.25", "$0.25"), ("0", "$0.00")],
)
def test_the_price_of_the_last_call_has_two_figures_that_matter(
    serve: Serve, usd: str, told: str
) -> None:
    serve(lambda asked: Says(FULL | {"last_call_usd": usd}))

    assert repr(budget()).endswith(f"Last call: {told}")


def test_before_the_first_call_there_is_no_last_one(serve: Serve) -> None:
    serve(lambda asked: Says(FULL | {"last_call_usd": None}))

    assert "Last call" not in repr(budget())


def test_it_is_a_table_with_words_in_a_notebook(serve: Serve) -> None:
    serve(lambda asked: Says(FULL))
    shown = budget()._repr_html_()

    assert shown.count("<tr>") == 5
    assert '<th scope="row"' in shown
    assert "<caption>Purse</caption>" in shown


def test_nothing_is_left_rather_than_less_than_nothing(serve: Serve) -> None:
    serve(lambda asked: Says(FULL | {"usd_spent": "0.60", "calls_made": 401}))
    purse = budget()

    assert (purse.left_usd, purse.calls_left) == (Decimal(0), 0)


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        FULL | {"usd_limit": "much"},
        FULL | {"usd_spent": "NaN"},
        FULL | {"usd_spent": None},
        FULL | {"calls_made": "many"},
        FULL | {"last_call_usd": "Infinity"},
    ],
)
def test_figures_that_are_none_are_told(serve: Serve, value: Any) -> None:
    serve(lambda asked: Says(value))

    with pytest.raises(LineDown, match="a purse was expected"):
        budget()


def test_a_refusal_is_told_in_the_proctors_words(serve: Serve) -> None:
    serve(lambda asked: refuses(401, "invalid_api_key", "This session's pass is no longer good."))

    with pytest.raises(Refused, match="pass is no longer good"):
        budget()


def test_simulated_minutes_stand_in_it_where_an_exercise_has_them(serve: Serve) -> None:
    serve(lambda asked: Says(FULL | {"minutes_limit": "20", "minutes_used": "2.5"}))
    purse = budget()

    assert (purse.minutes_left, purse.minutes_limit) == (Decimal("17.5"), Decimal(20))
    assert repr(purse).endswith("Simulated minutes left: 17.5 of 20")
