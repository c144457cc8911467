"""A course folder: where what lies, which database keeps the points, and what is put in first.

Runs in T. Names below it are ours: an assignment is slug and version, a student a hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError

from grader.nbgrader_side.assignment import Assignment
from grader.nbgrader_side.config import EXCHANGE, FILE, TEXT
from grader.nbgrader_side.errors import NotACourse
from grader.writing import put
from harness.core.card import tell_validation
from harness.core.errors import UsageError
from harness.core.records import Record

ABOUT = "audition-course.json"
_SQLITE = "gradebook.db"
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgresql+psycopg": "postgresql+psycopg"}


class AboutCourse(Record):
    """`audition-course.json`: what makes a folder a course of ours."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    gradebook: str = Field(default="", max_length=400)
    """Database of the points, without a password; empty is gradebook.db in the folder."""


@dataclass(frozen=True)
class Course:
    """A folder that nbgrader works in.

    Attributes:
        root: the folder, absolute.
    """

    root: Path

    def source(self, assignment: str) -> Path:
        """Return where an assignment's source lies."""
        return self.root / "source" / assignment

    def release(self, assignment: str) -> Path:
        """Return where nbgrader puts what students get."""
        return self.root / "release" / assignment

    def submitted(self, student: str, assignment: str) -> Path:
        """Return where nbgrader looks for what was handed in."""
        return self.root / "submitted" / student / assignment

    def replayed(self, student: str, assignment: str) -> Path:
        """Return where the submission and its replay are kept."""
        return self.root / "replayed" / student / assignment

    def feedback(self, student: str, assignment: str) -> Path:
        """Return where the student's page is put."""
        return self.root / "feedback" / student / assignment

    def students_of(self, assignment: str) -> list[str]:
        """Return who has handed in, sorted."""
        return sorted(path.parent.name for path in self.root.glob(f"submitted/*/{assignment}"))


def student_of(session: str) -> str:
    """Return the name under which a session's work stands in a course.

    A hash, so that it fits any folder and tells who reads points nothing but that two
    submissions are of one sitting.
    """
    return "c-" + hashlib.sha256(session.encode()).hexdigest()[:12]


def make_course(root: Path, gradebook: str | None) -> Course:
    """Make a folder a course, or return the course that it is.

    Args:
        root: the folder; may be missing, empty, or a course already.
        gradebook: URL of its database; None keeps the one it has, or takes SQLite's.

    Raises:
        NotACourse: other things lie there, or the URL cannot be used.
        EnvironmentLacks: it cannot be written.
    """
    root = root.resolve()
    if (root / ABOUT).exists():
        course = open_course(root)
        if gradebook is not None and _checked(gradebook) != _read(root).gradebook:
            raise NotACourse(
                f"{root} keeps its points in {_read(root).gradebook or _SQLITE}; give "
                "another database to another folder"
            )
        return course
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise NotACourse(f"{root} is neither empty nor a course; name a folder of its own")
    about = AboutCourse(gradebook=_checked(gradebook or ""))
    put(root / FILE, TEXT.encode())
    put(root / ABOUT, json.dumps(about.to_value(), indent=1).encode() + b"\n")
    (root / EXCHANGE).mkdir()
    root.chmod(0o700)  # solutions and submissions lie in it
    return Course(root)


def open_course(root: Path) -> Course:
    """Return the course in a folder.

    Raises:
        NotACourse: it is none, or its own file cannot be read.
    """
    root = root.resolve()
    _read(root)
    if not (root / FILE).is_file():
        raise NotACourse(f"{root / FILE} is gone; run: audition exercise nbgrader SLUG --out DIR")
    return Course(root)


def read_gradebook_url(root: Path) -> str:
    """Return the URL of a course's database, as SQLAlchemy takes it.

    Raises:
        NotACourse: the folder is none.
    """
    return _read(root).gradebook or f"sqlite:///{root / _SQLITE}"


def put_source(course: Course, assignment: Assignment) -> bool:
    """Write an assignment's source; tell whether anything changed.

    Raises:
        UsageError: its cells have changed and submissions are there already.
    """
    folder = course.source(assignment.name)
    old = _files(folder)
    if old == assignment.files:
        return False
    handed_in = course.students_of(assignment.name)
    if old and handed_in:
        changed = sorted(
            name for name in old.keys() | assignment.files.keys()
            if old.get(name) != assignment.files.get(name)
        )  # fmt: skip
        raise UsageError(
            f"{assignment.name} has {len(handed_in)} submissions in this course, and "
            f"{', '.join(changed[:5])} would change under them; raise `version` in exercise.toml: "
            "the new version becomes an assignment of its own, and old points stay"
        )
    for name in old.keys() - assignment.files.keys():
        (folder / name).unlink()
    for name, data in assignment.files.items():
        put(folder / name, data)
    return True


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }


def _read(root: Path) -> AboutCourse:
    path = root / ABOUT
    try:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size > 1 << 16:
            raise NotACourse(f"{path} is no small file of its own; put the course's own back")
        value: Any = json.loads(path.read_bytes())
        about = AboutCourse.from_value(value)
    except FileNotFoundError as problem:
        raise NotACourse(
            f"{root} is no course; make one: audition exercise nbgrader SLUG --out {root}"
        ) from problem
    except OSError as problem:
        raise NotACourse(f"{path} cannot be read: {problem.strerror}") from problem
    except ValidationError as problem:
        raise NotACourse(f"{path}: {tell_validation(problem)}") from problem
    except ValueError as problem:
        raise NotACourse(f"{path} is not JSON: {problem}") from problem
    return about.model_copy(update={"gradebook": _checked(about.gradebook)})


def _checked(url: str) -> str:
    """Return a gradebook's URL as SQLAlchemy takes it; empty stays empty."""
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in _DRIVERS or not parts.path.strip("/"):
        raise NotACourse(
            f"the gradebook {url[:80]!r} is no postgresql://HOST/DATABASE; leave it out for SQLite"
        )
    if parts.password is not None:
        raise NotACourse(
            "the gradebook's URL holds a password; put it into libpq's password file "
            "(~/.pgpass, mode 0600) and leave it out here"
        )
    return url.replace(parts.scheme, _DRIVERS[parts.scheme], 1)
