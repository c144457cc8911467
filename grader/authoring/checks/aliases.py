"""What: the notebook speaks of models on the card alone.

Why: a call of any other is refused, and the candidate looks for the fault in their own code.
Wrong: `model="sim-large"` in a cell where the card has sim-small.
Right: an alias that stands in `models`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.authoring.checks.models import EMBEDDED
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

_ASKED = re.compile(r"""\bmodel\s*=\s*["']([A-Za-z0-9][\w.:/-]*)["']""")
_NAMED = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(map(re.escape, sorted(EMBEDDED, key=len, reverse=True)))
    + r"|gpt-[\w.]+|claude-[\w.-]+|gemini-[\w.-]+|llama-?\d[\w.-]*|mistral-[\w.-]+)(?![\w-])"
)


def find(room: Room) -> Iterator[Problem]:
    """Yield each cell with a model that candidates cannot call."""
    known = set(room.card.models)
    for cell in room.cells:
        named = {*_ASKED.findall(cell.text), *_NAMED.findall(cell.text)}
        for name in sorted(named - known):
            yield Problem(
                cell.place,
                f"it speaks of {name!r}, which is not on the card",
                f"models are {', '.join(room.card.models)}; use one of them, or add it",
            )


RULE = Rule("aliases", find, needs=("card", "cells"))
