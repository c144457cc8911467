"""What tells each saved version of a notebook from the one before it, in a few words.

Runs in zone S. The versions are a hostile kernel's bytes: they are parsed as JSON and turned into
hashes; none of their words goes anywhere. What was read once is kept as hashes, since a list of
versions is asked for again and again; a long list that is new here is read little by little.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from harness.lab.errors import NoAnswer, ProctorSaidNo

MOST_READ = 16
"""How many versions are read for one list; the others say their length until the next one."""
MOST_BYTES = 4 << 20
"""Larger ones are not read for this."""
MOST_KEPT = 1000
"""How many versions are remembered."""
MOST_CELLS = 1000
"""Of more cells than these nothing is told."""
MOST_KEPT_CELLS = 50_000
"""How many cells of all the versions together; each is three hashes."""
NOTHING = "nothing changed"


class Reads(Protocol):
    """The proctor, as far as saved files are read."""

    async def blob(self, name: str) -> bytes:
        """Return a saved file's bytes; raises NoAnswer or ProctorSaidNo."""
        ...


class Listed(Protocol):
    """A version, as far as this needs it."""

    @property
    def sha256(self) -> str:
        """Of its bytes."""

    @property
    def bytes(self) -> int:
        """How large it is."""


@dataclass(frozen=True)
class _Cell:
    """One cell, by hashes."""

    text: str
    """Of its type and source."""
    run: str
    """Of its run's number and what came out; empty if it was never run."""
    number: str
    """Of its run's number alone; empty if it has none."""
    is_empty: bool
    """Whether nothing stands in it or came of it, as in the cell that Shift Enter adds."""


Cells = Mapping[tuple[str, int], _Cell]
"""In their order, by id and which of those with the same id."""


@dataclass(frozen=True)
class Print:
    """One version, by hashes.

    Attributes:
        cells: each of them.
        texts: of all its texts and code, and their order; empty cells are left out.
    """

    cells: Cells
    texts: str


class Changes:
    """Remembers versions as hashes, and says what tells one from another."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Print | None] = OrderedDict()
        self._cells = 0

    async def tell(self, door: Reads, versions: Sequence[Listed]) -> list[str | None]:
        """Return for each version what tells it from the one behind it in the list.

        Args:
            door: the proctor.
            versions: newest first.

        Returns:
            "2 cells changed, 1 run"; None for the oldest, and where it is not known (yet).
        """
        left = MOST_READ
        for one in versions:
            if left and one.sha256 not in self._known:
                left -= 1
                try:
                    self._keep(one.sha256, await _read(door, one))
                except NoAnswer:
                    break  # asked again with the next list
        prints = [self._known.get(one.sha256) for one in versions]
        return [_tell(*pair) for pair in zip(prints, [*prints[1:], None], strict=True)]

    def texts(self, one: Listed) -> str | None:
        """Return what is equal for versions with the same texts and code; None if not known yet.

        One that cannot be read, as it is too large, is like itself alone: whether it holds what was
        submitted cannot be told, so nobody is told that it does.

        Args:
            one: a version that tell() was asked about.
        """
        if one.sha256 not in self._known:
            return None
        found = self._known[one.sha256]
        return one.sha256 if found is None else found.texts

    def _keep(self, name: str, value: Print | None) -> None:
        self._known[name] = value
        self._cells += _size(value)
        while len(self._known) > MOST_KEPT or self._cells > MOST_KEPT_CELLS:
            self._cells -= _size(self._known.popitem(last=False)[1])


def _size(value: Print | None) -> int:
    return 0 if value is None else len(value.cells)


async def _read(door: Reads, one: Listed) -> Print | None:
    if one.bytes > MOST_BYTES:
        return None
    try:
        return await asyncio.to_thread(_print_of, await door.blob(one.sha256))
    except ProctorSaidNo:
        return None


def _print_of(data: bytes) -> Print | None:
    try:
        cells = json.loads(data)["cells"]
        if len(cells) > MOST_CELLS:
            return None
        found = dict(_cells(cells))
        return Print(
            found, _hash([[*key, one.text] for key, one in found.items() if not one.is_empty])
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _cells(cells: Any) -> Iterator[tuple[tuple[str, int], _Cell]]:
    seen: Counter[str] = Counter()
    for cell in cells:
        if isinstance(cell, Mapping):
            ident, source = str(cell.get("id"))[:200], cell.get("source")
            text = "".join(map(str, source)) if isinstance(source, list) else str(source or "")
            number, outputs = cell.get("execution_count"), cell.get("outputs")
            run = _hash([number, outputs]) if number or outputs else ""
            told = _hash([cell.get("cell_type"), text])
            yield (
                (ident, seen[ident]),
                _Cell(
                    text=told,
                    run=run,
                    number=_hash(number) if number else "",
                    is_empty=not text.strip() and not run,
                ),
            )
            seen[ident] += 1


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _tell(now: Print | None, before: Print | None) -> str | None:
    if now is None or before is None:
        return None
    return _differences(now.cells, before.cells)


def _differences(now: Cells, before: Cells) -> str:
    both = [one for one in now if one in before]
    ran = [one for one in now if now[one].run and now[one].run != _run_in(before, one)]
    going_on = [one for one in ran if one in before and _is_one_run(now[one], before[one])]
    counts = {
        "changed": sum(now[one].text != before[one].text for one in both),
        "added": sum(one not in before and not now[one].is_empty for one in now),
        "removed": sum(one not in now and not before[one].is_empty for one in before),
        "run": len(ran) - len(going_on),
        "with new output": len(going_on),
        "now without output": sum(bool(before[one].run) and not now[one].run for one in both),
    }
    words = [(number, word) for word, number in counts.items() if number]
    first = [f"{number} {'cell' if number == 1 else 'cells'} {word}" for number, word in words[:1]]
    said = first + [f"{number} {word}" for number, word in words[1:]]
    if _in_order(both, now) != _in_order((one for one in before if one in now), now):
        said.append("order changed")
    return ", ".join(said) or NOTHING


def _in_order(names: Iterable[tuple[str, int]], cells: Cells) -> list[tuple[str, int]]:
    return [one for one in names if not cells[one].is_empty]


def _is_one_run(now: _Cell, before: _Cell) -> bool:
    """Return whether the earlier of two versions was saved while the run of the later went on."""
    return now.text == before.text and now.number == before.number != ""


def _run_in(found: Cells, one: tuple[str, int]) -> str:
    cell = found.get(one)
    return "" if cell is None else cell.run
