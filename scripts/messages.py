"""An exercise's labelled messages, and the plan that says what they have to come to.

Runs in T. hidden/strata.toml is the plan; gold and public columns are joined row by row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.authoring.folder import Exercise
from grader.hidden import hidden_bytes, read_hidden
from grader.scoring.gold import Row
from harness.core.canonical import parse_json
from harness.core.card import tell_validation
from harness.core.errors import BadExercise

PLACE = "hidden/strata.toml"


class Wanted(BaseModel):
    """A figure and by how much it may be off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wanted: float = Field(ge=0)
    """A share from 0 to 1, or a number of words."""
    within: float = Field(ge=0)
    """In the same unit."""


class Texts(BaseModel):
    """What every text is held to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    alike: float = Field(gt=0, le=1)
    """Likeness from which two texts have to be planted as one incident."""
    leak: float = Field(gt=0, le=1)
    """Likeness that a holdout's text stays below beside every public one."""
    same_beginning: int = Field(ge=1)
    """How many texts may begin with the same five words."""
    distinct_pairs: float = Field(gt=0, le=1)
    """Least share of word pairs that are new."""
    long_from: int = Field(ge=1)
    """A long text has more characters."""
    longest: int = Field(ge=1)
    """No text has more characters."""


class Plan(BaseModel):
    """strata.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: int = Field(alias="schema", ge=1, le=1)
    """Version of this form."""
    strata: dict[str, dict[str, int]]
    """By part, export and holdout, how many messages of each kind."""
    axes: dict[str, Wanted]
    """What runs across the kinds."""
    texts: Texts
    """What every text is held to."""


class Message(Row):
    """One labelled message: its public columns and its gold in one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: str
    """ISO 639-1."""
    incident: str | None = None
    """Name of what several people report; None for a message that stands alone."""
    received_at: str = ""
    """YYYY-MM-DD HH:MM; "" in the few that were picked, as are those below."""
    channel: str = ""
    """widget, mail, store or chat."""
    app_version: str = ""
    """"" where it is missing."""
    locale_hint: str = ""
    """What the phone says of its owner's language."""
    plan: str = ""
    """free, team or pro."""
    triage_v1: str | None = None
    """What the exercise's own model says, where that is agreed."""


def read_plan(exercise: Exercise) -> Plan:
    """Return what an exercise's messages have to come to.

    Raises:
        BadExercise: there is no plan, or it cannot be read.
    """
    plan = read_hidden(exercise, PLACE, Plan)
    if plan is None:
        raise BadExercise(f"{exercise.card.slug} has no {PLACE}; write what its data comes to")
    return plan


def read_parts(exercise: Exercise) -> dict[str, list[Message]]:
    """Return all labelled messages: given, export and holdout, each in its file's order."""
    tables = {one.said.name: one.data.decode("utf-8") for one in exercise.given}
    found: dict[str, list[Message]] = {}
    for part, table in (("given", "given_12.csv"), ("export", "export.csv"), ("holdout", "")):
        public = {row["msg_id"]: row for row in csv.DictReader(io.StringIO(tables.get(table, "")))}
        place = f"hidden/{part}_gold.jsonl" if table else f"hidden/{part}.jsonl"
        found[part] = _messages(exercise, place, public)
        ids = [one.msg_id for one in found[part]]
        if len(set(ids)) != len(ids) or (table and ids != list(public)):
            beside = table or "its own ids"
            raise BadExercise(f"{place} and {beside} do not go together, row by row")
    return found


def _messages(
    exercise: Exercise, place: str, public: Mapping[str, Mapping[str, str]]
) -> list[Message]:
    found = []
    for number, line in enumerate((hidden_bytes(exercise, place) or b"").splitlines(), 1):
        value = parse_json(line, what=f"{place}, line {number}")
        if not isinstance(value, dict) or "canary" in value:
            continue
        shown = public.get(str(value.get("msg_id")), {})
        try:
            found.append(Message.model_validate({**value, **shown}))
        except ValidationError as problem:
            raise BadExercise(f"{place}, line {number}: {tell_validation(problem)}") from problem
    return found
