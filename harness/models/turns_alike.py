"""Fill the form of the last answer anew: "Velm | 14" and a new sentence give "Okport | 9".

Runs in the model worker (zone G); pure; the text is hostile and short. Each part of the answer
must stand in the text it was taken from; in the new text that is taken which is of the same kind
(a figure, a name) or stands behind the same word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_MOST = 300
_SEPARATORS = re.compile(r"\s?(?:\||/|;|->|→|=>)\s?|\s[-–—:]\s|:\s|,\s")
_LEAD = re.compile(
    r"^\W*(?:(?:and|next|now|then|ok|also|same for|same with|another(?: one)?|this one|"
    r"the next(?: one)?)\b[ ,]*){1,3}:\s*|^\W*(?:and|next|then)\b[ ,:]+",
    re.I,
)
_FIGURE = re.compile(r"(?<![\w.])\d{1,9}(?:[.,:]\d{1,3})?(?!\w)")
_NAME = re.compile(r"(?<![\w.])[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){0,3}")
_NO_NAMES = frozenset(
    "in on at the a an this that these those my our your his her their it he she we they i and "
    "but then for from to of by with yesterday today tomorrow last next when while after before "
    "old young mr mrs ms dr miss".split()
)


def filled_alike(pairs: Sequence[tuple[str, str]], turn: str) -> str:
    """The last answer's form with what a new text holds; empty where a part is not found in it.

    Args:
        pairs: (user turn, answer), oldest first.
        turn: the new text, maybe behind "and:".
    """
    given, answer = pairs[-1]
    if "?" in turn or "\n" in answer.strip() or len(answer) > 80 or len(turn.split()) < 4:
        return ""
    source = given[:_MOST].split(": ", 1)[-1] if ": " in given[:_MOST] else _LEAD.sub("", given)
    marks = _SEPARATORS.findall(answer.strip())
    parts = [part.strip() for part in _SEPARATORS.split(answer.strip())]
    if not 2 <= len(parts) <= 4 or any(not p or len(p.split()) > 3 for p in parts):
        return ""
    if sum(len(p.split()) for p in parts) * 2 > len(source.split()):
        return ""
    new = _LEAD.sub("", turn.strip()[:_MOST])
    is_told = any(_FIGURE.fullmatch(part) for part in parts)
    if not is_told and not all(re.search(r"[|/>→⇒]", mark) for mark in marks):
        return ""
    done = [_alike(part, source, new) for part in parts]
    if not all(done) or len(set(done)) < len(done):
        return ""
    return "".join(a + b for a, b in zip(done, [*marks, ""], strict=True))


def _alike(part: str, source: str, new: str) -> str:
    """What plays the same part in a new text."""
    at = re.search(rf"(?<!\w){re.escape(part)}(?!\w)", source)
    if at is None:
        return ""
    behind = re.match(r"\W*([^\W\d_]+)", source[at.end() :])
    before = re.search(r"([^\W\d_]+)\W*$", source[: at.start()])
    if _FIGURE.fullmatch(part):
        figures = list(_FIGURE.finditer(new))
        same = [
            m
            for m in figures
            if behind
            and (word := re.match(r"\W*([^\W\d_]+)", new[m.end() :]))
            and word[1].lower() == behind[1].lower()
        ]
        found = same if len(same) == 1 else figures
        return found[0][0] if len(found) == 1 else ""
    if part[:1].isupper():
        names = [(name, m.start()) for m in _NAME.finditer(new) if (name := _bare(m[0]))]
        if len(names) > 1:  # the one that stands behind the same word, or at the start
            lead = _led_by(source, at.start())
            names = [(name, start) for name, start in names if _led_by(new, start) == lead]
        return names[0][0] if len(names) == 1 else ""
    if before is None:
        return ""
    led = re.findall(rf"\b{re.escape(before[1])}\s+([^\W\d_][\w-]*)", new, re.I)
    return led[0] if led and len(part.split()) == 1 else ""


def _led_by(text: str, start: int) -> str:
    """The word right before a place; empty at the start of the text."""
    found = re.search(r"([^\W\d_]+)\W*$", text[:start])
    return found[1].lower() if found else ""


def _bare(name: str) -> str:
    """A name without the small words that a sentence begins with."""
    words = name.split()
    while words and words[0].lower() in _NO_NAMES:
        words.pop(0)
    return " ".join(words)
