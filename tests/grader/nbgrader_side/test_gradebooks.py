"""The same points in SQLite and in Postgres, and the commands that put them there."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from grader.nbgrader_side import books
from grader.nbgrader_side.command import nbgrader as nbgrader_command
from grader.nbgrader_side.course import open_course
from grader.nbgrader_side.errors import CannotGrade, NotBooked
from grader.nbgrader_side.handing_in import place_of
from grader.nbgrader_side.making import put_exercise
from grader.opening import open_attempt
from grader.unrecorded.command import submit as submit_command
from harness.bench.postgres import Postgres
from harness.core.errors import EnvironmentLacks
from tests.conftest import lacking
from tests.grader.attempts import SIGNER
from tests.grader.builders import swap
from tests.grader.nbgrader_side.builders import GOOD, SLUG, handed_in, submission
from tests.grader.nbgrader_side.conftest import Hands

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A cluster of this module's own."""
    try:
        with Postgres(fsync="off") as cluster:
            yield cluster
    except EnvironmentLacks as problem:
        lacking("Postgres", str(problem))


@pytest.fixture(params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, hands: Hands) -> Hands:
    """A course on each engine."""
    if request.param == "postgres":
        cluster = request.getfixturevalue("postgres")
        url = cluster.database().replace("postgresql://", "postgresql://postgres@")
        hands.course, _ = put_exercise(hands.folder, tmp_path / "on-postgres", url)
    return hands


def run(hands: Hands, monkeypatch: pytest.MonkeyPatch, *argv: str) -> Result:
    """A command, with the test's exercises and the signer's key pinned."""
    monkeypatch.setenv("AUDITION_EXERCISES", str(hands.folder.parent))
    monkeypatch.setenv("AUDITION_PUBLIC_KEY", SIGNER.public.to_text())
    return CliRunner(catch_exceptions=False).invoke(nbgrader_command, list(argv))


def from_files(hands: Hands, tmp_path: Path) -> Path:
    """A submission of somebody else's, made of plain files."""
    folder, out = tmp_path / "files", tmp_path / "files.zip"
    folder.mkdir()
    cells = (f"# cell: {name}\n{GOOD[name]}\n" for name in ("doubler", "rate"))
    (folder / "artefacts.py").write_text("".join(cells))
    (folder / "texts.md").write_text(f"## words\n{GOOD['words']}\n")
    argv = ["--from-dir", str(folder), "--exercise", SLUG, "--out", str(out)]
    done = CliRunner().invoke(submit_command, argv)
    assert done.exit_code == 0, done.output
    return out


def test_two_sittings_are_graded_listed_and_told_on_either_engine(
    kept: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITION_EXERCISES", str(kept.folder.parent))
    one, course = tmp_path / "one.zip", str(kept.course.root)
    one.write_bytes(submission(handed_in(kept.exercise, "half")))
    two = from_files(kept, tmp_path)

    graded = run(kept, monkeypatch, "autograde", course, str(one), str(two), "--json")
    listed = run(kept, monkeypatch, "gradebook", course, "--json")
    told = run(kept, monkeypatch, "gradebook", course, "--csv", str(tmp_path / "points.csv"))
    pages = run(kept, monkeypatch, "feedback", course)
    rows = json.loads(listed.stdout)
    with (tmp_path / "points.csv").open(newline="") as file:
        sheet = list(csv.DictReader(file))

    assert graded.exit_code == 0, graded.output
    assert sorted(row["auto"] for row in rows) == [2.0, 4.0]
    assert {row["student"] for row in rows} == {row["student"] for row in json.loads(graded.stdout)}
    assert [row["auto"] for row in sheet] == [str(row["auto"]) for row in rows]
    assert rows[0]["student"] in told.stdout
    assert sorted(Path(line).parts[-3] for line in pages.stdout.splitlines()) == sorted(
        row["student"] for row in rows
    )
    assert "Unwritable" not in graded.stderr + listed.stderr + pages.stderr
    assert all(Path(line).is_file() for line in pages.stdout.splitlines())


def test_a_database_that_is_away_is_named_and_nothing_is_lost(
    tmp_path: Path, hands: Hands, postgres: Postgres
) -> None:
    url = postgres.database().replace("postgresql://", "postgresql://postgres@")
    hands.course, _ = put_exercise(hands.folder, tmp_path / "on-postgres", url)
    place, _ = hands.grade(handed_in(hands.exercise, "half"))
    before = hands.points(place)
    postgres.stop()
    try:
        with pytest.raises(NotBooked):
            books.read_points(hands.course)
        with pytest.raises(NotBooked):
            hands.grade(handed_in(hands.exercise, "good"), name="sub-2")
    finally:
        postgres.start()

    again, _ = hands.grade(handed_in(hands.exercise, "good"), name="sub-2")

    assert before.auto == 2.0
    assert hands.points(again).auto == 4.0
    with psycopg.connect(url) as connection:
        count = connection.execute("SELECT count(*) FROM submitted_assignment").fetchone()
    assert count == (1,)


def test_validate_says_what_a_submission_comes_to_and_writes_nothing(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "one.zip"
    path.write_bytes(submission(handed_in(hands.exercise, "half")))
    before = {str(p) for p in hands.course.root.rglob("*")}

    done = run(hands, monkeypatch, "validate", str(hands.course.root), str(path))

    assert done.exit_code == 0, done.output
    assert "small-check 2" in done.stdout
    assert "`double` should give back a whole number and gave text." in done.stdout
    assert {str(p) for p in hands.course.root.rglob("*")} == before
    assert books.read_points(hands.course) == []


def test_what_stops_one_submission_does_not_stop_the_next(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, broken, altered = (tmp_path / f"{name}.zip" for name in ("good", "broken", "altered"))
    good.write_bytes(submission(handed_in(hands.exercise, "good")))
    broken.write_bytes(b"no archive")
    data = bytearray(good.read_bytes())
    data[data.index(b"ledger") + 400] ^= 1
    altered.write_bytes(bytes(data))

    files = [str(path) for path in (broken, altered, good)]
    done = run(hands, monkeypatch, "autograde", str(hands.course.root), *files)

    assert done.exit_code == 1
    assert done.stdout.count("not graded") == 2
    assert [row.auto for row in books.read_points(hands.course)] == [4.0]


def test_a_submission_of_another_version_or_of_no_assignment_here_is_refused_with_a_remedy(
    hands: Hands, tmp_path: Path
) -> None:
    path = tmp_path / "one.zip"
    path.write_bytes(submission(handed_in(hands.exercise, "good")))
    empty = open_course(hands.course.root)
    (hands.course.source("small-1.0.0") / "small.ipynb").rename(tmp_path / "away.ipynb")

    with pytest.raises(CannotGrade, match="is not in this course; put it there: audition exercise"):
        place_of(empty, open_attempt(path, hands.settings))
    swap(hands.folder / "exercise.toml", '"1.0.0"', '"1.0.1"')
    with pytest.raises(CannotGrade, match=r"is of small 1\.0\.0, and 1\.0\.1 is here"):
        place_of(empty, open_attempt(path, hands.settings))
    bare = hands.settings.model_copy(update={"exercises": ()})
    with pytest.raises(CannotGrade, match="which is not on this machine"):
        place_of(empty, open_attempt(path, bare))


def test_an_older_submission_does_not_push_out_a_newer_one(hands: Hands, tmp_path: Path) -> None:
    place, _ = hands.grade(handed_in(hands.exercise, "good"))
    about = hands.course.replayed(place.student, place.assignment) / "about.json"
    about.write_text(about.read_text().replace('"number":1', '"number":2'))

    with pytest.raises(CannotGrade, match="the newest counts, and nothing was changed"):
        hands.grade(handed_in(hands.exercise, "half"))
    assert hands.points(place).auto == 4.0


def test_feedback_before_anybody_was_graded_says_where_to_begin(hands: Hands) -> None:
    from harness.core.errors import UsageError

    with pytest.raises(UsageError, match="begin: audition nbgrader autograde"):
        CliRunner(catch_exceptions=False).invoke(
            nbgrader_command, ["feedback", str(hands.course.root)], standalone_mode=False
        )


def test_a_gradebook_that_is_none_is_named_and_the_submission_is_kept_to_be_graded_again(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, course = tmp_path / "one.zip", str(hands.course.root)
    path.write_bytes(submission(handed_in(hands.exercise, "half")))
    database = hands.course.root / "gradebook.db"
    whole = database.read_bytes()
    database.write_bytes(b"no database at all " * 500)

    with pytest.raises(NotBooked, match="not a database"):
        run(hands, monkeypatch, "autograde", course, str(path))
    with pytest.raises(NotBooked, match="is its database up"):
        run(hands, monkeypatch, "gradebook", course)
    database.write_bytes(whole)
    again = run(hands, monkeypatch, "autograde", course, str(path))

    assert again.exit_code == 0, again.output
    assert [row.auto for row in books.read_points(hands.course)] == [2.0]
