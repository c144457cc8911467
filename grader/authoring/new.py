"""`audition exercise new`: a whole small exercise of a kind, to be made one's own.

Runs in T, on the author's machine. A template is an exercise folder as any other: it lies in
templates/<kind>/, can be read and released as it is, and is copied with three things changed: the
slug, the title where one is given, and the canary, which is fresh in each folder.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from grader.authoring.folder import CANARY, read_exercise
from grader.authoring.photograph import photograph
from grader.errors import CannotWrite
from harness.core.card import Slug
from harness.core.errors import BadExercise, UsageError

KINDS = ("classify", "extract", "grounded", "cost", "triage", "data")
"""What an exercise can be about; those that have a folder in TEMPLATES can be made."""
TEMPLATES = Path(__file__).with_name("templates")
MOST_TITLE_CHARS = 80
_SLUG: TypeAdapter[str] = TypeAdapter(Slug)
_DROPPINGS = ("__pycache__", ".ipynb_checkpoints")


def kinds_there() -> tuple[str, ...]:
    """Return the kinds that can be made, in order."""
    return tuple(kind for kind in KINDS if (TEMPLATES / kind / "exercise.toml").is_file())


def choose_root(named: Path | None, private: Sequence[Path]) -> Path:
    """Return the folder in which a new exercise is made.

    Args:
        named: what the command line says; None leaves it to the settings.
        private: the private roots of the settings.

    Raises:
        UsageError: none, several, or one that is no folder.
    """
    if named is None and len(private) != 1:
        told = ", ".join(map(str, private))
        raise UsageError(
            f"there are several private roots ({told}); choose one: --root DIR"
            if private
            else "no private root is set; say where: --root DIR, or put "
            'exercises = ["DIR"] into audition.toml'
        )
    root = named if named is not None else private[0]
    if not root.is_dir():
        raise UsageError(f"the root {root} is no folder; make it first: mkdir -p {root}")
    return root.resolve()


def make_exercise(
    name: str, kind: str, root: Path, *, title: str | None = None, is_published: bool = False
) -> Path:
    """Make an exercise of a kind in a root and return its folder.

    It is built aside, tried out as a release tries it, and then put in place whole; nothing that is
    there is ever written over.

    Args:
        name: its slug.
        kind: one of KINDS.
        root: a folder that is there.
        title: what people will call it; None keeps the template's.
        is_published: whether the root lies in a public repository.

    Raises:
        UsageError: a slug, kind or title that cannot be used, or a folder that is there already.
        BadExercise: the title makes it an exercise that cannot be released.
        CannotWrite: the root cannot be written.
    """
    _check_slug(name)
    _check_kind(kind)
    _check_title(title)
    place = root / name
    if os.path.lexists(place):
        raise UsageError(f"{place} is there already; choose another name, nothing was changed")
    try:
        with tempfile.TemporaryDirectory(prefix=".new-", dir=root) as aside:
            made = Path(aside) / name
            shutil.copytree(TEMPLATES / kind, made, ignore=shutil.ignore_patterns(*_DROPPINGS))
            _make_own(made, title=title, is_published=is_published)
            photograph(read_exercise(made))
            _put_in_place(made, place)
    except OSError as problem:
        told = problem.strerror or str(problem)
        raise CannotWrite(f"{place} cannot be made: {told}; choose another --root") from problem
    return place


def _put_in_place(made: Path, place: Path) -> None:
    """Claim the name, which fails if it is taken, then put the folder over the empty claim."""
    try:
        place.mkdir()
    except FileExistsError as problem:
        raise UsageError(f"{place} is there already; choose another name") from problem
    try:
        made.rename(place)
    except OSError:
        with suppress(OSError):  # only an empty folder goes: nobody's files are in it
            place.rmdir()
        raise


def _make_own(folder: Path, *, title: str | None, is_published: bool) -> None:
    card = folder / "exercise.toml"
    said = tomllib.loads(card.read_text(encoding="utf-8"))
    _swap(card, f'slug = "{said["slug"]}"', f'slug = "{folder.name}"')
    if is_published:
        _swap(card, "published = false", "published = true")
    if title is not None:
        given = f"title = {json.dumps(title, ensure_ascii=False)}"
        _swap(card, f'title = "{said["title"]}"', given)
        _swap(folder / "source.py", f"# # {said['title']}\n", f"# # {title}\n")
    fresh = f"audition-canary:{folder.name}:{secrets.token_hex(16)}"
    for path in sorted((folder / "hidden").rglob("*")):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            path.write_text(CANARY.sub(fresh, text), encoding="utf-8")


def _swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise BadExercise(
            f"the template's {path.name} has {old!r} {text.count(old)} times, not once"
        )
    path.write_text(text.replace(old, new), encoding="utf-8")


def _check_slug(name: str) -> None:
    try:
        _SLUG.validate_python(name)
    except ValidationError as problem:
        raise UsageError(
            f"{name[:60]!r} cannot be an exercise's name; take 2 to 40 of a-z, 0-9 and -, "
            "a letter first, such as ticket-summaries"
        ) from problem


def _check_kind(kind: str) -> None:
    there = ", ".join(kinds_there())
    if kind not in KINDS:
        raise UsageError(f"there is no kind {kind[:40]!r}; there are: {there}")
    if kind not in kinds_there():
        raise UsageError(f"the kind {kind!r} has no template yet; there are: {there}")


def _check_title(title: str | None) -> None:
    if title is None:
        return
    if not title.strip() or len(title) > MOST_TITLE_CHARS or not title.isprintable():
        raise UsageError(
            f"the title {title[:60]!r} cannot be used; write one line of 1 to {MOST_TITLE_CHARS} "
            "letters, digits and signs"
        )
