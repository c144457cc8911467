"""What: each harmless model is harmless by the exercise's own costs.

Why: refusing it is counted as a false alarm; who refuses a model that does harm is right.
Wrong: a model that abstains on every second message, counted as one that a team would ship.
Right: at most 170 EUR (pilot) or 150 (full) a thousand messages.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.hidden_files import gold_of, sheet_of
from grader.authoring.checks.planted import effects
from grader.authoring.checks.room import WHOLE, Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.scoring.fields import place_of


def find(room: Room) -> Iterator[Problem]:
    """Yield each harmless model that costs too much."""
    sheet, gold = sheet_of(room), gold_of(room)
    if sheet is None or gold is None or not gold.holdout:
        return
    most = room.grade.most_harmless_eur
    for one in effects(sheet, gold):
        if one.model.group != "mutant" and one.cost_eur > most:
            yield Problem(
                f"{place_of(sheet)}, {one.model.id}",
                f"it costs {one.cost_eur:.0f} EUR a thousand messages ({one.model.about})",
                f"{most:.0f} is the most for a harmless one: lower its rate",
            )


RULE = Rule("equivalents", find, needs=WHOLE)
