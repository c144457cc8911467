"""nbgrader's own way in: release, autograde, feedback, points. One of the two files that import it.

Runs in T. nbgrader says what went wrong in its log; here that becomes an error with its words.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from traitlets.config import Config, PyFileConfigLoader

from grader.nbgrader_side.config import FILE, settle
from grader.nbgrader_side.course import Course, read_gradebook_url
from grader.nbgrader_side.errors import NotACourse, NotBooked

_LONGEST_WHY = 1_500


@dataclass(frozen=True)
class Points:
    """One submission in the gradebook.

    Attributes:
        student: whose.
        assignment: of which.
        auto: points that were awarded by the contract, or for nothing written.
        manual: points that a person gave.
        total: what counts, late penalties off.
        most: what there is.
        waiting: cells with points that wait for a person.
    """

    student: str
    assignment: str
    auto: float
    manual: float
    total: float
    most: float
    waiting: tuple[str, ...]


def generate(course: Course, assignment: str) -> None:
    """Make the release version and enter its cells into the gradebook.

    Raises:
        NotBooked: nbgrader, or its database, could not.
    """
    with _at_work(course) as api:
        _done(api.generate_assignment(assignment, force=True), f"releasing {assignment}")


def autograde(course: Course, assignment: str, student: str) -> None:
    """Have nbgrader take up a submission that was replayed, and enter its points.

    Raises:
        NotBooked: likewise.
    """
    with _at_work(course) as api:
        done = api.autograde(assignment, student, force=True)
        _done(done, f"entering {assignment} of {student}")


def feedback(course: Course, assignment: str, student: str) -> None:
    """Have nbgrader write a student's page.

    Raises:
        NotBooked: likewise.
    """
    with _at_work(course) as api:
        done = api.generate_feedback(assignment, student, force=True)
        _done(done, f"the feedback on {assignment} for {student}")


def read_points(course: Course) -> list[Points]:
    """Return every submission's points, by assignment and student.

    Raises:
        NotBooked: the database cannot be read.
    """
    with _at_work(course), Gradebook(read_gradebook_url(course.root), "audition") as gradebook:
        rows = [
            _points(submission)
            for assignment in gradebook.assignments
            for submission in assignment.submissions
        ]
    return sorted(rows, key=lambda row: (row.assignment, row.student))


def read_config(course: Course) -> Config:
    """Return what nbgrader works by here: the course's own file, and our last word.

    Raises:
        NotACourse: the file cannot be run.
    """
    try:
        config = PyFileConfigLoader(FILE, path=str(course.root)).load_config()
    except Exception as problem:  # an instructor's own lines
        raise NotACourse(f"{course.root / FILE} cannot be run: {problem}") from problem
    settle(config, course.root / FILE)
    return config


def _points(submission: Any) -> Points:
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    late = sum(notebook.late_submission_penalty or 0 for notebook in submission.notebooks)
    by_hand = [grade for grade in grades if grade.manual_score is not None]
    return Points(
        student=str(submission.student.id),
        assignment=str(submission.assignment.name),
        auto=sum(grade.auto_score or 0.0 for grade in grades if grade.manual_score is None),
        manual=sum(grade.manual_score + (grade.extra_credit or 0.0) for grade in by_hand),
        total=float(submission.score) - late,
        most=float(submission.max_score),
        waiting=tuple(
            sorted(grade.name for grade in grades if grade.needs_manual_grade and grade.max_score)
        ),
    )


@contextlib.contextmanager
def _at_work(course: Course) -> Iterator[Any]:
    """Give nbgrader's API what it needs of this process; translate what its database says."""
    with _alembic_on_path(), warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # its own sessions, under SQLAlchemy 2.1
        warnings.simplefilter("ignore", DeprecationWarning)
        config = read_config(course)
        try:
            yield NbGraderAPI(config=config)
        except SQLAlchemyError as problem:
            why = str(getattr(problem, "orig", None) or problem).strip()[:400]
            raise NotBooked(
                f"the gradebook of {course.root} cannot be used: {why}; is its database up?"
            ) from problem


@contextlib.contextmanager
def _alembic_on_path() -> Iterator[None]:
    """Let nbgrader find the alembic beside it: it starts it by name for a database that is new."""
    own = os.environ  # noqa: TID251  nbgrader reads PATH, not we
    before = own.get("PATH", os.defpath)
    own["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        own["PATH"] = before


def _done(said: dict[str, Any], what: str) -> None:
    logging.getLogger(__name__).debug("%s: %s", what, said.get("log"))
    if said.get("success"):
        return
    log = str(said.get("log") or said.get("error") or "nothing")
    raise NotBooked(f"{what}: nbgrader could not: {_why(log)}")


def _why(log: str) -> str:
    """Return the line of a traceback that names the error, or the log's end."""
    rows = [row.strip() for row in log.splitlines() if row.strip()]
    named = [row for row in rows if ": " in row and row.split(":")[0].endswith(_ENDS)]
    return (named[-1].split(": ", 1)[-1] if named else " ".join(rows[-3:]))[:_LONGEST_WHY]


_ENDS = ("Error", "Releasable", "CannotGrade", "NotACourse", "Exception")
