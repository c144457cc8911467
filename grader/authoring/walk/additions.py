"""Adds one message or one planted fault to an exercise's files; what is there stays as it is.

Runs in T, on the author's own files. Adding the same again changes nothing.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from grader.authoring.folder import read_exercise
from grader.scoring.faults import Sheet
from grader.scoring.fields import FieldSheet, check_rows, place_of, read_planted
from grader.scoring.gold import Gold, Row, normalised, read_gold
from grader.writing import put
from harness.core.card import tell_validation
from harness.core.errors import BadExercise, UsageError

_GOLD = {"export": "hidden/export_gold.jsonl", "holdout": "hidden/holdout.jsonl"}
_LETTER = {"export": "E", "holdout": "H"}


def add_message(folder: Path, where: str, text: str, *, kind: str, right: list[str]) -> str:
    """Add a message with its gold and tell its id.

    Args:
        folder: the exercise's.
        where: "export" or "holdout".
        text: the message.
        kind: its stratum.
        right: every acceptable value.

    Raises:
        UsageError: a place that there is not, no text, or values that do not fit; nothing was
            changed.
    """
    if where not in _GOLD or not text.strip():
        raise UsageError("a message goes into 'export' or 'holdout', and has a text")
    exercise = read_exercise(folder)
    gold, sheet = read_gold(exercise), read_planted(exercise)
    rows = (*gold.known.values(), *gold.holdout)
    for row in rows:
        if normalised(row.text) == normalised(text):
            return f"{row.msg_id} has that text already; nothing was changed"
    mine = [row.msg_id for row in rows if row.msg_id.startswith(_LETTER[where])]
    name = f"{_LETTER[where]}{max((int(one[1:]) for one in mine), default=0) + 1:02d}"
    value = {"msg_id": name, "accept": right, "also": [], "stratum": kind, "tags": [],
             "needs_fact": None}  # fmt: skip
    _check(sheet, value, text)
    if where == "holdout":
        value["text"] = text
    else:
        _append_public(folder / "public" / "export.csv", name, text)
    _append_line(folder / _GOLD[where], json.dumps(value, ensure_ascii=False))
    return f"{name} was added to {where}, kind {kind}"


def add_fault(folder: Path, text: str) -> str:
    """Add a planted model and tell its id.

    Args:
        folder: the exercise's.
        text: a [[models]] table.

    Raises:
        UsageError: it cannot be read or does not fit; nothing was changed.
    """
    exercise = read_exercise(folder)
    sheet = read_planted(exercise)
    if sheet is None:
        raise UsageError(f"{folder.name} has no planted faults to add one to")
    path = folder / place_of(sheet)
    before = path.read_text(encoding="utf-8")
    try:
        new = tomllib.loads(text)["models"]
        if any(model["id"] == one.id for model in new for one in sheet.models):
            return f"{new[0]['id']} is there already; nothing was changed"
        after = before.rstrip("\n") + "\n\n" + text.strip() + "\n"
        type(sheet).model_validate(tomllib.loads(after))
    except ValidationError as problem:
        raise UsageError(f"the fault does not fit: {tell_validation(problem)}") from problem
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as problem:
        raise UsageError(f"the fault is no [[models]] table with an id: {problem}") from problem
    put(path, after.encode())
    return f"{new[0]['id']} was added to {path.relative_to(folder)}"


def _check(sheet: Sheet | FieldSheet | None, value: Mapping[str, Any], text: str) -> None:
    try:
        row = Row.model_validate({**value, "text": text})
        if isinstance(sheet, FieldSheet):
            check_rows(sheet, Gold(holdout=(row,)))
    except ValidationError as problem:
        raise UsageError(f"the message does not fit: {tell_validation(problem)}") from problem
    except BadExercise as problem:
        raise UsageError(str(problem)) from problem


def _append_public(path: Path, name: str, text: str) -> None:
    """Add a row to the public table, the rest of it as in the row before."""
    before = path.read_bytes().decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(before, newline="")))
    if not rows or not {"msg_id", "text"} <= set(rows[0]):
        raise UsageError(f"{path} has no columns msg_id and text, or no row")
    made = io.StringIO(newline="")
    out = csv.DictWriter(made, list(rows[0]), lineterminator="\n")
    out.writerow(rows[-1] | {"msg_id": name, "text": text})
    put(path, (before.rstrip("\n") + "\n" + made.getvalue()).encode())


def _append_line(path: Path, line: str) -> None:
    before = path.read_text(encoding="utf-8").rstrip("\n")
    put(path, f"{before}\n{line}\n".encode())
