"""Is what lies on disk what release makes today; if not, which file, and where.

Runs in T and writes nothing.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.authoring.folder import read_exercise
from grader.authoring.photograph import SHOTS, photograph
from grader.authoring.release import leftovers

_DIFF_LINES = 12
_LINE_CHARS = 160


@dataclass(frozen=True)
class Drift:
    """One file that is not as release makes it.

    Attributes:
        path: the file, from the root.
        why: missing, extra or changed.
        diff: a short diff for people; empty where there is nothing to compare.
    """

    path: str
    why: Literal["missing", "extra", "changed"]
    diff: str = ""


def find_drift(folder: Path, out: Path) -> list[Drift]:
    """Return every file of one exercise's photograph that differs, sorted by path.

    Args:
        folder: the exercise's folder.
        out: root of notebooks/, datasets/ and harness/proctor/photographs/.

    Raises:
        BadExercise: the exercise cannot be photographed.
    """
    exercise = read_exercise(folder)
    files = photograph(exercise)
    found = [Drift(name, "extra") for name in leftovers(out, exercise.card.slug, set(files))]
    for name, data in files.items():
        path = out / name
        if path.is_symlink() or not path.is_file():
            if not any(drift.path == name for drift in found):
                found.append(Drift(name, "missing"))
        elif path.read_bytes() != data:
            found.append(Drift(name, "changed", short_diff(path.read_bytes(), data)))
    return sorted(found, key=lambda drift: drift.path)


def find_orphans(out: Path, slugs: set[str]) -> list[Drift]:
    """Return folders that look like a photograph and that no exercise makes.

    Args:
        out: root of notebooks/, datasets/ and harness/proctor/photographs/.
        slugs: the exercises there are.
    """
    found = []
    for shot in SHOTS:
        above = Path(shot.folder.format(slug="x")).parent
        for path in sorted((out / above).glob("*")):
            if path.is_dir() and path.name not in slugs and not path.name.startswith((".", "_")):
                found.append(Drift((above / path.name).as_posix(), "extra"))
    return found


def short_diff(there: bytes, wanted: bytes) -> str:
    """Return the first lines of a diff, from what lies there to what release makes."""
    old, new = (data.decode("utf-8", "replace").splitlines() for data in (there, wanted))
    lines = list(difflib.unified_diff(old, new, "on disk", "as released", n=1, lineterm=""))
    if not lines:
        return "(the difference is in line ends or bytes that are not text)"
    more = [f"(and {len(lines) - _DIFF_LINES} lines more)"] if len(lines) > _DIFF_LINES else []
    return "\n".join([line[:_LINE_CHARS] for line in lines[:_DIFF_LINES]] + more)
