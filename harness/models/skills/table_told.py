"""A small table of figures told in a sentence: what each row has, and whether it rose or fell.

Runs in the model worker; pure; the text is hostile: capped, every repeat is bounded. What fools it:
a table whose rows have no order.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from itertools import pairwise

_MOST_CHARS = 2_000
_ASKS = re.compile(
    r"\b(?:describe|summar\w+|sum (?:this|it) up|put (?:this|it|the table) (?:in|into) "
    r"words|in words|explain "
    r"(?:this|the) table|what does (?:this|the) table (?:show|say)|tell me what)\b",
    re.I,
)
_ROW = re.compile(
    r"^[ \t]*\|?[ \t]*(?P<name>[^|,;\t\n]{1,40}?)[ \t]*[|,;\t][ \t]*(?P<value>[^|"
    r",;\t\n]{1,24}?)[ \t]*\|?[ \t]*$",
    re.M,
)
_NAMED_IN = re.compile(
    r"(?:q\d|\d{4}|h\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|week|mon|tue|wed|thu|fri|sat|sun)",
    re.I,
)


def told(said: str) -> str | None:
    """The table of two columns in a sentence; None for another table, or no such order."""
    if len(said) > _MOST_CHARS or "\n" not in said or not _ASKS.search(said.partition("\n")[0]):
        return None
    rows = [(m["name"].strip(), m["value"].strip()) for m in _ROW.finditer(said.partition("\n")[2])]
    rows = [row for row in rows if not re.fullmatch(r"[-: ]+", row[0])]
    if not 3 <= len(rows) <= 14 or _figure(rows[0][1]) is not None:
        return None
    head, body = rows[0], rows[1:]
    figures = [_figure(value) for _, value in body]
    known = [figure for figure in figures if figure is not None]
    if len(known) != len(body):
        return None
    in_time = all(_NAMED_IN.match(name) for name, _ in body)
    parts = [f"{value} {'in' if in_time else 'for'} {name}" for name, value in body]
    listed = f"{', '.join(parts[:-1])} and {parts[-1]}"
    what = head[1][:1].upper() + head[1][1:]
    be = "were" if head[1].lower().endswith("s") else "was"
    if in_time:
        return f"{what} {be} {listed}: {_trend(known, body)}."
    high = max(range(len(known)), key=lambda i: known[i])
    low = min(range(len(known)), key=lambda i: known[i])
    return f"{what} {be} {listed}: {body[high][0]} has the most and {body[low][0]} the least."


def _trend(known: list[Decimal], body: list[tuple[str, str]]) -> str:
    """Rose, fell, or which way after which row."""
    steps = [b - a for a, b in pairwise(known)]
    if all(step > 0 for step in steps):
        return "they rose each time"
    if all(step < 0 for step in steps):
        return "they fell each time"
    if all(step == 0 for step in steps):
        return "they stayed the same"
    high = max(range(len(known)), key=lambda i: known[i])
    if 0 < high < len(known) - 1:
        fall = known[high] - known[-1]
        slightly = (
            " slightly" if fall * 6 <= known[high] - known[0] or fall * 12 <= known[high] else ""
        )
        return f"they rose up to {body[high][0]} and then fell{slightly}"
    low = min(range(len(known)), key=lambda i: known[i])
    if 0 < low < len(known) - 1:
        return f"they fell up to {body[low][0]} and then rose"
    return "they went up and down"


def _figure(value: str) -> Decimal | None:
    bare = re.sub(r"[€$£%\s]|(?<=\d),(?=\d{3})", "", value)
    try:
        return Decimal(bare) if re.fullmatch(r"-?\d+(?:\.\d+)?", bare) else None
    except InvalidOperation:
        return None
