"""An author's notebook, read: source.py in py:percent form, or source.ipynb.

Runs in T, on an author's own files. Nothing in them is run.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring.marks import Mark, NbgraderMark, nbgrader_mark, read_mark
from grader.errors import NotReleasable

SOURCE_NAMES = ("source.py", "source.ipynb")
MAX_SOURCE_BYTES = 2 << 20
_ID = re.compile(r"^[a-z][a-z0-9-]{0,30}$")
_OURS = {"id", "audition", "nbgrader", "tags"}
_EDITORS = {"lines_to_next_cell", "lines_to_end_of_cell_marker", "editable", "deletable",
            "jupyter", "collapsed", "scrolled", "trusted", "slideshow", "execution"}  # fmt: skip
"""What editors leave behind; read and dropped."""


@dataclass(frozen=True)
class Cell:
    """One cell as the author wrote it, solution and all.

    Attributes:
        id: the author's name of it, unique in the exercise.
        cell_type: "code" or "markdown".
        text: its source.
        mark: its audition mark.
        nbgrader: its nbgrader mark.
        tags: its tags, in order.
        place: file and cell, for messages.
    """

    id: str
    cell_type: str
    text: str
    mark: Mark
    nbgrader: NbgraderMark
    tags: tuple[str, ...]
    place: str

    @property
    def part(self) -> int:
        """Which part it comes with."""
        return self.mark.part


def read_source(folder: Path) -> tuple[Cell, ...]:
    """Return the cells of an exercise, in order.

    Args:
        folder: the exercise's folder.

    Raises:
        NotReleasable: no source or two, unreadable, or a cell without a usable header.
    """
    cells, refusals = read_cells(folder)
    for refusal in refusals:
        raise refusal
    return cells


def read_cells(folder: Path) -> tuple[tuple[Cell, ...], list[NotReleasable]]:
    """Return the cells that can be read, in order, and why the others cannot.

    Raises:
        NotReleasable: no source or two, or unreadable as a whole.
    """
    found = [folder / name for name in SOURCE_NAMES if (folder / name).exists()]
    if len(found) != 1:
        what = "there are two sources" if found else "there is no source"
        raise NotReleasable.at(
            str(folder), what, f"keep one of {' and '.join(SOURCE_NAMES)}, so that one is true"
        )
    cells, refusals = [], []
    for number, raw in enumerate(_read(found[0]), 1):
        try:
            cells.append(_cell(raw, number, found[0].name))
        except NotReleasable as refusal:
            refusals.append(refusal)
    return tuple(cells), refusals


def _read(path: Path) -> list[Any]:
    data = path.read_bytes()
    if len(data) > MAX_SOURCE_BYTES:
        raise NotReleasable.at(path.name, f"it has {len(data)} bytes", "2 MiB is the most")
    try:
        text = data.decode("utf-8")
        return _cells_of_notebook(text) if path.suffix == ".ipynb" else _cells_of_script(text)
    except (ValueError, RecursionError) as problem:
        raise NotReleasable.at(
            path.name,
            f"it cannot be read as a notebook ({str(problem)[:200]})",
            "open it in JupyterLab, or go back to a version that opened there",
        ) from problem


def _cells_of_script(text: str) -> list[Any]:
    import jupytext  # half a second: only where a source is read

    return list(jupytext.reads(text, fmt="py:percent").cells)


def _cells_of_notebook(text: str) -> list[Any]:
    import nbformat

    value = json.loads(text)
    if not isinstance(value, dict) or value.get("nbformat") != 4:
        raise ValueError("its nbformat is not 4")
    try:
        nbformat.validate(value)
    except nbformat.ValidationError as problem:
        raise ValueError(str(problem).partition("\n")[0]) from problem
    return list(nbformat.v4.reads(text).cells)


def _cell(raw: Any, number: int, name: str) -> Cell:
    metadata = dict(raw.metadata)
    cell_id = metadata.get("id")
    place = f"{name}, cell {number}" + (f" ({cell_id!r})" if cell_id else "")
    if not isinstance(cell_id, str) or not _ID.match(cell_id):
        raise NotReleasable.at(
            place,
            f"it has no usable id (given {cell_id!r})",
            'add id="..." to its header: up to 31 of a-z, 0-9 and -, starting with a letter',
        )
    if raw.cell_type not in ("code", "markdown"):
        raise NotReleasable.at(place, f"it is a {raw.cell_type} cell", "make it code or markdown")
    unknown = sorted(set(metadata) - _OURS - _EDITORS)
    if unknown:
        raise NotReleasable.at(
            place, f"its header has {', '.join(unknown)}", f"known are {', '.join(sorted(_OURS))}"
        )
    if not _is_writable(raw.source, *map(str, metadata.get("tags", ()))):
        raise NotReleasable.at(
            place, "it holds half of a character (a lone surrogate)", "type that character anew"
        )
    mark = read_mark(metadata.get("audition"), place)
    graded = nbgrader_mark(
        metadata.get("nbgrader"), mark, cell_id=cell_id, cell_type=raw.cell_type, place=place
    )
    return Cell(
        id=cell_id,
        cell_type=raw.cell_type,
        text=str(raw.source),
        mark=mark,
        nbgrader=graded,
        tags=tuple(str(tag) for tag in metadata.get("tags", ())),
        place=place,
    )


def _is_writable(*texts: str) -> bool:
    """Tell whether texts can be written as UTF-8; JSON can say what cannot."""
    try:
        "".join(texts).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
