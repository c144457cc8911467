"""A prompt as word pieces that know where they stand and how they are written.

Runs in the model worker (zone G) and in scripts/train_reader, which must see the same pieces. Text
is hostile: of a long one the beginning and the end are read, and the rest costs nothing.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from harness.models.encoder import WordPiece

MOST_PIECES = 160
"""Pieces of a text that are read. Most prompts are shorter; the time is about linear in it."""
LAST_PIECES = 56
"""How many of them are the last ones, where a text is longer."""
KEPT_FIRST, KEPT_LAST = 40, 12
"""What is read of a long stretch that is known to be data."""
SHAPES = 9
"""Kinds of looks: three of the line (goes on, begins, begins after a gap) by three of the case."""
_MOST_CHARS = 6_000
_WORD = re.compile(r"[^\W_]+|\S")
_LINES = re.compile(r"\n[ \t]*")


@dataclass(frozen=True)
class Pieces:
    """A stretch of text in pieces.

    Attributes:
        ids: rows of the table of words, without the marks at both ends.
        starts: offset of each piece's word in the whole text.
        ends: offset behind it.
        shapes: how each piece's word is written, 0 to SHAPES - 1.
    """

    ids: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    shapes: tuple[int, ...]

    def part(self, first: int, end: int) -> Pieces:
        """The pieces from one number to before another."""
        return self.picked(range(len(self.ids))[first:end])

    def joined(self, other: Pieces) -> Pieces:
        """These pieces and then others."""
        return Pieces(
            self.ids + other.ids,
            self.starts + other.starts,
            self.ends + other.ends,
            self.shapes + other.shapes,
        )

    def picked(self, which: Sequence[int]) -> Pieces:
        """The pieces with these numbers."""
        fields = (self.ids, self.starts, self.ends, self.shapes)
        return Pieces(*(tuple(of[i] for i in which) for of in fields))


def pieces_read(words: WordPiece, text: str, skipped: Sequence[tuple[int, int]] = ()) -> Pieces:
    """Return the pieces of a text that are read: all, or of a long one the first and the last.

    Args:
        words: the tokenizer.
        text: any string.
        skipped: (start, end) of known data, in order; of a long one only the ends are kept.
    """
    head = without(pieces_of(words, text[:_MOST_CHARS]), skipped)
    if len(text) <= _MOST_CHARS and len(head.ids) <= MOST_PIECES:
        return head
    first = head.part(0, MOST_PIECES - LAST_PIECES)
    at = max(first.ends[-1] if first.ids else 0, len(text) - _MOST_CHARS)
    tail = without(pieces_of(words, text[at:], at), skipped)
    return first.joined(tail.part(max(0, len(tail.ids) - LAST_PIECES), len(tail.ids)))


def without(pieces: Pieces, skipped: Sequence[tuple[int, int]]) -> Pieces:
    """The pieces without the inside of long stretches, of which the ends are kept."""
    gone: set[int] = set()
    for start, end in skipped:
        first, last = bisect_left(pieces.starts, start), bisect_left(pieces.starts, end)
        gone.update(range(first + KEPT_FIRST, last - KEPT_LAST))
    return pieces.picked([i for i in range(len(pieces.ids)) if i not in gone]) if gone else pieces


def pieces_of(words: WordPiece, text: str, offset: int = 0) -> Pieces:
    """Return all pieces of a text.

    Args:
        words: the tokenizer.
        text: any string; the time is linear in it.
        offset: where it begins in a longer one; added to every place.
    """
    ids: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    shapes: list[int] = []
    at = 0
    for mark in _WORD.finditer(text):
        word = mark[0]
        breaks = len(_LINES.findall(text[at : mark.start()])) if mark.start() > at else 0
        at = mark.end()
        case = (
            0 if word.islower() or not word[0].isupper() else 1 + (len(word) > 1 and word.isupper())
        )
        for piece in words.pieces(folded(word)):
            ids.append(piece)
            starts.append(offset + mark.start())
            ends.append(offset + mark.end())
            shapes.append(3 * min(breaks, 2) + case)
    return Pieces(tuple(ids), tuple(starts), tuple(ends), tuple(shapes))


def folded(word: str) -> str:
    """A word in lower case without its accents; never empty."""
    if word.isascii():
        return word.lower()
    bare = "".join(
        c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn"
    )
    return bare or word
