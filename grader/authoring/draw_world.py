"""hidden/world.toml of a triage exercise: requests, metrics, log and recorded answers, in its form.

Runs in T, on the author's machine, for `draw_triage`. Trusted in what it says, checked in form.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.proctor.tools.formula import read_formula

_frozen = ConfigDict(frozen=True, extra="forbid")


class Column(BaseModel):
    """One column of a request; exactly one of the four says how it is drawn."""

    model_config = _frozen

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    """What formulas call it."""
    chance: float | None = Field(default=None, ge=0, le=1)
    """1 with this chance, else 0."""
    choices: dict[str, float] | None = None
    """Value to weight; values that are whole numbers become numbers."""
    uniform: bool = False
    """A number from 0 to 1, to four digits."""
    formula: str | None = None
    """Over the columns above."""

    @model_validator(mode="after")
    def _one_way(self) -> Column:
        ways = (self.chance is not None, self.choices is not None, self.uniform, bool(self.formula))
        if sum(ways) != 1:
            raise ValueError(f"{self.name}: say one of chance, choices, uniform, formula")
        if self.formula:
            read_formula(self.formula)
        return self


class Computed(BaseModel):
    """A column for metrics and figures alone."""

    model_config = _frozen

    name: str
    """What metrics call it."""
    formula: str
    """Over the columns, what the trial makes of them, and `day`."""


class Metric(BaseModel):
    """One metric of the dashboard."""

    model_config = _frozen

    name: str
    """As it is asked for."""
    id: str
    """Its evidence id."""
    column: str
    """Whose mean it is; `count` as unit counts rows instead."""
    unit: str
    """%, s, tries or count."""


class Said(BaseModel):
    """A log line that says something."""

    model_config = _frozen

    line: int = Field(ge=1)
    """Its place."""
    day: int
    """0 is today."""
    time: str = Field(pattern=r"^\d\d:\d\d$")
    """Of that day."""
    text: str
    """What it says."""


class Log(BaseModel):
    """The log."""

    model_config = _frozen

    lines: int = Field(ge=1, le=99)
    """How many."""
    a_page: int = Field(ge=1)
    """How many a page."""
    filler: tuple[str, ...] = Field(min_length=1)
    """What stands between; {n} is a number."""
    said: tuple[Said, ...]
    """In order."""


class One(BaseModel):
    """One recorded answer."""

    model_config = _frozen

    house: str
    """Whose resident asked."""
    turns: int = Field(ge=1)
    """Of the thread."""
    rated: str
    """good or bad."""
    asked: str
    """The question."""
    answer: str
    """What came back."""
    hour: int | None = None
    """Of the day; None draws one outside the peak."""
    way: dict[str, str] = {}
    """What is not as usual."""


class Traces(BaseModel):
    """The recorded answers."""

    model_config = _frozen

    a_page: int = Field(ge=1)
    """How many a page."""
    usual: dict[str, str]
    """The way an answer takes; {n} is a number."""
    one: tuple[One, ...] = Field(min_length=1, max_length=99)
    """In order."""


class WorldSheet(BaseModel):
    """world.toml."""

    model_config = _frozen

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    seed: int = Field(ge=0)
    """Of all draws."""
    requests: int = Field(ge=100, le=50_000)
    """For metrics and figures."""
    recorded: int = Field(ge=1, le=2_000)
    """Rows of replay."""
    heldout: int = Field(ge=100, le=5_000)
    """Rows that nobody is given."""
    days: int = Field(ge=2, le=99)
    """How far back metrics go."""
    since: int = Field(le=0)
    """The day on which the trouble began."""
    bad: str
    """The trial's column that is 1 for a bad answer."""
    columns: tuple[Column, ...] = Field(min_length=1)
    """Of a request."""
    after: tuple[Computed, ...] = ()
    """For metrics and figures."""
    metrics: tuple[Metric, ...] = ()
    """Of the dashboard."""
    log: Log
    """Its log."""
    traces: Traces
    """Its recorded answers."""
