"""What: each planted fault shows on rows of the holdout, and costs users something.

Why: a fault that no message sets off cannot be missed; one that costs nothing need not be found.
Wrong: a trigger that no row has; angry features taken for questions at 3 EUR each.
Right: 2 rows (pilot) or 8 (full), 500 EUR a thousand messages, a weight above 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.hidden_files import gold_of, hidden_file
from grader.authoring.checks.planted import effects
from grader.authoring.checks.room import WHOLE, Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.scoring.fields import place_of, read_planted


def find(room: Room) -> Iterator[Problem]:
    """Yield each fault without witnesses, cost or weight, and a sheet that cannot be used."""
    sheet, gold, grade = read_planted(room.exercise()), gold_of(room), room.grade
    if sheet is None or gold is None:
        return
    if not gold.holdout:
        there = "no holdout" if hidden_file(room, "hidden/holdout.jsonl") is None else "no row"
        what = f"there is {there} on which a fault could show"
        yield Problem("hidden/holdout.jsonl", what, "write its rows")
        return
    at = place_of(sheet)
    ids = [one.id for one in sheet.models]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield Problem(f"{at}, {name}", "its id stands twice", "give each model its own")
    for one in effects(sheet, gold):
        if one.model.group != "mutant":
            continue
        place = f"{at}, {one.model.id}"
        if one.witnesses < grade.witnesses:
            what = f"{one.witnesses:.1f} rows of the holdout show it ({one.model.about})"
            yield Problem(place, what, f"write rows that set it off: {grade.witnesses} or more")
        elif one.cost_eur < grade.least_harm_eur:
            what = f"it costs {one.cost_eur:.0f} EUR a thousand messages"
            yield Problem(place, what, f"{grade.least_harm_eur:.0f} or more makes it a fault")
        if one.model.weight <= 0:
            yield Problem(place, "its weight is 0", "say from 1 to 3 how much a miss hurts")


RULE = Rule("mutants", find, needs=WHOLE)
