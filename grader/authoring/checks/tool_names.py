"""What: no tool of part two is named in part one.

Why: a menu tells what will be asked.
Wrong: `try_plan(` in the scenario of an exercise whose try_plan comes with part two.
Right: `part = 1` for the tool, or other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield each cell of part one that calls a tool of part two."""
    for tool in room.card.tools:
        word = re.compile(rf"(?<!\w){re.escape(tool.name)}\(")
        for cell in room.cells:
            if tool.part == 2 and cell.part == 1 and word.search(cell.text):
                yield Problem(
                    cell.place,
                    f"part one uses {tool.name!r}, a tool of part two",
                    "set part = 1 for the tool, or reword the cell",
                )


RULE = Rule("tool-names", find, needs=("card", "cells"))
