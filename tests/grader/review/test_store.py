"""Ratings are saved at once, nothing is changed, and a locked stage stays as it was."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from grader.authoring.folder import Hidden, read_exercise
from grader.bench import OWN_EXERCISES
from grader.records import Moment
from grader.review.errors import CannotRate
from grader.review.store import Rating, ReviewStore
from grader.rubric import PLACE, Rubric, read_rubric
from harness.core.errors import BadExercise, EnvironmentLacks

ROOM = OWN_EXERCISES / "eval-design"
HERE = Moment(label="the plan", cell_id="eval-design-plan", share=0.1)


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    found = read_rubric(read_exercise(ROOM))
    assert found is not None
    return found


def store(path: Path, rubric: Rubric, rater: str = "R-01") -> ReviewStore:
    return ReviewStore(path / "r.sqlite", submission="sub-1", rater=rater, rubric=rubric)


def rated(book: ReviewStore, rubric: Rubric, stage: str) -> None:
    for one in rubric.of(stage):  # type: ignore[arg-type]
        book.rate(Rating(one.id, 3, HERE))


def test_exercise_one_has_five_anchored_dimensions(rubric: Rubric) -> None:
    assert [one.id for one in rubric.of("text")] == ["spec", "sample"]
    assert [one.id for one in rubric.of("artefact")] == ["costs", "cases", "decision"]
    assert all(len(set(one.levels)) == 4 for one in rubric.dimension)


def test_a_rating_survives_a_restart_and_the_newest_counts(tmp_path: Path, rubric: Rubric) -> None:
    store(tmp_path, rubric).rate(Rating("spec", 2))
    store(tmp_path, rubric).rate(Rating("spec", 3, HERE))

    again = store(tmp_path, rubric)
    assert again.current() == {"spec": Rating("spec", 3, HERE)}
    assert again.missing("text") == ["Sample size and uncertainty: no level yet"]


def test_a_lock_needs_a_level_and_a_moment_for_each(tmp_path: Path, rubric: Rubric) -> None:
    book = store(tmp_path, rubric)
    book.rate(Rating("spec", 3, HERE))
    book.rate(Rating("sample", 3))

    with pytest.raises(CannotRate, match="no moment pinned yet"):
        book.lock("text")
    assert not book.is_locked("text")


def test_measures_dimensions_open_only_after_the_texts_are_locked(
    tmp_path: Path, rubric: Rubric
) -> None:
    book = store(tmp_path, rubric)

    with pytest.raises(CannotRate, match="come first"):
        book.rate(Rating("cases", 3, HERE))
    with pytest.raises(CannotRate, match="come first"):
        book.lock("artefact")
    rated(book, rubric, "text")
    book.lock("text")
    rated(book, rubric, "artefact")
    book.lock("artefact")
    assert store(tmp_path, rubric).is_locked("artefact")


def test_a_locked_level_stands_and_a_correction_is_added_beside_it(
    tmp_path: Path, rubric: Rubric
) -> None:
    book = store(tmp_path, rubric)
    rated(book, rubric, "text")
    book.lock("text")

    with pytest.raises(CannotRate, match="is locked"):
        book.rate(Rating("spec", 1, HERE))
    with pytest.raises(CannotRate, match="needs a reason"):
        book.correct(Rating("spec", 4, HERE))
    book.correct(Rating("spec", 4, HERE, reason="I had not seen the plan."))
    assert book.current()["spec"].level == 3
    assert [one.level for one in book.corrections()] == [4]


def test_raters_and_submissions_do_not_see_one_another(tmp_path: Path, rubric: Rubric) -> None:
    store(tmp_path, rubric).rate(Rating("spec", 2))

    assert store(tmp_path, rubric, rater="R-02").current() == {}


@pytest.mark.parametrize("rating", [Rating("poem", 3), Rating("spec", 0), Rating("spec", 5)])
def test_what_cannot_be_rated_is_refused(tmp_path: Path, rubric: Rubric, rating: Rating) -> None:
    with pytest.raises(CannotRate, match="there is no"):
        store(tmp_path, rubric).rate(rating)


def test_a_file_that_is_no_store_is_left_as_it_is(tmp_path: Path, rubric: Rubric) -> None:
    (tmp_path / "r.sqlite").write_bytes(b"not a database at all, but something of mine" * 40)

    with pytest.raises(EnvironmentLacks, match="cannot be kept"):
        store(tmp_path, rubric)
    assert (tmp_path / "r.sqlite").read_bytes().startswith(b"not a database")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('id = "costs"', 'id = "spec"', "stands twice"),
        ('look_at = ["suite"]', 'look_at = ["moon"]', "which is no cell"),
        ('kind = "text"', 'kind = "song"', "kind"),
        ("schema = 1", "schema = ", "not TOML"),
    ],
)
def test_a_rubric_that_cannot_be_used_says_where(before: str, after: str, said: str) -> None:
    exercise = read_exercise(ROOM)
    text = (ROOM / PLACE).read_text("utf-8").replace(before, after, 1)
    hidden = tuple(one for one in exercise.hidden if one.place != PLACE)
    broken = dataclasses.replace(exercise, hidden=(*hidden, Hidden(PLACE, text.encode())))

    with pytest.raises(BadExercise, match=said):
        read_rubric(broken)
