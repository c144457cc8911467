"""What the pipeline of a cost exercise is in truth: hidden/cost.toml and the metered day.

Runs in T; read from the author's room, never shown to anybody before the work is in.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from grader.authoring.folder import Exercise
from grader.hidden import hidden_bytes, read_hidden
from harness.core.errors import BadExercise

PLACE = "hidden/cost.toml"
STAGES = ("S1", "S2", "S3")
ATOMS = tuple(f"{stage}.{part}" for stage in STAGES for part in ("static", "email", "out"))
Numbers = NDArray[np.float64]
_frozen = ConfigDict(frozen=True, extra="forbid")
_COUNTS = (
    "tokens", "quoted", "at", "at_stripped", "rank", "tries1", "tries2", "tries3",
    "out1", "out2", "out3",
)  # fmt: skip


class Rates(BaseModel):
    """What a model takes, USD a million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    in_: float = Field(alias="in", gt=0)
    """Prompt and mail."""
    out: float = Field(gt=0)
    """Answer."""
    cached: float = Field(ge=0)
    """What is found in the cache."""


class Stage(BaseModel):
    """One call of the pipeline."""

    model_config = _frozen

    fixed: int = Field(ge=0)
    """Tokens of its prompt."""
    templated: int = Field(default=0, ge=0)
    """Of them, those that go down with the number of templates."""
    out: float = Field(gt=0)
    """Mean tokens of an English answer; what the day was drawn by."""
    retries: float = Field(ge=0, lt=1)
    """Share of calls that are made twice; likewise."""
    has_doubt: bool = True
    """Whether a smaller model knows its hard mails, so that these can go to a larger one."""
    loss: dict[str, float] = {}
    """Model to the points it loses against the base, when it takes every mail."""


class Merged(BaseModel):
    """S1 and S2 as one call."""

    model_config = _frozen

    fixed: int = Field(ge=0)
    """Tokens of the common prompt."""
    loss: float = Field(ge=0)
    """Points that S2 loses by it."""


class Month(BaseModel):
    """How many daily costs a month has."""

    model_config = _frozen

    days: float = Field(gt=0)
    """By the fact sheet."""
    fact: str
    """The fact that says so."""
    unasked: tuple[float, ...] = ()
    """What is right as well for who did not ask."""


class OwnLogic(BaseModel):
    """What a candidate's own plan_call is priced over."""

    model_config = _frozen

    mails: str
    """A file of public/, with mail_id."""
    meter: str
    """A table tool with stage, mail_id, tokens_in, tokens_out and tries."""


class CostSheet(BaseModel):
    """cost.toml."""

    model_config = _frozen

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    day: str
    """Place of the metered day."""
    mails_per_day: int = Field(gt=0)
    """How many mails that day stands for."""
    base: str
    """Model of the sketch."""
    batch_factor: float = Field(gt=0, le=1)
    """What a batched call costs of its price."""
    cache_hit: float = Field(ge=0, le=1)
    """Share of calls whose fixed part is found in the cache."""
    templates: int = Field(ge=1)
    """How many templates the prompt of S3 holds."""
    late: tuple[str, ...]
    """Stages that cannot be batched."""
    own_kind: str
    """The kind of mail that drop_auto leaves out."""
    allowed_loss: float = Field(ge=0)
    """Points that a stage may lose."""
    worst_loss: float = Field(gt=0)
    """Points at which a plan is worth nothing."""
    labelled: int = Field(ge=1)
    """Rows of the trial."""
    month: Month
    """How a month is counted."""
    prices: dict[str, Rates]
    """Model to prices."""
    stages: dict[str, Stage]
    """S1, S2, S3."""
    merged: Merged
    """The two as one."""
    own_logic: OwnLogic | None = None
    """None where no plan_call is priced."""

    @model_validator(mode="after")
    def _fits_together(self) -> CostSheet:
        if set(self.stages) != set(STAGES):
            raise ValueError(f"stages are {', '.join(STAGES)}")
        if self.base not in self.prices:
            raise ValueError(f"{self.base!r} has no price")
        if self.worst_loss <= self.allowed_loss:
            raise ValueError("worst_loss lies above allowed_loss")
        return self


@dataclass(frozen=True)
class Day:
    """The metered day, a value a mail.

    Attributes:
        is_own: whether the mail is of the kind that drop_auto leaves out.
        counts: column to values, all of one length: tokens, quoted, at (how far one has to read
            to see the cause), at_stripped (the same without history), rank (of the right
            template), tries1 to 3, out1 to 3.
    """

    is_own: NDArray[np.bool_]
    counts: Mapping[str, Numbers]

    @property
    def rows(self) -> int:
        """How many mails."""
        return len(self.is_own)


@dataclass(frozen=True)
class Truth:
    """Sheet and day.

    Attributes:
        sheet: cost.toml.
        day: the metered day.
    """

    sheet: CostSheet
    day: Day

    @property
    def scale(self) -> float:
        """How many mails a day each row stands for."""
        return self.sheet.mails_per_day / self.day.rows


def read_truth(exercise: Exercise) -> Truth | None:
    """Return an exercise's truth; None when it is no cost exercise.

    Raises:
        BadExercise: a file cannot be used.
    """
    sheet = read_hidden(exercise, PLACE, CostSheet)
    if sheet is None:
        return None
    data = hidden_bytes(exercise, sheet.day)
    if data is None:
        raise BadExercise(f"{PLACE}: day = {sheet.day!r} is not there; draw it by the script")
    return Truth(sheet, _read_day(data, sheet))


def _read_day(data: bytes, sheet: CostSheet) -> Day:
    lines = data.decode("utf-8", "replace").splitlines()
    rows = list(csv.DictReader(io.StringIO("\n".join(lines[1:]))))
    try:
        counts = {name: np.array([float(row[name]) for row in rows]) for name in _COUNTS}
        own = np.array([row["kind"] == sheet.own_kind[0] for row in rows], dtype=bool)
    except (KeyError, TypeError, ValueError) as problem:
        raise BadExercise(
            f"{sheet.day}: a row cannot be read ({problem}); below the canary stand a head and rows"
        ) from problem
    if not rows:
        raise BadExercise(f"{sheet.day} has no rows; draw it by the script")
    return Day(own, counts)
