"""The sources of a notebook's artefact cells, read out of hostile bytes.

Runs in zone G. Nothing is run, opened as a notebook or repaired: what cannot be read plainly
has no artefacts, and is submitted all the same, because people can still look at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.core.canonical import parse_json
from harness.core.errors import BadJournal

LARGEST_NOTEBOOK_BYTES = 32 << 20
"""A larger one is kept and submitted, but not looked into."""
MOST_CELLS = 10_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]{0,63}")


@dataclass(frozen=True)
class Artefacts:
    """What was found.

    Attributes:
        sources: name to source; cells of one name (a cell that was split) joined in their order.
        problem: why nothing could be read; None when the notebook could.
    """

    sources: dict[str, str] = field(default_factory=dict)
    problem: str | None = None


def read_artefacts(notebook: bytes) -> Artefacts:
    """Return a notebook's artefact cells by `metadata.audition.name`; never fails.

    Args:
        notebook: whatever was saved under the notebook's name.
    """
    if len(notebook) > LARGEST_NOTEBOOK_BYTES:
        return Artefacts(problem=f"it has {len(notebook)} bytes and is not looked into")
    try:
        value = parse_json(notebook, what="the notebook")
    except BadJournal as problem:
        return Artefacts(problem=str(problem)[:300])
    cells = value.get("cells") if isinstance(value, dict) else None
    if not isinstance(cells, list):
        return Artefacts(problem="there is no list of cells in it")
    found: dict[str, list[str]] = {}
    for name, source in _marked(cells[:MOST_CELLS]):
        found.setdefault(name, []).append(source)
    return Artefacts(sources={name: "\n\n".join(parts) for name, parts in found.items()})


def _marked(cells: list[Any]) -> Iterator[tuple[str, str]]:
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        metadata = cell.get("metadata")
        mark = metadata.get("audition") if isinstance(metadata, dict) else None
        if not isinstance(mark, dict) or mark.get("kind") != "artefact":
            continue
        name, source = mark.get("name"), _text(cell.get("source"))
        if isinstance(name, str) and _NAME.fullmatch(name) and source is not None:
            yield name, source


def _text(source: object) -> str | None:
    """Return a cell's source, which nbformat writes as a text or as its lines."""
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return None
