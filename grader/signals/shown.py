"""Which records an output shows: by an id that stands there as one, or by their own words.

Runs in T; pure. Outputs are claims and may be hostile text; nothing here runs or follows them. An
id with letters and digits ("E017") is told by itself. One that is a plain number or word ("17",
"atlas-mini") is told only as an id: below or beside its column's name, or beside its row's words.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

ENOUGH = 0.8
"""Share of a text's three-word shingles that have to stand in an output (SPEC 6)."""
_SHORTEST_WORDS = 6
"""A shorter text is recognised by its id alone: its words may stand anywhere."""
_OPENING = 40
"""Words of a long text that are looked for: who prints a mail's beginning has seen the mail."""
_FEWEST = 3
"""Shingles of its own that a row needs to be recognised by its words alone."""
_BESIDE = 4
"""First words of a text that have to stand by a plain id."""
_LINES = 5
"""On its line or one of the next four."""
_WORD = re.compile(r"\w+")
_DISTINCT = re.compile(r"(?=.*\d)(?=.*[^\W\d_]).+")
_TABLE = re.compile(r"<table\b.{0,400000}?</table>", re.DOTALL)
_CELL = re.compile(r"<t[hd]\b[^>]{0,400}>")
_TAG = re.compile(r"<[^>]{0,400}>")
_LINE = 20_000
"""Characters of a line that are looked at."""
_MARKS = ("\t", "│", "┆", "|", ";", ",")
_SUMMARY = ("count", "unique", "top", "freq", "mean", "std", "min", "25%", "50%", "75%", "max")
"""First words of the rows of a summary: its numbers are no ids."""

Record = tuple[str, str]
"""File name and id."""


@dataclass(frozen=True)
class Records:
    """The rows of one given file.

    Attributes:
        name: the file's.
        column: its first column, which holds the id.
        columns: all of them.
        texts: id to the row's text, "" where it has none; in the file's order.
    """

    name: str
    column: str
    columns: tuple[str, ...]
    texts: Mapping[str, str] = field(repr=False)

    @cached_property
    def distinct(self) -> frozenset[str]:
        """Ids that can be told by themselves."""
        return frozenset(one for one in self.texts if _DISTINCT.fullmatch(one))

    @cached_property
    def shingles(self) -> dict[str, frozenset[str]]:
        """Three-word shingles of each text's opening that no other row has; empty for a short one.

        Forms and quoted history repeat from row to row: what is shared tells no row.
        """
        rows = {key: _words(text) for key, text in self.texts.items()}
        held = Counter(one for words in rows.values() for one in _shingles(words))
        own = {
            key: frozenset(one for one in _shingles(words[:_OPENING]) if held[one] == 1)
            for key, words in rows.items()
        }
        return {key: some if len(some) >= _FEWEST else frozenset() for key, some in own.items()}

    @cached_property
    def beginnings(self) -> dict[str, str]:
        """The first words of each text that is long enough."""
        found = {key: _words(text)[:_BESIDE] for key, text in self.texts.items()}
        return {key: " ".join(some) for key, some in found.items() if len(some) == _BESIDE}


def read_records(name: str, rows: Sequence[Mapping[str, str | None]]) -> Records:
    """Return the records of a table: the first column is the id, the longest other one the text.

    Args:
        name: the file's.
        rows: as csv.DictReader gives them; at least one.
    """
    first, *others = (str(one) for one in rows[0])
    size = {name: sum(len(str(row.get(name) or "")) for row in rows) for name in others}
    text = "text" if "text" in size else max(size, key=size.__getitem__, default="")
    texts = {str(row[first]): str(row.get(text) or "") for row in rows}
    return Records(name, first, (first, *others), texts)


def shown_by_id(text: str, tables: Sequence[Records]) -> set[Record]:
    """Return the records whose id an output shows as one."""
    lines = [line[:_LINE] for line in _plain(text).splitlines()]
    words = set(_WORD.findall(text))
    found = {
        (table.name, one)
        for table in tables
        for one in table.distinct
        if (one in words if _WORD.fullmatch(one) else one in text)
    }
    for column in {table.column for table in tables}:
        of_column = [table for table in tables if table.column == column]
        for said, value in [*_below(lines, column), *_beside(lines, column)]:
            found |= _at_home(value, said, of_column)
    return found | _with_words(lines, tables)


def shown_by_words(text: str, tables: Sequence[Records], seen: set[Record]) -> set[Record]:
    """Return further records whose opening stands in an output, whatever stands beside it."""
    here = _shingles(_words(text))
    return {
        (table.name, key)
        for table in tables
        for key, own in table.shingles.items()
        if (table.name, key) not in seen and own and len(own & here) >= ENOUGH * len(own)
    }


def named_by_tool(arguments: Mapping[str, object], tables: Sequence[Records]) -> set[Record]:
    """Return the records that a tool was asked for, by an argument of the id column's name."""
    found: set[Record] = set()
    for table in tables:
        value = arguments.get(table.column)
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        found |= _at_home(str(whole), "", [one for one in tables if one.column == table.column])
    return found


def _at_home(value: str, said: str, tables: Sequence[Records]) -> set[Record]:
    """Return the record of a value: in the table whose columns are named with it, else the largest.

    Args:
        value: as it stood there.
        said: the header, or the line.
        tables: those with this column.
    """
    words = set(_WORD.findall(said))
    holding = [table for table in tables if value in table.texts]
    if not holding:
        return set()
    home = max(holding, key=lambda t: (len(words & set(t.columns)), len(t.texts)))
    return {(home.name, value)}


def _below(lines: Sequence[str], column: str) -> Iterator[tuple[str, str]]:
    """Yield (header, cell) for each cell in a printed table's column of that name."""
    head, mark = "", ""
    for line in lines:
        place = re.search(rf"(?<![\w'\"]){re.escape(column)}(?![\w'\"])", line)
        if place is not None and not re.search(rf"{re.escape(column)}\s*[:=]", line):
            mark = next((m for m in _MARKS if m in line), "")
            head, span = line, place.span()
        elif not line.strip():
            head = ""
        elif head and line.split()[0] not in _SUMMARY:
            cell = _cut(line, head, column, mark) if mark else _aligned(line, span)
            if cell:
                yield head, cell


def _cut(line: str, head: str, column: str, mark: str) -> str:
    """Return the cell of a line whose cells stand between marks."""
    names = [one.strip() for one in head.split(mark)]
    cells = line.split(mark)
    at = names.index(column) if column in names else len(cells)
    return cells[at].strip().strip("\"'") if at < len(cells) else ""


def _aligned(line: str, span: tuple[int, int]) -> str:
    """Return the cell that begins or ends where its header does."""
    for match in re.finditer(r"\S+", line):
        if match.end() == span[1] or match.start() == span[0]:
            return match.group()
    return ""


def _beside(lines: Sequence[str], column: str) -> Iterator[tuple[str, str]]:
    """Yield (line, value) where a column's name stands with a value: a dict, key=value, a row."""
    name = re.escape(column)
    told = re.compile(
        rf"(?<!\w){name}['\"]?\s*[:=]\s*(?:(?P<q>['\"])(?P<text>[^'\"]+)(?P=q)|(?P<number>\d+)\b)"
        rf"|^\s*{name}\s+(?P<only>\d+)\s*$"
    )
    for line in lines:
        for match in told.finditer(line):
            yield line, match["text"] or match["number"] or match["only"]


def _with_words(lines: Sequence[str], tables: Sequence[Records]) -> set[Record]:
    """Return records whose id stands on the line of the first words of its text, or just above."""
    found = set()
    read = [_words(line) for line in lines]
    for at, words in enumerate(read):
        said = " ".join(word for some in read[at : at + _LINES] for word in some[:200])
        for table in tables:
            for key in table.beginnings.keys() & set(words):
                if table.beginnings[key] in said:
                    found.add((table.name, key))
    return found


def _plain(text: str) -> str:
    """Return an output with the tables of its HTML as lines of cells between tabs."""
    for whole in _TABLE.findall(text):
        rows = []
        for row in whole.split("<tr")[1:]:
            cells = [html.unescape(_TAG.sub("", one)) for one in _CELL.split(row)[1:]]
            rows.append("\t".join(" ".join(one.split()) for one in cells))
        text = text.replace(whole, "\n".join(["", *rows, "", ""]))
    return text


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _shingles(words: Sequence[str]) -> frozenset[str]:
    if len(words) < _SHORTEST_WORDS:
        return frozenset()
    return frozenset(" ".join(words[n : n + 3]) for n in range(len(words) - 2))
