"""How alike two texts are: shared runs of four characters, of all there are (Jaccard)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.authoring.data_card import Given

SHORTEST = 20
"""A shorter text (a date, "yes") resembles others by chance."""
MOST_TEXTS = 1_500
"""Comparing each with each of more takes too long."""


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
    plain = re.sub(r"\s+", " ", text.casefold()).strip()
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
        if len(line) >= SHORTEST:
            yield passage(f"line {number}", f"public/{name}, line {number}", line)


def _of_table(name: str, text: str) -> Iterator[Passage]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t" if name[-3] == "t"
                               else ","))  # fmt: skip
    except csv.Error:
        return
    head, rows = (rows[0], [row for row in rows[1:] if row]) if rows else ([], [])
    if not rows:
        return
    column = head.index("text") if "text" in head else _longest(rows)
    for row in rows:
        if len(row) > column and len(row[column]) >= SHORTEST:
            yield passage(row[0], f"public/{name}, {row[0][:40]}", row[column])


def _longest(rows: list[list[str]]) -> int:
    """Return the column with the longest texts."""
    widest = max(len(row) for row in rows)
    return max(range(widest), key=lambda n: sum(len(row[n]) for row in rows if len(row) > n))
