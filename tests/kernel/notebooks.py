"""Notebooks as a candidate would save them, small and on disk."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

SORTER = {
    "name": "classify",
    "kind": "function",
    "cell": "sorter",
    "calls": ['["What time do you close?"]', '["Keep the atlas for me."]'],
    "returns": "str",
    "one_of": ["request", "question"],
    "example": 'return "question"',
}
CONFIDENCE = {
    "name": "CONFIDENCE",
    "kind": "float",
    "cell": "confidence",
    "example": "CONFIDENCE = 0.5",
}


def given(source: str, part: int = 1) -> dict[str, Any]:
    return _cell(source, {"kind": "given", "part": part})


def own(source: str) -> dict[str, Any]:
    """A cell the candidate added."""
    return _cell(source, None)


def text(source: str) -> dict[str, Any]:
    return {**_cell(source, {"kind": "text", "part": 2}), "cell_type": "markdown"}


def artefact(name: str, source: str) -> dict[str, Any]:
    return _cell(source, {"kind": "artefact", "name": name, "part": 2})


def check_cell(*rules: dict[str, Any]) -> dict[str, Any]:
    return _cell("check()", {"kind": "check", "part": 2, "contract": list(rules)})


def _cell(source: str, mark: dict[str, Any] | None) -> dict[str, Any]:
    metadata = {} if mark is None else {"audition": mark}
    return {"cell_type": "code", "metadata": metadata, "source": source.splitlines(keepends=True)}


class Folder:
    """An exercise's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.card({"slug": "practice", "title": "Practice: a morning's mail"})

    @property
    def notebook(self) -> Path:
        return self.path / "practice.ipynb"

    def card(self, value: Any) -> None:
        (self.path / "card.json").write_text(json.dumps(value))

    def save(self, *cells: dict[str, Any], age_s: float = 0.0) -> None:
        """Save a notebook, as if it had happened age_s seconds ago."""
        book = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        self.notebook.write_text(json.dumps(book))
        at = time.time() - age_s
        os.utime(self.notebook, (at, at))
