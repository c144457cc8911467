"""An exercise as an nbgrader assignment: its name, its points, its source notebook.

Runs in T, on an author's own files. The source holds solutions and stays in the course folder.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from grader.authoring.folder import Exercise
from grader.authoring.marks import as_metadata
from grader.authoring.photograph import photograph, released_id
from grader.authoring.source import Cell

READ_BY_A_PERSON = 4.0
"""Points of an artefact or a text where the author wrote none: our anchors have four levels."""


@dataclass(frozen=True)
class Assignment:
    """What lies below source/ for one version of an exercise.

    Attributes:
        slug: the exercise, and the notebook's name.
        version: of the exercise.
        files: path below the assignment's folder to bytes.
        points: cell id, as released, to points; cells that carry none are absent.
    """

    slug: str
    version: str
    files: dict[str, bytes]
    points: dict[str, float]

    @property
    def name(self) -> str:
        """What nbgrader calls it; another version is another assignment."""
        return name_of(self.slug, self.version)


def name_of(slug: str, version: str) -> str:
    """Return the assignment's name of one version of an exercise."""
    return f"{slug}-{version}"


def as_assignment(exercise: Exercise) -> Assignment:
    """Return an exercise as an assignment.

    Raises:
        NotReleasable: a rule of release is not kept: a misspelt marker, a test in a cell.
    """
    slug = exercise.card.slug
    taken = photograph(exercise)  # refuses whatever would not be released either
    points = points_of(exercise)
    data = f"datasets/{slug}/"
    files = {
        f"data/{name.removeprefix(data)}": found
        for name, found in taken.items()
        if name.startswith(data)
    }
    return Assignment(
        slug=slug,
        version=exercise.card.version,
        files={f"{slug}.ipynb": _source(exercise, points), **files},
        points=points,
    )


def points_of(exercise: Exercise) -> dict[str, float]:
    """Return the points of each graded cell, by its released id.

    Where the author wrote none at all, a check cell has a point for each name of the contract, and
    each cell that a person reads READ_BY_A_PERSON.
    """
    graded = [cell for cell in exercise.cells if cell.nbgrader.grade]
    own = {released_id(exercise, cell): cell.nbgrader.points or 0.0 for cell in graded}
    if any(own.values()):
        return own
    names = float(len(exercise.card.contract))
    return {
        released_id(exercise, cell): names if cell.mark.kind == "check" else READ_BY_A_PERSON
        for cell in graded
    }


def _source(exercise: Exercise, points: dict[str, float]) -> bytes:
    book = {
        "cells": [_cell(exercise, cell, points) for cell in exercise.cells],
        "metadata": {
            "audition": {"exercise": exercise.card.slug, "version": exercise.card.version},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(book, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _cell(exercise: Exercise, cell: Cell, points: dict[str, float]) -> dict[str, Any]:
    name = released_id(exercise, cell)
    graded = as_metadata(cell.nbgrader)
    if name in points:
        graded["points"] = points[name]
    metadata: dict[str, Any] = {"audition": as_metadata(cell.mark), "nbgrader": graded}
    if cell.tags:
        metadata["tags"] = list(cell.tags)
    made: dict[str, Any] = {
        "cell_type": cell.cell_type,
        "id": name,
        "metadata": metadata,
        "source": cell.text.splitlines(keepends=True),
    }
    return {**made, "execution_count": None, "outputs": []} if cell.cell_type == "code" else made
