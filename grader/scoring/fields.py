"""Exercises whose model fills in a record: fields.toml, and what is right for a text.

Runs in T; pure. For models that answer a JSON object with a few fields: a summary in fields, an
answer with its source. As in `faults`, what is right is curated for known texts and the
candidate's own word for others, so that a miss depends on this alone: does the suite hold
something that sets the fault off, and does its decision react. Right values are written
"field=value", "field=null" for a field that has to stay empty; several of one field are all
acceptable. What fools it: labels of own texts are trusted, and free wording is compared letter by
letter but for case and space.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from grader.authoring.folder import Exercise
from grader.hidden import read_hidden
from grader.records import ModelGroup
from grader.scoring.arena import Case
from grader.scoring.faults import Sheet, read_sheet
from grader.scoring.gold import Gold, Row, normalised
from harness.core.errors import BadExercise

PLACE = "hidden/fields.toml"
NULL = "null"
"""How an empty field is written in curated rows and cases."""
Values = Mapping[str, tuple[str | None, ...]]
"""Field to its acceptable values, the most fitting first; None is an empty field."""
Record = dict[str, str | None]
FAULT_NAMES = (
    "same", "invent", "drop", "swap", "unstable", "chatty", "acceptable", "spaced", "extra",
)  # fmt: skip
"""What field_faults can do."""
_NEEDS_FIELD = ("invent", "drop", "swap", "unstable")
_strict = ConfigDict(frozen=True, extra="forbid")


class FieldSpec(BaseModel):
    """One field of the record, and what its mistakes cost, EUR a message."""

    model_config = _strict

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")
    """Its key in the JSON object."""
    values: tuple[str, ...] = ()
    """What it may say; empty is free text."""
    wrong: float = Field(ge=0)
    """Another value than the right one."""
    missed: float = Field(ge=0)
    """Empty, though the text says it."""
    invented: float = Field(ge=0)
    """A value, though the text says none."""

    def cost(self, right: Sequence[str | None], got: str | None) -> float:
        """Return what an answer costs; nothing where it is acceptable."""
        if _plain(got) in {_plain(one) for one in right}:
            return 0.0
        if got is None:
            return self.missed
        return self.invented if None in right else self.wrong


class When(BaseModel):
    """What sets a fault off; all that is given has to hold, nothing given is always."""

    model_config = _strict

    empty: str | None = None
    """A field that has to stay empty for this text."""
    filled: str | None = None
    """A field that has a value for this text."""
    tags: tuple[str, ...] = ()
    """Strata or tags of a curated row, one of which it has; for own texts the cues decide."""
    cues: tuple[str, ...] = ()
    """Words, one of which stands in a text of one's own."""
    longer_than: int | None = Field(default=None, ge=1)
    """Characters."""

    def holds(self, message: Message) -> bool:
        """Whether a text sets it off."""
        if self.empty is not None and message.right.get(self.empty, (None,))[0] is not None:
            return False
        if self.filled is not None and message.right.get(self.filled, (None,))[0] is None:
            return False
        if self.longer_than is not None and len(message.text) <= self.longer_than:
            return False
        if not self.tags and not self.cues:
            return True
        if message.row is not None:
            return bool({message.row.stratum, *message.row.tags} & set(self.tags))
        text = message.text.casefold()
        return any(cue.casefold() in text for cue in self.cues)


class PlantedField(BaseModel):
    """One model of fields.toml."""

    model_config = _strict

    id: str = Field(pattern=r"^[MB]\d\d?$")
    """M01, B4."""
    about: str = Field(min_length=3, max_length=80)
    """What it does, in a few words."""
    group: ModelGroup
    """How it counts."""
    weight: float = Field(default=0, ge=0, le=10)
    """How much a miss hurts."""
    fault: str
    """Which of FAULTS."""
    field: str | None = None
    """Which field it spoils, where the fault takes one."""
    to: tuple[str, ...] = ()
    """What it says there instead; drawn among several."""
    rate: float = Field(default=1.0, gt=0, le=1)
    """How often it does when it could."""
    when: When = When()
    """What sets it off."""


class FieldSheet(BaseModel):
    """fields.toml."""

    model_config = _strict

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    alias: str
    """The model that the candidate judges."""
    lost: float = Field(gt=0)
    """An answer that cannot be read, EUR a message."""
    fields: tuple[FieldSpec, ...] = Field(min_length=1, max_length=10)
    """The record, in the order it is written."""
    models: tuple[PlantedField, ...] = Field(min_length=1)
    """In the order they are shown."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names, told = {one.name for one in self.fields}, ", ".join(FAULT_NAMES)
        for model in self.models:
            if model.fault not in FAULT_NAMES:
                raise ValueError(f"{model.id} names fault {model.fault!r}; there are {told}")
            for name in (model.field, model.when.empty, model.when.filled):
                if name is not None and name not in names:
                    raise ValueError(f"{model.id} names the field {name!r}, which is not there")
            if model.fault in _NEEDS_FIELD and model.field is None:
                raise ValueError(f"{model.id}: the fault {model.fault!r} needs a field")
            if model.fault == "invent" and not model.to:
                raise ValueError(f"{model.id}: say in `to` what it invents")
            may_be = self.spec(model.field).values if model.field is not None else ()
            for value in model.to if may_be else ():
                if value not in may_be:
                    raise ValueError(f"{model.id}: `to` has {value!r}, and {model.field} may be "
                                     f"{', '.join(may_be)}")  # fmt: skip
        return self

    def spec(self, name: str) -> FieldSpec:
        """Return one field."""
        return next(one for one in self.fields if one.name == name)

    def cost(self, right: Values, got: Record | None) -> float:
        """Return what an answer costs users; None is one that is lost."""
        if got is None:
            return self.lost
        return sum(one.cost(right.get(one.name, (None,)), got.get(one.name)) for one in self.fields)


def read_field_sheet(exercise: Exercise) -> FieldSheet | None:
    """Return an exercise's planted models that fill in records; None when it has none.

    Raises:
        BadExercise: the file, or a curated row's values, cannot be used.
    """
    return read_hidden(exercise, PLACE, FieldSheet)


def read_planted(exercise: Exercise) -> Sheet | FieldSheet | None:
    """Return an exercise's planted models, of labels or of records; None when it has none.

    Raises:
        BadExercise: the file cannot be used.
    """
    return read_field_sheet(exercise) or read_sheet(exercise)


def place_of(sheet: Sheet | FieldSheet) -> str:
    """Return the file that planted models stand in."""
    return PLACE if isinstance(sheet, FieldSheet) else "hidden/mutants.toml"


def check_rows(sheet: FieldSheet, gold: Gold) -> None:
    """Hold curated rows to the record.

    Raises:
        BadExercise: a row names a field or a value that is not there, or leaves a field out.
    """
    for row in (*gold.known.values(), *gold.holdout):
        values = read_values((*row.accept, *row.also))
        missing = [one.name for one in sheet.fields if one.name not in values]
        unknown = [name for name in values if name not in {one.name for one in sheet.fields}]
        if missing or unknown:
            told = f"says nothing of {missing[0]!r}" if missing else f"names {unknown[0]!r}"
            raise BadExercise(f"the curated row {row.msg_id} {told}; see the fields of {PLACE}")
        for one in sheet.fields:
            for value in values[one.name]:
                if one.values and value is not None and value not in one.values:
                    raise BadExercise(
                        f"the curated row {row.msg_id} has {one.name}={value}; it may be "
                        f"{', '.join(one.values)} or {NULL}"
                    )


def not_in_text(sheet: FieldSheet, lines: Iterable[str], text: str) -> list[tuple[str, str]]:
    """Return values of free fields that do not stand in their text, as (field, value).

    A field that may say what it likes repeats the text in nearly every record: a number, a name.
    """
    whole = _plain(text) or ""
    return [
        (name, value)
        for name, values in read_values(lines).items()
        for value in values
        if name in {one.name for one in sheet.fields if not one.values}
        and value is not None
        and (_plain(value) or "") not in whole
    ]


@dataclass(frozen=True)
class Message:
    """A text that a model is asked about.

    Attributes:
        text: the text.
        right: what is right for it.
        row: its curated row; None for a text of the candidate's own.
    """

    text: str
    right: Values
    row: Row | None = None


def read_values(lines: Iterable[str]) -> dict[str, tuple[str | None, ...]]:
    """Return "field=value" lines by field; what has no "=" is passed over."""
    found: dict[str, tuple[str | None, ...]] = {}
    for line in lines:
        name, is_one, value = line.partition("=")
        if is_one:
            name, value = name.strip().lower(), value.strip()
            said = None if value.lower() in (NULL, "none", "") else value
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), said)))
    return found


@dataclass(frozen=True)
class FieldTruth:
    """What is right for a text.

    Attributes:
        gold: curated rows.
        own: normalised text to the values that the candidate expects.
        asked: ids of facts that the candidate asked for.
    """

    gold: Gold
    own: Mapping[str, Values] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, gold: Gold, cases: Sequence[Case], asked: frozenset[str] = frozenset()
    ) -> FieldTruth:
        """Return the truth for one candidate's cases."""
        own = {normalised(case.text): read_values(case.expected) for case in cases}
        return cls(gold, {text: values for text, values in own.items() if values}, asked)

    def curated(self, row: Row) -> dict[str, tuple[str | None, ...]]:
        """Return the values of a curated row; both readings where its fact was not asked for."""
        return read_values(row.accept if row.needs_fact in self.asked else row.labels)

    def message(self, text: str) -> Message:
        """Return a text with what is right for it, the candidate's own reading first."""
        row, own = self.gold.find(text), self.own.get(normalised(text), {})
        if row is None:
            return Message(text, own)
        right = {
            name: tuple(dict.fromkeys((*(v for v in own.get(name, ()) if v in values), *values)))
            for name, values in self.curated(row).items()
        }
        return Message(text, right, row)


def _plain(value: str | None) -> str | None:
    return None if value is None else " ".join(value.split()).casefold()


def read_record(raw: str) -> Record | None:
    """Return a record as the consumer reads it: strict JSON with texts or null; None is lost."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    return {k: None if v is None else str(v) for k, v in value.items()}
