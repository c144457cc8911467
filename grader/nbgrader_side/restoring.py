"""A submitted notebook as nbgrader is to see it: the released cells, the candidate's words in them.

Runs in T; pure functions of hostile values. Cells are known by their id alone. What a candidate's
notebook says about points, locks and names of cells is never read.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.attempt import Attempt, SubmittedCell

_ID = re.compile(r"^[A-Za-z0-9_-]{1,64}\Z")
_WRITTEN_IN = ("plan", "artefact", "text")


def restore(attempt: Attempt, released: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the cells in the candidate's order, without outputs.

    A given cell has its given text again; one that is gone is back at its place; a released cell
    that the candidate writes in keeps the candidate's words and nothing else of theirs; further
    cells are kept and carry no points.

    Args:
        attempt: the submission.
        released: the cells of the release version, nbgrader's checksums in them.
    """
    by_id = {str(cell["id"]): cell for cell in released}
    stands_for = _stand_ins(attempt, by_id)
    made: list[dict[str, Any]] = []
    taken = set(by_id)
    for cell in attempt.cells:
        known = by_id.get(stands_for.get(cell.id, cell.id))
        if known is None:
            made.append(_own(cell, taken))
        elif not any(one["id"] == known["id"] for one in made):
            made.append(_filled(known, cell))
    return _put_back(made, released)


def _stand_ins(attempt: Attempt, by_id: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return submitted id to released id for an artefact that was cut out and pasted again."""
    here = {cell.id for cell in attempt.cells}
    wanted = {
        str(cell["metadata"]["audition"].get("name")): name
        for name, cell in by_id.items()
        if name not in here and cell["metadata"]["audition"]["kind"] == "artefact"
    }
    found: dict[str, str] = {}
    for cell in attempt.cells:
        if cell.kind == "artefact" and cell.is_code and cell.id not in by_id:
            name = wanted.pop(str(cell.name), None)
            if name is not None:
                found[cell.id] = name
    return found


def _filled(known: Mapping[str, Any], cell: SubmittedCell) -> dict[str, Any]:
    made = copy.deepcopy(dict(known))
    if made["metadata"]["audition"]["kind"] in _WRITTEN_IN:
        made["source"] = cell.source
    return made


def _own(cell: SubmittedCell, taken: set[str]) -> dict[str, Any]:
    name = cell.id if _ID.match(cell.id) else f"cell-{cell.index + 1}"
    while name in taken:
        name += "-x"
    taken.add(name)
    kind = "code" if cell.is_code else "markdown"  # a raw cell would reach a page as it is
    made: dict[str, Any] = {"cell_type": kind, "id": name, "metadata": {}, "source": cell.source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def _put_back(
    made: list[dict[str, Any]], released: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the cells with each released one that is missing, behind the one before it."""
    for before, cell in _with_before(released):
        places = {one["id"]: place for place, one in enumerate(made)}
        if cell["id"] in places:
            continue
        place = 0 if before is None else places[before] + 1
        made.insert(place, copy.deepcopy(dict(cell)))
    return made


def _with_before(
    released: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[str | None, Mapping[str, Any]]]:
    before: str | None = None
    for cell in released:
        yield before, cell
        before = str(cell["id"])
