"""nbgrader's known wounds: each is shown on a plain course first, then closed in ours."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from grader.authoring.folder import read_exercise
from grader.errors import NotReleasable
from grader.nbgrader_side import books
from grader.nbgrader_side.config import FEEDBACK, PAGE
from grader.nbgrader_side.errors import NotBooked
from grader.nbgrader_side.making import put_exercise
from harness.core.errors import UsageError
from tests.grader.attempts import code
from tests.grader.builders import swap
from tests.grader.nbgrader_side.builders import CHEAT, handed_in, make_pointed
from tests.grader.nbgrader_side.conftest import Hands
from tests.grader.nbgrader_side.plain import Cell, Plain, graded, locked, own, solution

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(240)]

SECRET = "the_secret_number_is_4711"
ANSWER = "def double(n):\n    ### BEGIN SOLUTION\n    return 2 * n\n    ### END SOLUTION"
HIDDEN = (
    "assert double(1) == 2\n### BEGIN HIDDEN TESTS\n"
    f"assert double(4711) == 9422, '{SECRET}'\n### END HIDDEN TESTS"
)
TASK = [locked("helper", "LIMIT = 10"), solution("answer", ANSWER), graded("check", HIDDEN, 3)]


def told(plain: Plain, **sources: str) -> list[Cell]:
    """The release version with a student's words in some cells."""
    cells = copy.deepcopy(plain.release_cells())
    for cell in cells:
        cell["source"] = sources.get(cell["id"], cell["source"])
    return cells


# hidden tests in feedback ---------------------------------------------------------------------


def test_plain_feedback_shows_hidden_tests_by_source_and_by_traceback_and_our_page_of_the_same_not(
    tmp_path: Path,
) -> None:
    plain = Plain(tmp_path, TASK)
    assert SECRET not in plain.release_text()
    plain.submit("bob", told(plain, answer="def double(n):\n    return 2 if n == 1 else 0"))
    theirs = plain.feedback("bob")

    ours = Config()
    ours.GenerateFeedback.preprocessors, ours.GenerateFeedback.exporter_class = FEEDBACK, PAGE
    plain.config.merge(ours)
    page = plain.feedback("bob")

    assert SECRET in theirs
    assert "BEGIN HIDDEN TESTS" in theirs
    assert "AssertionError" in theirs
    assert SECRET in plain.autograded("bob").read_text(), "it is there to be shown"
    assert "4711" not in page
    assert "HIDDEN" not in page
    assert "AssertionError" not in page
    assert "Traceback" not in page
    assert "return 2 if n == 1 else 0" in page
    assert "0 of 3 points" in page


def test_an_exercise_with_a_hidden_test_in_a_cell_goes_into_no_course(tmp_path: Path) -> None:
    folder = make_pointed(tmp_path / "exercises")
    swap(folder / "source.py", "check()\n", f"check()\n{HIDDEN}\n")

    with pytest.raises(NotReleasable, match="keep tests and schemes in hidden/"):
        put_exercise(folder, tmp_path / "course")
    assert not (tmp_path / "course").exists()


# misspelt markers -----------------------------------------------------------------------------


def test_plain_ships_the_answer_behind_a_misspelt_marker(tmp_path: Path) -> None:
    misspelt = ANSWER + "\n### BEGIN SOLUTOIN\nother_answer = 2\n### END SOLUTOIN"
    typo = "### BEGIN H1DDEN TESTS\nassert other_answer == 2\n### END H1DDEN TESTS"
    plain = Plain(tmp_path, [solution("answer", misspelt), graded("check", typo, 1)])

    assert plain.released["success"]
    assert "other_answer = 2" in plain.release_text()
    assert "assert other_answer" in plain.release_text()


@pytest.mark.parametrize(
    "marker", ["### BEGIN SOLUTOIN", "### BEGIN H1DDEN TESTS", "## end solution"]
)
def test_a_misspelt_marker_goes_into_no_course(tmp_path: Path, marker: str) -> None:
    folder = make_pointed(tmp_path / "exercises")
    swap(folder / "source.py", "# RATE is a number.\n", f"# RATE is a number.\n{marker}\n")

    with pytest.raises(NotReleasable, match="resembles a marker"):
        put_exercise(folder, tmp_path / "course")
    assert not (tmp_path / "course").exists()


def test_nor_does_one_that_was_written_into_the_courses_own_source(hands: Hands) -> None:
    source = hands.course.source("small-1.0.0") / "small.ipynb"
    release = hands.course.release("small-1.0.0") / "small.ipynb"
    before = release.read_bytes()
    book = json.loads(source.read_bytes())
    cell = next(cell for cell in book["cells"] if cell["id"] == "small-rate")
    cell["source"] += ["\n", "### BEGIN SOLUTOIN\n", "the_answer = 1\n", "### END SOLUTOIN\n"]
    source.write_text(json.dumps(book))

    with pytest.raises(NotBooked, match="resembles a marker"):
        books.generate(hands.course, "small-1.0.0")
    assert b"the_answer" not in before
    assert not release.exists() or b"the_answer = 1" not in release.read_bytes()


# the input transformer ------------------------------------------------------------------------


def test_plain_awards_all_points_to_whoever_turns_the_tests_into_pass(tmp_path: Path) -> None:
    plain = Plain(tmp_path, TASK)
    plain.submit("mallory", told(plain, answer=f"{CHEAT}\ndef double(n):\n    return 0"))

    assert plain.score("mallory") == 3.0


@pytest.mark.parametrize("case", ["transformer", "transformer-elsewhere"])
def test_ours_awards_none_of_them(shared: Hands, case: str) -> None:
    place, made = shared.grade(handed_in(shared.exercise, case))

    assert shared.points(place).total == 0.0
    assert made.looked.readable == frozenset()


# doubled cells --------------------------------------------------------------------------------


def test_plain_cannot_grade_a_notebook_with_a_copied_cell(tmp_path: Path) -> None:
    plain = Plain(tmp_path, TASK)
    cells = told(plain, answer="def double(n):\n    return 2 * n")
    done = plain.submit("dora", [*cells, cells[1] | {"id": "copied"}])

    assert not done["success"]
    assert not plain.autograded("dora").exists()


def test_ours_grades_it_says_so_and_points_stay_at_the_given_cell(shared: Hands) -> None:
    place, made = shared.grade(handed_in(shared.exercise, "doubled"))
    book = json.loads(shared.autograded(place).read_bytes())
    marked = [cell["id"] for cell in book["cells"] if "nbgrader" in cell["metadata"]]

    assert shared.points(place).auto == 4.0
    assert marked.count("small-doubler") == 1
    assert not any(name.startswith("copy") for name in marked)
    assert any("copied with their marks" in one for one in made.findings)


# cells that change after submissions -----------------------------------------------------------


def test_plain_takes_no_further_cell_once_somebody_handed_in(tmp_path: Path) -> None:
    plain = Plain(tmp_path, TASK)
    plain.submit("alice", told(plain, answer="def double(n):\n    return 2 * n"))
    done = plain.release([*TASK, graded("check2", "assert True", 1)])

    assert not done["success"]
    assert "Cannot add or remove cells" in done["log"]


def test_ours_refuses_the_same_version_untouched_and_takes_a_new_one_beside_the_old(
    hands: Hands,
) -> None:
    place, _ = hands.grade(handed_in(hands.exercise, "good"))
    before = hands.points(place)
    source = hands.folder / "source.py"
    swap(
        source, '# %% id="check" audition',
        '# %% id="more" audition={"kind": "artefact", "name": "more", "part": 2} '
        'nbgrader={"points": 2}\n### BEGIN SOLUTION\nmore = 1\n### END SOLUTION\n\n'
        '# %% id="check" audition',
    )  # fmt: skip
    old = (hands.course.source("small-1.0.0") / "small.ipynb").read_bytes()

    with pytest.raises(UsageError, match="raise `version`"):
        put_exercise(hands.folder, hands.course.root)
    untouched = (hands.course.source("small-1.0.0") / "small.ipynb").read_bytes()
    swap(hands.folder / "exercise.toml", '"1.0.0"', '"1.1.0"')
    _, made = put_exercise(hands.folder, hands.course.root)

    assert untouched == old
    assert made.name == "small-1.1.0"
    assert (hands.course.release("small-1.1.0") / "small.ipynb").is_file()
    assert hands.points(place) == before
    assert read_exercise(hands.folder).card.version == "1.1.0"


# locked cells that were edited ----------------------------------------------------------------


def test_plain_runs_a_locked_cell_as_it_was_edited_once_its_mark_is_gone(tmp_path: Path) -> None:
    plain = Plain(tmp_path, TASK)
    cells = told(plain, helper="double = lambda n: 2 * n", answer="pass")
    cells[0]["metadata"] = {}
    plain.submit("eve", cells)

    assert plain.score("eve") == 3.0


def test_ours_puts_the_given_text_back_knows_the_cell_by_its_id_and_says_so(shared: Hands) -> None:
    place, made = shared.grade(handed_in(shared.exercise, "edited"))
    book = json.loads(shared.autograded(place).read_bytes())
    sources = {cell["id"]: "".join(cell["source"]) for cell in book["cells"]}

    assert shared.points(place).total == 0.0
    assert "open(f" in sources["small-load"]
    assert sources["small-check"] == "check()"
    assert "given cells were edited: load, check" in made.findings
    assert "given cells were edited: load, check" in sources["audition-notes"]
    assert "given cells were edited" not in shared.feedback(place)


def test_a_given_cell_that_is_gone_is_back_at_its_place(shared: Hands) -> None:
    place, _ = shared.grade(handed_in(shared.exercise, "gone"))
    book = json.loads(shared.autograded(place).read_bytes())
    ids = [cell["id"] for cell in book["cells"] if cell["id"] != "audition-notes"]
    released = json.loads((shared.course.release(place.assignment) / "small.ipynb").read_bytes())

    assert ids == [cell["id"] for cell in released["cells"]]


# outputs of a hundred megabytes ---------------------------------------------------------------

LOUD = "print('x' * 100_000_000)"


def test_plain_keeps_a_hundred_megabytes_of_output(tmp_path: Path) -> None:
    patient = Config()
    patient.Execute.iopub_timeout = patient.Execute.timeout = 120  # else a busy machine is the end
    cells = [solution("answer", ANSWER), graded("check", "assert True", 1)]
    plain = Plain(tmp_path, cells, patient)
    plain.submit("big", [*told(plain), own("own-1", LOUD)])

    assert plain.autograded("big").stat().st_size > 100_000_000


def test_ours_keeps_little_of_it_says_what_was_cut_and_the_points_are_there(shared: Hands) -> None:
    cells = handed_in(shared.exercise, "good")
    cells[3:3] = [
        code("own-1", LOUD),
        code("own-2", "for _ in range(20000):\n    print('y' * 5000)"),
    ]
    place, _ = shared.grade(cells)
    data = shared.autograded(place).read_bytes()
    shown: dict[str, Any] = {
        cell["id"]: "".join("".join(one.get("text", "")) for one in cell.get("outputs", ()))
        for cell in json.loads(data)["cells"]
    }

    assert len(data) < 1_000_000
    assert "bytes cut]" in shown["own-1"]
    assert "bytes cut]" in shown["own-2"]
    assert len(shared.feedback(place)) < 2_000_000
    assert shared.points(place).auto == 4.0
