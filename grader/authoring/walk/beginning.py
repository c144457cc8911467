"""The first cell of authoring.ipynb: where the exercise lies, and what it is called.

Runs in T, in the author's kernel.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from grader.authoring.roots import published_by, repository_of
from grader.authoring.walk.exercise import Walk
from grader.authoring.walk.unready import Unready
from harness.cli.places import checkout
from harness.core.card import Slug


def begin(root: str, name: str) -> Walk:
    """Return the walk of an exercise; its private root is made if it is missing.

    Args:
        root: the private root; ~ is your home.
        name: the exercise's slug.

    Raises:
        Unready: the root cannot be made, or the name is none.
    """
    try:
        TypeAdapter(Slug).validate_python(name)
    except ValidationError as problem:
        raise Unready(
            f"{name!r} is no name for an exercise; take lower-case words joined by hyphens"
        ) from problem
    place = Path(root).expanduser()
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Unready(f"{place} cannot be made: {problem.strerror}; choose another") from problem
    walk = Walk(place.resolve(), name)
    told = [f"private root: {walk.root}", "The cells below find it. Commands on a terminal do once",
            f"{checkout() / 'audition.toml'} holds this line:",
            f'    exercises = ["{walk.root}"]']  # fmt: skip
    repository = repository_of(walk.root)
    told += [published_by(walk.root, repository)] if repository is not None else []
    print("\n".join(told))  # noqa: T201  a cell's outcome
    return walk
