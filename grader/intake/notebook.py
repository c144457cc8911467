"""A submitted notebook, read out of hostile bytes cell by cell, never repaired.

Runs in T. Only what a stage needs is taken; what cannot be read plainly is a finding. Cells are
known by their id, never by their place: a missing or doubled id gets a name of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from grader.attempt import SubmittedCell
from grader.intake.findings import look
from grader.records import Finding
from harness.core.canonical import parse_json
from harness.core.errors import BadJournal

LARGEST_BYTES = 32 << 20
MOST_CELLS = 10_000
MOST_OUTPUTS = 1_000
_KINDS = ("given", "plan", "artefact", "text", "check")
_TYPES = ("code", "markdown", "raw")


@dataclass(frozen=True)
class ReadNotebook:
    """What was read.

    Attributes:
        cells: in the notebook's order; empty when it could not be read.
        said_exercise: slug that its metadata names; None if it names none.
        said_version: likewise the version.
        findings: what was odd.
    """

    cells: tuple[SubmittedCell, ...] = ()
    said_exercise: str | None = None
    said_version: str | None = None
    findings: tuple[Finding, ...] = ()


def read_notebook(data: bytes) -> ReadNotebook:
    """Return the notebook in these bytes; never fails.

    Args:
        data: whatever was saved under the notebook's name.
    """
    if len(data) > LARGEST_BYTES:
        return _unread(
            f"the notebook has {len(data) >> 20} MiB; up to {LARGEST_BYTES >> 20} are looked into"
        )
    try:
        book = parse_json(data, what="the notebook")
    except BadJournal as problem:
        return _unread(str(problem)[:400])
    cells = book.get("cells") if isinstance(book, dict) else None
    if not isinstance(cells, list):
        return _unread("there is no list of cells in the notebook")
    return _read_cells(book, cells)


def _unread(why: str) -> ReadNotebook:
    message = f"{why}; the artefacts of the receipt are scored, the notebook is shown as bytes"
    return ReadNotebook(findings=(Finding(code="notebook_unread", level="look", message=message),))


def _read_cells(book: Mapping[str, Any], raw: list[Any]) -> ReadNotebook:
    findings: list[Finding] = []
    if len(raw) > MOST_CELLS:
        findings.append(look("too_many_cells", f"{len(raw)} cells; {MOST_CELLS} are read"))
    if not raw:
        findings.append(look("no_cells", "the notebook has no cells"))
    taken: set[str] = set()
    cells, tagged = [], False
    for index, value in enumerate(raw[:MOST_CELLS]):
        if not isinstance(value, dict) or value.get("cell_type") not in _TYPES:
            findings.append(look("odd_cell", f"cell {index + 1} is no code, markdown or raw cell"))
            continue
        cell, odd = _cell(value, index, taken)
        findings += odd
        taken.add(cell.id)
        cells.append(cell)
        tags = _mapping(value.get("metadata")).get("tags")
        tagged = tagged or (cell.is_code and isinstance(tags, list) and "parameters" in tags)
    if cells and not tagged:
        findings.append(
            look("no_parameters", "no code cell is tagged parameters any more; it runs without")
        )
    said = _mapping(_mapping(book.get("metadata")).get("audition"))
    return ReadNotebook(
        cells=tuple(cells),
        said_exercise=_word(said.get("exercise")),
        said_version=_word(said.get("version")),
        findings=tuple(findings),
    )


def _cell(
    value: dict[str, Any], index: int, taken: set[str]
) -> tuple[SubmittedCell, list[Finding]]:
    odd = []
    own, name = _word(value.get("id")), f"#{index + 1}"
    if own is None:
        odd.append(look("no_cell_id", f"cell {index + 1} has no id; here it is {name}", name))
    elif own in taken:
        odd.append(look("double_cell_id", f"the id {own} stands twice; here it is {name}", own))
    else:
        name = own
    source = _text(value.get("source"))
    if source is None:
        odd.append(look("odd_source", f"the source of cell {name} is no text", name))
    mark = _mapping(_mapping(value.get("metadata")).get("audition"))
    kind = mark.get("kind") if mark.get("kind") in _KINDS else None
    outputs = value.get("outputs")
    kept = [out for out in outputs if isinstance(out, dict)] if isinstance(outputs, list) else []
    cell = SubmittedCell(
        id=name,
        index=index,
        cell_type=cast(Literal["code", "markdown", "raw"], value["cell_type"]),
        source=source or "",
        kind=kind,
        name=_word(mark.get("name")) if kind == "artefact" else None,
        outputs=tuple(kept[:MOST_OUTPUTS]),
    )
    return cell, odd


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 128 else None


def _text(value: object) -> str | None:
    """Return a source, which nbformat writes as a text or as its lines."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return None
