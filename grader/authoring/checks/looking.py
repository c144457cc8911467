"""How rules look at a notebook: what candidates are given of a cell, its words, where a text is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.authoring.checks.room import Room
from grader.authoring.leaks import plain
from grader.authoring.problem import Problem, Severity
from grader.authoring.solutions import cut
from grader.authoring.source import Cell
from grader.errors import NotReleasable

_BEGINNING = 32
"""Lines are looked up by so many of their first characters."""
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_COMMON = {"the", "and", "of", "to", "a", "is", "in", "that", "it", "for", "or", "you", "what"}
_SHARE = 0.1
"""These words are a fifth and more of English prose, and 5% at most of German or Spanish."""
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class Text:
    """One text that somebody may read.

    Attributes:
        place: where an author finds it.
        text: what it says.
        has_lines: whether a line of it should be named.
    """

    place: str
    text: str
    has_lines: bool = False


def given(cell: Cell) -> str | None:
    """Return what a candidate is given of a cell; None while its markers are off."""
    try:
        return cut(cell)
    except NotReleasable:
        return None


def markers_are_fine(room: Room) -> bool:
    """Whether every solution can be cut; who has to know asks before comparing lines."""
    return all(given(cell) is not None for cell in room.cells)


def cells_of(room: Room, part: int) -> Iterator[Text]:
    """Yield what is given of a part's cells."""
    for cell in room.cells:
        text = given(cell)
        if cell.part == part and text is not None:
            yield Text(cell.place, text)


def part_one(room: Room) -> Iterator[Text]:
    """Yield every text that candidates can read before the plan."""
    yield from cells_of(room, 1)
    if room.has("card"):
        yield Text("exercise.toml", room.card.without_part_two().model_dump_json(by_alias=True))
    yield from public_texts(room)


def public_texts(room: Room) -> Iterator[Text]:
    """Yield the data files, and what data.toml says of them."""
    for one in room.given if room.has("given") else ():
        said = f"{one.said.about}\n{one.said.origin}\n{one.said.licence}"
        yield Text(f"data.toml, {one.said.name!r}", said)
        yield Text(f"public/{one.said.name}", one.data.decode("utf-8"), has_lines=True)


def copied(
    texts: Iterable[Text], lines: Iterable[tuple[str, str]], remedy: str
) -> Iterator[Problem]:
    """Yield each text that holds a line which must not stand there, once for each place of lines.

    Args:
        texts: where to look.
        lines: each line with the place it belongs to.
        remedy: what to do.
    """
    beginnings: dict[str, list[tuple[str, str]]] = {}
    for line, place in lines:
        beginnings.setdefault(plain(line)[:_BEGINNING], []).append((plain(line), place))
    for text in texts:
        told = set()
        for line, place in _found(plain(text.text), beginnings):
            if place not in told:
                told.add(place)
                where = text.place
                if text.has_lines:
                    where += f", line {line_of(plain(text.text), line)}"
                yield Problem(where, f"it holds a line of {place}: {line[:60]!r}", remedy)


def _found(
    text: str, beginnings: Mapping[str, Sequence[tuple[str, str]]]
) -> Iterator[tuple[str, str]]:
    """Yield the lines that stand in a text, by looking once at each of its characters."""
    short = [begin for begin in beginnings if len(begin) < _BEGINNING and begin in text]
    long = (text[n : n + _BEGINNING] for n in range(len(text) - _BEGINNING + 1))
    for begin in (*short, *dict.fromkeys(one for one in long if one in beginnings)):
        for line, place in beginnings[begin]:
            if line in text:
                yield line, place


def line_of(text: str, part: str) -> int:
    """Return the number of the line in which a part begins, from 1."""
    return text[: max(0, text.find(part))].count("\n") + 1


def prose(cell: Cell) -> str:
    """Return a markdown cell's text without fenced code; "" of a code cell."""
    if cell.cell_type != "markdown":
        return ""
    kept, fenced = [], False
    for line in (given(cell) or "").splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            kept.append(line)
    return "\n".join(kept)


def words(text: str) -> list[str]:
    """Return the words of a text, without marks."""
    return _WORD.findall(text)


def is_english(room: Room) -> bool:
    """Whether the notebook speaks English: some rules look for words, and know no other."""
    said = [word.casefold() for cell in room.cells for word in words(prose(cell))]
    return sum(word in _COMMON for word in said) >= _SHARE * len(said)


def untold(what: str, *, is_foreign: bool) -> tuple[str, Severity]:
    """Return how to tell that something is not said, and how sure that is."""
    if is_foreign:
        return f"may not say {what}: English words alone were looked for", "warning"
    return f"does not say {what}", "error"
