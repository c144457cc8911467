"""A submission is made ready once, and what is not as it was is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import grader.review.case
from grader.attempt import Attempt
from grader.intake import NotAnAttempt
from grader.report import Evidence, gather
from grader.review.case import desk_folder, prepare, read_cases
from grader.review.command import review
from grader.review.errors import CannotReview
from grader.review.looking import evidence as shown
from grader.review.screen import Seen
from grader.signals import read_signals
from harness.core.errors import UsageError
from harness.core.settings import Settings
from tests.grader.attempts import Built, Did
from tests.grader.review.cases import built


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Submissions that were run again; the run itself is left out."""
    found: list[str] = []

    def gathered(attempt: Attempt, settings: Settings) -> Evidence:
        found.append(attempt.about.submission)
        return gather(attempt, signals=read_signals(attempt), replay=None, replay_why="left out")

    monkeypatch.setattr(grader.review.case, "evidence_of", gathered)
    return found


def saved(folder: Path, one: Built) -> Path:
    path = folder / f"{one.submission}.zip"
    path.write_bytes(one.archive())
    return path


def test_a_case_is_run_once_and_again_when_the_file_is_another(
    tmp_path: Path, settings: Settings, ran: list[str]
) -> None:
    path = saved(tmp_path, built())

    assert prepare(path, settings)[1] is True
    assert prepare(path, settings)[1] is False
    path.write_bytes(Built([Did("eval-design-plan", "x")], slug="eval-design").archive())
    assert prepare(path, settings)[1] is True
    assert ran == ["sub-test"] * 2


def test_evidence_that_was_lost_or_broken_is_made_again(
    tmp_path: Path, settings: Settings, ran: list[str]
) -> None:
    path = saved(tmp_path, built())
    prepare(path, settings)
    kept = desk_folder(settings) / "cases/sub-test/evidence.json"

    for data in (b"{", b"[]", b'{"schema": 9}', b"\xff" * 9):
        kept.write_bytes(data)
        assert prepare(path, settings)[1] is True
    assert len(ran) == 5


def test_the_order_is_drawn_for_each_rater_and_stays(
    tmp_path: Path, settings: Settings, ran: list[str]
) -> None:
    for number in range(6):
        prepare(saved(tmp_path, built(f"sub-{number}")), settings)

    def order(rater: str) -> list[str]:
        return [case.id for case in read_cases(settings, rater=rater)[0]]

    orders = {tuple(order(rater)) for rater in "ABCDEF"}
    assert order("A") == order("A")
    assert len(orders) > 3
    assert {frozenset(one) for one in orders} == {frozenset(f"sub-{n}" for n in range(6))}


def test_a_case_that_is_not_whole_is_named_and_the_others_are_shown(
    tmp_path: Path, settings: Settings, ran: list[str]
) -> None:
    for name in ("sub-1", "sub-2", "sub-3"):
        prepare(saved(tmp_path, built(name)), settings)
    cases = desk_folder(settings) / "cases"
    (cases / "sub-1/evidence.json").write_text("{")
    (cases / "sub-2/submission.zip").write_bytes((cases / "sub-3/submission.zip").read_bytes())
    (cases / "stray").mkdir()

    found, amiss = read_cases(settings, rater="A")

    assert [case.id for case in found] == ["sub-3"]
    assert [one.partition(":")[0] for one in amiss] == ["stray", "sub-1", "sub-2"]
    assert all("audition review FILE" in one for one in amiss)


def test_an_exercise_without_a_rubric_or_not_here_is_refused_in_words(
    tmp_path: Path, settings: Settings, ran: list[str]
) -> None:
    plain = saved(tmp_path, Built([Did("a", "1")]))
    with pytest.raises(CannotReview, match=r"practice has no hidden/rubric\.toml"):
        prepare(plain, settings)

    other = saved(tmp_path, Built([Did("a", "1")], slug="not-here"))
    with pytest.raises(CannotReview, match="not-here is not on this machine"):
        prepare(other, settings)
    assert ran == []


def test_what_has_to_be_known_first_stands_first(
    tmp_path: Path, settings: Settings, ran: list[str]
) -> None:
    case, _ = prepare(saved(tmp_path, built()), settings)
    seen = Seen(case=case, stage="text", ratings={}, pinned={}, corrections=[], shown=[],
                missing=[])  # fmt: skip

    assert shown(seen).startswith('<p class="banner">Not verified')


@pytest.mark.parametrize("rater", ["", " ", "a b", "-a", "x" * 21, "<b>", "é", "../a"])
def test_a_pseudonym_that_is_none_is_refused(rater: str, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setenv("AUDITION_HOME", str(tmp_path))
    done = CliRunner().invoke(review, ["--rater", rater, "--prepare-only"])

    assert done.exit_code == 2
    assert "letters, digits and dashes" in done.output
    assert not (tmp_path / "review").exists()


def test_a_file_that_is_none_or_broken_is_refused_and_named(
    monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUDITION_HOME", str(tmp_path / "home"))
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 not a zip")

    gone = CliRunner().invoke(review, [str(tmp_path / "gone.zip"), "--prepare-only"])
    bad = CliRunner().invoke(review, [str(broken), "--prepare-only"])

    assert isinstance(gone.exception, UsageError)
    assert isinstance(bad.exception, NotAnAttempt)
    assert any("broken.zip" in note for note in bad.exception.__notes__)
    assert not (tmp_path / "home/review/cases").exists()


def test_the_command_makes_ready_and_says_what_lies_there(
    monkeypatch: Any, tmp_path: Path, ran: list[str]
) -> None:
    monkeypatch.setenv("AUDITION_HOME", str(tmp_path / "home"))
    path = str(saved(tmp_path, built()))

    first = CliRunner().invoke(review, [path, "--prepare-only"], catch_exceptions=False)
    again = CliRunner().invoke(review, [path, "--prepare-only", "--rater", "R-2"])

    assert "made ready: sub-test (eval-design)" in first.output
    assert "it was not run again: left out" in first.output
    assert "was ready: sub-test" in again.output
    assert "1 on the desk of rater R-2" in again.output
