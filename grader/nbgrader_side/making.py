"""`audition exercise nbgrader SLUG --out DIR`: an exercise into an nbgrader course.

Runs in T, on an author's own files: a thin shell over `course` and `books`.
"""

from __future__ import annotations

from pathlib import Path

import click

from grader.authoring.folder import read_exercise
from grader.authoring.roots import find_places, place_named
from grader.bench import OWN_EXERCISES
from grader.nbgrader_side.assignment import Assignment, as_assignment
from grader.nbgrader_side.course import Course, make_course, put_source
from harness.core.settings import load_settings


@click.command("nbgrader")
@click.argument("slug")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="The course: a new folder, or one made before; it holds solutions and submissions.",
)  # fmt: skip
@click.option(
    "--gradebook", metavar="URL",
    help="postgresql://HOST/DATABASE, without a password. Default: SQLite in the folder.",
)  # fmt: skip
def nbgrader(slug: str, out: Path, gradebook: str | None) -> None:
    """Make SLUG an assignment of an nbgrader course in DIR.

    Each version of an exercise is an assignment of its own. Exit 1 if it cannot be released.
    """
    places = find_places(OWN_EXERCISES, load_settings().exercises)
    course, assignment = put_exercise(place_named(places, slug).folder, out, gradebook)
    click.echo(f"{assignment.name}: {sum(assignment.points.values()):g} points in {course.root}")
    for cell, points in assignment.points.items():
        click.echo(f"  {points:5g}  {cell}")


def put_exercise(
    folder: Path, out: Path, gradebook: str | None = None
) -> tuple[Course, Assignment]:
    """Put an exercise into a course and release it there.

    Args:
        folder: the exercise's folder.
        out: the course's.
        gradebook: URL of the course's database; None as it is, or SQLite.

    Raises:
        BadExercise: it cannot be released; nothing was written.
        UsageError: the folder is no course, or submissions of this very version are there.
        EnvironmentLacks: nbgrader or its database could not.
    """
    from grader.nbgrader_side import books  # two seconds

    assignment = as_assignment(read_exercise(folder))
    course = make_course(out, gradebook)
    put_source(course, assignment)
    books.generate(course, assignment.name)
    return course, assignment
