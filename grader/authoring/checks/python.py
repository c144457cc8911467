"""What is left of a code cell when solutions are cut, as Python. Parsed, never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from grader.authoring.checks.looking import given
from grader.authoring.checks.room import Room
from grader.authoring.source import Cell

_LINE_MAGIC = re.compile(r"^(\s*)(?:%|!|\?).*$", re.MULTILINE)


def trees(room: Room) -> Iterator[tuple[Cell, ast.Module]]:
    """Yield the code cells that can be parsed; who cannot be is told by `given-code`."""
    for cell in code_cells(room):
        try:
            yield cell, parsed(given(cell) or "")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue


def code_cells(room: Room) -> Iterator[Cell]:
    """Yield code cells whose markers are fine and that are no magic as a whole."""
    for cell in room.cells:
        if cell.cell_type == "code" and not cell.text.startswith("%%") and given(cell) is not None:
            yield cell


def parsed(text: str) -> ast.Module:
    """Return code as a tree, lines of IPython's own taken for `pass`.

    Raises:
        SyntaxError: it is not Python.
        ValueError: it holds a null byte.
    """
    return ast.parse(_LINE_MAGIC.sub(r"\1pass", text))
