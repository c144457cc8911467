"""A table said in another form: as JSON, YAML or markdown, row by row.

Runs in the model worker; the text is hostile; tables.py caps what is read of it.
"""

from __future__ import annotations

import json
import re

from harness.models.skills.reckoning_figures import number_of, plain
from harness.models.skills.tables import Table, find_table

_TO = re.compile(
    r"\b(?:convert|turn|transform|translate|change|put|write|give|as|into|to|make)\b[^\n.?]{0,60}"
    r"\b(?P<form>json|yaml|markdown(?: table)?)\b",
    re.I,
)
_TEXT_ONLY = re.compile(
    r"\b(?:as|keep\w*) (?:everything|all|numbers) (?:as )?(?:text|strings?)\b", re.I
)
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}


def retold(whole: str, directions: str) -> str | None:
    """The first table of a text in the form that is asked for; None where none of it is asked.

    Args:
        whole: the prompt, the table in it.
        directions: what the prompt orders.
    """
    asked = _TO.search(directions)
    table = find_table(whole) if asked else None
    if asked is None or table is None or table.is_blank or "?" in directions:
        return None
    form = asked["form"].lower()
    if form.startswith("markdown"):
        return _markdown(table)
    rows = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    typed = [{name: _value(cell, directions) for name, cell in row.items()} for row in rows]
    if form == "json":
        return json.dumps(typed, ensure_ascii=False)
    return "\n".join(
        f"{'- ' if at == 0 else '  '}{name}: {json.dumps(value, ensure_ascii=False)}"
        for row in typed
        for at, (name, value) in enumerate(row.items())
    )


def _value(cell: str, directions: str) -> str | int | float | bool | None:
    """A cell with the type that its look gives it; null for an empty one."""
    cell = cell.strip()
    if not cell:
        return None
    if _TEXT_ONLY.search(directions):
        return cell
    if re.search(r"\bbool\w*|\btrue\b", directions, re.I) and cell.lower() in _TRUTH:
        return _TRUTH[cell.lower()]
    if not re.fullmatch(r"-?\d[\d.,]*", cell) or re.match(r"0\d", cell):
        return cell
    number = number_of(cell)
    if number is None:
        return cell
    return int(number) if number.denominator == 1 else float(plain(number))


def _markdown(table: Table) -> str:
    lines = [table.header, tuple("---" for _ in table.header), *table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
