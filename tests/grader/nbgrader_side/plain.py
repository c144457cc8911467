"""A course as stock nbgrader makes it, to show what it does without us. Only tests' own code runs.

course = Plain(tmp_path, [solution("answer", "def double(n):\\n    ..."), tests("test", "...", 3)])
course.submit("alice", cells)
course.score("alice"), course.feedback("alice")
"""

from __future__ import annotations

import copy
import tempfile
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

Cell = dict[str, Any]
ASSIGNMENT = "task"


def marked(grade_id: str, source: str, *, points: float | None = None, **flags: bool) -> Cell:
    """A code cell with nbgrader's marks."""
    mark: dict[str, Any] = {
        "schema_version": 3, "grade_id": grade_id, "grade": False, "solution": False,
        "locked": False, "task": False,
    } | flags  # fmt: skip
    if points is not None:
        mark["points"] = points
    return {
        "cell_type": "code", "id": grade_id, "metadata": {"nbgrader": mark}, "source": source,
        "outputs": [], "execution_count": None,
    }  # fmt: skip


def solution(grade_id: str, source: str) -> Cell:
    """A cell that a student writes in."""
    return marked(grade_id, source, solution=True)


def graded(grade_id: str, source: str, points: float) -> Cell:
    """A cell that awards points."""
    return marked(grade_id, source, points=points, grade=True, locked=True)


def locked(grade_id: str, source: str) -> Cell:
    """A cell that is only to be read."""
    return marked(grade_id, source, locked=True)


def own(cell_id: str, source: str) -> Cell:
    """A cell that a student added."""
    return {
        "cell_type": "code", "id": cell_id, "metadata": {}, "source": source, "outputs": [],
        "execution_count": None,
    }  # fmt: skip


def book(cells: Sequence[Cell]) -> bytes:
    """A notebook's bytes."""
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    node = nbformat.from_dict(
        {
            "cells": copy.deepcopy(list(cells)), "metadata": {"kernelspec": spec},
            "nbformat": 4, "nbformat_minor": 5,
        }
    )  # fmt: skip
    return str(nbformat.writes(node)).encode()


@cache
def _empty_gradebook() -> bytes:
    """The database that nbgrader makes for a new course; it takes seconds, and starts alembic."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gradebook.db"
        Gradebook(f"sqlite:///{path}", "plain").close()
        return path.read_bytes()


class Plain:
    """A course folder with one assignment, released."""

    def __init__(self, root: Path, cells: Sequence[Cell], more: Config | None = None) -> None:
        self.root = root
        self.config = Config()
        self.config.CourseDirectory.root = str(root)
        self.config.CourseDirectory.course_id = "plain"
        self.config.merge(more or Config())
        self._put("gradebook.db", _empty_gradebook())
        self.released = self.release(cells)

    @property
    def api(self) -> Any:
        """nbgrader's own way in."""
        return NbGraderAPI(config=self.config)

    def release(self, cells: Sequence[Cell]) -> dict[str, Any]:
        """Generate the release version; return nbgrader's word on it."""
        self._put(f"source/{ASSIGNMENT}/book.ipynb", book(cells))
        done: dict[str, Any] = self.api.generate_assignment(ASSIGNMENT, force=True)
        return done

    def release_text(self) -> str:
        """What students get."""
        return (self.root / f"release/{ASSIGNMENT}/book.ipynb").read_text()

    def release_cells(self) -> list[Cell]:
        """The same as cells."""
        return list(nbformat.reads(self.release_text(), as_version=4).cells)

    def submit(self, student: str, cells: Sequence[Cell]) -> dict[str, Any]:
        """Hand in cells and have them graded by nbgrader's own Execute."""
        self._put(f"submitted/{student}/{ASSIGNMENT}/book.ipynb", book(cells))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            done: dict[str, Any] = self.api.autograde(ASSIGNMENT, student, force=True)
        return done

    def autograded(self, student: str) -> Path:
        """The graded notebook."""
        return self.root / f"autograded/{student}/{ASSIGNMENT}/book.ipynb"

    def score(self, student: str) -> float:
        """Points."""
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            return float(gradebook.find_submission(ASSIGNMENT, student).score)

    def feedback(self, student: str) -> str:
        """The page that a student gets."""
        done = self.api.generate_feedback(ASSIGNMENT, student, force=True)
        assert done["success"], done["log"]
        return (self.root / f"feedback/{student}/{ASSIGNMENT}/book.html").read_text()

    def _put(self, name: str, data: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
