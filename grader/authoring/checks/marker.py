"""What: a solution stands between exactly `### BEGIN SOLUTION` and `### END SOLUTION`.

Why: a misspelt marker ships the answer to every candidate, and nothing else would notice.
Wrong: `### BEGIN SOLUTIONS`, a marker without its partner, a solution in a given cell.
Right: both lines in an artefact or text cell, with a docstring or a value left outside.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.authoring.solutions import cut
from grader.errors import NotReleasable


def find(room: Room) -> Iterator[Problem]:
    """Yield the first marker that is off in each cell: those after it follow from it."""
    for cell in room.cells:
        try:
            cut(cell)
        except NotReleasable as refusal:
            yield Problem(refusal.place, refusal.what, refusal.remedy)


RULE = Rule("marker", find, needs=("cells",))
