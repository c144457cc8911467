"""An exercise becomes an assignment of a course; what is no course, or no URL, is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from nbgrader.validator import Validator

from grader.authoring.command import exercise as exercise_command
from grader.authoring.folder import read_exercise
from grader.bench import OWN_EXERCISES
from grader.nbgrader_side import books
from grader.nbgrader_side.assignment import as_assignment
from grader.nbgrader_side.config import AUTOGRADE, FILE, NO_KERNEL
from grader.nbgrader_side.course import make_course, open_course, put_source, student_of
from grader.nbgrader_side.errors import NotACourse, NotBooked
from harness.core.settings import load_settings
from tests.grader.builders import CANARY, everything_below
from tests.grader.nbgrader_side.builders import handed_in, make_pointed, released
from tests.grader.nbgrader_side.conftest import Hands


def test_the_release_is_the_photograph_both_parts_of_it_word_for_word(shared: Hands) -> None:
    path = shared.course.release("small-1.0.0") / "small.ipynb"
    cells = json.loads(path.read_bytes())["cells"]
    wanted = released(shared.exercise)

    assert [(cell["id"], "".join(cell["source"])) for cell in cells] == [
        (cell["id"], cell["source"]) for cell in wanted
    ]
    assert "nobody_should_see" not in path.read_text()
    assert (path.parent / "data" / "numbers.csv").read_bytes() == b"number\n1\n2\n3\n"


def test_nothing_of_hidden_is_in_a_course_and_nobody_else_can_look_into_it(shared: Hands) -> None:
    every = everything_below([shared.course.root])

    assert not any(CANARY.encode() in data for data in every.values())
    assert not any(b"the reference answer" in data for data in every.values())
    assert shared.course.root.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("slug", "by_check", "in_all"), [("practice", 2.0, 14.0), ("eval-design", 5.0, 29.0)]
)
def test_an_exercise_without_points_has_one_for_a_name_and_four_for_what_is_read(
    slug: str, by_check: float, in_all: float
) -> None:
    made = as_assignment(read_exercise(OWN_EXERCISES / slug))

    assert made.points[f"{slug}-check"] == by_check
    assert sum(made.points.values()) == in_all


def test_points_that_the_author_wrote_are_the_points(shared: Hands) -> None:
    points = as_assignment(shared.exercise).points

    assert points == {
        "small-doubler": 3.0, "small-rate": 0.0, "small-words": 5.0, "small-check": 4.0,
    }  # fmt: skip


def test_a_students_name_is_a_hash_that_fits_a_folder_and_tells_no_session() -> None:
    names = {student_of(session) for session in ("s-1", "s-2", "../../etc", "a:b")}

    assert len(names) == 4
    assert all(name.startswith("c-") and name[2:].isalnum() for name in names)
    assert student_of("s-1") == student_of("s-1")


def test_a_folder_with_other_things_in_it_becomes_no_course(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(NotACourse, match="neither empty nor a course"):
        make_course(tmp_path, None)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://me:secret@db/points", "password"),
        ("sqlite:///elsewhere.db", "leave it out for SQLite"),
        ("postgresql://db", "HOST/DATABASE"),
        ("mysql://db/points", "postgresql"),
    ],
)
def test_a_url_that_is_no_gradebook_makes_no_course(tmp_path: Path, url: str, why: str) -> None:
    with pytest.raises(NotACourse, match=why) as told:
        make_course(tmp_path / "course", url)

    assert "secret" not in str(told.value)
    assert not (tmp_path / "course").exists()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "is not JSON"),
        ('{"schema": 9}', "schema"),
        ('{"schema": 1, "gradebook": "", "more": 1}', "more"),
        ('{"schema": 1, "gradebook": "postgresql://a:b@c/d"}', "password"),
    ],
)
def test_a_course_whose_own_file_is_off_is_named(tmp_path: Path, text: str, why: str) -> None:
    make_course(tmp_path / "course", None)
    (tmp_path / "course" / "audition-course.json").write_text(text)

    with pytest.raises(NotACourse, match=why):
        open_course(tmp_path / "course")


def test_a_folder_that_is_no_course_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotACourse, match="audition exercise nbgrader SLUG --out"):
        open_course(tmp_path)


def test_another_database_needs_another_folder(tmp_path: Path) -> None:
    make_course(tmp_path / "course", None)

    with pytest.raises(NotACourse, match="to another folder"):
        make_course(tmp_path / "course", "postgresql:///points")


def test_a_source_that_nobody_handed_in_for_may_change(shared: Hands, tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", None)
    made = as_assignment(shared.exercise)
    first = put_source(course, made)
    (course.source(made.name) / "left-over.csv").write_text("old")
    second, third = put_source(course, made), put_source(course, made)

    assert (first, second, third) == (True, True, False)
    assert not (course.source(made.name) / "left-over.csv").exists()


def test_the_command_makes_a_course_and_tells_the_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_pointed(tmp_path / "exercises")
    monkeypatch.setenv("AUDITION_EXERCISES", str(tmp_path / "exercises"))
    assert load_settings().exercises

    done = CliRunner().invoke(
        exercise_command, ["nbgrader", "small", "--out", str(tmp_path / "course")]
    )

    assert done.exit_code == 0, done.output
    assert "small-1.0.0: 12 points" in done.output
    assert (tmp_path / "course" / FILE).is_file()


# who runs what -------------------------------------------------------------------------------


def test_whatever_a_config_file_says_nbgrader_runs_nothing(hands: Hands) -> None:
    path = hands.course.root / FILE
    own = (
        "c.Autograde.autograde_preprocessors = ['nbgrader.preprocessors.Execute']\n"
        "c.Execute.kernel_name = 'python3'\nc.ClearSolutions.code_stub = {'python': 'mine'}\n"
    )
    path.write_text(path.read_text().replace("\nsettle(c", f"\n{own}\nsettle(c"))

    config = books.read_config(hands.course)

    assert config.Autograde.autograde_preprocessors == AUTOGRADE
    assert config.Execute.kernel_name == NO_KERNEL
    assert config.ClearSolutions.code_stub == {"python": "mine"}


def test_a_config_file_that_cannot_be_run_is_named(hands: Hands) -> None:
    (hands.course.root / FILE).write_text("1/0\n")

    with pytest.raises(NotACourse, match="cannot be run: division by zero"):
        books.read_points(hands.course)


def test_nbgraders_own_validation_finds_no_kernel_and_runs_nothing(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyter_client.kernelspec import NoSuchKernel

    monkeypatch.chdir(hands.course.root)
    ran = hands.course.root / "ran"
    book = json.loads((hands.course.release("small-1.0.0") / "small.ipynb").read_bytes())
    book["cells"][1]["source"] = f"open({str(ran)!r}, 'w')"
    path = hands.course.root / "one.ipynb"
    path.write_text(json.dumps(book))

    with pytest.raises(NoSuchKernel):
        Validator(config=books.read_config(hands.course)).validate(str(path))
    assert not ran.exists()


def put_raw(hands: Hands, student: str, cells: list[dict[str, Any]]) -> Path:
    """A notebook that somebody laid into submitted/ without us."""
    folder = hands.course.submitted(student, "small-1.0.0")
    folder.mkdir(parents=True)
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "small.ipynb").write_text(json.dumps(book))
    return folder


def test_a_notebook_that_was_laid_into_submitted_is_neither_run_nor_graded(hands: Hands) -> None:
    ran = hands.course.root / "ran"
    cells = handed_in(hands.exercise, "good")
    cells[1]["source"] = f"open({str(ran)!r}, 'w')"
    put_raw(hands, "mallory", cells)

    with pytest.raises(NotBooked, match="nothing was replayed"):
        books.autograde(hands.course, "small-1.0.0", "mallory")
    assert not ran.exists()
    assert not (hands.course.root / "autograded" / "mallory" / "small-1.0.0").exists()


@pytest.mark.sandbox
def test_nor_is_one_that_was_changed_after_it_was_replayed(hands: Hands) -> None:
    place, _ = hands.grade(handed_in(hands.exercise, "half"))
    path = hands.course.submitted(place.student, place.assignment) / "small.ipynb"
    path.write_text(path.read_text().replace("return 'no'", "return 2 * number"))

    with pytest.raises(NotBooked, match="is not the one that was replayed"):
        books.autograde(hands.course, place.assignment, place.student)
