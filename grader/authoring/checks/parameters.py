"""What: the first code cell, right after the head, is tagged `parameters`.

Why: papermill puts its values after that cell; without the tag they land above our defaults and
are undone by them.
Wrong: a parameters cell that lost `tags=["parameters"]`, or stands third.
Right: one head in markdown, then one code cell with the tag.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield where the parameters are not where papermill looks."""
    cells = room.cells
    tagged = [cell for cell in cells if "parameters" in cell.tags]
    if len(cells) < 2 or cells[0].cell_type != "markdown" or tagged != [cells[1]]:
        yield Problem(
            tagged[0].place if tagged else "source",
            "the parameters cell is missing, doubled, or not right after the head",
            'have one head in markdown, then one code cell with tags=["parameters"]',
        )
    elif cells[1].cell_type != "code":
        yield Problem(cells[1].place, "parameters are no code cell", "make it one")


RULE = Rule("parameters", find, needs=("cells",))
