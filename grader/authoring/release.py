"""Puts a photograph on disk: each file at once or not at all, and nothing outside its folders.

Runs in T, on the author's machine.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.folder import read_exercise
from grader.authoring.photograph import folders, photograph
from grader.errors import CannotWrite, NotReleasable


@dataclass(frozen=True)
class Released:
    """What a release did.

    Attributes:
        slug: the exercise.
        written: files that were made or changed.
        removed: files that the exercise no longer makes.
        unchanged: how many were as they should be.
    """

    slug: str
    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


def release(folder: Path, out: Path) -> Released:
    """Photograph an exercise into out.

    Args:
        folder: the exercise's folder.
        out: root of notebooks/, datasets/ and harness/proctor/photographs/.

    Raises:
        BadExercise: the exercise cannot be photographed; nothing was written.
        CannotWrite: a file cannot be written.
    """
    exercise = read_exercise(folder)
    files = photograph(exercise)
    refuse_links(out, exercise.card.slug)
    written = [name for name, data in files.items() if _write(out / name, data)]
    removed = [name for name in leftovers(out, exercise.card.slug, set(files))]
    for name in removed:
        (out / name).unlink()
        _prune(out, (out / name).parent, exercise.card.slug)
    return Released(exercise.card.slug, tuple(written), tuple(removed), len(files) - len(written))


def leftovers(out: Path, slug: str, made: set[str]) -> list[str]:
    """Return files in the photograph's folders that the exercise does not make."""
    found = []
    for folder in folders(slug):
        for path in sorted((out / folder).rglob("*")):
            name = path.relative_to(out).as_posix()
            is_ours = path.is_symlink() or not path.is_dir()
            if is_ours and name not in made and ".ipynb_checkpoints" not in path.parts:
                found.append(name)
    return found


def refuse_links(out: Path, slug: str) -> None:
    """Refuse to write through a symbolic link out of the photograph's folders.

    Raises:
        NotReleasable: one of them, or a folder above it, is a link.
    """
    for folder in folders(slug):
        place = out
        for part in folder.split("/"):
            place = place / part
            if place.is_symlink():
                raise NotReleasable.at(
                    str(place), "it is a symbolic link", "put a folder there; nothing was written"
                )


def _write(path: Path, data: bytes) -> bool:
    """Write one file by rename; tell whether anything changed."""
    try:
        if not path.is_symlink() and path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".release-", dir=path.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.chmod(0o644)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as problem:
        raise CannotWrite(f"{path} cannot be written: {problem.strerror}") from problem
    return True


def _prune(out: Path, folder: Path, slug: str) -> None:
    """Remove folders that became empty, up to the photograph's own."""
    tops = {out / name for name in folders(slug)}
    while folder not in tops and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
