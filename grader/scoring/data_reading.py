"""Reads the table of a data exercise, what is planted in it, and the second table.

Runs in T. The files are an author's: careless at worst, so every slip gets a plain message.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from grader.authoring.folder import Exercise
from grader.hidden import hidden_bytes, read_hidden
from grader.scoring.data_truth import COLUMNS, PLACE, DefectSheet, Fresh, Row, Table
from harness.core.canonical import parse_json
from harness.core.card import tell_validation
from harness.core.errors import BadExercise, BadJournal


def read_table(exercise: Exercise) -> Table | None:
    """Return an exercise's table and what is planted in it; None when it is no data exercise.

    Raises:
        BadExercise: a file cannot be used, or speaks of rows that are not there.
    """
    sheet = read_hidden(exercise, PLACE, DefectSheet)
    if sheet is None:
        return None
    given = next((one for one in exercise.given if one.said.name == sheet.table), None)
    if given is None:
        raise BadExercise(f"{PLACE}: table = {sheet.table!r} is not in public/; name one that is")
    right = {row["row_id"]: row["right"] for row in _hidden_rows(exercise, sheet.right)}
    rows = {row.id: row for row in _public_rows(given.data.decode("utf-8"), sheet, right)}
    fresh = tuple(_fresh_rows(exercise, sheet.fresh))
    named = {row for defect in sheet.defects for row in defect.named}
    named |= {row for odd in sheet.oddities for row in odd.rows}
    for unknown in sorted((named | set(right)) - set(rows))[:1]:
        raise BadExercise(f"{PLACE}: the row {unknown[:40]!r} is not in public/{sheet.table}")
    ids = [one.id for one in sheet.defects] + [one.id for one in sheet.oddities]
    for twice in sorted({one for one in ids if ids.count(one) > 1})[:1]:
        raise BadExercise(f"{PLACE}: {twice} stands twice; give each its own id")
    for one in fresh:
        if one.defect is not None and one.defect not in ids:
            raise BadExercise(f"{sheet.fresh}, {one.id[:40]}: there is no {one.defect[:40]!r}")
    table = Table(sheet, rows, fresh)
    if not table.mended() or not table.lived():
        raise BadExercise(f"{PLACE}: no row is left to count on in the table or in {sheet.fresh}")
    return table


def _public_rows(text: str, sheet: DefectSheet, right: Mapping[str, str]) -> Iterator[Row]:
    seen = set()
    for row in csv.DictReader(io.StringIO(text, newline="")):
        missing = [name for name in COLUMNS if not row.get(name)]
        if missing:
            where = f"public/{sheet.table}, {str(row.get('row_id'))[:40]}"
            raise BadExercise(f"{where}: {', '.join(missing)} is empty; the table needs "
                              f"{', '.join(COLUMNS)}")  # fmt: skip
        name = row["row_id"]
        if name in seen:
            raise BadExercise(f"public/{sheet.table}: the row {name[:40]!r} stands twice")
        seen.add(name)
        yield Row(name, row["text"], row["label"], row["pred"], right.get(name, row["label"]),
                  row["split"] == sheet.test)  # fmt: skip


def _hidden_rows(exercise: Exercise, place: str) -> list[dict[str, str]]:
    data = hidden_bytes(exercise, place)
    if data is None:
        raise BadExercise(
            f"{PLACE}: {place!r} is not there; write it, below a line with the canary"
        )
    lines = data.decode("utf-8", "replace").splitlines()
    rows = list(csv.DictReader(io.StringIO("\n".join(lines[1:]))))
    if any(not row.get("row_id") or not row.get("right") for row in rows):
        raise BadExercise(f"{place}: a row cannot be read; below the canary stands row_id,right")
    return rows


def _fresh_rows(exercise: Exercise, place: str) -> Iterator[Fresh]:
    data = hidden_bytes(exercise, place)
    if data is None:
        raise BadExercise(f"{PLACE}: {place!r} is not there; write the second table")
    for number, line in enumerate(data.splitlines(), 1):
        where = f"{place}, line {number}"
        try:
            value = parse_json(line, what=where) if line.strip() else None
            if isinstance(value, dict) and set(value) != {"canary"}:
                yield Fresh.model_validate(value)
        except ValidationError as problem:
            raise BadExercise(f"{where}: {tell_validation(problem)}") from problem
        except BadJournal as problem:
            raise BadExercise(str(problem)) from problem
