"""What an exercise's tools answer from: tools.json, five kinds of data and no code.

Runs in zone G and in authoring, which writes it. Trusted in what it says, checked in form.

    table      a row by its keys                           meter("S1", "m017")
    document   a section by its number, or the whole       show_section(4)
    menu       the nearest of some checks, told with its   diag("is the index complete?")
               price, and done when confirmed
    settings   a sandboxed configuration that is changed   fix("cache", {"enabled": False})
    trial      formulas over rows, added up                try_plan(PLAN, n=20), replay(30)
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from harness.proctor.tools.formula import LONGEST, read_formula

_frozen = ConfigDict(frozen=True, extra="forbid")
Plain = bool | int | float | str
Row = dict[str, Plain]
Formula = Annotated[str, Field(min_length=1, max_length=LONGEST)]
MOST_ROWS = 20_000


class Table(BaseModel):
    """A row by its keys."""

    model_config = _frozen

    kind: Literal["table"]
    """Which kind this is."""
    by: tuple[str, ...] = Field(min_length=1)
    """Arguments that name the row; columns of the same names hold them and are not told."""
    rows: tuple[Row, ...] = Field(min_length=1, max_length=MOST_ROWS)
    """All rows have the same columns."""


class Section(BaseModel):
    """One section of a document."""

    model_config = _frozen

    title: str
    """Its heading."""
    text: str
    """What stands below it."""


class Document(BaseModel):
    """A section by its number, or the whole."""

    model_config = _frozen

    kind: Literal["document"]
    """Which kind this is."""
    by: str | None = None
    """The argument that holds the number, from 1; None shows the whole."""
    sections: tuple[Section, ...] = Field(min_length=1, max_length=500)
    """In order."""


class Case(BaseModel):
    """What a check finds while the settings are in some state."""

    model_config = _frozen

    when: Formula | None = None
    """A formula over `settings`; None always holds."""
    result: dict[str, JsonValue] = Field(min_length=1)
    """What is told."""


class Check(BaseModel):
    """One check of a menu."""

    model_config = _frozen

    title: str = Field(min_length=1, max_length=120)
    """What it does, as it is told to the candidate."""
    cues: tuple[str, ...] = Field(min_length=1, max_length=60)
    """Ways to ask for it; never told."""
    minutes: Decimal = Field(ge=0, le=10_000, decimal_places=2)
    """Simulated minutes it takes."""
    cases: tuple[Case, ...] = Field(min_length=1)
    """The first that holds is told; the last always holds."""

    @model_validator(mode="after")
    def _always_ends(self) -> Self:
        if self.cases[-1].when is not None:
            raise ValueError(f"the last case of {self.title!r} has a `when`; it has to hold always")
        for case in self.cases:
            if case.when is not None:
                read_formula(case.when)
        return self


class Menu(BaseModel):
    """Checks that are found by what one wants to look at."""

    model_config = _frozen

    kind: Literal["menu"]
    """Which kind this is."""
    by: str
    """The string argument that says what to look at."""
    confirm: str
    """The boolean argument that has the check done, and paid for."""
    checks: tuple[Check, ...] = Field(min_length=2, max_length=60)
    """The menu, which nobody sees whole."""


class Settings(BaseModel):
    """A configuration that the candidate changes; other tools of the exercise go by it."""

    model_config = _frozen

    kind: Literal["settings"]
    """Which kind this is."""
    by: str
    """The string argument that names the component."""
    change: str
    """The object argument, without fields of its own, that holds key to new value."""
    start: dict[str, dict[str, Plain]] = Field(min_length=1)
    """Component to key to value, as the session begins."""


class Column(BaseModel):
    """A value computed for each row."""

    model_config = _frozen

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    """Its name for what comes after."""
    formula: Formula
    """Over the row's columns, those computed before, `args` and `settings`."""


class Figure(BaseModel):
    """A number over all rows, which is told."""

    model_config = _frozen

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    """What it is called."""
    take: Literal["sum", "mean"]
    """How the rows come together."""
    of: str
    """The column, given or computed."""
    digits: int = Field(default=4, ge=0, le=9)
    """To so many decimals."""
    within: str | None = None
    """A column by whose values the figure is told apart; None tells one number."""


class Trial(BaseModel):
    """Formulas over rows, added up."""

    model_config = _frozen

    kind: Literal["trial"]
    """Which kind this is."""
    first: str | None = None
    """The integer argument that says how many rows, from the top; None takes all."""
    rows: tuple[Row, ...] = Field(min_length=1, max_length=MOST_ROWS)
    """All rows have the same columns."""
    columns: tuple[Column, ...] = Field(default=(), max_length=40)
    """Computed for each row, in this order."""
    figures: tuple[Figure, ...] = Field(min_length=1, max_length=20)
    """What is told."""

    @model_validator(mode="after")
    def _formulas_read(self) -> Self:
        for column in self.columns:
            read_formula(column.formula)
        return self


Kind = Annotated[Table | Document | Menu | Settings | Trial, Field(discriminator="kind")]


class ToolSheet(BaseModel):
    """What every tool of an exercise answers from: tools.json."""

    model_config = _frozen

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    tools: dict[str, Kind]
    """Name to data."""

    @property
    def start(self) -> dict[str, dict[str, Plain]]:
        """The settings as a session begins; empty when no tool changes any."""
        for one in self.tools.values():
            if isinstance(one, Settings):
                return {name: dict(keys) for name, keys in one.start.items()}
        return {}
