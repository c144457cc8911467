"""What: nothing that is told when asked stands where it need not be asked for.

Why: what one asks for unprompted is evidence; what everybody was told is none.
Wrong: "a missed bug costs 60 EUR" in the scenario and in a fact.
Right: in the fact alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.looking import copied, part_one
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.leaks import facts_lines, tools_lines
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield each text of part one with a line of a fact, or of what a tool answers."""
    texts = list(part_one(room))
    if room.has("facts"):
        yield from copied(texts, facts_lines(room.facts), "leave it to be asked for")
    if room.has("tools", "given"):
        lines = tools_lines(room.tools, room.given)
        yield from copied(texts, lines, "leave it to be looked up")


RULE = Rule("leaked-fact", find, needs=("cells",))
