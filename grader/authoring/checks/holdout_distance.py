"""What: no row of the holdout is nearer than 0.8 to a public text.

Why: who has seen a row, or its twin, is measured by memory.
Wrong: a public message taken over into the holdout with one word changed.
Right: other writers, other words. Nearness is shared runs of four characters (Jaccard).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from grader.authoring.checks.hidden_files import held_texts
from grader.authoring.checks.likeness import (
    MOST_TEXTS,
    are_alike,
    likeness,
    passage,
    passages,
)
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

TOO_NEAR = 0.8


def find(room: Room) -> Iterator[Problem]:
    """Yield each public text that a row of the holdout resembles."""
    held = [passage(*one) for one in islice(held_texts(room), MOST_TEXTS)]
    public = chain.from_iterable(map(passages, room.given))
    for one in islice(public, 4 * MOST_TEXTS):
        for other in held:
            if are_alike(one, other, TOO_NEAR):
                yield Problem(
                    one.place,
                    f"it resembles {other.id} of the holdout ({likeness(one, other):.2f})",
                    "write one of the two anew",
                )


RULE = Rule("holdout-distance", find, needs=("given", "hidden"))
