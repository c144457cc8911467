"""An exercise's rubric: dimensions with anchored levels, read from the author's room.

Runs in T. Text dimensions are rated and locked before measures are shown, artefact ones after.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.authoring.folder import Exercise
from grader.hidden import read_hidden
from harness.core.errors import BadExercise

Stage = Literal["text", "artefact"]
PLACE = "hidden/rubric.toml"
_frozen = ConfigDict(frozen=True, extra="forbid")


class Dimension(BaseModel):
    """One thing that is judged."""

    model_config = _frozen

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    """Its name in the store; never changes."""
    name: str = Field(min_length=2, max_length=60)
    """For the screen."""
    starred: bool
    """Whether the bar asks more of it."""
    kind: Stage
    """When it is rated."""
    about: str = Field(max_length=200)
    """What it is about."""
    look_at: tuple[str, ...] = Field(min_length=1)
    """Cells to look at first, the author's ids."""
    needs_fact: str | None = None
    """Fact that a sound answer rests on; None where none has to be asked for."""
    levels: tuple[str, str, str, str]
    """Anchors of levels 1 to 4."""


class RedFlag(BaseModel):
    """Something to ask about."""

    model_config = _frozen

    code: str
    """For machines."""
    text: str
    """In words."""


class Question(BaseModel):
    """A debrief question's template."""

    model_config = _frozen

    when: str
    """What it is asked after."""
    text: str
    """With {names} to fill in."""
    at: str = Field(default="", max_length=60)
    """Id of the cell that it is about, without the slug; "" where no one cell is."""
    first: bool = False
    """Whether its first run is to be opened, not what was handed in."""


class Rubric(BaseModel):
    """rubric.toml."""

    model_config = _frozen

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    dimension: tuple[Dimension, ...] = Field(min_length=1)
    """In the order they are rated."""
    red_flag: tuple[RedFlag, ...] = ()
    """Checks for the reader."""
    question: tuple[Question, ...] = ()
    """For the debrief."""

    def of(self, stage: Stage) -> tuple[Dimension, ...]:
        """Return the dimensions that are rated in a stage."""
        return tuple(one for one in self.dimension if one.kind == stage)

    def find(self, dimension: str) -> Dimension | None:
        """Return a dimension; None if there is none of that id."""
        return next((one for one in self.dimension if one.id == dimension), None)


def read_rubric(exercise: Exercise) -> Rubric | None:
    """Return an exercise's rubric; None when it has none.

    Raises:
        BadExercise: the file cannot be used.
    """
    rubric = read_hidden(exercise, PLACE, Rubric)
    if rubric is None:
        return None
    ids = [one.id for one in rubric.dimension]
    if len(set(ids)) < len(ids):
        raise BadExercise(f"{PLACE}: a dimension's id stands twice; give each its own")
    cells = {cell.id for cell in exercise.cells}
    for one in rubric.dimension:
        for cell in one.look_at:
            if cell not in cells:
                raise BadExercise(f"{PLACE}: {one.id} looks at {cell!r}, which is no cell")
    return rubric
