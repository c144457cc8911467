"""Rule a pattern out without running it: by what must stand in a text for it to match.

Runs in the model worker; the text is hostile. A pattern that begins with a choice of words is tried
at each place of a prompt; whether one of them occurs at all is found a hundred times as fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

_ODD_CASE = re.compile("[ıİſ]")
"""Letters that re.IGNORECASE takes for an ASCII one, and str.lower() does not."""


@lru_cache(maxsize=8)
def lowered(text: str) -> str:
    """What folded() gives, kept for the last texts: whole prompts are asked for by many rules."""
    return folded(text)


def folded(text: str) -> str:
    """A text in lower case, so that whatever re.IGNORECASE takes for an ASCII letter is that."""
    if text.isascii():
        return text.lower()
    return text.casefold().replace("ı", "i").replace("\u0307", "")


def has_any(text: str, needles: Iterable[str]) -> bool:
    """Whether one of some ASCII words in lower case stands in a text, in any case."""
    low = lowered(text)
    return any(needle in low for needle in needles)


def ends_of(name: str, text: str) -> Iterator[int]:
    """Where a name ends in a text, in any case, each time that no word goes on before it.

    A pattern for each name of each prompt is dear to compile, and to keep.
    """
    if not name.isascii() or _ODD_CASE.search(text):
        yield from (m.end() for m in re.finditer(rf"(?<!\w){re.escape(name)}", text, re.I))
        return
    low, sought = text.lower(), name.lower()
    at = low.find(sought)
    while at >= 0:
        is_whole = not at or not (text[at - 1].isalnum() or text[at - 1] == "_")
        if is_whole:
            yield at + len(sought)
        at = low.find(sought, at + (max(1, len(sought)) if is_whole else 1))


def matches_at(
    pattern: re.Pattern[str], text: str, places: Iterable[int]
) -> Iterator[re.Match[str]]:
    """What pattern.finditer gives, where no match begins elsewhere.

    Args:
        pattern: one that never matches nothing.
        text: any string.
        places: where a match may begin, in order.
    """
    behind = 0
    for place in places:
        mark = pattern.match(text, place) if place >= behind else None
        if mark is not None:
            yield mark
            behind = mark.end()
