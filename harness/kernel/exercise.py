"""The exercise this kernel works on: its folder, and its notebook as last saved.

Runs in K. Both files are the candidate's own by now, so what stands in them is read with care
and believed only for telling the candidate about it: nothing here is evidence.
"""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.kernel import words
from harness.kernel.errors import ListUnreadable, Misuse, NoExercise

if TYPE_CHECKING:
    from harness.core.card import ArtefactRule

CARD = "card.json"
RUN_MARK = "CHECK_RUN_MARK"
"""Set in what check() starts: tells strays apart, and check() and submit() where they are."""
MAX_CARD_BYTES = 1 << 20
MAX_NOTEBOOK_BYTES = 64 << 20
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,39}\Z")


@dataclass(frozen=True)
class Cell:
    """One cell of a saved notebook.

    Attributes:
        number: its place counted from the top, from 1, texts included.
        kind: metadata.audition.kind; None for a cell of the candidate's own.
        name: what the contract calls it; None without one.
        source: its text.
        is_code: whether it is a code cell.
        part: metadata.audition.part; None without one.
        contract: the list in it, as it stands there; None without one.
    """

    number: int
    kind: str | None
    name: str | None
    source: str
    is_code: bool
    part: int | None = None
    contract: list[Any] | None = None

    @property
    def is_artefact(self) -> bool:
        """Whether it is a marked cell."""
        return self.is_code and self.kind == "artefact"


@dataclass(frozen=True)
class Exercise:
    """Where an exercise lies.

    Attributes:
        slug: its name.
        title: what people call it.
        folder: its folder, absolute.
        contract: the list on its card, as it stands there.
    """

    slug: str
    title: str
    folder: Path
    contract: tuple[Any, ...] = ()

    @property
    def notebook(self) -> Path:
        """Its notebook."""
        return self.folder / f"{self.slug}.ipynb"


@dataclass(frozen=True)
class SavedNotebook:
    """A notebook as last saved.

    Attributes:
        cells: from the top.
        saved_at_s: when the file was last written, in seconds since 1970.
    """

    cells: tuple[Cell, ...]
    saved_at_s: float

    @property
    def age_s(self) -> float:
        """Seconds since it was saved, never below 0."""
        return max(time.time() - self.saved_at_s, 0.0)

    @property
    def has_part_two(self) -> bool:
        """Whether there is anything yet that check() could look at."""
        return any(
            cell.is_artefact or cell.kind == "check" or cell.part == 2 for cell in self.cells
        )


def refuse_within_check(verb: str) -> None:
    """Refuse a verb that a marked cell itself calls while check() reads it.

    Raises:
        Misuse: this process was started by check().
    """
    if RUN_MARK in os.environ:  # noqa: TID251  a mark of our own, no setting
        raise Misuse(words.WITHIN_CHECK.format(verb=verb))


def find_exercise(start: Path | None = None) -> Exercise:
    """Return the exercise whose folder this is, or lies in.

    Args:
        start: where to begin; None is the current folder.

    Raises:
        NoExercise: neither there nor in a folder above, up to HOME, is a card; or it is broken.
    """
    try:
        here = (start or Path.cwd()).resolve()
    except OSError as problem:
        raise NoExercise(words.NO_FOLDER.format(folder=start or "a deleted folder")) from problem
    home = _home()
    for folder in (here, *here.parents):
        if (folder / CARD).is_file():
            return _read_card(folder)
        if folder == home:
            break
    raise NoExercise(words.NO_FOLDER.format(folder=here))


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:  # no HOME, and a uid that no list of users knows
        return None


def read_saved(exercise: Exercise) -> SavedNotebook:
    """Return the exercise's notebook as it lies on disk.

    Raises:
        NoExercise: there is none, or it is not a notebook.
    """
    path = exercise.notebook
    try:
        if not path.is_file():
            raise FileNotFoundError(path.name)
        saved_at_s = path.stat().st_mtime
        value = _read_json(path, MAX_NOTEBOOK_BYTES)
        return SavedNotebook(cells=_read_cells(value), saved_at_s=saved_at_s)
    except FileNotFoundError as problem:
        said = words.NO_NOTEBOOK.format(name=path.name, folder=path.parent)
        raise NoExercise(said) from problem
    except (OSError, ValueError) as problem:
        said = words.NOT_A_NOTEBOOK.format(name=path.name, why=_tell(problem))
        raise NoExercise(said) from problem


def read_rules(exercise: Exercise, notebook: SavedNotebook) -> tuple[ArtefactRule, ...]:
    """Return what check() looks for: the check cell's list, or else the card's; may be empty.

    Raises:
        ListUnreadable: the cell is gone, or its list is not one.
    """
    from pydantic import ValidationError

    from harness.core.card import ArtefactRule, tell_validation

    listed = [cell.contract for cell in notebook.cells if cell.contract is not None]
    if not listed and not exercise.contract:
        if any(cell.kind == "check" for cell in notebook.cells):
            return ()
        raise ListUnreadable(words.CHECK_CELL_GONE)
    try:
        rules = tuple(
            ArtefactRule.model_validate_json(json.dumps(row))
            for row in (listed[-1] if listed else exercise.contract)
        )
    except ValidationError as problem:
        raise ListUnreadable(tell_validation(problem)[:200]) from problem
    for rule in rules:
        for call in rule.calls:
            _refuse_no_list(rule.name, call)
    return rules


def _refuse_no_list(name: str, call: str) -> None:
    try:
        if isinstance(json.loads(call), list):
            return
    except (ValueError, RecursionError):
        pass
    raise ListUnreadable(f"an example for {name} is not a list in JSON")


def _read_card(folder: Path) -> Exercise:
    try:
        value = _read_json(folder / CARD, MAX_CARD_BYTES)
        slug, title = value["slug"], value["title"]
        if not (isinstance(slug, str) and _SLUG.match(slug) and isinstance(title, str)):
            raise ValueError("its slug or title is no such thing")
        contract = value.get("contract", [])
        rows = tuple(contract) if isinstance(contract, list) else ()
        return Exercise(slug=slug, title=title[:200], folder=folder, contract=rows)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as problem:
        said = words.NO_CARD.format(name=CARD, folder=folder, why=_tell(problem))
        raise NoExercise(said) from problem


def _read_json(path: Path, max_bytes: int) -> Any:
    with path.open("rb") as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise ValueError(f"it is larger than {max_bytes >> 20} MB")
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("it nests too deep") from None


def _read_cells(value: Any) -> tuple[Cell, ...]:
    cells = value.get("cells") if isinstance(value, dict) else None
    if not isinstance(cells, list):
        raise ValueError("there is no list of cells in it")
    return tuple(_read_cell(number, row) for number, row in enumerate(cells, start=1))


def _read_cell(number: int, row: Any) -> Cell:
    if not isinstance(row, dict):
        raise ValueError(f"cell {number} is no cell")
    metadata = row.get("metadata")
    mark = metadata.get("audition") if isinstance(metadata, dict) else None
    mark = mark if isinstance(mark, dict) else {}
    source = row.get("source", "")
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    contract, part = mark.get("contract"), mark.get("part")
    return Cell(
        number=number,
        kind=_text_or_none(mark.get("kind")),
        name=_text_or_none(mark.get("name")),
        source=text,
        is_code=row.get("cell_type") == "code",
        part=part if isinstance(part, int) else None,
        contract=contract if isinstance(contract, list) else None,
    )


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _tell(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    if isinstance(problem, KeyError):
        return f"it has no {problem.args[0]}"
    return str(problem)[:200]
