"""What may be released: nothing that the check calls an error.

Runs in T, on the author's machine. Rules that run code are left out: a release takes seconds.
"""

from __future__ import annotations

from pathlib import Path

from grader.authoring.checks import check
from grader.authoring.checks.finding import Finding
from harness.core.errors import BadExercise

_SHOWN = 5
_MENDED_BY_IT = ("drift",)
"""Rules that find just what a release mends."""


class NotChecked(BadExercise):
    """The check finds errors in it."""


def errors_of(folder: Path) -> list[Finding]:
    """Return what keeps an exercise from being released, in the order of the rules."""
    found = check(folder, fast=True)
    return [one for one in found if one.severity == "error" and one.rule not in _MENDED_BY_IT]


def refuse_errors(folder: Path) -> None:
    """Refuse an exercise in which the quick rules find errors.

    Raises:
        NotChecked: it has some; the message names the first of them and what to do.
    """
    errors = errors_of(folder)
    if not errors:
        return
    lines = [f"{one.rule}  {one.place}: {one.what}" for one in errors[:_SHOWN]]
    lines += [f"and {len(errors) - _SHOWN} more"] if len(errors) > _SHOWN else []
    count = f"{len(errors)} error{'s' if len(errors) > 1 else ''}"
    raise NotChecked(
        f"the check finds {count}:\n  "
        + "\n  ".join(lines)
        + f"\n  mend them (audition exercise check {folder.name}), or take it as it is: --draft"
    )
