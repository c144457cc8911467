"""What: every file of hidden/ holds the exercise's one canary.

Why: a file without it can leak, and no search of tomorrow finds it.
Wrong: a new probe without the line, or with the canary of the exercise it was copied from.
Right: `audition-canary:<slug>:<32 hex digits>`, the same in all hidden files.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.folder import canary_problems
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield each file without it."""
    yield from canary_problems(room.hidden, room.card.slug)


RULE = Rule("canary", find, needs=("card", "hidden"))
