"""An exercise's folder as far as it can be read: what cannot be read is a finding, not an end.

Runs in T, on an author's own files. Links, pipes and oversized files are named and nothing is
opened then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from grader.authoring.checks.grades import PILOT, Grade
from grader.authoring.data_card import Given, read_data
from grader.authoring.facts import FactSheet, read_facts
from grader.authoring.folder import (
    Exercise,
    Hidden,
    canary_of,
    layout_problems,
    misplaced,
    read_hidden_files,
    read_own_card,
    read_own_profile,
)
from grader.authoring.problem import Problem, problem_of
from grader.authoring.source import Cell, read_cells
from grader.authoring.tools import read_tools
from harness.core.card import ExerciseCard
from harness.core.errors import YoursToFix
from harness.models.profiles import Profile
from harness.proctor.tools.sheet import ToolSheet

Piece = Literal["card", "cells", "facts", "given", "hidden", "profile", "tools"]
MOST_FILES = 5_000


@dataclass(frozen=True)
class Room:
    """What rules look at.

    Attributes:
        folder: the exercise's.
        grade: how large it has to be.
        read: the pieces that could be read.
        unread: code of a reading to what it met.
    """

    folder: Path
    grade: Grade = PILOT
    read: Mapping[Piece, Any] = field(default_factory=dict)
    unread: tuple[tuple[str, Problem], ...] = ()

    def has(self, *pieces: Piece) -> bool:
        """Whether all of these could be read."""
        return all(piece in self.read for piece in pieces)

    @property
    def card(self) -> ExerciseCard:
        """exercise.toml."""
        return cast(ExerciseCard, self.read["card"])

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The notebook, both parts, solutions and all."""
        return cast(tuple[Cell, ...], self.read["cells"])

    @property
    def facts(self) -> FactSheet:
        """The stakeholder's sheet."""
        return cast(FactSheet, self.read["facts"])

    @property
    def given(self) -> tuple[Given, ...]:
        """The candidate's data."""
        return cast(tuple[Given, ...], self.read["given"])

    @property
    def hidden(self) -> tuple[Hidden, ...]:
        """What stays."""
        return cast(tuple[Hidden, ...], self.read["hidden"])

    @property
    def profile(self) -> Profile | None:
        """How the exercise's own model fails; None when it has none."""
        return cast(Profile | None, self.read["profile"])

    @property
    def tools(self) -> ToolSheet:
        """What its own tools answer from."""
        return cast(ToolSheet, self.read["tools"])

    def exercise(self) -> Exercise:
        """Return the exercise; every piece has to be there."""
        return Exercise(
            folder=self.folder,
            card=self.card,
            cells=self.cells,
            facts=self.facts,
            given=self.given,
            hidden=self.hidden,
            canary=canary_of(self.hidden) or "",
            profile=self.profile,
            tools=self.tools,
        )


WHOLE: tuple[Piece, ...] = ("card", "cells", "facts", "given", "hidden", "profile", "tools")


def room_of(exercise: Exercise) -> Room:
    """Return a room in which every piece was read."""
    return Room(exercise.folder, read={piece: getattr(exercise, piece) for piece in WHOLE})


def open_room(folder: Path, grade: Grade = PILOT) -> Room:
    """Return what can be read of a folder, with what cannot.

    Args:
        folder: the exercise's folder, absolute.
        grade: how large it has to be.
    """
    if unsafe := [("layout", problem) for problem in _layout(folder)]:
        return Room(folder, grade, {}, tuple(unsafe))
    problems = [("layout", problem) for problem in misplaced(folder)]
    read: dict[Piece, Any] = {}
    for code, piece, place, take in READINGS:
        try:
            read[piece] = take(folder, read)
        except _Unread as unread:
            problems += [(code, problem) for problem in unread.problems]
        except YoursToFix as error:
            problems.append((code, problem_of(error, place, folder)))
        except (OSError, RecursionError) as error:
            told = f"it cannot be read ({type(error).__name__})"
            problems.append((code, Problem(place, told, "mend it there")))
    return Room(folder, grade, read, tuple(problems))


class _Unread(Exception):
    """A piece of which parts cannot be read."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems


def _layout(folder: Path) -> list[Problem]:
    if folder.is_dir() and not folder.is_symlink():
        for number, _ in enumerate(folder.rglob("*")):
            if number >= MOST_FILES:
                return [Problem(folder.name, f"it has over {MOST_FILES} files", "keep fewer")]
    return [
        Problem(one.place.replace(str(folder), folder.name), one.what, one.remedy)
        for one in layout_problems(folder)
    ]


def _cells(folder: Path, _: Mapping[Piece, Any]) -> tuple[Cell, ...]:
    cells, refusals = read_cells(folder)
    if refusals:
        raise _Unread([Problem(no.place, no.what, no.remedy) for no in refusals])
    return cells


def _tools(folder: Path, read: Mapping[Piece, Any]) -> ToolSheet:
    if "card" not in read:
        raise _Unread([])  # said of the card already
    return read_tools(folder, read["card"])


READINGS: tuple[tuple[str, Piece, str, Callable[[Path, Mapping[Piece, Any]], Any]], ...] = (
    ("card", "card", "exercise.toml", lambda folder, _: read_own_card(folder)),
    ("source", "cells", "source", _cells),
    ("facts", "facts", "proctor/facts.toml",
     lambda folder, _: read_facts(folder / "proctor" / "facts.toml")),
    ("data", "given", "data.toml", lambda folder, _: read_data(folder)),
    ("hidden", "hidden", "hidden/", lambda folder, _: read_hidden_files(folder)),
    ("profile", "profile", "proctor/profile.toml", lambda folder, _: read_own_profile(folder)),
    ("tools", "tools", "proctor/tools", _tools),
)  # fmt: skip
"""Code, piece, place, and how it is read; each begins where the one before ended, or failed."""
