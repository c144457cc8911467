"""number provenance: do the numbers in free text occur in an earlier output."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation

from grader.attempt import Attempt
from grader.records import Moment, Signal
from grader.signals.moments import unscored

_MISLEADS = (
    "Mental arithmetic leaves no output, and a number can be right without one. Numbers of the "
    "given text and of answers count as seen."
)
_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.])\d+(?:\.\d+)?")
_NOT_ONE = re.compile(
    r"\b(?:19|20)\d\d\b"  # years
    r"|\b[A-Za-z]+[-_]?\d+\b"  # ids: P04, M18, v1, H-3
    r"|(?:§|\bsection|\bcell|\bversion|\bstep|\bexercise) ?\d+(?:\.\d+)*"
    r"|^\s*\d+[.)] ",  # list numerals
    re.IGNORECASE | re.MULTILINE,
)
_MOST_CHARS = 2_000_000


def number_provenance(attempt: Attempt) -> Signal:
    """Return the share of numbers in the candidate's texts that were shown before.

    A number counts as shown when an output, an answer or the given text holds one that rounds
    to it at the digits it is written with, as itself or as a percentage.
    """
    told = {name: list(_numbers(text)) for name, text in attempt.texts.items() if name != "plan"}
    count = sum(map(len, told.values()))
    if not count:
        why = "no number stands in the free texts"
        return unscored("number_provenance", "Numbers in texts with a source", why, _MISLEADS)
    shown = {_plain(text) for text in _NUMBER.findall(_seen(attempt))}
    without = [
        (name, number)
        for name, numbers in told.items()
        for number in numbers
        if not _is_shown(number, shown)
    ]
    return Signal(
        name="number_provenance",
        title="Numbers in texts with a source",
        status="scored",
        value=f"{count - len(without)} of {count} numbers",
        why="numbers in free text that occur in an output, an answer or the given text",
        misleads=_MISLEADS,
        moments=tuple(
            Moment(label=f"{number} has no earlier output", cell_id=_cell(attempt, name))
            for name, number in without[:20]
        ),
    )


def _cell(attempt: Attempt, name: str) -> str:
    own = f"{attempt.about.exercise}-{name}"
    return own if attempt.cell(own) else name


def _numbers(text: str) -> Iterator[str]:
    yield from _NUMBER.findall(_NOT_ONE.sub(" ", text))


def _seen(attempt: Attempt) -> str:
    """Return everything that was shown to the candidate, as one text."""
    parts = []
    for event in attempt.events:
        load = event.payload
        if event.kind in ("stream", "ask"):
            parts.append(str(load.get("text", "")))
        elif isinstance(data := load.get("data"), dict):
            parts += [str(value) for kind, value in data.items() if kind.startswith("text/")]
    parts += [cell.source for cell in attempt.cells if cell.kind in ("given", "check")]
    return "\n".join(parts)[:_MOST_CHARS]


def _plain(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return Decimal(0)


def _is_shown(number: str, shown: set[Decimal]) -> bool:
    wanted = _plain(number)
    if wanted in shown:
        return True
    digits = Decimal(1).scaleb(-len(number.partition(".")[2]))
    return any(
        one.quantize(digits, rounding=how) == wanted
        for value in shown
        if value < Decimal(10) ** 12
        for one in (value, value * 100)
        for how in (ROUND_HALF_UP, ROUND_HALF_EVEN)
    )
