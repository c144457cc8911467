"""Prose of several things with a figure or two each, as the rows of a table with given columns.

Runs in the model worker; the text is hostile and capped, patterns are bounded. The first column
takes the name of each thing, the others its figures in their order: "Bo paid 3 coins for 4 pens,
Cy 5 for 6". What fools it: figures told in another order than the columns.
"""

from __future__ import annotations

import re

from harness.models.skills.fields import Field
from harness.models.skills.record_told import told_rows
from harness.models.skills.record_wants import want_of

_MOST = 3_000
_CSV = re.compile(r"\bcsv\b", re.I)
_HEADER = re.compile(
    r"\b(?:header|columns?|cols|fields|headings?)\b(?: row| line| are| is| named| called)?[ "
    r":=(]{0,3}"
    r"[\"“'`]?(?P<names>[A-Za-z_]{1,24}(?:[ ]?[;,|\t/][ ]?[A-Za-z_]{1,24}){1,6})",
    re.I,
)
_SIGNS = (
    ("semicolon", ";"), ("semi-colon", ";"), ("pipe", "|"), ("tab", "\t"), ("comma", ","),
)  # fmt: skip
_FIGURE = re.compile(
    r"(?<![\w.,])[€$£]?(?P<n>\d{1,9}(?:[.,]\d{1,4})?)(?![\d.,]*\d)(?:st|nd|rd|th)?"
)
_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'’-]{1,30}(?: [A-ZÀ-Þ][\w'’-]{1,30}){0,2}")
_PLACE = re.compile(
    r"\b(?:in|from|at|of|for|by|to) (?P<what>[A-ZÀ-Þ][\w'’-]{1,30}(?: [A-ZÀ-Þ]\w{1,30})?)"
)
_NO_NAME = frozenset("the a an and in on at it he she they then we i this that".split())


def rows_told(said: str) -> str | None:
    """The table, or None where the prompt asks none or its things do not fill the columns.

    Args:
        said: the prompt.
    """
    header = _HEADER.search(said[:_MOST])
    if not _CSV.search(said) or header is None or len(said) > _MOST:
        return None
    names = [n.strip() for n in re.split(r"[;,|\t/]", header["names"])]
    mark = next((c for c in ";|\t," if c in header["names"]), ",")
    order_end = _end_of_order(said, header.end())
    order, text = said[:order_end], said[order_end:].strip(" \n\"“”'")
    low = order.lower()
    named = [sign for word, sign in _SIGNS if word in low]
    mark = named[0] if named else mark
    names = [n for n in names if n.lower() not in ("semicolons", "semicolon", "pipes", "please")]
    rows = _told(text, names) or _rows(text, len(names))
    if rows is None or len(names) < 2 or "\n" in text:
        return None
    return "\n".join(mark.join(_cell(c, mark) for c in row) for row in [names, *rows])


def _end_of_order(said: str, start: int) -> int:
    """Where the text begins: behind the colon, the line or the sentence after the header."""
    found = re.search(r":\s+|\n\s*|(?<=[a-z)])\.\s+(?=[A-Z\d])", said[start:])
    return start + found.end() if found else start


def _told(text: str, names: list[str]) -> list[list[str]] | None:
    """The rows of clauses, each with all its cells; None where one lacks a cell."""
    found = told_rows([want_of(Field(name)) for name in names], text)
    cells = [list(row.values()) for row in found]
    if not cells or any(cell is None for row in cells for cell in row):
        return None
    return [[str(cell) for cell in row] for row in cells]


def _rows(text: str, width: int) -> list[list[str]] | None:
    parts = [
        p.strip(" .")
        for p in re.split(r",(?!\d)\s*(?:and )?|;\s*|\.\s+|\s+and\s+(?=[A-Z\d])", text)
    ]
    rows: list[list[str]] = []
    for part in parts:
        if not part:
            continue
        figures = [m["n"] for m in _FIGURE.finditer(part)]
        bare = _FIGURE.sub(" ", part)
        name = _NAME.match(part)
        others = [m["what"] for m in _PLACE.finditer(part)]
        if name and name[0].lower() not in _NO_NAME:
            row = [name[0], *figures, *others]
        else:
            noun = re.search(r"(?<![\w])[a-zà-ÿ]{3,30}(?: (?!at\b|for\b)[a-zà-ÿ]{3,30})?", bare)
            row = [noun[0], *figures] if noun else []
        if len(row) != width:
            return None
        rows.append(row)
    return rows if len(rows) >= 2 else None


def _cell(text: str, mark: str) -> str:
    return f'"{text}"' if mark in text else text
