"""What: what was released is what a release would make today.

Why: candidates and proctor work with the released files, whatever the source says.
Wrong: a typo mended in notebooks/ by hand; a source changed and not released.
Right: `audition exercise release SLUG` after each change; never a hand in generated files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.authoring.checks.room import WHOLE, Room
from grader.authoring.checks.rule import Rule
from grader.authoring.drift import find_drift
from grader.authoring.photograph import folders
from grader.authoring.problem import Problem
from harness.core.errors import BadExercise


def find(room: Room) -> Iterator[Problem]:
    """Yield each released file that differs; nothing for an exercise outside a checkout."""
    root, slug = _checkout(room.folder), room.card.slug
    if root is None:
        return
    if not any((root / folder).exists() for folder in folders(slug)):
        run = f"when it is ready, run: audition exercise release {slug}"
        yield Problem(f"notebooks/{slug}", "it was never released", run, "warning")
        return
    try:
        drifts = find_drift(room.folder, root)
    except BadExercise:
        return  # what keeps it from being released is told by its own rule
    for drift in drifts:
        yield Problem(drift.path, f"it is {drift.why}", f"run: audition exercise release {slug}")


def _checkout(folder: Path) -> Path | None:
    """Return the checkout an exercise lies in; None for a private root."""
    root = folder.parent.parent.parent
    is_own = folder.parent == root / "grader" / "exercises" and (root / "notebooks").is_dir()
    return root if is_own else None


RULE = Rule("drift", find, needs=WHOLE)
