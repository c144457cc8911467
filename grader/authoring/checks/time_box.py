"""What: reading, typing and running fit into the box, and leave time to think.

Why: who reads slowly would be measured by that. 200 words a minute to read, 20 to type, 20 s a
cell to run and look at, and what the plan is said to take.
Wrong: 20 minutes for 3,000 words and six texts.
Right: fewer words, or a larger box. Over the box is an error, over two thirds a warning.
Source: amendment 2 of the exercises' specification.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.authoring.checks.looking import given, prose, words
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.authoring.solutions import solution_lines
from grader.authoring.source import Cell

READ_A_MINUTE, TYPE_A_MINUTE = 200, 20
CELL_MINUTES, PLAN_MINUTES = 20 / 60, 3
USUAL_WORDS = 40
LEFT_TO_THINK = 1 / 3
_ABOUT = re.compile(r"about (\d{1,4}) words")


@dataclass(frozen=True)
class Needed:
    """Minutes that an exercise takes whoever they are.

    Attributes:
        reading: all that is given.
        typing: texts, the plan, and code as long as the author's own.
        running: each code cell once.
    """

    reading: float
    typing: float
    running: float

    @property
    def whole(self) -> float:
        """All of it."""
        return self.reading + self.typing + self.running


def find(room: Room) -> Iterator[Problem]:
    """Yield a box that is too small."""
    box, needed = room.card.minutes, needed_minutes(room.cells)
    if box is None:
        return
    told = (
        f"{needed.whole:.0f} minutes go to reading ({needed.reading:.0f}), typing "
        f"({needed.typing:.0f}) and running ({needed.running:.0f}), of {box}"
    )
    if needed.whole > box:
        yield Problem("exercise.toml, minutes", told, "shorten it, or give more time")
    elif needed.whole > box * (1 - LEFT_TO_THINK):
        remedy = "leave a third of the box to think: shorten it, or give more time"
        yield Problem("exercise.toml, minutes", told, remedy, "warning")


def needed_minutes(cells: tuple[Cell, ...]) -> Needed:
    """Return what reading, typing and running take."""
    read = sum(len(words(prose(cell) or _comments(cell))) for cell in cells)
    typed = sum(_typed(cell) for cell in cells)
    plans = sum(cell.mark.kind == "plan" for cell in cells)
    runs = sum(cell.cell_type == "code" for cell in cells)
    return Needed(
        read / READ_A_MINUTE, typed / TYPE_A_MINUTE + plans * PLAN_MINUTES, runs * CELL_MINUTES
    )


def _typed(cell: Cell) -> int:
    """Return how many words somebody has to type into a cell."""
    if cell.mark.kind == "text":
        asked = _ABOUT.search(cell.text)
        return int(asked[1]) if asked else USUAL_WORDS
    return len(words(" ".join(solution_lines(cell)))) if cell.mark.kind == "artefact" else 0


def _comments(cell: Cell) -> str:
    """Return what one reads of code: comments and docstrings, which say what is asked."""
    kept, inside = [], False
    for line in (given(cell) or "").splitlines():
        quotes = line.count('"""')
        if inside or quotes or line.lstrip().startswith("#"):
            kept.append(line)
        inside ^= quotes == 1
    return "\n".join(kept)


RULE = Rule("time-box", find, needs=("card", "cells"))
