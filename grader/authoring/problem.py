"""What is off at one place of an exercise's folder, and the author's next step.

Runs in T. A check collects problems; a release refuses at the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.errors import NotReleasable
from harness.core.errors import AuditionError

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One thing that is off.

    Attributes:
        place: file, and cell, key or line where there is one.
        what: what is the matter there.
        remedy: the author's next step.
        severity: an error stops a release or misleads somebody; a warning is for a look.
    """

    place: str
    what: str
    remedy: str
    severity: Severity = "error"

    def refusal(self) -> NotReleasable:
        """Return it as the error that stops a release."""
        return NotReleasable.at(self.place, self.what, self.remedy)


def problem_of(error: AuditionError, place: str, folder: Path) -> Problem:
    """Return an error of a reader as a problem.

    Args:
        error: what was raised.
        place: what was read, where the error does not say it.
        folder: the exercise's folder; places are told from there.
    """
    if isinstance(error, NotReleasable) and error.place:
        return Problem(_within(error.place, folder), error.what, error.remedy)
    told = _within(str(error), folder).removeprefix(place).lstrip(": ")
    return Problem(place, told.removeprefix("is ").strip() or "it cannot be read", "mend it there")


def refuse_first(problems: Iterable[Problem]) -> None:
    """Raise the first error among problems.

    Raises:
        NotReleasable: there is one.
    """
    for problem in problems:
        if problem.severity == "error":
            raise problem.refusal()


def _within(text: str, folder: Path) -> str:
    return text.replace(f"{folder}/", "").replace(str(folder), folder.name)
