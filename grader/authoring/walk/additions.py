"""Adds one message or one planted fault to an exercise's files, or puts one right.

Runs in T, on the author's own files. Adding the same again changes nothing; adding the same text,
or the same id, with something else changes that one and tells what it was.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from grader.authoring.folder import read_exercise
from grader.scoring.faults import Sheet
from grader.scoring.fields import FieldSheet, check_rows, not_in_text, place_of, read_planted
from grader.scoring.gold import Gold, Row, normalised, read_gold
from grader.writing import put
from harness.core.card import tell_validation
from harness.core.errors import BadExercise, UsageError

_GOLD = {"export": "hidden/export_gold.jsonl", "holdout": "hidden/holdout.jsonl"}
_LETTER = {"export": "E", "holdout": "H"}


def add_message(folder: Path, where: str, text: str, *, kind: str, right: list[str]) -> str:
    """Add a message with its gold, or change the gold of one that is there; tell its id.

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
            return _change_gold(folder, where, row, kind, right, sheet)
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
    told = f"{name} was added to {where}, kind {kind}"
    return told + _odd(gold, sheet, text, kind, right)


def _change_gold(
    folder: Path, where: str, row: Row, kind: str, right: list[str],
    sheet: Sheet | FieldSheet | None,
) -> str:  # fmt: skip
    """Give a message that is there another kind or other values, and tell what they were."""
    if (list(row.accept), row.stratum) == (right, kind):
        return f"{row.msg_id} has that text and those values already; nothing was changed"
    path = folder / _GOLD[where]
    lines = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines):
        value = _row_of(line)
        if value.get("msg_id") != row.msg_id:
            continue
        after = value | {"accept": right, "stratum": kind}
        _check(sheet, {key: held for key, held in after.items() if key != "text"}, row.text)
        lines[number] = json.dumps(after, ensure_ascii=False)
        put(path, "\n".join(lines).encode())
        before = f"{', '.join(row.accept)}; kind {row.stratum}"
        odd = _odd(read_gold(read_exercise(folder)), sheet, row.text, kind, right)
        return f"{row.msg_id} was changed; before it said {before}{odd}"
    raise UsageError(
        f"{row.msg_id} has that text and is not in {_GOLD[where]}; say where it lies: "
        f"{', '.join(place for place in _GOLD if place != where)}"
    )


def _row_of(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _odd(
    gold: Gold, sheet: Sheet | FieldSheet | None, text: str, kind: str, right: list[str]
) -> str:
    """Return what may be a slip, as the end of a sentence: a new kind, a value not there."""
    told = []
    if gold.strata and kind not in gold.strata:
        told.append(f"the kind {kind} is new; there are {', '.join(sorted(gold.strata))}")
    if isinstance(sheet, FieldSheet):
        told += [f"{name}={value} does not stand in the text" for name, value in
                 not_in_text(sheet, right, text)]  # fmt: skip
    return f". Mind: {'; '.join(told)}" if told else ""


def add_fault(folder: Path, text: str) -> str:
    """Add a planted model, or put another in the place of one of its id; tell its id.

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
        [new] = tomllib.loads(text)["models"]
        old = next((one for one in tomllib.loads(before)["models"] if one["id"] == new["id"]), None)
        if old == new:
            return f"{new['id']} is there already, just so; nothing was changed"
        kept = before if old is None else without_table(before, str(new["id"]))
        after = kept.rstrip("\n") + "\n\n" + text.strip() + "\n"
        type(sheet).model_validate(tomllib.loads(after))
    except ValidationError as problem:
        raise UsageError(f"the fault does not fit: {tell_validation(problem)}") from problem
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as problem:
        raise UsageError(f"the fault is no [[models]] table with an id: {problem}") from problem
    except ValueError as problem:
        raise UsageError("give one [[models]] table at a time") from problem
    put(path, after.encode())
    if old is None:
        return f"{new['id']} was added to {path.relative_to(folder)}"
    said = {key: value for key, value in old.items() if new.get(key) != value}
    return f"{new['id']} was changed in {path.relative_to(folder)}; before it said {said}"


def without_table(text: str, name: str) -> str:
    """Return a TOML text without the [[models]] table of an id; its comment lines go with it.

    Raises:
        UsageError: no table of that id begins on a line of its own.
    """
    lines = text.split("\n")
    heads = [n for n, line in enumerate(lines) if line.strip().startswith("[")]
    for place, head in enumerate(heads):
        end = next((n for n in heads[place + 1 :] if lines[n].strip() == "[[models]]"), len(lines))
        if lines[head].strip() != "[[models]]":
            continue
        body = "\n".join(lines[head:end])
        with suppress(tomllib.TOMLDecodeError, KeyError, IndexError, TypeError):
            if tomllib.loads(body)["models"][0]["id"] == name:
                return "\n".join([*lines[:head], *lines[end:]])
    raise UsageError(f"{name} is there, in a table that cannot be told apart; change it by hand")


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
