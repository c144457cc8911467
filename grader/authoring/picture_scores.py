"""What an exercise's probes came to, kept by the content of its folder: nothing is scored twice.

Runs in T, on the author's machine. Probes' code runs in the sandbox alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from grader.authoring.folder import Exercise
from grader.bench import Bench
from grader.intake import read_attempt
from grader.records import Score
from grader.scoring.mutation import MutationScorer
from grader.scoring.scoring import score
from grader.unrecorded.files import read_files
from grader.unrecorded.making import make_submission
from grader.writing import put

Progress = Callable[[int, int, str], None]
_SKIPPED = ("__pycache__", ".ipynb_checkpoints")
_remembered: dict[tuple[str, str], Score] = {}
"""Content and probe to score, while this process runs: `check --watch` lasts for hours."""
_MOST = 200


class Kept(BaseModel):
    """The scores of one state of a folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    content: str
    """Hash of the folder's files."""
    scores: dict[str, Score]
    """Probe to score."""


def content_of(folder: Path) -> str:
    """Return the hash of everything in an exercise's folder, names and bytes."""
    mark = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not set(_SKIPPED) & set(path.parts):
            data = path.read_bytes()
            mark.update(f"{path.relative_to(folder)}\0{len(data)}\0".encode() + data)
    return mark.hexdigest()


def remember(exercise: Exercise, name: str, found: Score) -> Score:
    """Keep a probe's score for the picture that is drawn next, and return it."""
    while len(_remembered) >= _MOST:
        del _remembered[next(iter(_remembered))]
    _remembered[content_of(exercise.folder), name] = found
    return found


def remembered(content: str, name: str) -> Score | None:
    """Return what a probe came to in this process; None if it was not scored."""
    return _remembered.get((content, name))


def score_probes(
    exercise: Exercise, names: list[str], bench: Callable[[], Bench], file: Path,
    progress: Progress | None = None,
) -> Kept:  # fmt: skip
    """Return what every probe comes to, scoring only what is not known yet.

    Args:
        exercise: its room.
        names: the probes.
        bench: gives the place where their code runs; asked only where some has to.
        file: where scores outlive the process.
        progress: called with probes done, in all, and the next one's name.

    Raises:
        EnvironmentLacks: the walls cannot be had.
        BadExercise: the exercise cannot be photographed.
        UsageError: a probe cannot be read.
    """
    content, known = content_of(exercise.folder), read_kept(file)
    old = known.scores if known is not None and known.content == content else {}
    found: dict[str, Score] = {}
    for number, name in enumerate(names):
        if progress is not None:
            progress(number, len(names), name)
        there = old.get(name) or remembered(content, name)
        found[name] = there or remember(exercise, name, _score(exercise, name, bench()))
    kept = Kept(content=content, scores=found)
    if known != kept:
        file.parent.mkdir(parents=True, exist_ok=True)
        put(file, kept.model_dump_json(by_alias=True).encode())
    return kept


def read_kept(file: Path) -> Kept | None:
    """Return what was kept last, of whatever state; None where nothing can be read."""
    try:
        return Kept.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None


def _score(exercise: Exercise, name: str, bench: Bench) -> Score:
    files = read_files(exercise.folder / "hidden" / "probes" / name)
    data = make_submission(files, exercise)
    attempt = read_attempt(data, public=None, find_exercise=lambda _: exercise)
    return score(attempt, bench=bench, scorer=MutationScorer(seed=bench.seed, resamples=0))
