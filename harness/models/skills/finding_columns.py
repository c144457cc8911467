"""Questions that two columns of a table answer together: what is left of each, the share it lost.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from fractions import Fraction

from harness.models.skills.finding_intervals import value_of
from harness.models.skills.reckoning_figures import plain
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.tables import find_table

_LEFT = re.compile(r"\b(?:left|still|remain\w*|free|unsold|available|in stock)\b", re.I)
_GONE = re.compile(
    r"\b(?:out|sold|used|gone|lent|taken|booked|rented|occupied|spent|broken|eaten|away|lost|"
    r"borrowed|reserved)\b",
    re.I,
)
_SHARE = re.compile(
    r"\b(?:largest|biggest|highest|greatest|smallest|lowest) (?:share|percentage|proportion|"
    r"part)\b|"
    r"\b(?:share|percentage|proportion)\b|\bin (?:per ?cent|%)|\brelative",
    re.I,
)
_CHANGE = re.compile(r"\b(?P<down>lost|loses?|fell|dropped|shrank|shrunk|sank)\b|"
                     r"\b(?P<up>grew|gained|rose|risen|grown|increased)\b", re.I)  # fmt: skip
_LEAST = re.compile(r"\b(?:fewest|least|smallest|lowest)\b", re.I)
_MOST = re.compile(
    r"\b(?:most|largest|biggest|highest|greatest|fewest|least|smallest|lowest)\b", re.I
)
_BOTH = re.compile(r"^\W*(?:and )?how many(?: (?:is|are) (?:that|it|they))?\W*$", re.I)


def by_two_columns(ask: str, text: str, before: tuple[str, ...] = ()) -> Worked | None:
    """The row with the most left over, or with the largest share gained or lost.

    Args:
        ask: the question.
        text: the text with the table.
        before: the questions before it, the last of which a mere "how many" goes on with.
    """
    if before and _BOTH.match(ask):
        most = by_two_columns(f"{before[-1]} how many", text)
        figure = most.bare.rpartition(", ")[2] if most else ""
        return Worked(figure, most.working, "") if most and figure.isdigit() else None
    table = find_table(text)
    if table is None or len(table.header) < 3 or not _MOST.search(ask):
        return None
    figures = [_numbers(row) for row in table.rows]
    if len(figures) < 2 or any(len(row) != 2 for row in figures):
        return None
    names = [row[0].strip() for row in table.rows]
    change = _CHANGE.search(ask)
    if change and _SHARE.search(ask):
        if any(not row[0] for row in figures):
            return None
        parts = [(row[1] - row[0]) / row[0] * (-1 if change["down"] else 1) for row in figures]
        plain_parts = [abs(row[1] - row[0]) for row in figures]
        at, slip = _best(parts, ask), _best(plain_parts, ask)
        share = f"{plain(round(parts[at] * 100, 1))}%"
        return Worked(names[at], share, names[slip] if slip != at else "")
    if not (_LEFT.search(ask) and _GONE.search(table.header[2]) and not _GONE.search(ask)):
        return None
    left = [row[0] - row[1] for row in figures]
    at = _best(left, ask)
    amount = plain(left[at])
    worked = f"{plain(figures[at][0])} - {plain(figures[at][1])}"
    if re.search(r"\bhow many\b", ask, re.I):
        return Worked(f"{names[at]}, {amount}", worked, f"{names[at]}, {plain(figures[at][0])}")
    return Worked(names[at], "", "")


def _best(values: list[Fraction], ask: str) -> int:
    pick = min if _LEAST.search(ask) else max
    return values.index(pick(values))


def _numbers(row: tuple[str, ...] | list[str]) -> list[Fraction]:
    """The figures of a row behind its name."""
    out: list[Fraction] = []
    for cell in row[1:]:
        value = value_of(cell.strip()) if re.fullmatch(r"\s*[\d.,]+\s*", cell) else None
        if value is not None:
            out.append(value)
    return out
