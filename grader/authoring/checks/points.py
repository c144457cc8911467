"""What: if any cell carries points, every cell that is written in does, 100 in all at most.

Why: a cell of 0 points among others says that its work counts for nothing.
Wrong: `nbgrader={"points": 0}` beside cells of 4; points that add up to 606.
Right: points for each artefact and text cell, or for none: then people rate without points.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

MOST = 100
_WRITTEN = ("artefact", "text")


def find(room: Room) -> Iterator[Problem]:
    """Yield cells without points, and a sum that is off."""
    points = {cell.place: cell.nbgrader.points or 0.0 for cell in room.cells}
    whole = sum(points.values())
    if not whole:
        return
    if not math.isfinite(whole) or whole > MOST:
        yield Problem("source", f"points add up to {whole:g}", f"{MOST} is the most; lower some")
    for cell in room.cells:
        if cell.mark.kind in _WRITTEN and cell.nbgrader.grade and not points[cell.place]:
            yield Problem(
                cell.place,
                f"this {cell.mark.kind} cell has no points, and others have",
                'write nbgrader={"points": ...} with more than 0, or take all points out',
            )


RULE = Rule("points", find, needs=("cells",))
