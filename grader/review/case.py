"""A submission made ready for reviewers: read, run again and measured before they come.

Runs in T. A case is a folder with the submission as it came and its evidence:

    <home>/review/cases/<submission>/submission.zip, evidence.json
    <home>/review/ratings.sqlite
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from grader.attempt import Attempt
from grader.opening import open_attempt
from grader.report.command import evidence_of
from grader.report.evidence import Evidence
from grader.review.errors import CannotReview
from grader.rubric import Rubric, read_rubric
from grader.writing import put
from harness.core.errors import AuditionError
from harness.core.settings import Settings

_SUBMISSION, _EVIDENCE = "submission.zip", "evidence.json"


@dataclass(frozen=True)
class Case:
    """What a reviewer rates.

    Attributes:
        attempt: the submission, read.
        evidence: run again, measured and laid out.
        rubric: what is rated.
    """

    attempt: Attempt
    evidence: Evidence
    rubric: Rubric

    @property
    def id(self) -> str:
        """The submission's id."""
        return self.evidence.about.submission


def desk_folder(settings: Settings) -> Path:
    """Return where everything of the review lies."""
    return settings.home / "review"


def ratings_file(settings: Settings) -> Path:
    """Return where ratings are kept."""
    return desk_folder(settings) / "ratings.sqlite"


def prepare(path: Path, settings: Settings, key_file: Path | None = None) -> tuple[Case, bool]:
    """Make a submission ready; what was made ready before and is unchanged is taken as it is.

    Args:
        path: the submission.
        settings: say where, which sandbox, which key.
        key_file: the proctor's public.txt; None takes the pinned keys.

    Returns:
        The case, and whether it was run now.

    Raises:
        UsageError: there is no such file.
        NotAnAttempt: it cannot be read.
        CannotReview: its exercise or rubric is not on this machine.
    """
    attempt = open_attempt(path, settings, key_file)
    rubric = _rubric(attempt)
    folder = desk_folder(settings) / "cases" / attempt.about.submission
    data = path.read_bytes()
    known = _read_evidence(folder / _EVIDENCE) if _is_same(folder / _SUBMISSION, data) else None
    if known is not None and known.about == attempt.about:
        return Case(attempt, known, rubric), False
    evidence = evidence_of(attempt, settings)
    put(folder / _SUBMISSION, data)
    put(folder / _EVIDENCE, evidence.to_bytes() + b"\n")
    return Case(attempt, evidence, rubric), True


def read_cases(settings: Settings, *, rater: str) -> tuple[list[Case], list[str]]:
    """Return the cases that are ready, in an order drawn for this rater, and what is amiss.

    Args:
        settings: say where.
        rater: by whose pseudonym the order is drawn; equal raters get equal orders.
    """
    cases, amiss = [], []
    folders = sorted((desk_folder(settings) / "cases").glob("*/"))
    for folder in folders:
        try:
            cases.append(_read_case(folder, settings))
        except AuditionError as problem:
            amiss.append(f"{folder.name}: {problem}")
    cases.sort(key=lambda case: hashlib.sha256(f"{rater}/{case.id}".encode()).digest())
    return cases, amiss


def _read_case(folder: Path, settings: Settings) -> Case:
    evidence = _read_evidence(folder / _EVIDENCE)
    if evidence is None:
        raise CannotReview("its evidence cannot be read; run audition review FILE again")
    attempt = open_attempt(folder / _SUBMISSION, settings)
    if attempt.about.sha256 != evidence.about.sha256:
        raise CannotReview("its evidence is of another file; run audition review FILE again")
    return Case(attempt, evidence, _rubric(attempt))


def _rubric(attempt: Attempt) -> Rubric:
    about = attempt.about
    if attempt.exercise is None:
        raise CannotReview(
            f"the exercise {about.exercise} is not on this machine; name its root in "
            "audition.toml: exercises = [...]"
        )
    rubric = read_rubric(attempt.exercise)
    if rubric is None:
        raise CannotReview(f"{about.exercise} has no hidden/rubric.toml: nothing to rate by")
    return rubric


def _is_same(path: Path, data: bytes) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(data).digest()
    except OSError:
        return False


def _read_evidence(path: Path) -> Evidence | None:
    try:
        return Evidence.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
