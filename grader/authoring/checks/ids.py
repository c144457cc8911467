"""What: no cell id, no grade_id and no artefact name stands twice.

Why: records, ratings and nbgrader's merges key on them; two of one name lose somebody's work.
Wrong: a copied cell that kept its `id="story"`.
Right: one of its own for each cell.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield each value that is taken by a cell above."""
    cells = room.cells
    seen: set[tuple[int, str]] = set()
    for what, values in (
        ("cell id", [cell.id for cell in cells]),
        ("grade_id", [cell.nbgrader.grade_id for cell in cells]),
        ("artefact name", [cell.mark.name or cell.place for cell in cells]),
    ):
        for index, value in enumerate(values):
            if value in values[:index] and (index, value) not in seen:
                seen.add((index, value))
                taken = f"the {what} {value!r} is taken by cell {values.index(value) + 1}"
                yield Problem(cells[index].place, taken, "give it one of its own")


RULE = Rule("ids", find, needs=("cells",))
