"""Points are what the yardstick says, made by our replay and kept by nbgrader."""

from __future__ import annotations

import json

import pytest
from nbgrader.api import Gradebook

from tests.grader.nbgrader_side.builders import POINTS, handed_in
from tests.grader.nbgrader_side.conftest import Hands

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(240)]


@pytest.mark.parametrize("case", POINTS)
def test_a_submission_comes_to_what_was_written_down_before(shared: Hands, case: str) -> None:
    by_contract, by_hand = POINTS[case]
    place, graded = shared.grade(handed_in(shared.exercise, case))
    with Gradebook(f"sqlite:///{shared.course.root}/gradebook.db") as gradebook:
        where = (place.notebook, place.assignment, place.student)
        grades = {
            name: gradebook.find_grade(name, *where) for name in ("check", *by_hand)
        }  # fmt: skip
        found = {name: grade.auto_score for name, grade in grades.items()}
        waits = {name for name, grade in grades.items() if grade.needs_manual_grade}

    assert found == {"check": by_contract, **by_hand}
    assert waits == {name for name, points in by_hand.items() if points is None}
    assert graded.points == {"small-check": by_contract}
    assert not graded.looked.trouble


def test_points_of_a_person_stay_when_a_newer_submission_comes(hands: Hands) -> None:
    place, _ = hands.grade(handed_in(hands.exercise, "good"))
    with Gradebook(f"sqlite:///{hands.course.root}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("words", place.notebook, place.assignment, place.student)
        grade.manual_score, grade.needs_manual_grade = 4.5, False
        gradebook.db.commit()
    before = hands.points(place)

    hands.grade(handed_in(hands.exercise, "half"), name="sub-2")
    after = hands.points(place)

    assert (before.auto, before.manual, before.total, before.most) == (4.0, 4.5, 8.5, 12.0)
    assert before.waiting == ("doubler",)
    assert (after.auto, after.manual, after.total) == (2.0, 4.5, 6.5)
    assert after.waiting == ("doubler", "words")


def test_what_a_check_cell_printed_counts_for_nothing(shared: Hands) -> None:
    cells = handed_in(shared.exercise, "half")
    cells.insert(-1, cells[-1] | {"id": "own-9", "source": "check = lambda: 4.0", "metadata": {}})

    place, graded = shared.grade(cells)
    book = json.loads(shared.autograded(place).read_bytes())
    check = next(cell for cell in book["cells"] if cell["id"] == "small-check")

    assert graded.points["small-check"] == 2.0
    assert [one["output_type"] for one in check["outputs"]] == ["stream", "execute_result"]
    assert "".join(check["outputs"][1]["data"]["text/plain"]) == "2.0"


def test_a_cell_that_ends_what_looks_at_it_leaves_the_points_to_a_person(shared: Hands) -> None:
    cells = handed_in(shared.exercise, "good")
    for cell in cells:
        if cell["id"] == "small-doubler":
            cell["source"] = (
                "import os, signal\nif 'get_ipython' not in globals():\n"
                "    for one in os.listdir('/proc'):\n"
                "        if one.isdigit() and int(one) not in (1, os.getpid()):\n"
                "            try:\n                os.kill(int(one), signal.SIGKILL)\n"
                "            except OSError:\n                pass\n" + cell["source"]
            )

    place, graded = shared.grade(cells)
    with Gradebook(f"sqlite:///{shared.course.root}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("check", place.notebook, place.assignment, place.student)
        found = (grade.auto_score, grade.needs_manual_grade)

    assert graded.looked.trouble
    assert found == (0.0, True)
    assert "a person decides" in shared.feedback(place)


def test_a_models_answers_come_from_the_tape_in_the_contract_as_in_the_notebook(
    shared: Hands,
) -> None:
    from tests.grader.attempts import Asked, Did

    cells = handed_in(shared.exercise, "good")
    source = (
        "from harness.kernel import llm\n\n\ndef double(number):\n"
        "    return int(llm(f'Twice {number}?', model='sim-small'))"
    )
    for cell in cells:
        if cell["id"] == "small-doubler":
            cell["source"] = source
    on_tape = [Asked("Twice 2?", "4")]
    did = [Did("small-doubler", source), Did("small-check", "check()", asked=on_tape)]

    _, answered = shared.grade(cells, did=did)
    _, missed = shared.grade(cells)

    assert answered.points["small-check"] == 4.0
    assert missed.points["small-check"] == 2.0
    assert "not on record" in missed.looked.said[-1].text
