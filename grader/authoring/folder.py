"""The author's room: one exercise's folder, read whole and checked as a folder.

Runs in T, on an author's own files. hidden/ is read here to prove that nothing of it leaves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from grader.authoring.data_card import Given, read_data
from grader.authoring.facts import FactSheet, read_facts
from grader.authoring.source import SOURCE_NAMES, Cell, read_source
from grader.authoring.tools import FOLDER, read_tools
from grader.errors import NotReleasable
from harness.core.card import ExerciseCard, read_card
from harness.models.profiles import AnyProfile, read_profile
from harness.proctor.tools.sheet import ToolSheet

CANARY = re.compile(r"audition-canary:[a-z0-9-]+:[0-9a-f]{32}")
"""A string that has no business outside hidden/; wherever it turns up, something leaked."""

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
    profile: AnyProfile | None = None
    tools: ToolSheet = field(default_factory=lambda: ToolSheet(schema=1, tools={}))


def read_exercise(folder: Path) -> Exercise:
    """Return the exercise in a folder.

    Args:
        folder: grader/exercises/<slug>, or the like in a private root.

    Raises:
        BadExercise: anything in it that cannot be used as it is.
    """
    _check_layout(folder)
    card = read_card(folder / "exercise.toml")
    if card.slug != folder.name:
        raise NotReleasable.at(
            "exercise.toml",
            f"slug is {card.slug!r} and the folder is {folder.name!r}",
            "give both one name",
        )
    hidden = _read_hidden(folder)
    return Exercise(
        folder=folder,
        card=card,
        cells=read_source(folder),
        facts=read_facts(folder / "proctor" / "facts.toml"),
        given=read_data(folder),
        hidden=hidden,
        canary=_canary(hidden, card.slug),
        profile=_read_profile(folder / "proctor" / "profile.toml"),
        tools=read_tools(folder, card),
    )


def _read_profile(path: Path) -> AnyProfile | None:
    return read_profile(path) if path.exists() else None


def _check_layout(folder: Path) -> None:
    if folder.is_symlink() or not folder.is_dir():
        raise NotReleasable.at(str(folder), "it is no folder of its own", "make one there")
    for path in sorted(folder.rglob("*")):
        place = str(path.relative_to(folder))
        if path.is_symlink():
            raise NotReleasable.at(place, "it is a symbolic link", "put the file itself there")
        if not path.is_dir() and not path.is_file():
            raise NotReleasable.at(place, "it is neither file nor folder", "take it out")
    for path in sorted(folder.iterdir()):
        if path.name not in _KNOWN | _DROPPINGS:
            raise NotReleasable.at(
                path.name,
                "it has no place in an exercise's folder",
                f"known are {', '.join(sorted(_KNOWN))}",
            )
    for path in sorted((folder / "proctor").glob("*")):
        if path.name not in _PROCTORS:
            raise NotReleasable.at(
                f"proctor/{path.name}",
                f"only {', '.join(_PROCTORS)} are photographed",
                "move it to hidden/",
            )


def _read_hidden(folder: Path) -> tuple[Hidden, ...]:
    found = []
    for path in sorted((folder / "hidden").rglob("*")):
        if path.is_file() and not _DROPPINGS & set(path.parts):
            found.append(Hidden(str(path.relative_to(folder)), path.read_bytes()))
    return tuple(found)


def _canary(hidden: tuple[Hidden, ...], slug: str) -> str:
    canaries = set()
    for one in hidden:
        match = CANARY.search(one.data.decode("utf-8", "replace"))
        if match is None:
            raise NotReleasable.at(
                one.place,
                "it has no canary",
                f"put audition-canary:{slug}:<32 hex digits> into it, one for all hidden files",
            )
        canaries.add(match.group())
    if len(canaries) != 1 or not canaries.copy().pop().startswith(f"audition-canary:{slug}:"):
        raise NotReleasable.at(
            "hidden/",
            f"it has {len(canaries)} canaries of this exercise where one is wanted",
            f"put one audition-canary:{slug}:<32 hex digits> into every hidden file",
        )
    return canaries.pop()
