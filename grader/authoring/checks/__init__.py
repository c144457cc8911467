"""`audition exercise check`: every rule an exercise has to keep, collected and never first-only.

Runs in T, on an author's own files. One rule is one file here; `listing.RULES` is the whole of
them, read top to bottom.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from grader.authoring.checks.finding import Finding

Progress = Callable[[int, int, str], None]
"""Called with rules done, rules in all, and the code of the next one ("" at the end)."""


def check(
    folder: Path, *, grade: str = "pilot", fast: bool = False, progress: Progress | None = None
) -> list[Finding]:
    """Return what is off in an exercise's folder, in the order of the rules; empty is fine.

    Args:
        folder: the exercise's folder; whatever lies in it is no reason to raise.
        grade: "pilot" or "full": how large it has to be.
        fast: leave out rules that run code.
        progress: told before each rule.

    Raises:
        UsageError: a grade that there is not.
        EnvironmentLacks: a rule runs code, and this machine has no walls for it.
    """
    # The list holds drift, drift the photograph, and that the rules of a release: not in a circle.
    from grader.authoring.checks.checking import check_folder

    return check_folder(folder, grade=grade, fast=fast, progress=progress)


__all__ = ["Finding", "Progress", "check"]
