"""A submission into a course: is it of this course, graded, and put where nbgrader looks.

Runs in T. A submission keeps its place until a newer one of the same sitting comes; what nbgrader
is given is ours, and the archive itself lies apart from it.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from pydantic import Field, ValidationError

from grader.attempt import Attempt
from grader.nbgrader_side.assignment import as_assignment, name_of
from grader.nbgrader_side.course import Course, student_of
from grader.nbgrader_side.errors import CannotGrade
from grader.nbgrader_side.grading import Graded
from grader.writing import put
from harness.core.records import Identifier, Record

REPLAYED, ABOUT, ARCHIVE = "replayed.ipynb", "about.json", "submission.zip"


class HandedIn(Record):
    """`replayed/<student>/<assignment>/about.json`: which submission stands there."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    submission: Identifier
    """Its id."""
    number: int = Field(ge=1)
    """Which of the sitting's submissions of this exercise."""
    at: dt.datetime
    """When it was handed in, by the receipt."""
    sha256: str
    """Of the archive without its key."""
    verified: str
    """What verify said: whole or unsigned."""


@dataclass(frozen=True)
class Place:
    """Where a submission belongs.

    Attributes:
        student: a hash of its sitting.
        assignment: slug and version.
        notebook: the notebook's name there, without .ipynb.
    """

    student: str
    assignment: str
    notebook: str


def place_of(course: Course, attempt: Attempt) -> Place:
    """Return where a submission belongs in a course.

    Raises:
        CannotGrade: it was altered, is of no exercise here, of another version, or older than
            the one that stands there.
    """
    about = attempt.about
    who, assignment = about.submission, name_of(about.exercise, about.exercise_version)
    if about.verified == "altered":
        raise CannotGrade(
            f"{who} is not what the proctor signed ({about.verify_why}); it gets no points. "
            "Say where: audition verify"
        )
    if attempt.exercise is None:
        raise CannotGrade(
            f"{who} is of {about.exercise}, which is not on this machine; add its root to "
            "`exercises` in audition.toml"
        )
    here = attempt.exercise.card.version
    if about.exercise_version != here:
        raise CannotGrade(
            f"{who} is of {about.exercise} {about.exercise_version}, and {here} is here; grade it "
            "where that version is"
        )
    _check_source(course, attempt, assignment)
    place = Place(student_of(about.session), assignment, about.exercise)
    before = _standing(course, place)
    if before is not None and before.number > about.number:
        raise CannotGrade(
            f"{who} is number {about.number} of its sitting, and number {before.number} stands in "
            f"the course as {place.student}; the newest counts, and nothing was changed"
        )
    return place


def read_released(course: Course, place: Place) -> list[dict[str, Any]]:
    """Return the cells of the release version, sources as texts.

    Raises:
        CannotGrade: there is none, or it is none of ours.
    """
    path = course.release(place.assignment) / f"{place.notebook}.ipynb"
    try:
        cells = json.loads(path.read_bytes())["cells"]
        for cell in cells:
            cell["source"] = "".join(cell["source"])
            cell["metadata"]["audition"]["kind"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise CannotGrade(
            f"{path} cannot be read as a release; make it anew: audition exercise nbgrader "
            f"{place.notebook} --out {course.root}"
        ) from problem
    return list(cells)


def put_in(course: Course, place: Place, attempt: Attempt, archive: bytes, graded: Graded) -> None:
    """Write a graded submission into the course, for nbgrader to take up.

    Raises:
        EnvironmentLacks: it cannot be written.
    """
    about = HandedIn(
        submission=attempt.about.submission,
        number=attempt.about.number,
        at=attempt.receipt.at,
        sha256=attempt.about.sha256,
        verified=attempt.about.verified,
    )
    kept = course.replayed(place.student, place.assignment)
    put(kept / ARCHIVE, archive)
    put(kept / REPLAYED, graded.replayed)
    put(kept / ABOUT, about.to_bytes() + b"\n")
    folder = course.submitted(place.student, place.assignment)
    stamp = attempt.receipt.at.strftime("%Y-%m-%d %H:%M:%S UTC")
    put(folder / "timestamp.txt", stamp.encode())
    put(folder / f"{place.notebook}.ipynb", graded.submitted)


def _check_source(course: Course, attempt: Attempt, assignment: str) -> None:
    assert attempt.exercise is not None
    wanted = as_assignment(attempt.exercise)
    path = course.source(assignment) / f"{wanted.slug}.ipynb"
    again = f"audition exercise nbgrader {wanted.slug} --out {course.root}"
    if not path.is_file():
        raise CannotGrade(f"{assignment} is not in this course; put it there: {again}")
    if path.read_bytes() != wanted.files[path.name]:
        raise CannotGrade(f"{path} is not what the exercise is today; put it right: {again}")


def _standing(course: Course, place: Place) -> HandedIn | None:
    path = course.replayed(place.student, place.assignment) / ABOUT
    try:
        return HandedIn.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as problem:
        raise CannotGrade(
            f"{path} cannot be read, so nobody knows which submission stands there; take the "
            "folder away and grade again"
        ) from problem
