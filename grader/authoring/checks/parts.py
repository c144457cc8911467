"""What: part one stands before part two, and holds given cells and the plan alone.

Why: nobody is told before planning what will be asked.
Wrong: an artefact cell with `"part": 1`, or a cell of part one below part two.
Right: head, parameters, scenario, data and the plan in part one; all that asks in part two.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.marks import PART_ONE_KINDS
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield what is out of order."""
    cells = room.cells
    parts = [cell.part for cell in cells]
    if 2 not in parts:
        mark = 'mark cells with "part": 2 after the plan cell'
        yield Problem("source", "there is no part two", mark)
    for cell, after in zip(cells, parts[1:], strict=False):
        if cell.part > after:
            yield Problem(cell.place, "a cell of part one stands below it", "put part one first")
    for cell in cells:
        if cell.part == 1 and cell.mark.kind not in PART_ONE_KINDS:
            yield Problem(
                cell.place,
                f"a {cell.mark.kind} cell stands in part one",
                "move it to part two: nobody is told before planning what will be asked",
            )


RULE = Rule("parts", find, needs=("cells",))
