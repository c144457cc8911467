"""The author's room: one exercise's folder, read whole and checked as a folder.

Runs in T, on an author's own files. hidden/ is read here to prove that nothing of it leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.authoring.data_card import Given, read_data
from grader.authoring.facts import FactSheet, read_facts
from grader.authoring.problem import Problem, refuse_first
from grader.authoring.source import SOURCE_NAMES, Cell, read_source
from grader.authoring.tools import FOLDER, read_tools
from grader.errors import NotReleasable
from harness.core.card import ExerciseCard, read_card
from harness.models.profiles import Profile, read_profile
from harness.proctor.tools.sheet import ToolSheet

CANARY = re.compile(r"audition-canary:[a-z0-9-]+:[0-9a-f]{32}")
"""A string that has no business outside hidden/; wherever it turns up, something leaked."""

LARGEST_FILE_BYTES = 16 << 20
_KNOWN = {"exercise.toml", "data.toml", *SOURCE_NAMES, "public", "proctor", "hidden"}
_PROCTORS = ("facts.toml", "profile.toml", FOLDER)
_DROPPINGS = {"__pycache__", ".ipynb_checkpoints"}


@dataclass(frozen=True)
class Hidden:
    """One file of hidden/.

    Attributes:
        place: its path in the exercise's folder.
        data: its bytes.
    """

    place: str
    data: bytes


@dataclass(frozen=True)
class Exercise:
    """One exercise as its author left it.

    Attributes:
        folder: where it lies.
        card: exercise.toml.
        cells: its notebook, both parts, solutions and all.
        facts: the stakeholder's sheet.
        profile: how the exercise's own model fails; None when it has none.
        given: the candidate's data.
        hidden: what stays.
        canary: the string that must not turn up elsewhere.
        tools: what its own tools answer from.
    """

    folder: Path
    card: ExerciseCard
    cells: tuple[Cell, ...]
    facts: FactSheet
    given: tuple[Given, ...]
    hidden: tuple[Hidden, ...]
    canary: str
    profile: Profile | None = None
    tools: ToolSheet = field(default_factory=lambda: ToolSheet(schema=1, tools={}))


def read_exercise(folder: Path) -> Exercise:
    """Return the exercise in a folder.

    Args:
        folder: grader/exercises/<slug>, or the like in a private root.

    Raises:
        BadExercise: anything in it that cannot be used as it is.
    """
    refuse_first(layout_problems(folder))
    refuse_first(misplaced(folder))
    card = read_own_card(folder)
    hidden = read_hidden_files(folder)
    refuse_first(canary_problems(hidden, card.slug))
    return Exercise(
        folder=folder,
        card=card,
        cells=read_source(folder),
        facts=read_facts(folder / "proctor" / "facts.toml"),
        given=read_data(folder),
        hidden=hidden,
        canary=canary_of(hidden) or "",
        profile=read_own_profile(folder),
        tools=read_tools(folder, card),
    )


def read_own_card(folder: Path) -> ExerciseCard:
    """Return the card in a folder of the same name.

    Raises:
        BadExercise: it cannot be read, or has another name.
    """
    card = read_card(folder / "exercise.toml")
    if card.slug != folder.name:
        raise NotReleasable.at(
            "exercise.toml",
            f"slug is {card.slug!r} and the folder is {folder.name!r}",
            "give both one name",
        )
    return card


def read_own_profile(folder: Path) -> Profile | None:
    """Return how the exercise's own model fails; None where it has none.

    Raises:
        BadExercise: the file cannot be used.
    """
    path = folder / "proctor" / "profile.toml"
    return read_profile(path) if path.exists() else None


def layout_problems(folder: Path) -> Iterator[Problem]:
    """Yield what makes a folder unsafe to read; nothing in it is opened."""
    if folder.is_symlink() or not folder.is_dir():
        yield Problem(str(folder), "it is no folder of its own", "make one there")
        return
    for path in sorted(folder.rglob("*")):
        place = str(path.relative_to(folder))
        if path.is_symlink():
            yield Problem(place, "it is a symbolic link", "put the file itself there")
        elif not path.is_dir() and not path.is_file():
            yield Problem(place, "it is neither file nor folder", "take it out")
        elif path.is_file() and path.stat().st_size > LARGEST_FILE_BYTES:
            yield Problem(place, f"it has {path.stat().st_size} bytes", "16 MiB is the most")


def misplaced(folder: Path) -> Iterator[Problem]:
    """Yield what has no place in an exercise's folder."""
    for path in sorted(folder.iterdir()):
        if path.name not in _KNOWN | _DROPPINGS:
            known = f"known are {', '.join(sorted(_KNOWN))}"
            yield Problem(path.name, "it has no place in an exercise's folder", known)
    for path in sorted((folder / "proctor").glob("*")):
        if path.name not in _PROCTORS:
            only = f"only {', '.join(_PROCTORS)} are photographed"
            yield Problem(f"proctor/{path.name}", only, "move it to hidden/")


def read_hidden_files(folder: Path) -> tuple[Hidden, ...]:
    """Return every file of hidden/, sorted by path."""
    found = []
    for path in sorted((folder / "hidden").rglob("*")):
        if path.is_file() and not _DROPPINGS & set(path.parts):
            found.append(Hidden(str(path.relative_to(folder)), path.read_bytes()))
    return tuple(found)


def canary_of(hidden: tuple[Hidden, ...]) -> str | None:
    """Return the canary of hidden files; None where they have none, or more than one."""
    found = {match.group() for one in hidden if (match := _canary_in(one))}
    return found.pop() if len(found) == 1 else None


def canary_problems(hidden: tuple[Hidden, ...], slug: str) -> Iterator[Problem]:
    """Yield each hidden file without a canary, and that they do not have one in common."""
    canaries = set()
    for one in hidden:
        match = _canary_in(one)
        if match is None:
            yield Problem(
                one.place,
                "it has no canary",
                f"put audition-canary:{slug}:<32 hex digits> into it, one for all hidden files",
            )
        else:
            canaries.add(match.group())
    if len(canaries) != 1 or not canaries.copy().pop().startswith(f"audition-canary:{slug}:"):
        yield Problem(
            "hidden/",
            f"it has {len(canaries)} canaries of this exercise where one is wanted",
            f"put one audition-canary:{slug}:<32 hex digits> into every hidden file",
        )


def _canary_in(one: Hidden) -> re.Match[str] | None:
    return CANARY.search(one.data.decode("utf-8", "replace"))
