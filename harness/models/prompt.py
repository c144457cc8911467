"""A chat prompt in pieces: sentences, stretches of data, worked examples.

Runs in the model worker (zone G); the text is hostile. Every pattern here is linear in the text
and the number of pieces is capped, so megabytes cost what kilobytes cost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from harness.models.menus import Menu

_CUT = re.compile(
    r"(?<=[.!?])[\"”')\]]*\s+|;\s+|:\s+(?=[\"“A-ZÀ-Ý])|(?<=[.?!])(?=<)|\s(?=</?[a-z_]{1,30}>)"
    r"|(?<=>)(?=[A-Z{])|(?<=\W)\s(?=[A-Z][a-z]{1,20}:\s)"
)
_MARKUP = re.compile(r"</?[A-Za-z_][\w-]{0,30}>|[*#>`|]+")
_MOST_UNITS = 600


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
    return re.sub(r"\s+", " ", _MARKUP.sub(" ", text)).strip(" -•\t")


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
