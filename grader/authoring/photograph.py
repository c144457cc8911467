"""The photograph of an exercise: by allow-list, the same bytes each time.

Runs in T. SHOTS is the whole of what leaves an author's room; what no shot takes, stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from grader.authoring.data_card import data_card
from grader.authoring.folder import Exercise
from grader.authoring.leaks import refuse_leaks
from grader.authoring.marks import as_metadata
from grader.authoring.rules import check_rules
from grader.authoring.solutions import cut
from grader.authoring.source import Cell


@dataclass(frozen=True)
class Shot:
    """One folder of the photograph.

    Attributes:
        folder: where it goes, {slug} filled in.
        is_candidates: whether candidates can read it.
        take: makes its files, name to bytes.
    """

    folder: str
    is_candidates: bool
    take: Callable[[Exercise], dict[str, bytes]]


def photograph(exercise: Exercise) -> dict[str, bytes]:
    """Return every file of the photograph, path to bytes, sorted by path.

    Raises:
        NotReleasable: a rule is not kept, or something hidden would leave.
    """
    check_rules(exercise)
    taken: dict[str, bytes] = {}
    for shot in SHOTS:
        files = shot.take(exercise)
        refuse_leaks(exercise, files, is_candidates=shot.is_candidates)
        folder = shot.folder.format(slug=exercise.card.slug)
        taken.update({f"{folder}/{name}": data for name, data in files.items()})
    return dict(sorted(taken.items()))


def folders(slug: str) -> tuple[str, ...]:
    """Return the folders that an exercise's photograph fills, and nothing else writes."""
    return tuple(shot.folder.format(slug=slug) for shot in SHOTS)


def _take_notebook(exercise: Exercise) -> dict[str, bytes]:
    slug, version = exercise.card.slug, exercise.card.version
    cells = [_as_nbformat(exercise, cell) for cell in exercise.cells if cell.part == 1]
    book = {
        "cells": [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in cells],
        "metadata": {
            "audition": {"exercise": slug, "version": version},
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    public = exercise.card.without_part_two()
    return {f"{slug}.ipynb": _json(book), "card.json": _model_json(public)}


def _take_data(exercise: Exercise) -> dict[str, bytes]:
    files = {given.said.name: given.data for given in exercise.given}
    card = data_card(exercise.card.title, exercise.given)
    return {**files, "CARD.md": card.encode()}


def _take_proctors_side(exercise: Exercise) -> dict[str, bytes]:
    plan = next(cell for cell in exercise.cells if cell.mark.kind == "plan")
    part_two = {
        "schema": 1,
        "after": {"cell_id": released_id(exercise, plan), "given": cut(plan)},
        "cells": [_as_nbformat(exercise, cell) for cell in exercise.cells if cell.part == 2],
    }
    files = {
        "card.json": _model_json(exercise.card),
        "facts.json": _model_json(exercise.facts),
        "part-2.json": _json(part_two),
    }
    if exercise.profile is not None:
        files["profile.json"] = _model_json(exercise.profile)
    if exercise.tools.tools:
        files["tools.json"] = _model_json(exercise.tools)
    return files


SHOTS: tuple[Shot, ...] = (
    Shot("notebooks/{slug}", True, _take_notebook),
    Shot("datasets/{slug}", True, _take_data),
    Shot("harness/proctor/photographs/{slug}", False, _take_proctors_side),
)


def released_id(exercise: Exercise, cell: Cell) -> str:
    """Return a cell's id in notebooks: unique in a session of several exercises too."""
    return f"{exercise.card.slug}-{cell.id}"


def _as_nbformat(exercise: Exercise, cell: Cell) -> dict[str, Any]:
    audition = as_metadata(cell.mark)
    if cell.mark.kind == "check":
        audition["contract"] = [
            rule.model_dump(mode="json", exclude_defaults=True) for rule in exercise.card.contract
        ]
    metadata: dict[str, Any] = {"audition": audition, "nbgrader": as_metadata(cell.nbgrader)}
    if cell.tags:
        metadata["tags"] = list(cell.tags)
    made: dict[str, Any] = {
        "cell_type": cell.cell_type,
        "id": released_id(exercise, cell),
        "metadata": metadata,
        "source": cut(cell),
    }
    return {**made, "execution_count": None, "outputs": []} if cell.cell_type == "code" else made


def _json(value: Mapping[str, Any]) -> bytes:
    """Return nbformat's own form on disk: sorted keys, one space, a line's end at the end."""
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _model_json(model: Any) -> bytes:
    return _json(model.model_dump(mode="json", by_alias=True))
