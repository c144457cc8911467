"""What: no line of part two stands in part one.

Why: a form that lists what counts gives the test away.
Wrong: the task of part two repeated in the scenario.
Right: the scenario says what somebody needs, part two what is asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.looking import copied, markers_are_fine, part_one
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.leaks import part_two_lines
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield each text of part one with such a line."""
    if markers_are_fine(room):
        yield from copied(part_one(room), part_two_lines(room.cells), "say it in part two alone")


RULE = Rule("leaked-part-two", find, needs=("cells",))
