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
    r"(?:per|a|one) (?:line|row|sentence|word|item|label)|one per|in (?:the same )?order|same "
    r"order|"
    r"lines|rows|line by line|next to|which (?:ones|of)|(?:keep|with) (?:the |their )?number\w*)\b",
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


def rows_of(message: str) -> Rows | None:
    """The order and the rows of a message; None where it is none of that kind.

    Args:
        message: what the user says.
    """
    if "\n" not in message or len(message) > _MOST_CHARS:
        return None
    lines = [line.rstrip() for line in message.strip().split("\n")]
    found = _marked(lines, _MARKED) or _marked(lines, _BARE_NUMBER) or _plain(lines)
    if found is None or not _EACH.search(found.order) or len(found.order) > 1_500:
        return None
    return None if _SINGLE.search(found.order) and not found.rows[0][0] else found


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
