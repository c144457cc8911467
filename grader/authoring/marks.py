"""The marks a cell carries: whose it is (`audition`) and how nbgrader sees it (`nbgrader`).

Runs in T, on an author's own files: careless at worst, so every slip gets a plain message.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.errors import NotReleasable
from harness.core.card import tell_validation

Kind = Literal["given", "plan", "artefact", "text", "check"]
KINDS: tuple[str, ...] = get_args(Kind)
PART_ONE_KINDS = ("given", "plan")
"""What part one may hold: the rest names things that nobody should be told before planning."""

_FLAGS: dict[str, tuple[bool, bool, bool]] = {
    # kind: (grade, solution, locked); nbgrader's own rules refuse every other combination
    "given": (False, False, True),
    "plan": (False, True, False),
    "artefact": (True, True, False),
    "text": (True, True, False),
    "check": (True, False, True),
}


class Mark(BaseModel):
    """`metadata.audition`: what a cell is to candidate, proctor and reviewer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    """Whose cell it is."""
    name: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{0,39}$")
    """What the contract calls it; artefact cells have one."""
    part: Literal[1, 2]
    """Which part it comes with."""
    open: Literal[True] | None = None
    """Set on a given cell that is there to be written over: an example of a call. To change it is
    no change to what was given."""


class NbgraderMark(BaseModel):
    """`metadata.nbgrader`, version 3 of its form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[3] = 3
    """Version of nbgrader's form."""
    grade_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    """nbgrader's name of the cell."""
    grade: bool
    """Whether it carries points."""
    solution: bool
    """Whether the candidate writes in it."""
    locked: bool
    """Whether nbgrader puts the given text back before it grades."""
    task: Literal[False] = False
    """nbgrader's task cells are not used."""
    points: float | None = Field(default=None, ge=0)
    """Points; present exactly where grade is."""
    cell_type: Literal["code", "markdown"] | None = None
    """What the cell was when it was marked."""


def read_mark(value: Any, place: str) -> Mark:
    """Return a cell's audition mark.

    Raises:
        NotReleasable: there is none, or it is not one of the known marks.
    """
    if value is None:
        raise NotReleasable.at(
            place,
            "it has no audition mark",
            'add audition={"kind": "given", "part": 1} or the like to its header '
            f"(kinds: {', '.join(KINDS)})",
        )
    try:
        mark = Mark.model_validate(value)
    except ValidationError as problem:
        raise NotReleasable.at(
            place,
            f"its audition mark cannot be read ({tell_validation(problem)})",
            f"kinds are {', '.join(KINDS)}; part is 1 or 2; a name is lower-case words joined by _",
        ) from problem
    if mark.open and mark.kind != "given":
        raise NotReleasable.at(
            place, f"its mark says open, and it is a {mark.kind} cell, which is to be written in",
            'take "open" out of its audition mark; given cells alone have one',
        )  # fmt: skip
    if mark.kind == "artefact" and mark.name is None:
        raise NotReleasable.at(
            place, "an artefact cell without a name", 'add "name": "..." to its audition mark'
        )
    return mark


def nbgrader_mark(
    value: Any, mark: Mark, *, cell_id: str, cell_type: str, place: str
) -> NbgraderMark:
    """Return a cell's nbgrader mark: as written, or what its kind stands for.

    Args:
        value: `metadata.nbgrader`, None where the author left it to the kind.
        mark: the cell's audition mark.
        cell_id: the cell's id, grade_id where none is written.
        cell_type: "code" or "markdown".
        place: for the message.

    Raises:
        NotReleasable: unreadable, or at odds with the kind.
    """
    grade, solution, locked = _FLAGS[mark.kind]
    implied = {"grade_id": cell_id, "grade": grade, "solution": solution, "locked": locked}
    if grade:
        implied["points"] = 0
    try:
        found = NbgraderMark.model_validate({**implied, **(value if value is not None else {})})
    except (ValidationError, TypeError) as problem:
        told = tell_validation(problem) if isinstance(problem, ValidationError) else "no table"
        raise NotReleasable.at(
            place,
            f"its nbgrader mark cannot be read ({told})",
            "leave nbgrader out and the kind decides, or write it as nbgrader's own tool does",
        ) from problem
    if not found.grade and found.points == 0:  # as Create Assignment leaves it behind
        found = found.model_copy(update={"points": None})
    _agree(found, mark, cell_type, place)
    return found.model_copy(update={"cell_type": cell_type})


def _agree(found: NbgraderMark, mark: Mark, cell_type: str, place: str) -> None:
    flags = (found.grade, found.solution, found.locked)
    allowed = [_FLAGS[mark.kind]]
    if mark.kind == "artefact":
        allowed.append((False, True, False))
    if flags not in allowed:
        raise NotReleasable.at(
            place,
            f"nbgrader says grade, solution, locked = {flags}; a {mark.kind} cell has {allowed[0]}",
            "change one of the two, or leave nbgrader out",
        )
    if found.grade != (found.points is not None):
        raise NotReleasable.at(
            place, "points stand where nothing is graded", "take points out, or set grade"
        )
    if found.cell_type is not None and found.cell_type != cell_type:
        raise NotReleasable.at(
            place,
            f"nbgrader marked it as {found.cell_type} and it is {cell_type}",
            "take cell_type out of the nbgrader mark",
        )


def as_metadata(mark: BaseModel) -> dict[str, Any]:
    """Return a mark as plain metadata, without what is absent."""
    return mark.model_dump(mode="json", exclude_none=True)
