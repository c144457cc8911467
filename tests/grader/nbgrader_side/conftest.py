"""A course in a folder of its own, and hands to put submissions into it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.authoring.folder import Exercise, read_exercise
from grader.bench import Bench
from grader.nbgrader_side import books
from grader.nbgrader_side.command import keep_graded
from grader.nbgrader_side.course import Course, open_course
from grader.nbgrader_side.grading import Graded, grade
from grader.nbgrader_side.handing_in import Place, place_of, read_released
from grader.nbgrader_side.making import put_exercise
from grader.opening import open_attempt
from harness.core.settings import Settings
from tests.browser.conftest import browser, patience  # noqa: F401  fixtures for the pages
from tests.grader.nbgrader_side.builders import make_pointed, settings_for, submission

NOISE = (
    "ignore::DeprecationWarning",
    "ignore::PendingDeprecationWarning",
    "ignore::FutureWarning",
    "ignore::sqlalchemy.exc.SAWarning",
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
"""What nbgrader, nbconvert and their kernels say under these versions of their own libraries."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let nbgrader be noisy in the tests that drive it, and nowhere else."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            for one in NOISE:
                item.add_marker(pytest.mark.filterwarnings(one))


@pytest.fixture(scope="session", autouse=True)
def alembic_on_path() -> Iterator[None]:
    """Stock nbgrader starts alembic by name; the tests of it need what a shell would have."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    yield
    os.environ["PATH"] = before


@pytest.fixture(scope="session")
def bench() -> Bench:
    """Where candidates' code runs."""
    return Bench.of(Settings())


@dataclass
class Hands:
    """A course with the exercise `small` in it."""

    course: Course
    exercise: Exercise
    folder: Path
    settings: Settings
    bench: Bench

    def grade(self, cells: list[dict[str, Any]], **more: Any) -> tuple[Place, Graded]:
        """Grade a submission of these cells and enter its points."""
        archive = submission(cells, **more)
        path = self.settings.home.parent / "submission.zip"
        path.write_bytes(archive)
        attempt = open_attempt(path, self.settings)
        place = place_of(self.course, attempt)
        graded = grade(attempt, read_released(self.course, place), bench=self.bench)
        keep_graded(self.course, place, attempt, archive, graded)
        return place, graded

    def autograded(self, place: Place) -> Path:
        """The notebook that formgrader shows."""
        name = f"autograded/{place.student}/{place.assignment}/{place.notebook}.ipynb"
        return self.course.root / name

    def feedback(self, place: Place) -> str:
        """The candidate's page."""
        books.feedback(self.course, place.assignment, place.student)
        path = self.course.feedback(place.student, place.assignment) / f"{place.notebook}.html"
        return path.read_text()

    def points(self, place: Place) -> books.Points:
        """What the gradebook has."""
        return next(
            row for row in books.read_points(self.course)
            if (row.student, row.assignment) == (place.student, place.assignment)
        )  # fmt: skip


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course as it is made, to be copied: a new database takes seconds."""
    root = tmp_path_factory.mktemp("template")
    put_exercise(make_pointed(root / "exercises"), root / "course")
    return root


def make_hands(root: Path, bench: Bench, template: Path) -> Hands:
    """Lay a course out below root. A course's folder may be moved, so a copy is one too."""
    shutil.copytree(template, root, dirs_exist_ok=True)
    folder = root / "exercises" / "small"
    course = open_course(root / "course")
    return Hands(course, read_exercise(folder), folder, settings_for(root / "exercises"), bench)


@pytest.fixture
def hands(tmp_path: Path, bench: Bench, template: Path) -> Hands:
    """A fresh course."""
    return make_hands(tmp_path, bench, template)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, bench: Bench, template: Path) -> Hands:
    """One course for all tests of a module."""
    return make_hands(tmp_path_factory.mktemp("course"), bench, template)
