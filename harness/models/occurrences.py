"""Where the words of one text stand in another, whatever lies between them.

Runs in the model worker; both texts are hostile. No pattern is made of them: a pattern that was
compiled for a prompt's own words would be kept as long as the rules' own.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\W_]{1,12}")
_EDGE = re.compile(r"\b")
_MOST_WORDS = 60


def last_occurrence(question: str, text: str) -> tuple[int, int] | None:
    """Where the words of a question stand in a text for the last time; None where they do not.

    Args:
        question: its first 60 words are looked for, in order, letter for letter.
        text: between two of them up to twelve characters may stand that belong to no word.
    """
    words = _WORD.findall(question)[:_MOST_WORDS]
    if not words:
        return None
    found, at = None, 0
    while (start := text.find(words[0], at)) >= 0:
        end = _end_of(words, text, start)
        found = (start, end) if end else found
        at = end or start + 1
    return found


def _end_of(words: list[str], text: str, start: int) -> int:
    """The offset behind the words if they stand there; 0 where they do not."""
    if _EDGE.match(text, start) is None:
        return 0
    end = start + len(words[0])
    for word in words[1:]:
        gap = _GAP.match(text, end)
        if gap is None or not text.startswith(word, gap.end()):
            return 0
        end = gap.end() + len(word)
    return end if _EDGE.match(text, end) else 0
