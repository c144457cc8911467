"""What data a candidate looked at: records in outputs, in what a loader tells, and asked of tools.

Runs in T; pure. Outputs are claims: a cell can print ids without anybody reading them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from grader.attempt import Attempt
from grader.authoring.folder import Exercise
from grader.signals.shown import (
    Record,
    Records,
    named_by_tool,
    read_records,
    shown_by_id,
    shown_by_words,
)
from harness.core.records import Event

_MOST_CHARS = 400_000
_OUTPUTS = ("stream", "execute_result", "display_data")


@dataclass(frozen=True)
class Given:
    """The records of an exercise, a table for each file."""

    tables: tuple[Records, ...]

    @property
    def count(self) -> int:
        """How many records there are."""
        return sum(len(table.texts) for table in self.tables)


@dataclass(frozen=True)
class View:
    """A moment at which records were shown.

    Attributes:
        event: the output's entry, or the tool's.
        ids: records by id.
        inferred: records recognised by their words alone.
        is_tool: whether a tool was asked for them, which need not show their text.
    """

    event: Event
    ids: frozenset[Record]
    inferred: frozenset[Record] = frozenset()
    is_tool: bool = False

    @property
    def records(self) -> frozenset[Record]:
        """All of them."""
        return self.ids | self.inferred


def given_records(exercise: Exercise) -> Given:
    """Return the records in an exercise's csv files."""
    tables = []
    for one in exercise.given:
        if one.said.name.endswith(".csv"):
            rows = list(csv.DictReader(io.StringIO(one.data.decode("utf-8"), newline="")))
            if rows:
                tables.append(read_records(one.said.name, rows))
    return Given(tuple(tables))


def views(attempt: Attempt, given: Given) -> Iterator[View]:
    """Yield every output and use of a tool that showed records, oldest first."""
    asked = {call.id: call.request.get("arguments") for call in attempt.tool_calls}
    told: dict[str | None, set[Record]] = {}
    for event in attempt.events:
        load = event.payload
        if event.kind == "execute_request" and isinstance(said := load.get("told"), dict):
            told[event.msg_id] = _told(said.get("shows_ids"), given)
        if event.kind == "tool_call":
            arguments = asked.get(str(load.get("call")))
            named = named_by_tool(arguments, given.tables) if isinstance(arguments, dict) else None
            if named:
                yield View(event, frozenset(named), is_tool=True)
        if event.kind not in _OUTPUTS:
            continue
        text = _text_of(event)
        seen = shown_by_id(text, given.tables) | told.pop(event.msg_id, set())
        inferred = shown_by_words(text, given.tables, seen)
        if seen or inferred:
            yield View(event, frozenset(seen), frozenset(inferred))


def _told(shown: object, given: Given) -> set[Record]:
    """Return the records of ids that a loader told, each in the first file that has it."""
    found = set()
    for one in shown if isinstance(shown, list) else ():
        home = next((t.name for t in given.tables if str(one) in t.texts), None)
        if home is not None:
            found.add((home, str(one)))
    return found


def _text_of(event: Event) -> str:
    load = event.payload
    data = load.get("data")
    parts = [load.get("text")]
    if isinstance(data, dict):
        parts += [data.get("text/plain"), data.get("text/html")]
    return "\n".join(str(part) for part in parts if isinstance(part, str))[:_MOST_CHARS]
