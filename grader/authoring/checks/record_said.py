"""What: part one says what is recorded, and what never is.

Why: people are told before, not after.
Wrong: a notebook that records and does not say so.
Right: "On record: the cells you run ... Never: keystrokes, camera ...".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.authoring.checks.looking import is_english, prose, untold
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield that nobody is told."""
    said = "\n".join(prose(cell) for cell in room.cells if cell.part == 1)
    if not re.search(r"\b(?:on record|recorded)\b", said, re.IGNORECASE) or not re.search(
        r"\bnever\b", said, re.IGNORECASE
    ):
        what, severity = untold(
            "what is recorded and what never is", is_foreign=not is_english(room)
        )
        remedy = 'add "On record: ..." and "Never: ..." above the plan'
        yield Problem("source", f"part one {what}", remedy, severity)


RULE = Rule("record-said", find, needs=("cells",))
