"""What: no name of the contract stands in part one, not even in a comment.

Why: a name such as COSTS tells what will be asked, and then nobody thinks of it unprompted.
Wrong: "Think of COSTS" in the scenario.
Right: the name in part two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield each cell of part one with a name of the contract."""
    for cell in room.cells:
        for rule in room.card.contract:
            if cell.part == 1 and re.search(rf"(?<!\w){re.escape(rule.name)}(?!\w)", cell.text):
                yield Problem(
                    cell.place,
                    f"part one says {rule.name!r}, a name of the contract",
                    "reword it: part one leaks nothing",
                )


RULE = Rule("contract-names", find, needs=("card", "cells"))
