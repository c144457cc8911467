"""Surface cues of a text: word lists and a few forms, matched without a pattern of anybody's.

Runs in the model worker (zone G) and where profiles are checked; the text is hostile. Lists hold
plain words, so the time is bounded by the text's length times the lists', whatever stands in both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from harness.models.tasks import is_question

_MOST_CHARS = 12_000
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CAPITALS = re.compile(r"(?<![^\W_])[^\W\d_a-z]{4,}(?![^\W_])")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


def words_of(text: str) -> str:
    """The words of a text in lower case, one space before each and one at the end.

    Of a very long text the beginning and the end are read.
    """
    if len(text) > _MOST_CHARS:
        text = f"{text[: _MOST_CHARS // 2]} {text[-_MOST_CHARS // 2 :]}"
    folded = text.replace("\u2019", "'").replace("\u02bc", "'").casefold()
    return " ".join(["", *_WORD.findall(folded), ""])


def needle_of(phrase: str) -> str:
    """A phrase as it is looked for in words_of; a star at its end leaves the last word open.

    Returns:
        The needle; empty for a phrase without a word in it.
    """
    is_open = phrase.rstrip().endswith("*")
    words = words_of(phrase)
    return words.rstrip() if is_open else words.strip() and words


def hits(needles: tuple[str, ...], words: str) -> int:
    """How many of the needles occur in words, each counted once."""
    return sum(needle in words for needle in needles)


def _asks(text: str) -> bool:
    """Some sentence has the form of a question."""
    pieces = [m[0].strip() for m in _SENTENCE.finditer(text[:_MOST_CHARS])][:60]
    return any(is_question(piece) for piece in pieces if len(piece) > 4)


def _exclaims(text: str) -> bool:
    """Two marks in a row, or three anywhere."""
    return "!!" in text or text.count("!") >= 3


def _shouts(text: str) -> bool:
    """A word of four or more capitals in a text that is not all capitals."""
    return bool(_CAPITALS.search(text[:_MOST_CHARS])) and text != text.upper()


def _is_long(text: str) -> bool:
    """More than 400 characters."""
    return len(text) > 400


FORMS: Mapping[str, Callable[[str], bool]] = {
    "form.question": _asks,
    "form.exclaims": _exclaims,
    "form.shouts": _shouts,
    "form.long": _is_long,
}
"""Cues that no list can hold, by the name a profile calls them."""
