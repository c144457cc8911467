"""`check`: can we read it. Never whether it is right.

Runs in K. Has the open notebook saved and looks at the file, runs its marked cells alone in a
clean Python, and says in plain words what could not be read. What it finds goes on record as a
claim.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.kernel import words
from harness.kernel.ask import Said
from harness.kernel.errors import CannotStart, LineDown, ListUnreadable, Misuse, Refused
from harness.kernel.exercise import (
    Exercise,
    SavedNotebook,
    find_exercise,
    read_rules,
    read_saved,
    refuse_within_check,
)
from harness.kernel.saving import save_first
from harness.kernel.telling import Problem, Teller
from harness.kernel.wire import open_line

if TYPE_CHECKING:
    from harness.core.card import ArtefactRule

_CODE = re.compile(r"`([^`\n]+)`")
"""A name in a text; below a cell it stands in bold, for there backticks would stay backticks."""
FRESH_S = 5.0
"""A notebook saved longer ago than this may not be the one on the screen."""


@dataclass(frozen=True)
class Checked(Said):
    """What check() looked at and what it could not read.

    Attributes:
        problems: in the order of the notebook; empty when everything can be read.
        names: what was looked for; none before part two.
        is_whole: False when not everything could be looked at.
    """

    problems: tuple[Problem, ...] = ()
    names: tuple[str, ...] = ()
    is_whole: bool = True

    @property
    def is_readable(self) -> bool:
        """Whether everything was looked at and can be read."""
        return self.is_whole and not self.problems

    def __str__(self) -> str:
        """Return the result in words."""
        if not self.problems:
            if self.is_whole:
                fine = words.CHECK_FINE_ONE if len(self.names) == 1 else words.CHECK_FINE
                return fine.format(names=", ".join(f"`{name}`" for name in self.names))
            return ""
        rows = [words.CHECK_UNFINISHED.format(n=len(self.problems))]
        rows += ["  - " + problem.text.replace("\n", "\n    ") for problem in self.problems]
        if any(problem.cell for problem in self.problems):
            rows.append(words.CHECK_CELLS)
        return "\n".join([*rows, words.CHECK_OPEN])


def check() -> Checked:
    """Say whether the marked cells of this notebook can be read.

    The open notebook is saved first; where no page does so, the last save is looked at.
    Free, any time from part two on, as often as you like; the calls that your own code makes
    to a model come out of the purse as always.

    Raises:
        NoExercise: the exercise's folder or its saved notebook cannot be found or read.
        Misuse: a marked cell calls it.
    """
    refuse_within_check("check")
    exercise = find_exercise()
    save_first(exercise.notebook, exercise.slug)
    notebook = read_saved(exercise)
    checked, said = _check(exercise, notebook)
    text = "\n".join(line for line in said if line)
    print(_CODE.sub("\x1b[1m\\1\x1b[0m", text))  # noqa: T201  printing is what it is for
    return checked


def _check(exercise: Exercise, notebook: SavedNotebook) -> tuple[Checked, list[str]]:
    stale = _tell_stale(notebook)
    if not notebook.has_part_two:
        return Checked(is_whole=False), [words.CHECK_LATER, stale]
    try:
        rules = read_rules(exercise, notebook)
    except ListUnreadable as problem:
        said = words.CHECK_UNLISTED.format(why=problem)
        return Checked(is_whole=False), [said, stale]
    if not rules:
        return Checked(), [words.CHECK_EMPTY]
    checked, said = _look(exercise, notebook, rules)
    if checked.is_whole or checked.problems:
        _put_on_record(exercise, checked)
    return checked, [str(checked), said, stale]


def _look(
    exercise: Exercise, notebook: SavedNotebook, rules: Sequence[ArtefactRule]
) -> tuple[Checked, str]:
    from harness.kernel import checking

    cells = [cell for cell in notebook.cells if cell.is_artefact]
    names = tuple(rule.name for rule in rules)
    limits = checking.Limits()
    try:
        looked = checking.look(cells, rules, folder=exercise.folder, limits=limits)
    except CannotStart as problem:
        return Checked(names=names, is_whole=False), words.CHECK_BROKEN.format(why=problem)
    teller = Teller(notebook.cells, rules, limits)
    problems = teller.tell_all(looked.findings)
    late = "" if looked.is_whole else words.CHECK_TIME.format(seconds=round(limits.whole_s))
    return Checked(problems, names, is_whole=looked.is_whole), late


def _tell_stale(notebook: SavedNotebook) -> str:
    age_s = notebook.age_s
    return words.CHECK_STALE.format(age=words.tell_age(age_s)) if age_s >= FRESH_S else ""


def _put_on_record(exercise: Exercise, checked: Checked) -> None:
    """Tell the proctor what was found; a check that cannot be told is a check all the same."""
    body = {"exercise": exercise.slug, "problems": [str(one) for one in checked.problems]}
    try:
        line = dataclasses.replace(open_line(), timeout_s=5.0, attempts=1)
        line.post("/k/check", body)
    except (LineDown, Misuse, Refused):
        return
