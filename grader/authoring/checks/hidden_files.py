"""What stays, read as tables and rows by whichever rule looks at it. Nothing in it is run."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from grader.authoring.checks.room import Room
from grader.authoring.folder import Hidden
from grader.scoring.faults import Sheet
from grader.scoring.fields import FieldSheet, read_planted
from grader.scoring.gold import Gold, read_gold
from harness.core.canonical import parse_json
from harness.core.errors import BadExercise, BadJournal

Row = dict[str, Any]
_TEXTS = ("text", "question", "message")


def hidden_file(room: Room, place: str) -> Hidden | None:
    """Return a hidden file; None when there is none of that path."""
    return next((one for one in room.hidden if one.place == place), None)


def table_in(one: Hidden | None) -> Row:
    """Return a TOML file's table; empty when it is not there or cannot be read."""
    try:
        return tomllib.loads(one.data.decode("utf-8")) if one is not None else {}
    except (ValueError, RecursionError):
        return {}


def tables(room: Room) -> Iterator[tuple[str, Row]]:
    """Yield each TOML file of hidden/ that can be read, with its place."""
    for one in room.hidden:
        if one.place.endswith(".toml"):
            yield one.place, table_in(one)


def rows_in(one: Hidden | None) -> Iterator[Row]:
    """Yield the rows of a JSONL file, without the canary's and those that cannot be read."""
    for line in one.data.splitlines() if one is not None else ():
        try:
            value = parse_json(line, what="a line") if line.strip() else None
        except BadJournal:
            continue
        if isinstance(value, dict) and set(value) != {"canary"}:
            yield value


def held_texts(room: Room) -> Iterator[tuple[str, str, str]]:
    """Yield what nobody is given, of the holdout: the row's name, its file, its text."""
    for file in room.hidden:
        if file.place.endswith(".jsonl") and "holdout" in file.place:
            for number, row in enumerate(rows_in(file), 1):
                text = next((row[key] for key in _TEXTS if isinstance(row.get(key), str)), "")
                if text:
                    name = str(row.get("msg_id") or row.get("id") or f"row {number}")
                    yield name[:40], file.place, text


def sheet_of(room: Room) -> Sheet | FieldSheet | None:
    """Return the planted models; None where there are none or `mutants` tells why not."""
    try:
        return read_planted(room.exercise())
    except BadExercise:
        return None


def gold_of(room: Room) -> Gold | None:
    """Return the curated rows; None where `gold` tells what is off with them."""
    try:
        return read_gold(room.exercise())
    except BadExercise:
        return None
