"""What: each data file says where it comes from and under which terms it may be passed on.

Why: what cannot be passed on cannot be given to candidates, and nobody knows it any more in a year.
Wrong: `licence = "TODO"`, `origin = "internet"`.
Right: `origin = "Invented and written one by one for this exercise."`, `licence = "Apache-2.0"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.authoring.checks.looking import words
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

_OPEN = re.compile(
    r"\b(?:todo|tbd|fixme|unknown|unclear|none|n/?a|xxx|ask|later|the web|internet)\b|\?|^\W*$",
    re.IGNORECASE,
)
_FEWEST_WORDS = 3


def find(room: Room) -> Iterator[Problem]:
    """Yield each file whose origin or licence is still open."""
    for one in room.given:
        place = f"data.toml, {one.said.name!r}"
        if _OPEN.search(one.said.licence):
            what = f"its licence is {one.said.licence[:60]!r}"
            yield Problem(place, what, "name the terms, like Apache-2.0 or CC0-1.0")
        if _OPEN.search(one.said.origin) or len(words(one.said.origin)) < _FEWEST_WORDS:
            what = f"its origin is {one.said.origin[:60]!r}"
            yield Problem(place, what, "say who made it, how, and for what")


RULE = Rule("licence", find, needs=("given",))
