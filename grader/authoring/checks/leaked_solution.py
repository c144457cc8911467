"""What: no line of the author's solution stands in what is given.

Why: whoever reads it need not think.
Wrong: the line that does it, as a hint in the scenario.
Right: the line between the markers alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.looking import cells_of, copied, part_one
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.leaks import solutions_lines
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield each text with such a line."""
    texts = [*part_one(room), *cells_of(room, 2)]
    yield from copied(texts, solutions_lines(room.cells), "take the line out, or reword it")


RULE = Rule("leaked-solution", find, needs=("cells",))
