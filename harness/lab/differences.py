"""What tells a saved version of a notebook from the one that lies there now, cell by cell.

Runs in zone S. Both are a hostile kernel's bytes: they are parsed as notebooks and shown as text,
and what is long is cut. Texts and code are compared; outputs are not, since a run brings them back.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

MOST_CELLS = 200
"""How many cells that differ are told of."""
MOST_LINES = 60
"""How many lines of one cell are told of."""
MOST_CHARS = 300
"""How much of one line."""
MOST_PAIRS = 90_000
"""How many pairs of lines one cell may have to be compared line by line: it can take their cube."""
MOST_PAIRS_IN_ALL = 500_000
"""How many all cells together; the rest is told as taken out and put in, which is true as well."""
NEAR = 2
"""How many lines that stayed are shown around those that did not."""

_strict = ConfigDict(frozen=True, extra="forbid")


Sign = Literal["-", "+", " ", "…"]
"""In the notebook now; in the version; in both; lines of both are left out here."""


class Line(BaseModel):
    """One line of a cell."""

    model_config = _strict

    sign: Sign
    """Where it stands."""
    text: str
    """What it says; empty where lines are left out."""


class CellDifference(BaseModel):
    """One cell that differs."""

    model_config = _strict

    state: Literal["changed", "added", "removed"]
    """In both; in the version alone, so it would come back; in the notebook alone, so it goes."""
    number: int
    """Counted from the top, from 1: in the version if added, in the notebook now if not."""
    cell_type: str
    """code, markdown or raw."""
    lines: list[Line]
    """What differs, with a little around it; empty if the type alone does."""
    left_out: int
    """How many lines more there are."""


class Differences(BaseModel):
    """What restoring a version would change."""

    model_config = _strict

    cells: list[CellDifference]
    """From the top."""
    left_out: int
    """How many cells more differ."""
    same: int
    """How many cells are alike."""
    is_reordered: bool
    """Whether cells that are in both stand in another order."""


def differences(now: Iterable[Any], then: Iterable[Any]) -> Differences:
    """Compare the cells of a notebook with those of a version of it.

    Args:
        now: cells of the notebook as it is; notebook format 4.
        then: cells of the version.
    """
    here, there = dict(_by_id(now)), dict(_by_id(then))
    shared = [one for one in here if one in there]
    found = [one for one in _in_order(here, there) if here.get(one) != there.get(one)]
    numbers = {one: at for at, one in enumerate(there, 1)}
    numbers |= {one: at for at, one in enumerate(here, 1)}
    purse = _Purse()
    shown = [
        _tell(here.get(one), there.get(one), numbers[one], purse) for one in found[:MOST_CELLS]
    ]
    return Differences(
        cells=shown,
        left_out=len(found) - len(shown),
        same=len(shared) - sum(one in here and one in there for one in found),
        is_reordered=shared != [one for one in there if one in here],
    )


Named = tuple[str, int]
"""A cell's id, and which of those with the same id it is: a notebook may hold anything."""
Content = tuple[str, str]
"""A cell's type and source."""


def _by_id(cells: Iterable[Any]) -> Iterator[tuple[Named, Content]]:
    seen: Counter[str] = Counter()
    for cell in cells:
        if isinstance(cell, Mapping):
            ident, source = str(cell.get("id")), cell.get("source")
            text = "".join(map(str, source)) if isinstance(source, list) else str(source or "")
            yield (ident, seen[ident]), (str(cell.get("cell_type")), text)
            seen[ident] += 1


def _in_order(here: Mapping[Named, Content], there: Mapping[Named, Content]) -> list[Named]:
    """Return all names in the order of the notebook now, what it lacks behind its neighbour."""
    behind: dict[Named | None, list[Named]] = {}
    before: Named | None = None
    for one in there:
        if one in here:
            before = one
        else:
            behind.setdefault(before, []).append(one)
    return [
        *behind.get(None, ()),
        *(each for one in here for each in (one, *behind.get(one, ()))),
    ]


@dataclass
class _Purse:
    """How many pairs of lines may still be compared."""

    left: int = MOST_PAIRS_IN_ALL

    def pays(self, pairs: int) -> bool:
        is_paid = pairs <= min(self.left, MOST_PAIRS)
        self.left -= pairs if is_paid else 0
        return is_paid


def _tell(now: Content | None, then: Content | None, number: int, purse: _Purse) -> CellDifference:
    state: Literal["changed", "added", "removed"] = (
        "added" if now is None else "removed" if then is None else "changed"
    )
    kind, _ = now or then or ("", "")
    old, new = ((one[1] if one else "").splitlines() for one in (now, then))
    lines = list(_near_changes(_lines(old, new, purse)))
    return CellDifference(
        state=state,
        number=number,
        cell_type=kind,
        lines=lines[:MOST_LINES],
        left_out=max(0, len(lines) - MOST_LINES),
    )


def _lines(old: list[str], new: list[str], purse: _Purse) -> list[Line]:
    """Return all lines of both, each with its sign."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    left = shorter - head
    tail = next((n for n in range(left) if old[-1 - n] != new[-1 - n]), left)
    end = len(old) - tail
    return [
        *_signed(" ", old[:head]),
        *_compared(old[head:end], new[head : len(new) - tail], purse),
        *_signed(" ", old[end:]),
    ]


def _compared(old: list[str], new: list[str], purse: _Purse) -> list[Line]:
    if not purse.pays(len(old) * len(new)):
        return [*_signed("-", old), *_signed("+", new)]
    lines: list[Line] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            lines += _signed(" ", old[i1:i2])
        else:
            lines += [*_signed("-", old[i1:i2]), *_signed("+", new[j1:j2])]
    return lines


def _signed(sign: Sign, lines: list[str]) -> list[Line]:
    return [Line(sign=sign, text=one[:MOST_CHARS]) for one in lines]


def _near_changes(lines: list[Line]) -> Iterator[Line]:
    """Give the lines that changed and the few around them, and say where others are left out."""
    changed = [at for at, one in enumerate(lines) if one.sign != " "]
    near = sorted({n for at in changed for n in range(at - NEAR, at + NEAR + 1)})
    before: int | None = None
    for at in near:
        if 0 <= at < len(lines):
            if before is not None and at > before + 1:
                yield Line(sign="…", text="")
            yield lines[at]
            before = at
