"""What an exercise tells everyone about itself: exercise.toml, read and checked.

Runs in every zone. Holds no answer: title, box, models, purse, the parts and their cells.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from harness.core.errors import BadExercise
from harness.core.tools import Tool, refuse_doubles

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]


class PurseLimits(BaseModel):
    """What one exercise may spend."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    usd: Decimal = Field(default=Decimal("0.50"), gt=0, le=1000)
    """US dollars by the proctor's price table."""
    calls: int = Field(default=400, ge=1, le=100_000)
    """How many model calls; a tool may cost some of them."""
    tokens: int = Field(default=2_000_000, ge=1)
    """Prompt and answer tokens together."""
    calls_per_minute: int = Field(default=120, ge=1, le=100_000)
    """How many calls may begin in any 60 seconds."""
    minutes: Decimal | None = Field(default=None, gt=0, le=10_000, decimal_places=2)
    """Simulated minutes that tools may take; None where no tool takes any."""


class ArtefactRule(BaseModel):
    """One name an artefact cell has to define, for check(): can we read it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """The Python name."""
    kind: str = Field(pattern=r"^(function|str|int|float|list|dict|bool)$")
    """What it should be."""
    cell: str
    """The artefact cell that defines it (metadata.audition.name)."""
    calls: tuple[str, ...] = ()
    """For a function: JSON argument lists to try it on, public examples only."""
    returns: str | None = Field(default=None, pattern=r"^(str|int|float|list|dict|bool)$")
    """For a function: what it should give back."""
    one_of: tuple[str, ...] = ()
    """For text: the words it may be (or return)."""
    keys: tuple[str, ...] = ()
    """For a dict: keys it needs (or what the function gives back needs)."""
    model: str = ""
    """For a function that takes a model first: what it answers to every text; "" is no model."""
    example: str = ""
    """What a person could write, for the message."""


class ExerciseCard(BaseModel):
    """The public face of one exercise version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    slug: Slug
    """Folder name and address."""
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    """Version of the exercise; a change of meaning makes a new one."""
    title: str = Field(min_length=1, max_length=80)
    """What people call it."""
    minutes: int | None = Field(default=None, ge=1, le=600)
    """The box, in minutes; None is untimed."""
    kept: bool = True
    """Whether reviewers ever see it; the practice is not kept."""
    published: bool = True
    """Whether the form lies in a public repository (practice form)."""
    models: tuple[str, ...] = Field(min_length=1)
    """Aliases the candidate may call."""
    purse: PurseLimits = PurseLimits()
    """What it may spend."""
    contract: tuple[ArtefactRule, ...] = ()
    """What check() looks for."""
    stakeholder: str = "the stakeholder"
    """Who answers ask()."""
    tools: tuple[Tool, ...] = Field(default=(), max_length=20)
    """The exercise's own instruments."""

    def without_part_two(self) -> Self:
        """Return the card as it may be shown before part two: no contract, no tool of it."""
        early = tuple(tool for tool in self.tools if tool.part == 1)
        return self.model_copy(update={"contract": (), "tools": early})

    @model_validator(mode="after")
    def _each_tool_once(self) -> Self:
        refuse_doubles("tool", [tool.name for tool in self.tools])
        return self


def read_card(path: Path) -> ExerciseCard:
    """Return the card in an exercise.toml.

    Args:
        path: the file.

    Raises:
        BadExercise: no file, not TOML, an unknown key, a value out of range.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return ExerciseCard.model_validate(data)
    except FileNotFoundError as problem:
        raise BadExercise(f"{path} is missing; every exercise has one") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadExercise(f"{path} is not TOML: {problem}") from problem
    except ValidationError as problem:
        raise BadExercise(f"{path}: {tell_validation(problem)}") from problem


def tell_validation(problem: ValidationError) -> str:
    """Return pydantic's findings in one plain line, without echoing long input.

    A part of a place in brackets is the tag of a union, which is in nobody's file.
    """
    found = []
    for error in problem.errors(include_url=False, include_context=False):
        named = [str(part) for part in error["loc"]]
        place = ".".join(part for part in named if not part.startswith("(")) or "the whole"
        shown = repr(error["input"])
        given = f" (given {shown[:60]})" if error["type"] != "missing" else ""
        found.append(f"{place}: {error['msg'].lower()}{given}")
    return "; ".join(found[:5])
