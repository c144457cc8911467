"""Which part of a prompt is instruction and which is data.

Runs in the model worker (zone G); the text is hostile. Every pattern here is linear in the text
and the number of pieces is capped, so megabytes cost what kilobytes cost.

Here are the parts of a prompt and how its pieces are weighed by marks and smoothed, because data
comes in runs; apart.py and parting.py judge what the marks leave open.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from harness.models.menus import Menu
from harness.models.shots import Block

_CUT = re.compile(
    r"(?<=[.!?])[\"”')\]]*\s+|;\s+|:\s+(?=[\"“A-ZÀ-Ý])|(?<=[.?!])(?=<)|\s(?=</?[a-z_]{1,30}>)"
    r"|(?<=>)(?=[A-Z{])|(?<=\W)\s(?=[A-Z][a-z]{1,20}:\s)"
)
_MARKUP = re.compile(r"</?[A-Za-z_][\w-]{0,30}>|[*#>`|]+")
_MOST_UNITS = 600
SWITCH = 1.7
STRONG = 8.0


@dataclass(frozen=True)
class Unit:
    """A sentence-like piece of one message."""

    message: int
    start: int
    end: int
    text: str
    is_data: bool
    is_example: bool = False


@dataclass(frozen=True)
class Span:
    """A stretch of data: text[start:end] of messages[message]."""

    message: int
    start: int
    end: int


@dataclass(frozen=True)
class Prompt:
    """A chat prompt taken apart.

    Attributes:
        messages: (role, text), oldest first.
        units: pieces in order.
        spans: stretches of data.
        examples: worked (input, output) pairs found in it.
        question: the question under its own label, empty when there is none.
        menu: the labels it lists in one place, if it does.
    """

    messages: tuple[tuple[str, str], ...]
    units: tuple[Unit, ...]
    spans: tuple[Span, ...]
    examples: tuple[tuple[str, str], ...] = ()
    question: str = ""
    menu: Menu | None = None
    _texts: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def instructions(self) -> tuple[str, ...]:
        """Cleaned instruction sentences, in order."""
        return tuple(
            clean(u.text) for u in self.units if not u.is_data and not u.is_example if clean(u.text)
        )

    @property
    def data(self) -> tuple[str, ...]:
        """The texts of the data spans."""
        return tuple(self.messages[s.message][1][s.start : s.end] for s in self.spans)

    @property
    def directions(self) -> str:
        """Everything that is not data, with its line breaks; data is replaced by a gap."""
        out: list[str] = []
        for number, (role, text) in enumerate(self.messages):
            if role == "assistant":
                continue
            at = 0
            for span in (s for s in self.spans if s.message == number):
                out.append(text[at : span.start])
                at = span.end
            out.append(text[at:])
            out.append("\n")
        return "".join(out)


def clean(text: str) -> str:
    """One line without markup."""
    return " ".join(_MARKUP.sub(" ", text).split()).strip(" -•\t")


def split_units(text: str) -> list[tuple[int, int]]:
    """Offsets of sentence-like pieces; of a very long text the middle is one piece."""
    out: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text):
        at = line.start()
        for cut in _CUT.finditer(line[0]):
            end = line.start() + cut.end()
            if end > at:
                out.append((at, end))
                at = end
        if line.end() > at:
            out.append((at, line.end()))
    out = [(a, b) for a, b in out if re.search(r"\w", text[a:b])]
    if len(out) > _MOST_UNITS:
        half = _MOST_UNITS // 2
        out = [*out[:half], (out[half][0], out[-half - 1][1]), *out[-half:]]
    return out


def units_of(
    text: str,
    places: Sequence[tuple[int, int]],
    odds: np.ndarray[tuple[int], np.dtype[np.float64]],
    example: np.ndarray[tuple[int], np.dtype[np.bool_]],
    message: int,
) -> list[Unit]:
    """The pieces of a message, data or not by their smoothed log-odds."""
    labels = [k if clean(text[a:b]) else 0 for k, (a, b) in zip(smooth(odds), places, strict=True)]
    return [
        Unit(message, a, b, text[a:b], bool(k), bool(e))
        for (a, b), k, e in zip(places, labels, example, strict=True)
    ]


def weigh_marks(
    places: Sequence[tuple[int, int]], found: Sequence[Block], lean: float
) -> tuple[
    np.ndarray[tuple[int], np.dtype[np.float64]],
    np.ndarray[tuple[int], np.dtype[np.bool_]],
    np.ndarray[tuple[int], np.dtype[np.bool_]],
]:
    """For each piece its log-odds of being data by marks alone, if they decide, if it is shown.

    Args:
        places: (start, end) of the pieces, in order.
        found: the marks of the message.
        lean: log-odds before any mark is seen.
    """
    odds = np.full(len(places), lean, np.float64)
    decided = np.zeros(len(places), bool)
    example = np.zeros(len(places), bool)
    starts = [start for start, _ in places]
    for block in found:
        first = max(0, bisect_right(starts, block.start) - 1)
        for i in range(first, bisect_left(starts, block.end)):
            start, end = places[i]
            if min(end, block.end) - max(start, block.start) > 0.5 * (end - start):
                if block.weight in (STRONG, -STRONG):
                    odds[i], decided[i] = block.weight, True
                elif not decided[i]:
                    odds[i] += block.weight
                example[i] |= block.is_example
    return odds, decided, example


def cut_at(places: Sequence[tuple[int, int]], cuts: Sequence[int]) -> list[tuple[int, int]]:
    """The pieces, parted where a cut lies inside them."""
    edges = sorted(set(cuts))
    out: list[tuple[int, int]] = []
    at = 0
    for start, end in places:
        while at < len(edges) and edges[at] <= start:
            at += 1
        cursor, look = start, at
        while look < len(edges) and edges[look] < end:
            out.append((cursor, edges[look]))
            cursor = edges[look]
            look += 1
        out.append((cursor, end))
    return [(a, b) for a, b in out if b > a]


def smooth(odds: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[int]:
    """Most likely labelling when each change of label costs something (Viterbi)."""
    first, *rest = odds.tolist()
    told, data = 0.5 - first / 2, first / 2 - 0.5
    back: list[tuple[int, int]] = []
    for value in rest:
        back.append((int(data - SWITCH > told), int(data > told - SWITCH)))
        told, data = (
            max(told, data - SWITCH) - value / 2,
            max(told - SWITCH, data) + value / 2,
        )
    label = int(data > told)
    out = [label]
    for pair in reversed(back):
        label = pair[label]
        out.append(label)
    return out[::-1]


def spans_of(text: str, pieces: Sequence[Unit], message: int) -> list[Span]:
    """The stretches of data among the pieces of a message, neighbours joined."""
    out: list[Span] = []
    for unit in pieces:
        if not unit.is_data:
            continue
        if out and not re.search(r"\w", text[out[-1].end : unit.start]):
            out[-1] = Span(message, out[-1].start, unit.end)
        else:
            out.append(Span(message, unit.start, unit.end))
    return [_trim(text, span) for span in out]


def _trim(text: str, span: Span) -> Span:
    raw = text[span.start : span.end]
    left = len(raw) - len(raw.lstrip(" \t\n\r>-"))
    right = len(raw.rstrip())
    if right <= left:
        return span
    return Span(span.message, span.start + left, span.start + right)
