"""What: one first-level heading, and no level skipped.

Why: screen readers go by headings; a skipped level is a door that is not there.
Wrong: `#### Part two` below `## The work`.
Right: `#` once, `##` for the parts, `###` within them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.authoring.source import Cell


def find(room: Room) -> Iterator[Problem]:
    """Yield each heading that does not follow from the one before."""
    before = 0
    for cell in room.cells:
        for level in levels(cell):
            if level > before + 1 or (level == 1 and before):
                yield Problem(
                    cell.place,
                    f"a heading of level {level} follows one of level {before}",
                    "have one heading of level 1 and skip no level below it",
                )
            before = level


def levels(cell: Cell) -> Iterator[int]:
    """Yield the levels of a cell's headings, fenced code left out."""
    if cell.cell_type != "markdown":
        return
    fenced = False
    for line in cell.text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        match = re.match(r"(#{1,6})\s", line)
        if match and not fenced:
            yield len(match.group(1))


RULE = Rule("headings", find, needs=("cells",))
