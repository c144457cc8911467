"""An order over each row of a list: which lines of a message are the rows, and what is beside them.

Runs in the model worker (zone G); pure; the text is hostile, capped, and read line by line. Rows
stand behind marks ("1.", "a)", "-", "3 "), or on lines of their own below an order that speaks of
each of them. What fools it: a text in lines that is one text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MOST_CHARS = 6_000
_MOST_ROWS = 40
_MOST_ROW = 500
_MARKED = re.compile(
    r"[ \t]{0,6}(?P<mark>\(?\d{1,2}[.):]|\(?[a-zA-Z][.)]|[-*•–]|#\d{1,2}[.:]?|"
    r"(?:line|text|message|sentence|item|no\.?) \d{1,2}[.:])[ \t]{1,4}(?P<text>\S.{0,500})$",
    re.I,
)
_BARE_NUMBER = re.compile(r"[ \t]{0,6}(?P<mark>\d{1,2})[ \t]{1,4}(?P<text>\S.{0,500})$")
_EACH = re.compile(
    r"\b(?:each|every|all of (?:these|them)|these|those|them|(?:the )?following|all (?:the )?\w+s|"
    r"(?:per|a|one) (?:line|row|sentence|item)|one per|in (?:the same )?order|same "
    r"order|"
    r"lines|rows|line by line|next to|which (?:ones|of)|(?:keep|with) (?:the |their )?number\w*)\b",
    re.I,
)
_INLINE = (
    re.compile(r"^(?P<order>[^\n]{8,300}?):\s+(?P<list>[^:\n]{5,900})$"),
    re.compile(
        r"^(?P<list>[^.:?\n]{5,900}?)(?:[.;]|\s[–—-])\s+(?P<order>(?:please |now )?(?:group|"
        r"sort|classify|"
        r"divide|split|put|categori[sz]e|which|label)\b[^\n]{8,300})$",
        re.I,
    ),
)
_INTO = re.compile(r"\b(?:group|sort|divide|split|put|categori[sz]e|classify|file|label)\b", re.I)
_ADDS_COLUMN = re.compile(
    r"\b(?:add|append|insert|with|extra|new|another|fill)\b[^.\n]{0,24}\bcolumn\b", re.I
)
_SPLITS = re.compile(
    r"\b(?:group|sort|divide|split|put|classify|file|separate)\b[^.\n]{0,30}\b(?:into|as|under|"
    r"by)\b",
    re.I,
)
_HEADED = re.compile(r"\W{0,4}[A-Za-z][\w-]{0,14}(?: [\w-]{1,14}){0,2}\W{0,2}:(?:\s|$)|[|>#]")
"""A line that is a head, a row of a table or a quotation, and none of a list."""
_SINGLE = re.compile(
    r"\b(?:this|the following|the) (?:text|list|dialogue|chat|poem|story|log)\b", re.I
)


@dataclass(frozen=True)
class Rows:
    """A message taken apart into an order and the rows that it is about.

    Attributes:
        order: what stands before and behind the rows.
        rows: (mark, text) pairs; the mark is empty where a line has none.
    """

    order: str
    rows: tuple[tuple[str, str], ...]


def rows_of(message: str, *, is_each: bool = True) -> Rows | None:
    """The order and the rows of a message; None where it is none of that kind.

    Args:
        message: what the user says.
        is_each: whether the order has to speak of each row, or of what all are sorted into.
    """
    if len(message) > _MOST_CHARS:
        return None
    if "\n" not in message.strip():
        return _inline(message.strip())
    lines = [line.rstrip() for line in message.strip().split("\n")]
    if "column" in message and _ADDS_COLUMN.search(message[:1_500]):
        return _csv(lines)
    found = _marked(lines, _MARKED) or _marked(lines, _BARE_NUMBER) or _plain(lines)
    if found is None or len(found.order) > 1_500:
        return None
    if (
        is_each
        and not _EACH.search(found.order)
        and not (found.rows[0][0] and _SPLITS.search(found.order))
    ):
        return None
    return None if _SINGLE.search(found.order) and not found.rows[0][0] else found


def _inline(message: str) -> Rows | None:
    """Short things in a row behind the colon of an order, or in front of one."""
    for pattern in _INLINE:
        mark = pattern.match(message)
        if mark is None or not _INTO.search(mark["order"]):
            continue
        items = re.split(r",\s*(?:and )?|;\s*|\s+and\s+", mark["list"].strip(' ."“”'))
        items = [item.strip(' "“”') for item in items if item.strip()]
        if 3 <= len(items) <= _MOST_ROWS and all(len(item.split()) <= 4 for item in items):
            return Rows(mark["order"].strip(), tuple(("", item) for item in items))
    return None


def _csv(lines: list[str]) -> Rows | None:
    """Lines of a table with commas under its head, where one more column is asked for.

    The mark of a row is the line itself, its text what is no number in it.
    """
    for head in range(len(lines) - 2):
        commas = lines[head].count(",")
        end = head + 1
        while end < len(lines) and lines[end].count(",") == commas >= 1:
            end += 1
        if end - head < 3 or re.search(r"\d|\.$", lines[head]):
            continue
        rows = [(line, _lettered(line)) for line in lines[head + 1 : end]]
        order = "\n".join([*lines[:head], *lines[end:], lines[head]])
        return Rows(order, tuple(rows)) if all(text for _, text in rows) else None
    return None


def _lettered(line: str) -> str:
    cells = [cell.strip(' "') for cell in line.split(",")]
    return ", ".join(cell for cell in cells if re.search(r"[A-Za-zÀ-ž]{2}", cell))


def _marked(lines: list[str], pattern: re.Pattern[str]) -> Rows | None:
    """Rows with a mark each, in one run; blank lines may stand between them."""
    marks = [pattern.match(line) for line in lines]
    first = next((n for n, mark in enumerate(marks) if mark), None)
    if first is None or first == 0:
        return None
    rows: list[tuple[str, str]] = []
    end = first
    for n in range(first, len(lines)):
        mark = marks[n]
        if mark is not None:
            rows.append((mark["mark"], mark["text"].strip(' "“”')))
            end = n + 1
        elif lines[n].strip():
            break
    if not 2 <= len(rows) <= _MOST_ROWS or any(pattern.match(line) for line in lines[end:]):
        return None
    numbers = [int(found[0]) for mark, _ in rows if (found := re.search(r"\d+", mark))]
    if pattern is _BARE_NUMBER and numbers != list(range(1, len(rows) + 1)):
        return None
    order = "\n".join([*lines[:first], *lines[end:]]).strip()
    return Rows(order, tuple(rows)) if order else None


def _plain(lines: list[str]) -> Rows | None:
    """Lines without marks: below the first blank line, or below a first line that leads to them."""
    blanks = [n for n, line in enumerate(lines) if not line.strip()]
    head = blanks[0] if blanks else 1
    if head > 6 or not (blanks or re.search(r"[:.?!]\W*$", lines[head - 1])):
        return None
    below = lines[head:]
    while below and not below[0].strip():
        below = below[1:]
    tail: list[str] = []
    inner = [n for n, line in enumerate(below) if not line.strip()]
    if inner and inner[-1] == len(below) - 2 and below[-1].count(" ") < 30:
        tail, below = below[-1:], below[: inner[-1]]
    rows = [line.strip(' "“”') for line in below if line.strip()]
    if not 2 <= len(rows) <= _MOST_ROWS or any(len(row) > _MOST_ROW for row in rows):
        return None
    if any(_HEADED.match(line) for line in below):
        return None
    return Rows("\n".join([*lines[:head], *tail]).strip(), tuple(("", row) for row in rows))
