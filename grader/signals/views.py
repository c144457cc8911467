"""What data a candidate looked at: record ids in outputs, and texts recognised without an id.

Runs in T; pure. Outputs are claims: a cell can print ids without anybody reading them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.attempt import Attempt
from grader.authoring.folder import Exercise
from harness.core.records import Event

ENOUGH = 0.8
"""Share of a text's three-word shingles that have to stand in an output (SPEC 6)."""
_SHORTEST_WORDS = 6
"""A shorter text is recognised by its id alone: its words may stand anywhere."""
_WORD = re.compile(r"\w+")
_MOST_CHARS = 400_000


@dataclass(frozen=True)
class Given:
    """The records of an exercise.

    Attributes:
        files: file name to its record ids.
        texts: record id to its text.
    """

    files: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]

    @property
    def count(self) -> int:
        """How many records there are."""
        return sum(map(len, self.files.values()))


@dataclass(frozen=True)
class View:
    """An execution whose output showed records.

    Attributes:
        event: the output's entry.
        ids: records by id.
        inferred: records recognised by their text alone.
    """

    event: Event
    ids: frozenset[str]
    inferred: frozenset[str]


def given_records(exercise: Exercise) -> Given:
    """Return the records in an exercise's csv files: the first column is the id."""
    files: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    for one in exercise.given:
        if not one.said.name.endswith(".csv"):
            continue
        rows = list(csv.DictReader(io.StringIO(one.data.decode("utf-8"))))
        if not rows:
            continue
        first = next(iter(rows[0]))
        files[one.said.name] = tuple(str(row[first]) for row in rows)
        texts |= {str(row[first]): str(row.get("text") or "") for row in rows}
    return Given(files, texts)


def views(attempt: Attempt, given: Given) -> Iterator[View]:
    """Yield every output that showed records, oldest first."""
    ids = set(given.texts)
    shingles = {key: _shingles(text) for key, text in given.texts.items()}
    told: dict[str | None, set[str]] = {}
    for event in attempt.events:
        load = event.payload
        if event.kind == "execute_request" and isinstance(said := load.get("told"), dict):
            shown = said.get("shows_ids")
            told[event.msg_id] = {str(one) for one in shown} if isinstance(shown, list) else set()
        if event.kind not in ("stream", "execute_result", "display_data"):
            continue
        text = _text_of(event)
        words = set(_WORD.findall(text))
        seen = (words | told.pop(event.msg_id, set())) & ids
        inferred = _recognised(text, shingles, seen) if text else set()
        if seen or inferred:
            yield View(event, frozenset(seen), frozenset(inferred))


def _text_of(event: Event) -> str:
    load = event.payload
    data = load.get("data")
    parts = [load.get("text")]
    if isinstance(data, dict):
        parts += [data.get("text/plain"), data.get("text/html")]
    return "\n".join(str(part) for part in parts if isinstance(part, str))[:_MOST_CHARS]


def _recognised(text: str, shingles: Mapping[str, set[str]], seen: set[str]) -> set[str]:
    here = _shingles(text)
    return {
        key
        for key, own in shingles.items()
        if key not in seen and own and len(own & here) >= ENOUGH * len(own)
    }


def _shingles(text: str) -> set[str]:
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < _SHORTEST_WORDS:
        return set()
    return {" ".join(words[n : n + 3]) for n in range(len(words) - 2)}
