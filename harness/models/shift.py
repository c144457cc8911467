"""How far a text is from the plain English that the tiers are trained on, and by which cause.

Runs in the model worker (zone G); pure; the text is hostile and capped. It is counted in words and
letters alone, never in the encoder's sums, so that it is the same on every processor. Only the data
of a call is looked at, never its orders. Each cause is a ramp from 0, without a step:

- *language*: words of another language, by its letters and its smallest words. A good eval has the
  languages of its users among its cases, and counts them apart.
- *slang*: chat abbreviations, letters left out, words spelt in many pieces by the vocabulary; one
  abbreviation or two slips are anyone's and cost nothing. A good eval takes its cases from what
  people really type.
- *names*: new names of products: capitals that the vocabulary spells in three pieces or more,
  where things stand and not people or places. A good eval is run again when the catalogue changes.
- *length*: talk beside the matter, in a text that is to be sorted. A good eval has messages as long
  as the longest that come in.

What fools it: a text that mixes two languages counts as half of one; names of people behind an
article count as products; slang that is spelt well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from harness.models.encoder import WordPiece
from harness.models.pieces import folded
from harness.models.shift_words import BEFORE_THINGS, CHAT, KNOWN_NAMES, PLACES, SHORT
from harness.models.skills.naming_language import foreign_words

MOST_CHARS = 1_200
"""What is read of a text for all but its length: as much as the encoder reads of one."""
_LANGUAGE = (0.1, 0.45)
"""Share of words that are another language's, less English ones: where its ramp begins and ends."""
_SLANG = (0.02, 0.25)
"""Share of words that are slang, less what is anyone's."""
_NAMES = (0.03, 0.2)
"""Share of words that are new names of products."""
_LENGTH = (60, 160)
"""Words of a text that is to be sorted."""
_MANY_PIECES = 3
_RARE_ABROAD = 0.5
"""What a rare word counts beside words of another language; together no more than these do."""
_RARE_SLANG = 0.5
_USUAL_RARE = 0.12
"""Share of rare words that plain English has, whatever the trade."""
_FREE_SLANG = 1.0
"""An abbreviation or two slips of the pen in a text are anyone's."""
_WORD = re.compile(r"([\W_]*)([^\W_]+(?:'[^\W\d_]+)?)")
_ADDRESS = re.compile(r"[\w.+-]{1,80}@\S+|\bhttps?://\S+|\bwww\.\S+")
_JOINS = frozenset("-/.@:=_&#")
"""Signs behind which a piece of a code or an address begins, and no word."""
_NO_VOWEL = re.compile(r"[b-df-hj-np-tv-xz]{2,}")
_DRAWN_OUT = re.compile(r"([a-z])\1\1")

CAUSES = {
    "language": "another language",
    "slang": "slang",
    "names": "new product names",
    "length": "talk beside the matter",
}
"""The causes as people are told of them."""


@dataclass(frozen=True)
class Shift:
    """How far a text is from plain English, 0 to 1 for each cause."""

    language: float = 0.0
    slang: float = 0.0
    names: float = 0.0
    length: float = 0.0

    @property
    def total(self) -> float:
        """All causes together, 0 to 1; more of one never makes it less."""
        return together((self.language, self.slang, self.names, self.length))

    @property
    def causes(self) -> dict[str, float]:
        """The causes that are there, in plain words, with their weights; their order is CAUSES'."""
        return {told: getattr(self, name) for name, told in CAUSES.items() if getattr(self, name)}


NONE = Shift()


def together(causes: Iterable[float]) -> float:
    """Several causes as one, 0 to 1: each takes its share of what the others have left plain."""
    plain = 1.0
    for cause in causes:
        plain *= 1 - cause
    return round(1 - plain, 3)


class _Word(NamedTuple):
    """A word as it is written; hundreds are made in a call.

    Attributes:
        low: the word in small letters.
        pieces: how many pieces the vocabulary spells it in.
        gap: what stands between it and the word before.
    """

    said: str
    low: str
    pieces: int
    gap: str

    @property
    def is_name(self) -> bool:
        """Whether it begins with a capital and goes on in small letters."""
        return self.said[0].isupper() and self.said[1:] != self.said[1:].upper()


def shift_of(words: WordPiece, text: str, *, is_sorted: bool) -> Shift:
    """How far a text is from plain English.

    Args:
        words: the encoder's tokenizer, which knows what is spelt in many pieces.
        text: the data of a call, without its orders.
        is_sorted: it is to be given a label, so that talk beside the matter hides the matter.
    """
    found = _read(words, text[:MOST_CHARS])
    return replace(found, length=_ramp(len(text.split()), *_LENGTH)) if is_sorted else found


@lru_cache(maxsize=128)
def _read(tokenizer: WordPiece, text: str) -> Shift:
    """Language, slang and names of the beginning of a text."""
    text = text.replace("’", "'")
    text = _ADDRESS.sub(" ", text) if "@" in text or "://" in text or "www." in text else text
    words = _words(tokenizer, text)
    if not words:
        return NONE
    loaned = {word.said for word in words if word.pieces == 1}
    foreign = foreign_words(text, [word.said for word in words], loaned)
    rare = sum(word.pieces >= _MANY_PIECES for word in words)
    foreign += min(foreign, _RARE_ABROAD * rare)
    language = _ramp(foreign / len(words), *_LANGUAGE)
    slang = _ramp(_slang(tokenizer, words) / len(words), *_SLANG)
    names = _ramp(_new_names(words) / len(words), *_NAMES)
    if language and language >= slang:  # what is rare there, or has a capital, is that language's
        return Shift(language=together((language, slang, names)))
    return Shift(language, slang, names)


def _words(tokenizer: WordPiece, text: str) -> list[_Word]:
    pieces = tokenizer.pieces
    found = _WORD.findall(f"{text}\nx")[:-1]  # a word at the end: no run of signs is tried twice
    return [
        _Word(said, low, len(pieces(bare if bare.isascii() else folded(bare))), gap)
        for gap, said in found
        for low in (said.lower(),)
        for bare in (low.removesuffix("'s"),)
    ]


def _ramp(value: float, start: float, end: float) -> float:
    """0 up to the start, 1 from the end on, a straight line between them."""
    return round(min(1.0, max(0.0, (value - start) / (end - start))), 3)


def _slang(tokenizer: WordPiece, words: Sequence[_Word]) -> float:
    """How many words are slang, less what is anyone's."""
    chat = sum(_is_chat(tokenizer, word) for word in words)
    rare = sum(
        word.pieces >= _MANY_PIECES and word.said == word.low and word.low.isalpha()
        for word in words
    )
    strange = _RARE_SLANG * max(0.0, rare - _USUAL_RARE * len(words))
    return max(0.0, chat + strange - _FREE_SLANG)


def _is_chat(tokenizer: WordPiece, word: _Word) -> bool:
    """Whether a word is an abbreviation of chats, or spelt by ear."""
    if word.gap[-1:] in _JOINS:
        return False
    if word.low in CHAT:
        return len(word.said) > 2 or not word.said.isupper()
    if word.pieces < 2 or word.said != word.low or word.low in SHORT or not word.low.isalpha():
        return False
    if _NO_VOWEL.fullmatch(word.low) or _DRAWN_OUT.search(word.low):
        return True
    return word.low.endswith("in") and len(tokenizer.pieces(f"{word.low}g")) == 1


def _new_names(words: Sequence[_Word]) -> int:
    """How many names stand where a product would: "the Zephyquant app", "in our Zephyquant"."""
    return sum(
        word.pieces >= _MANY_PIECES
        and word.is_name
        and word.gap == " "
        and before.low in BEFORE_THINGS
        and word.low.isalpha()
        and word.low not in KNOWN_NAMES
        and not (behind.gap == " " and (behind.is_name or behind.low in PLACES))
        for before, word, behind in zip(words, words[1:], [*words[2:], _END], strict=False)
    )


_END = _Word("", "", 0, "")
