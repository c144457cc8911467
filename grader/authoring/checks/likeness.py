"""How alike two texts are: shared runs of four characters, of all there are (Jaccard)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.authoring.data_card import Given

SHORTEST, FEWEST_WORDS = 20, 4
"""A shorter text (a date, an amount, "yes") resembles others by chance."""
_LONGEST = 2_000
"""Of a longer text the beginning is compared."""
MOST_TEXTS = 1_500
"""Comparing each with each of more takes too long."""
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Passage:
    """One text among many.

    Attributes:
        id: its row's id, or its line.
        place: where it stands.
        grams: its runs of four characters.
    """

    id: str
    place: str
    grams: frozenset[str]


def passage(name: str, place: str, text: str) -> Passage:
    """Return a text as it is compared: no case, one space."""
    plain = re.sub(r"\s+", " ", text[:_LONGEST].casefold()).strip()
    return Passage(name, place, frozenset(plain[n : n + 4] for n in range(len(plain) - 3)))


def likeness(one: Passage, other: Passage) -> float:
    """Return from 0 to 1 how alike two texts are."""
    shared = len(one.grams & other.grams)
    return shared / max(1, len(one.grams) + len(other.grams) - shared)


def are_alike(one: Passage, other: Passage, least: float) -> bool:
    """Whether two texts are at least so alike; sizes alone tell most apart."""
    small, large = sorted((len(one.grams), len(other.grams)))
    return small >= least * large and likeness(one, other) >= least


def passages(given: Given) -> Iterator[Passage]:
    """Yield the texts of a data file: of a table its text column, of others each line."""
    name, text = given.said.name, given.data.decode("utf-8")
    if name.endswith((".csv", ".tsv")):
        yield from _of_table(name, text)
        return
    for number, line in enumerate(text.splitlines(), 1):
        if _is_telling(line):
            yield passage(f"line {number}", f"public/{name}, line {number}", line)


def _of_table(name: str, text: str) -> Iterator[Passage]:
    tab = "\t" if name.endswith(".tsv") else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=tab))
    head, rows = (rows[0], [row for row in rows[1:] if row]) if rows else ([], [])
    if not rows:
        return
    column = head.index("text") if "text" in head else _longest(rows)
    for row in rows:
        if len(row) > column and _is_telling(row[column]):
            yield passage(row[0], f"public/{name}, {row[0][:40]}", row[column])


def _is_telling(text: str) -> bool:
    return len(text) >= SHORTEST and len(_WORD.findall(text[:_LONGEST])) >= FEWEST_WORDS


def _longest(rows: list[list[str]]) -> int:
    """Return the column with the longest texts."""
    widest = max(len(row) for row in rows)
    return max(range(widest), key=lambda n: sum(len(row[n]) for row in rows if len(row) > n))
