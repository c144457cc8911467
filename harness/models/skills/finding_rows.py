"""Rows of a text that a question can filter and count: tables, logs, lists with a thing a line.

Runs in the model worker; the text is hostile and capped, patterns are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from harness.models.skills.finding_intervals import value_of
from harness.models.skills.finding_records import listed_cases
from harness.models.skills.tables import Table, find_table

_MOST = 200
_STAMP = (
    r"[\[(]?\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[ap]m\b|\s?h\b)?[\])]?|"
    r"[\[(]?\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?[\])]?|"
    r"\d{1,2}\.? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2}|"
    r"\d{1,2}\.\d{1,2}\.|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?"
)
_LINE = re.compile(
    rf"^[ \t]*(?:[-*•][ \t]+)?(?P<stamp>{_STAMP})?[ \t:,|–-]*(?P<rest>\S[^\n]*)$", re.I
)
_LEVEL = re.compile(r"(?:INFO|WARN(?:ING)?|ERROR|ERR|DEBUG|FATAL|OK|FAIL)\b")
_CODE = re.compile(r"^[A-Za-z]{1,6}[-_#]?\d{1,6}\b|^#\d+\b|^[a-z]+-[a-z]\b")
LEVELS = frozenset(
    "info warn warning error err fatal debug ok notice critical fail failed pass fault".split()
)
_NUMBER = re.compile(
    r"(?<![\w.,:/-])[€$£]?-?\d[\d,.]*(?![\w:/])|(?<![\w.,:/-])-?\d[\d,.]*(?=\s?(?:[a-z%°€$£²]))",
    re.I,
)
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+){0,4}")


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        name: what it is about: its first cell, or the first word behind a stamp of time.
        stamp: its time or date as written; empty for none.
        cells: its cells; of a line without columns the fields between blanks.
        text: all of it.
    """

    name: str
    stamp: str
    cells: tuple[str, ...]
    text: str

    @property
    def words(self) -> list[str]:
        """The words of a row in lower case."""
        return [m[0].lower() for m in _WORD.finditer(self.text)][:80]


@dataclass(frozen=True)
class Rows:
    """Rows with the names of their columns; a log has none."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def numbers(self, at: int | None) -> list[Fraction | None]:
        """The number of each row in a column, or behind its stamp and name where it has none."""
        return [
            _number(row.cells[at] if at is not None and at < len(row.cells) else _tail(row))
            for row in self.rows
        ]

    def column(self, words: set[str]) -> int | None:
        """The column whose name shares a word of a question, by its beginning."""
        for at, head in enumerate(self.header):
            for part in _WORD.findall(head.lower()):
                if any(alike(part, word) for word in words):
                    return at
        return None

    def numeric(self) -> list[int]:
        """The columns behind the first that hold numbers."""
        return [
            at
            for at in range(len(self.header))
            if sum(_number(r.cells[at]) is not None for r in self.rows if at < len(r.cells)) * 2
            > len(self.rows)
            and not _is_key(self, at)
        ]


def _is_key(rows: Rows, at: int) -> bool:
    head = rows.header[at].lower()
    return at == 0 and not re.search(r"price|amount|qty|beds", head)


@lru_cache(maxsize=16)
def rows_of(text: str, *, plain: bool = False) -> Rows | None:
    """The rows of a text; None where it holds fewer than three."""
    table = find_table(text)
    log = _log(text)
    if table is not None and log is not None:
        has_head = not any(re.search(r"\d", cell) for cell in table.header)
        table = table if has_head and len(table.rows) + 1 >= len(log.rows) else None
    if table is not None and len(table.rows) >= 2 and not table.is_blank:
        return _tabled(table)
    if log is not None:
        return log
    records = listed_cases(text, plain=plain).records
    if len(records) < 3:
        return None
    return Rows((), tuple(Row(r.name, "", tuple(_WORD.findall(r.text)), r.text) for r in records))


def _tabled(table: Table) -> Rows:
    return Rows(table.header, tuple(Row(r[0], "", r, " | ".join(r)) for r in table.rows[:_MOST]))


def _log(text: str) -> Rows | None:
    """The longest stretch of short lines that begin with a time, a date or a code."""
    best: list[Row] = []
    run: list[Row] = []
    for line in text.splitlines()[: 2 * _MOST]:
        mark = _LINE.match(line[:300])
        is_row = mark is not None and bool(
            mark["stamp"] or _CODE.match(mark["rest"]) or _LEVEL.match(mark["rest"])
        )
        if mark is not None and is_row and len(line.split()) <= 16:
            run.append(_row(mark["stamp"] or "", mark["rest"].strip()))
            continue
        if not line.strip():
            continue
        best, run = (run if len(run) > len(best) else best), []
    best = run if len(run) > len(best) else best
    if (
        len(best) >= 3
        and len({row.name for row in best}) == 1
        and all(len(r.cells) > 2 for r in best)
    ):
        best = [replace(r, name=f"{r.name} {r.cells[1]}") for r in best]  # "door A", "door B"
    return Rows((), tuple(best[:_MOST])) if len(best) >= 3 else None


def _row(stamp: str, rest: str) -> Row:
    fields = rest.split()
    named = [f for f in fields if f.lower().strip("[]():") not in LEVELS and re.search(r"\w", f)]
    name = (named or fields)[0].strip("[]():,;")
    return Row(name, stamp.strip("[]()"), tuple(fields), f"{stamp} {rest}".strip())


def _tail(row: Row) -> str:
    text = row.text.replace(row.stamp, " ", 1) if row.stamp else row.text
    return text.replace(row.name, " ", 1) if not re.fullmatch(r"[\d.,]+", row.name) else text


def _number(cell: str) -> Fraction | None:
    mark = _NUMBER.search(cell)
    return value_of(mark[0].strip("€$£")) if mark else None


def alike(one: str, other: str) -> bool:
    """Whether two words begin alike, as "start" and "started" or "Sat" and "Saturday" do."""
    low, high = sorted((one, other), key=len)
    if low == high:
        return True
    return (
        len(low) >= 3
        and high.startswith(low)
        and (len(low) > 3 or len(high) - len(low) <= 2 or low in _SHORT)
    )


_SHORT = frozenset(
    (
        "mon tue wed thu fri sat sun err min max avg qty "
        "jan feb mar apr jun jul aug sep oct nov dec"
    ).split()
)
