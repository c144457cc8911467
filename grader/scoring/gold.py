"""Curated rows: what a message is, which labels are right for it, how it is hard.

Runs in T; read from the author's room, never shown to anybody before the work is in.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.authoring.folder import Exercise
from grader.hidden import hidden_bytes
from harness.core.canonical import parse_json
from harness.core.card import tell_validation
from harness.core.errors import BadExercise, BadJournal

_SPACE = re.compile(r"\s+")


class Row(BaseModel):
    """One curated message."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    msg_id: str = Field(min_length=1)
    """Its id."""
    text: str = ""
    """The message; of public rows it is taken from the public file."""
    accept: tuple[str, ...] = Field(min_length=1)
    """Every acceptable label, the most fitting first."""
    also: tuple[str, ...] = ()
    """Labels acceptable as well when the fact in needs_fact was not asked for."""
    needs_fact: str | None = None
    """Fact without which the label cannot be known."""
    stratum: str
    """How it is hard."""
    tags: tuple[str, ...] = ()
    """Further traits."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that is accepted of somebody who need not have asked."""
        return (*self.accept, *self.also)


@dataclass(frozen=True)
class Gold:
    """All curated rows of an exercise.

    Attributes:
        known: normalised text to its row: rows that candidates were given.
        given: ids of the few rows that were picked for them.
        export: ids of the rest.
        holdout: rows that nobody was given.
    """

    known: Mapping[str, Row] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    export: frozenset[str] = frozenset()
    holdout: tuple[Row, ...] = ()

    def find(self, text: str) -> Row | None:
        """Return the curated row of a text; None for a text of the candidate's own."""
        return self.known.get(normalised(text))

    @property
    def strata(self) -> frozenset[str]:
        """Every stratum there is."""
        return frozenset(row.stratum for row in (*self.known.values(), *self.holdout))


def read_gold(exercise: Exercise) -> Gold:
    """Return an exercise's curated rows.

    Raises:
        BadExercise: a line is no row, or has no text.
    """
    texts = _public_texts(exercise)
    given = [_with_text(row, texts) for row in _rows(exercise, "hidden/given_gold.jsonl")]
    export = [_with_text(row, texts) for row in _rows(exercise, "hidden/export_gold.jsonl")]
    return Gold(
        known={normalised(row.text): row for row in (*export, *given)},
        given=frozenset(row.msg_id for row in given),
        export=frozenset(row.msg_id for row in export),
        holdout=tuple(_rows(exercise, "hidden/holdout.jsonl")),
    )


def normalised(text: str) -> str:
    """Return a text as it is compared: no case, one space."""
    return _SPACE.sub(" ", text).strip().casefold()


def _rows(exercise: Exercise, place: str) -> Iterable[Row]:
    data = hidden_bytes(exercise, place) or b""
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = parse_json(line, what=f"{place}, line {number}")
            if isinstance(value, dict) and set(value) != {"canary"}:
                yield Row.model_validate(value)
        except ValidationError as problem:
            raise BadExercise(f"{place}, line {number}: {tell_validation(problem)}") from problem
        except BadJournal as problem:
            raise BadExercise(str(problem)) from problem


def _public_texts(exercise: Exercise) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in exercise.given:
        if one.said.name.endswith(".csv"):
            for row in csv.DictReader(io.StringIO(one.data.decode("utf-8"))):
                if "msg_id" in row and "text" in row:
                    found[row["msg_id"]] = row["text"]
    return found


def _with_text(row: Row, texts: Mapping[str, str]) -> Row:
    if row.text or row.msg_id in texts:
        return row if row.text else row.model_copy(update={"text": texts[row.msg_id]})
    raise BadExercise(f"the curated row {row.msg_id} has no text in public/")
