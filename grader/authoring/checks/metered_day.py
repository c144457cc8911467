"""What: a metered day can be priced, agrees with the price card, and its menu has gains and traps.

Why: the scorer prices by hidden/cost.toml while people read the card; and a menu on which all is
fine, or nothing, measures nobody.
Wrong: 0.60 on the card and 0.80 in cost.toml; a month by a fact that nobody knows.
Right: one price in both; some single change that is allowed and saves, and some that saves and is
not allowed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from grader.authoring.checks.room import WHOLE, Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.scoring.cost_claims import read_number
from grader.scoring.cost_pricing import changes, offers
from grader.scoring.cost_truth import PLACE, CostSheet, Truth, read_truth
from harness.core.errors import BadExercise

_COLUMNS = {"in_": "usd_per_million_in", "out": "usd_per_million_out",
            "cached": "usd_per_million_cached_in"}  # fmt: skip
_SAVES = 0.01


def find(room: Room) -> Iterator[Problem]:
    """Yield what cannot be priced, what two files say differently, and a menu without a choice."""
    try:
        truth = read_truth(room.exercise())
    except BadExercise as problem:
        yield Problem(PLACE, str(problem)[:300], "mend it, or draw the day anew")
        return
    if truth is None:
        return
    sheet = truth.sheet
    yield from _of_prices(room, sheet)
    yield from _of_ratio(sheet)
    if sheet.month.fact not in {fact.id for fact in room.facts.facts}:
        what = f"a month goes by the fact {sheet.month.fact[:40]!r}, which nobody knows"
        yield Problem(f"{PLACE}, month", what, "name a fact of proctor/facts.toml")
    yield from _of_menu(truth)


def _of_prices(room: Room, sheet: CostSheet) -> Iterator[Problem]:
    """Yield each price that the candidates' card has otherwise."""
    for given in room.given:
        if not given.said.name.endswith(".csv"):
            continue
        text = given.data.decode("utf-8", "replace")
        for row in csv.DictReader(io.StringIO(text, newline="")):
            rates = sheet.prices.get(row.get("model") or "")
            if rates is None:
                continue
            for name, column in _COLUMNS.items():
                said, true = row.get(column), getattr(rates, name)
                if said is not None and read_number(said) != true:
                    yield Problem(
                        f"public/{given.said.name}, {row['model'][:40]}",
                        f"{column} is {said[:20]}, and {PLACE} prices it at {true:g}",
                        "write one price in both",
                    )


def _of_ratio(sheet: CostSheet) -> Iterator[Problem]:
    """Yield each model that is cheaper in than out: the scorer has one factor for a model."""
    base = sheet.prices[sheet.base]
    for model, rates in sheet.prices.items():
        into, out = rates.in_ / base.in_, rates.out / base.out
        if abs(into - out) > 0.01 * into:
            what = f"it takes {into:.3g} of the base's price for tokens in and {out:.3g} for out"
            remedy = "keep one ratio for both; a plan is priced by one factor a model"
            yield Problem(f"{PLACE}, prices.{model}", what, remedy)


def _of_menu(truth: Truth) -> Iterator[Problem]:
    single = offers(truth)[: len(list(changes(truth.sheet)))]
    saves = [one for one in single if one.saving > _SAVES]
    if not any(one.is_allowed for one in saves):
        what = "no single change both saves something and is allowed"
        yield Problem(PLACE, what, "let one be worth it: losses, allowed_loss, late")
    if all(one.is_allowed for one in saves):
        what = "every change that saves something is allowed, so that choosing takes no thought"
        yield Problem(PLACE, what, "let a tempting one lose more than allowed_loss")


RULE = Rule("metered-day", find, needs=WHOLE)
