"""Our steps in nbgrader's pipelines. One of the two files that import nbgrader.

Runs in T, within nbgrader: its command, formgrader's server, or ours. Nothing here runs a cell or
reads what a candidate wrote, but for words that stand in notebooks which we put right before.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

import nbformat
from nbconvert.exporters import Exporter
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearSolutions, GetGrades, NbGraderPreprocessor

from grader.authoring.marks import nbgrader_mark, read_mark
from grader.authoring.solutions import cut
from grader.authoring.source import Cell
from grader.nbgrader_side.course import Course
from grader.nbgrader_side.errors import CannotGrade
from grader.nbgrader_side.feedback_page import page_of
from grader.nbgrader_side.handing_in import REPLAYED
from grader.nbgrader_side.outputs import fenced

_Nb: TypeAlias = Any
_Resources: TypeAlias = dict[str, Any]
_OURS = ("given", "check", "notes")


class CutSolutions(ClearSolutions):  # type: ignore[misc]  # untyped to us
    """Cuts solutions by our rule: what only resembles a marker, or is a test, stops the release."""

    def preprocess_cell(self, cell: Any, resources: _Resources, index: int) -> Any:
        """Return the cell without its solution.

        Raises:
            NotReleasable: a marker is misspelt, unbalanced, or of a test; a cell has no mark.
        """
        name = str(cell.get("id", index + 1))
        place = f"cell {index + 1} ({name!r})"
        mark = read_mark(cell.metadata.get("audition"), place)
        graded = nbgrader_mark(
            cell.metadata.get("nbgrader"), mark, cell_id=name, cell_type=cell.cell_type, place=place
        )
        cell.source = cut(
            Cell(
                id=name, cell_type=cell.cell_type, text=cell.source, mark=mark, nbgrader=graded,
                tags=(), place=place,
            )
        )  # fmt: skip
        return cell, resources


class TakeReplay(NbGraderPreprocessor):  # type: ignore[misc]  # untyped to us
    """Puts the replay's outputs into a submitted notebook, where nbgrader would run it."""

    def preprocess(self, nb: _Nb, resources: _Resources) -> tuple[_Nb, _Resources]:
        """Return the notebook as the sandbox ran it.

        Raises:
            CannotGrade: it was not run, or is not what was run.
        """
        about = resources["nbgrader"]
        course = Course(Path.cwd())  # nbgrader works in the course's folder
        path = course.replayed(about["student"], about["assignment"]) / REPLAYED
        again = "put submissions in with: audition nbgrader autograde COURSE SUBMISSION"
        try:
            book = json.loads(path.read_bytes())
        except (OSError, ValueError) as problem:
            raise CannotGrade(f"{path} cannot be read: nothing was replayed; {again}") from problem
        if [(one["id"], one["source"]) for one in book["cells"]] != [
            (cell.get("id"), cell.source) for cell in nb.cells
        ]:
            raise CannotGrade(f"the notebook is not the one that was replayed; {again}")
        for cell, ran in zip(nb.cells, book["cells"], strict=True):
            if cell.cell_type == "code":
                cell.outputs = [_node(one) for one in ran["outputs"]]
            if "audition" in ran["metadata"]:
                cell.metadata["audition"] = _node(ran["metadata"]["audition"])
        return nb, resources


class NoteContract(NbGraderPreprocessor):  # type: ignore[misc]  # untyped to us
    """Writes into the gradebook which artefacts cannot be read, and what a person has to decide."""

    def preprocess(self, nb: _Nb, resources: _Resources) -> tuple[_Nb, _Resources]:
        """Return the notebook as it is."""
        about = resources["nbgrader"]
        where = (about["notebook"], about["assignment"], about["student"])
        with Gradebook(about["db_url"]) as gradebook:
            for cell in nb.cells:
                mark = cell.metadata.get("audition", {})
                if mark.get("kind") == "artefact" and mark.get("unread"):
                    comment = gradebook.find_comment(_grade_id(cell), *where)
                    names = ", ".join(mark["unread"])
                    if comment.auto_comment is None:
                        comment.auto_comment = f"Cannot be read: {names}. The check cell says why."
                elif mark.get("kind") == "check" and mark.get("looked", {}).get("trouble"):
                    gradebook.find_grade(_grade_id(cell), *where).needs_manual_grade = True
            gradebook.db.commit()
        return nb, resources


class MakeInert(NbGraderPreprocessor):  # type: ignore[misc]  # untyped to us
    """Shuts a candidate's words into a block, where every page shows them as mere words."""

    def preprocess_cell(self, cell: Any, resources: _Resources, index: int) -> Any:
        """Return the cell with its markdown fenced, unless the author wrote it."""
        kind = cell.metadata.get("audition", {}).get("kind")
        if cell.cell_type != "code" and kind not in _OURS:
            cell.source = fenced(cell.source)
        return cell, resources


class TakeGrades(GetGrades):  # type: ignore[misc]  # untyped to us
    """nbgrader's grades into a graded notebook, and which of them wait for a person."""

    def _get_score(self, cell: Any, resources: _Resources) -> None:
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(
            _grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
        )
        cell.metadata.nbgrader["is_open"] = bool(grade.needs_manual_grade and grade.max_score)


class InertPage(Exporter):
    """A graded notebook as a page that holds no test, no traceback and nothing that acts."""

    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: _Nb, resources: Any = None, **kw: Any
    ) -> tuple[str, _Resources]:
        """Return the page."""
        made, resources = super().from_notebook_node(nb, resources, **kw)
        return page_of(made.cells, resources["nbgrader"]), resources


def _grade_id(cell: Any) -> str:
    return str(cell.metadata["nbgrader"]["grade_id"])


def _node(value: Any) -> Any:
    return nbformat.from_dict(value)
