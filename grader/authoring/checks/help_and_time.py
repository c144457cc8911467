"""What: the first cell says how many minutes there are, as the card does, and what help is fine.

Why: rules that nobody was told are no rules.
Wrong: 35 minutes on the card and "30 minutes" in the notebook; no word on search or assistants.
Right: "35 minutes. Documentation and search are fine."
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.authoring.checks.looking import is_english, prose, untold
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

_HELP = re.compile(r"\b(?:documentation|search|assistants?|internet|help allowed)\b", re.IGNORECASE)


def find(room: Room) -> Iterator[Problem]:
    """Yield what an exercise that is kept does not say at its top."""
    if not room.card.kept or not room.cells:
        return
    head = room.cells[0]
    text, minutes = prose(head), room.card.minutes
    is_foreign = not is_english(room)
    if minutes is None:
        what = "an exercise that is kept has no box"
        yield Problem("exercise.toml, minutes", what, "write minutes, or kept = false", "warning")
    elif not re.search(rf"\b{minutes}\b" if is_foreign else rf"\b{minutes} minutes?\b", text):
        yield Problem(
            head.place,
            f"it does not say {minutes} minutes, as the card does",
            "give both one number",
        )
    if not _HELP.search(text):
        what, severity = untold("which help is allowed", is_foreign=is_foreign)
        remedy = 'say it, for example "Documentation and search are fine"'
        yield Problem(head.place, f"it {what}", remedy, severity)


RULE = Rule("help-and-time", find, needs=("card", "cells"))
