"""Runs every rule on a folder and gathers what they find."""

from __future__ import annotations

from pathlib import Path

from grader.authoring.checks import Progress
from grader.authoring.checks.finding import Finding
from grader.authoring.checks.grades import grade_named
from grader.authoring.checks.listing import RULES
from grader.authoring.checks.room import open_room


def check_folder(
    folder: Path, *, grade: str, fast: bool, progress: Progress | None
) -> list[Finding]:
    """Return what is off in a folder; see `grader.authoring.checks.check`."""
    room = open_room(Path(folder).absolute(), grade_named(grade))
    found = [Finding.of(code, problem) for code, problem in room.unread]
    rules = [rule for rule in RULES if not (fast and rule.is_slow)]
    for number, rule in enumerate(rules):
        if progress is not None:
            progress(number, len(rules), rule.code)
        found += rule.findings(room)
    if progress is not None:
        progress(len(rules), len(rules), "")
    return found
