"""What is wrong with the system of a triage exercise: hidden/triage.toml and the held-out rows.

Runs in T; read from the author's room, never shown to anybody before the work is in.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from grader.authoring.folder import Exercise
from grader.hidden import hidden_bytes, read_hidden
from harness.core.errors import BadExercise
from harness.proctor.tools.formula import read_formula
from harness.proctor.tools.sheet import Plain, Row

PLACE = "hidden/triage.toml"
MOST_INFORM = 8
"""So many looks may inform one cause: the looking score goes through all their results."""
_frozen = ConfigDict(frozen=True, extra="forbid")
Name = Annotated[str, Field(pattern=r"^[RH][1-9]$")]
Alternatives = tuple[str, ...]
Share = Annotated[float, Field(gt=0, lt=1)]


class Named(BaseModel):
    """What a cause or a red herring is recognised by."""

    model_config = _frozen

    id: Name
    """R1 … for a cause, H1 … for a herring."""
    about: str = Field(min_length=1, max_length=160)
    """In a sentence, for reviewers."""
    components: Alternatives = Field(min_length=1)
    """What its component is called; one of them has to be named."""
    mechanism: tuple[Alternatives, ...] = Field(min_length=1)
    """The synonym table: of each group one word or phrase has to stand in what is claimed."""
    prior: Share
    """How likely it is before anybody looked; for the looking score."""


class Cause(Named):
    """One thing that was planted."""

    share: float = Field(gt=0, le=1)
    """Of the bad answers that all causes make."""
    evidence: tuple[str, ...] = Field(min_length=1)
    """Ids that bear on it."""
    fix: dict[str, dict[str, Plain]] = Field(min_length=1)
    """Component to change: what mends it in the settings tool."""
    fix_minutes: float = Field(gt=0)
    """What mending it takes; for the order of the plan."""


class Herring(Named):
    """One thing that is not to blame, and looks so."""

    against: tuple[str, ...] = Field(min_length=1)
    """Ids that speak against it."""
    pursued_by: tuple[str, ...] = ()
    """Looks that follow it, by their ids."""


class Look(BaseModel):
    """One thing that can be looked at, by hand or by menu, scored alike."""

    model_config = _frozen

    tool: str
    """Which tool."""
    id: str
    """The id that its result shows; whoever sees it has looked."""
    informs: dict[Name, tuple[Share, Share]] = {}
    """Cause or herring to P(it speaks for it | so) and P(likewise | not so)."""


class Harm(BaseModel):
    """The cause that hurts somebody now, and is to be contained first."""

    model_config = _frozen

    cause: Name
    """Which."""
    signs: tuple[str, ...] = Field(min_length=1)
    """Ids that show it: the first one seen starts the clock."""
    contained: str
    """A formula over `settings` that holds once it is contained."""
    within_minutes: float = Field(default=15, gt=0)
    """Simulated minutes from the first sign."""

    @field_validator("contained")
    @classmethod
    def _is_formula(cls, value: str) -> str:
        read_formula(value)
        return value


class Replayed(BaseModel):
    """How fixes are tried on rows that nobody was given."""

    model_config = _frozen

    tool: str
    """The trial whose formulas are used."""
    rows: str = Field(pattern=r"^hidden/[A-Za-z0-9][A-Za-z0-9_.-]{0,60}\.csv$")
    """Place of the held-out rows, a CSV with the trial's columns."""
    bad: str
    """The column that is 1 for a bad answer."""
    within: str
    """The column that tells groups apart."""
    most_lost: float = Field(default=0.02, ge=0, lt=1)
    """By how much a fix may make one group worse."""


class TriageSheet(BaseModel):
    """triage.toml."""

    model_config = _frozen

    schema_: Literal[1] = Field(default=1, alias="schema")
    """Version of this form."""
    id_pattern: str = Field(min_length=3, max_length=200)
    """How an evidence id is written, as a regular expression."""
    causes: tuple[Cause, ...] = Field(min_length=2, max_length=9)
    """What was planted."""
    herrings: tuple[Herring, ...] = Field(min_length=1, max_length=9)
    """What was not, and looks so."""
    looks: tuple[Look, ...] = Field(min_length=2, max_length=40)
    """What can be looked at."""
    harm: Harm
    """What comes first."""
    replayed: Replayed
    """Where fixes are tried."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        try:
            re.compile(self.id_pattern)
        except re.error as problem:
            raise ValueError(f"id_pattern is no regular expression ({problem})") from problem
        names = [one.id for one in self.everything]
        if len(set(names)) < len(names):
            raise ValueError("two causes or herrings have one id")
        for one in self.everything:
            if one.id.startswith("R") != isinstance(one, Cause):
                raise ValueError(f"{one.id}: a cause is R1 to R9, a herring H1 to H9")
            if sum(one.id in look.informs for look in self.looks) > MOST_INFORM:
                raise ValueError(f"{one.id}: at most {MOST_INFORM} looks may inform it")
        if self.harm.cause not in {one.id for one in self.causes}:
            raise ValueError(f"harm.cause is {self.harm.cause}, which is no cause")
        if unknown := {name for look in self.looks for name in look.informs} - set(names):
            raise ValueError(f"looks inform {sorted(unknown)[0]}, which is not there")
        return self

    @property
    def everything(self) -> tuple[Cause | Herring, ...]:
        """Causes, then herrings."""
        return (*self.causes, *self.herrings)

    def ids_in(self, text: str) -> list[str]:
        """Return the evidence ids in a text, lower-case, in order, each once."""
        found = (match[0].casefold() for match in re.finditer(self.id_pattern, text, re.IGNORECASE))
        return list(dict.fromkeys(found))

    def share(self, name: str) -> float:
        """Return a cause's share; 0 for a herring."""
        return next((one.share for one in self.causes if one.id == name), 0.0)


@dataclass(frozen=True)
class Triage:
    """Sheet, held-out rows, and every id there is.

    Attributes:
        sheet: triage.toml.
        rows: held-out requests, as the trial's columns.
        given: ids in the public files.
        known: all ids, of public files and of what tools answer.
    """

    sheet: TriageSheet
    rows: tuple[Row, ...]
    given: frozenset[str]
    known: frozenset[str]


def read_triage(exercise: Exercise) -> Triage | None:
    """Return what is wrong with an exercise's system; None when it is no triage exercise.

    Raises:
        BadExercise: a file cannot be used.
    """
    sheet = read_hidden(exercise, PLACE, TriageSheet)
    if sheet is None:
        return None
    data = hidden_bytes(exercise, sheet.replayed.rows)
    if data is None:
        raise BadExercise(
            f"{PLACE}: rows = {sheet.replayed.rows!r} is not there; draw it: "
            "audition exercise draw SLUG"
        )
    public = "\n".join(one.data.decode("utf-8", "replace") for one in exercise.given)
    told = words_in(exercise.tools.model_dump(mode="json"))
    given = frozenset(sheet.ids_in(public))
    return Triage(sheet, _rows(data, sheet), given, given | frozenset(sheet.ids_in(told)))


def words_in(value: object) -> str:
    """Return every text in a plain value, each on lines of its own; not its keys."""
    if isinstance(value, str):
        return value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return "\n".join(filter(None, map(words_in, inside)))


def _rows(data: bytes, sheet: TriageSheet) -> tuple[Row, ...]:
    lines = data.decode("utf-8", "replace").splitlines()
    read: list[dict[str, Any]] = list(csv.DictReader(io.StringIO("\n".join(lines[1:]))))
    place = sheet.replayed.rows
    if not read or sheet.replayed.within not in read[0]:
        raise BadExercise(
            f"{place}: below the canary stand a head with {sheet.replayed.within!r} and rows; "
            "draw it: audition exercise draw SLUG"
        )
    return tuple({name: _plain(text, place) for name, text in row.items()} for row in read)


def _plain(text: Any, place: str) -> Plain:
    if not isinstance(text, str):
        raise BadExercise(f"{place}: a row has more or fewer values than its head; draw it anew")
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text
