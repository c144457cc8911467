"""What: each public message has its curated row, each row its message, and labels that there are.

Why: a message without gold is scored by the candidate's own word; a row without a message is lost.
Wrong: E51 in export_gold.jsonl where export.csv ends with E40; `"accept": ["bugs"]`.
Right: the same ids on both sides, labels of the taxonomy, the most fitting first.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from grader.authoring.checks.hidden_files import hidden_file, rows_in, sheet_of
from grader.authoring.checks.room import WHOLE, Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.scoring.fields import FieldSheet, check_rows, not_in_text
from grader.scoring.gold import Gold, read_gold
from grader.scoring.truth import LABELS

GOLD = ("hidden/given_gold.jsonl", "hidden/export_gold.jsonl")
HOLDOUT = "hidden/holdout.jsonl"


def find(room: Room) -> Iterator[Problem]:
    """Yield what does not fit between public rows and curated ones."""
    files = {place: list(rows_in(hidden_file(room, place))) for place in (*GOLD, HOLDOUT)}
    if not any(files[place] for place in GOLD):
        return
    public = set(_public_ids(room))
    ids = Counter(str(row.get("msg_id")) for rows in files.values() for row in rows)
    sheet, off = sheet_of(room), False
    sheet = sheet if isinstance(sheet, FieldSheet) else None
    for place in GOLD:
        for row in files[place]:
            if str(row.get("msg_id")) not in public:
                off = True
                what = f"{str(row.get('msg_id'))[:40]} stands in no public table"
                yield Problem(place, what, "give row and message one id")
    for name in sorted(public - set(ids)):
        yield Problem("public/", f"the message {name[:40]} has no gold", "label it in hidden/")
    for place, rows in files.items():
        for row in rows:
            yield from _of_row(row, place, ids, of_fields=sheet is not None)
    if not off:
        gold = read_gold(room.exercise())  # what else the scorer would stumble over
        if sheet is not None:
            check_rows(sheet, gold)
            yield from _said_nowhere(sheet, gold)


def _said_nowhere(sheet: FieldSheet, gold: Gold) -> Iterator[Problem]:
    """Yield values of free fields that do not stand in their text: mostly slips of the pen."""
    for row in (*gold.known.values(), *gold.holdout):
        for name, value in not_in_text(sheet, row.accept, row.text):
            what = f"{name}={value[:40]} does not stand in the text"
            yield Problem(f"gold of {row.msg_id}", what, "mend the value or the text", "warning")


def _public_ids(room: Room) -> Iterator[str]:
    """Yield the ids of every public table of messages."""
    for one in room.given:
        if one.said.name.endswith(".csv"):
            for row in csv.DictReader(io.StringIO(one.data.decode("utf-8"), newline="")):
                if row.get("msg_id") and "text" in row:
                    yield str(row["msg_id"])


def _of_row(
    row: dict[str, object], place: str, ids: Counter[str], *, of_fields: bool
) -> Iterator[Problem]:
    name = str(row.get("msg_id"))[:40]
    if ids[str(row.get("msg_id"))] > 1:
        yield Problem(f"{place}, {name}", "its msg_id stands twice", "give each its own")
    for key in ("accept", "also"):
        labels = row.get(key)
        for label in labels if isinstance(labels, list) else ():
            if not of_fields and label not in LABELS:
                what = f"{key} has {str(label)[:40]!r}, which is no label"
                yield Problem(f"{place}, {name}", what, f"labels are {', '.join(LABELS)}")


RULE = Rule("gold", find, needs=WHOLE)
