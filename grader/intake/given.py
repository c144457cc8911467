"""Holds a submitted notebook against the exercise: what is gone, what was edited, what was written.

Runs in T. A given cell may be edited; people are told, nothing is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.attempt import SubmittedCell
from grader.authoring.folder import Exercise
from grader.authoring.photograph import released_id
from grader.authoring.solutions import cut
from grader.intake.findings import look, note
from grader.intake.notebook import ReadNotebook
from grader.records import Finding
from harness.core.canonical import parse_json

_NAMED = 6
"""How many cells a finding names one by one."""


@dataclass(frozen=True)
class GivenCell:
    """One cell as it was released.

    Attributes:
        short: the author's id, without the slug.
        kind: given, plan, artefact, text or check.
        name: of an artefact.
        source: as it was given.
        is_open: whether it is there to be written over.
    """

    short: str
    kind: str
    name: str | None
    source: str
    is_open: bool = False


def released(exercise: Exercise) -> dict[str, GivenCell]:
    """Return every cell of an exercise as candidates get it, by released id, in order."""
    return {
        released_id(exercise, cell): GivenCell(
            cell.id, cell.mark.kind, cell.mark.name, cut(cell), bool(cell.mark.open)
        )
        for cell in exercise.cells
    }


def compare(book: ReadNotebook, exercise: Exercise, artefacts: Mapping[str, str]) -> list[Finding]:
    """Return what differs from the exercise as it was released.

    Args:
        book: the submitted notebook.
        exercise: its room.
        artefacts: name to source, as receipted.
    """
    if not book.cells:
        return []
    given = released(exercise)
    return [
        *_of_another(book, exercise),
        *_changed(book, given),
        *_artefacts(book, given, artefacts),
    ]


def read_texts(book: ReadNotebook, exercise: Exercise | None) -> dict[str, str]:
    """Return what the candidate wrote in plan and text cells, by the author's id of the cell.

    A cell left as it was given is absent. Without the exercise's room every text cell counts.
    """
    given = released(exercise) if exercise is not None else {}
    found = {}
    for cell in book.cells:
        if cell.kind not in ("plan", "text"):
            continue
        known = given.get(cell.id)
        words = _without(cell.source, known.source if known else "")
        if words:
            found[known.short if known else cell.id] = words
    return found


def _without(source: str, given: str) -> str:
    """Return a text without the lines it was given with."""
    stub = {line.strip() for line in given.splitlines()} | {"%%plan"}
    lines = source.splitlines()
    kept = [line for line in lines if line.strip() not in stub or not line.strip()]
    return "\n".join(kept).strip()


def _of_another(book: ReadNotebook, exercise: Exercise) -> Iterator[Finding]:
    slug, version = exercise.card.slug, exercise.card.version
    if book.said_exercise not in (None, slug):
        yield look(
            "other_exercise", f"the notebook says it is of {book.said_exercise}, not of {slug}"
        )
    elif book.said_version not in (None, version):
        yield look(
            "other_version",
            f"the notebook is of version {book.said_version}, and {version} is here; given cells "
            "may differ for that reason",
        )


def _changed(book: ReadNotebook, given: Mapping[str, GivenCell]) -> Iterator[Finding]:
    here = {cell.id: cell for cell in book.cells}
    fixed = {id_: one for id_, one in given.items() if one.kind in ("given", "check")}
    gone = [one.short for id_, one in given.items() if id_ not in here]
    edited = [
        one.short
        for id_, one in fixed.items()
        if not one.is_open and id_ in here and here[id_].source.rstrip() != one.source.rstrip()
    ]
    if gone:
        yield look("given_cells_gone", f"cells that were given are gone: {_name(gone)}")
    if edited:
        yield look("given_cells_edited", f"given cells were edited: {_name(edited)}")
    order = [id_ for id_ in here if id_ in fixed]
    if order != [id_ for id_ in fixed if id_ in here]:
        yield note("given_cells_moved", "given cells stand in another order")


def _artefacts(
    book: ReadNotebook, given: Mapping[str, GivenCell], receipted: Mapping[str, str]
) -> Iterator[Finding]:
    marked = [cell for cell in book.cells if cell.kind == "artefact" and cell.is_code and cell.name]
    wanted = {one.name: one for one in given.values() if one.kind == "artefact" and one.name}
    count = Counter(cell.name for cell in marked)
    for name, one in wanted.items():
        if name not in receipted:
            yield look(
                "artefact_gone", f"there is no cell {name}; nothing of it can be scored", name
            )
        elif receipted[name].strip() == one.source.strip():
            yield look("artefact_as_given", f"the cell {name} is as it was given", name)
        elif count[name] > 1:
            yield note("artefact_split", f"{count[name]} cells are named {name}; they are joined")
    if _joined(marked) != {k: v for k, v in receipted.items() if k in count or k in wanted}:
        yield look(
            "artefacts_differ",
            "the notebook's marked cells are not what the proctor receipted; the receipted ones "
            "are scored",
        )


def _joined(marked: list[SubmittedCell]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for cell in marked:
        found.setdefault(str(cell.name), []).append(cell.source)
    return {name: "\n\n".join(parts) for name, parts in found.items()}


def read_artefacts(data: bytes) -> dict[str, str]:
    """Return name to source out of the artefacts member, which G wrote.

    Raises:
        BadJournal: it is not JSON in one reading.
        ValueError: it is no object of texts.
    """
    value: Any = parse_json(data, what="artefacts.sealed")
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise ValueError("artefacts.sealed holds no object of texts")
    return value


def _name(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
