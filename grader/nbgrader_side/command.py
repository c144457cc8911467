"""`audition nbgrader`: submissions into a course, points out of it, formgrader, feedback.

Runs in T: a thin shell over `handing_in`, `grading`, `books` and `serving`.
"""

from __future__ import annotations

import csv
import io
import json
import webbrowser
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from grader.attempt import Attempt
from grader.bench import Bench
from grader.nbgrader_side.course import Course, open_course
from grader.nbgrader_side.grading import Graded, grade
from grader.nbgrader_side.handing_in import Place, place_of, put_in, read_released
from grader.opening import open_attempt
from grader.page.markup import visible
from grader.writing import put
from harness.cli.verify import read_submission
from harness.core.ending import interrupt_on_signals
from harness.core.errors import EnvironmentLacks, UsageError, YoursToFix
from harness.core.settings import Settings, load_settings

_COURSE = click.argument("course", type=click.Path(path_type=Path, file_okay=False))
_SUBMISSIONS = click.argument(
    "submissions", nargs=-1, required=True, type=click.Path(path_type=Path)
)
_KEY = click.option(
    "--key", "key_file", type=click.Path(path_type=Path),
    help="The proctor's public.txt, a line for each of its keys. Default: the pinned ones.",
)  # fmt: skip
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@dataclass(frozen=True)
class _Table:
    """What every submission of one command is graded with.

    Attributes:
        course: where it goes.
        settings: name exercises and pinned keys.
        bench: where it runs.
        key_file: the proctor's public.txt; None takes the pinned keys.
        is_kept: whether anything is written.
    """

    course: Course
    settings: Settings
    bench: Bench
    key_file: Path | None
    is_kept: bool


@click.group()
def nbgrader() -> None:
    """Nbgrader over a course folder, with our grading (audition exercise nbgrader makes one)."""


@nbgrader.command()
@_COURSE
@_SUBMISSIONS
@_KEY
@_JSON
@click.pass_context
def autograde(
    ctx: click.Context, course: Path, submissions: tuple[Path, ...], key_file: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Grade SUBMISSIONs in the sandbox and enter their points into COURSE.

    Exit 1 if one of them could not be graded; the others are.
    """
    ctx.exit(_grade_all(course, submissions, key_file, as_json=as_json, keep=True))


@nbgrader.command()
@_COURSE
@_SUBMISSIONS
@_KEY
@_JSON
@click.pass_context
def validate(
    ctx: click.Context, course: Path, submissions: tuple[Path, ...], key_file: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Grade SUBMISSIONs against COURSE and say what they come to; nothing is written."""
    ctx.exit(_grade_all(course, submissions, key_file, as_json=as_json, keep=False))


@nbgrader.command()
@_COURSE
@click.option("--assignment", help="Slug and version, as in small-1.0.0. Default: all.")
def feedback(course: Path, assignment: str | None) -> None:
    """Write the page of everyone who was graded in COURSE, below feedback/."""
    from grader.nbgrader_side import books

    opened = open_course(course)
    rows = [row for row in books.read_points(opened) if assignment in (None, row.assignment)]
    if not rows:
        raise UsageError(f"nobody has been graded in {course}; begin: audition nbgrader autograde")
    for row in rows:
        books.feedback(opened, row.assignment, row.student)
        for page in sorted(opened.feedback(row.student, row.assignment).glob("*.html")):
            click.echo(str(page))
        if row.waiting:
            click.echo(f"  {len(row.waiting)} cells are not graded yet; the page says so", err=True)


@nbgrader.command()
@_COURSE
@_JSON
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), help="Also write a CSV."
)
def gradebook(course: Path, as_json: bool, csv_file: Path | None) -> None:
    """Print the points in COURSE: awarded, given by a person, and what waits for one."""
    from grader.nbgrader_side import books

    rows = [asdict(row) for row in books.read_points(open_course(course))]
    if csv_file is not None:
        put(csv_file, _csv(rows))
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    click.echo(f"{'assignment':24}{'who':16}{'auto':>7}{'by hand':>9}{'total':>7}{'of':>7}  waits")
    for row in rows:
        numbers = f"{row['auto']:7g}{row['manual']:9g}{row['total']:7g}{row['most']:7g}"
        click.echo(f"{row['assignment']:24}{row['student']:16}{numbers}  {len(row['waiting'])}")


@nbgrader.command()
@_COURSE
@click.option("--port", type=click.IntRange(0, 65535), default=8891, show_default=True)
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
def formgrader(course: Path, port: int, no_browser: bool) -> None:
    """Serve nbgrader's formgrader over COURSE. Ctrl-C ends it; points are kept."""
    from grader.nbgrader_side.serving import Formgrader

    server = Formgrader(open_course(course))
    interrupt_on_signals()
    try:
        url = server.start(port)
        click.echo(url)
        if not no_browser:
            webbrowser.open(url)
        server.wait()
    except KeyboardInterrupt:
        click.echo("\nEnding…", err=True)
    finally:
        server.stop()


def _grade_all(
    course: Path, paths: tuple[Path, ...], key_file: Path | None, *, as_json: bool, keep: bool
) -> int:
    """Grade each; what stops one does not stop the next, unless the machine does."""
    settings = load_settings()
    table = _Table(open_course(course), settings, Bench.of(settings), key_file, keep)
    rows = []
    for path in tqdm(
        paths, desc="grade", unit="file", leave=False, disable=None if len(paths) > 1 else True
    ):
        try:
            rows.append(_grade_one(table, path))
        except EnvironmentLacks:
            _say(rows, as_json=as_json)  # those are in the books
            raise
        except YoursToFix as problem:
            rows.append({"file": str(path), "problem": str(problem)})
    _say(rows, as_json=as_json)
    return 1 if any(row.get("problem") for row in rows) else 0


def _say(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    for row in rows if not as_json else []:
        click.echo(visible(_tell(row)))


def _grade_one(table: _Table, path: Path) -> dict[str, Any]:
    course = table.course
    attempt = open_attempt(path, table.settings, table.key_file)
    place = place_of(course, attempt)
    graded = grade(attempt, read_released(course, place), bench=table.bench)
    if table.is_kept:
        keep_graded(course, place, attempt, read_submission(path), graded)
    return {
        "file": str(path),
        "student": place.student,
        "assignment": place.assignment,
        "points": dict(graded.points),
        "readable": sorted(graded.looked.readable),
        "said": [one.text for one in graded.looked.said],
        "findings": list(graded.findings),
        "problem": None,
    }


def keep_graded(
    course: Course, place: Place, attempt: Attempt, archive: bytes, graded: Graded
) -> None:
    """Put a graded submission into the course and have its points entered.

    Raises:
        CannotGrade: nbgrader refused; the message says why.
        EnvironmentLacks: it cannot be written, or the database is away.
    """
    from grader.nbgrader_side import books

    put_in(course, place, attempt, archive, graded)
    books.autograde(course, place.assignment, place.student)


def _tell(row: dict[str, Any]) -> str:
    if row.get("problem"):
        return f"{row['file']}: not graded\n  {row['problem']}"
    points = ", ".join(f"{cell} {value:g}" for cell, value in row["points"].items())
    lines = [f"{row['student']} {row['assignment']}: {points or 'no check cell'}"]
    lines += [f"  {one}" for one in row["said"]]
    lines += [f"  look: {one}" for one in row["findings"]]
    return "\n".join(lines)


def _csv(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    names = ["assignment", "student", "auto", "manual", "total", "most", "waiting"]
    writer = csv.writer(out)
    writer.writerow(names)
    for row in rows:
        writer.writerow([" ".join(row[n]) if n == "waiting" else row[n] for n in names])
    return out.getvalue().encode()
