"""What: the rubric can be read, looks at cells that there are, and its levels differ.

Why: two raters who read the same words under 2 and 3 cannot agree.
Wrong: a level copied from the one above; `look_at = ["suit"]`; none at all where people rate.
Right: four anchors a dimension, each of which one could point at in a submission.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.room import WHOLE, Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem, Severity
from grader.rubric import PLACE, read_rubric


def find(room: Room) -> Iterator[Problem]:
    """Yield what keeps two people from rating alike."""
    rubric = read_rubric(room.exercise())
    if rubric is None:
        if room.card.kept:
            severity: Severity = "error" if room.grade.name == "full" else "warning"
            what = "there is no rubric, and people rate what is kept"
            yield Problem(PLACE, what, "write dimensions with four levels", severity)
        return
    for one in rubric.dimension:
        levels = [" ".join(level.casefold().split()) for level in one.levels]
        if len(set(levels)) < len(levels) or not all(levels):
            yield Problem(
                f"{PLACE}, {one.id}",
                "two of its levels say the same, or one says nothing",
                "write what one would see at each",
            )


RULE = Rule("rubric", find, needs=WHOLE)
