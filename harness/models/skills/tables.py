"""Tables that stand in a prompt: markdown, CSV, semicolons, tabs, or columns lined up by blanks.

Runs in the model worker; the text is hostile: sizes are capped, every pattern is linear.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from harness.models.skills.reckoning_brief import stems
from harness.models.skills.reckoning_figures import figures, number_of

_MOST_CHARS = 20_000
_MOST_ROWS = 200
_MOST_COLUMNS = 24
_RULE = re.compile(r"^[\s|:+=-]+$")
_GAP = re.compile(r"\t+| {2,}")
Split = Callable[[str], list[str]]

OVER = re.compile(
    r"\b(more than|over|above|at least|fewer than|less than|under|below|at most|up to|longer than|"
    r"older than|younger than|heavier than|shorter than|cheaper than|dearer than|exactly)\s+(\S+)",
    re.I,
)
_LESS = re.compile(r"fewer|less|under|below|at most|up to|younger|shorter|cheaper", re.I)


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        header: the names of its columns.
        rows: its cells, each row as long as the header; an empty cell is "".
        start: where it begins in the text.
        end: where it ends.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    start: int
    end: int

    @property
    def is_blank(self) -> bool:
        """Whether it waits to be filled: half of its cells behind the first column are empty."""
        cells = [cell for row in self.rows for cell in row[1:]]
        return not self.rows or sum(not cell for cell in cells) * 2 >= max(1, len(cells))


def find_table(text: str) -> Table | None:
    """The first table of a text; None where it holds none."""
    return _find_table(text[:_MOST_CHARS])


@lru_cache(maxsize=32)  # the rules that look for one ask for the same texts over and over
def _find_table(text: str) -> Table | None:
    lines = [(m.start(), m.end(), m[0]) for m in re.finditer(r"[^\n]+", text)][:2_000]
    for split in (_by_bars, _by_marks(";"), _by_marks("\t"), _by_marks(","), _by_blanks):
        found = _run(lines, split)
        if found is not None:
            return found
    return None


def column_for(ask: str, table: Table) -> int | None:
    """The column of figures that a question is about; the last of them where it names none."""
    wanted = stems(ask)
    numeric = [
        i
        for i in range(len(table.header))
        if i and any(re.search(r"\d", row[i]) for row in table.rows)
    ]
    named = [i for i in numeric if stems(table.header[i]) & wanted]
    return named[0] if named else numeric[-1] if len(numeric) == 1 else None


def keeps(amount: Fraction, value: Fraction, way: str) -> bool:
    """Whether an amount is on the asked side of a limit."""
    if way == "exactly":
        return amount == value
    if amount == value:
        return way in ("at least", "at most", "up to")
    return amount < value if _LESS.search(way) else amount > value


def rows_kept(ask: str, table: Table) -> list[int] | None:
    """The rows on the asked side of a limit; None where a question sets none."""
    limit = OVER.search(ask)
    value = number_of(limit[2].strip("€$£?.,")) if limit else None
    at = column_for(ask, table)
    if limit is None or value is None or at is None:
        return None
    held = [f[0].value if (f := figures(row[at], ())) else None for row in table.rows]
    return [i for i, a in enumerate(held) if a is not None and keeps(a, value, limit[1].lower())]


def _run(lines: Sequence[tuple[int, int, str]], split: Split) -> Table | None:
    """The first stretch of at least two lines that part into the same number of cells."""
    held: list[tuple[int, int, list[str]]] = []
    for start, end, line in [*lines, (0, 0, "")]:
        cells = split(line)
        if held and "-" in line and _RULE.match(line):
            continue
        if cells and (not held or abs(len(cells) - len(held[0][2])) <= (split is _by_bars)):
            held.append((start, end, cells))
            continue
        if len(held) >= 2 and _is_table(held, split):
            return _made(held)
        held = [(start, end, cells)] if cells else []
    return None


def _is_table(held: Sequence[tuple[int, int, list[str]]], split: object) -> bool:
    if split is _by_bars:
        return True
    header = held[0][2]
    if any(re.search(r"[.!?]$|\s.*\s.*\s.*\s.*\s", cell) for cell in header):
        return False
    return len(held) >= 3 or bool(re.search(r"\d", "".join(held[1][2])))


def _made(held: Sequence[tuple[int, int, list[str]]]) -> Table:
    header = held[0][2][:_MOST_COLUMNS]
    rows = [
        tuple((cells + [""] * len(header))[: len(header)])
        for _, _, cells in held[1 : _MOST_ROWS + 1]
    ]
    return Table(tuple(header), tuple(rows), held[0][0], held[-1][1])


def _by_bars(line: str) -> list[str]:
    if line.count("|") < 2 and not (line.count("|") == 1 and re.search(r"\w\s*\|\s*\w", line)):
        return []
    bare = line.strip()
    bare = bare.removeprefix("|").removesuffix("|")
    return [cell.strip(" *`") for cell in bare.split("|")]


def _by_marks(mark: str) -> Split:
    def split(line: str) -> list[str]:
        cells = [cell.strip(' "') for cell in line.split(mark)]
        if len(cells) < 2 or len(cells) > _MOST_COLUMNS or any(len(c) > 60 for c in cells):
            return []
        if mark == "," and (
            re.search(r"[.!?:]$", line.strip()) or re.search(r", \w+ \w+ \w+", line)
        ):
            return []
        return cells

    return split


def _by_blanks(line: str) -> list[str]:
    cells = [cell.strip() for cell in _GAP.split(line.strip())]
    return cells if 2 <= len(cells) <= _MOST_COLUMNS and all(cells) else []
