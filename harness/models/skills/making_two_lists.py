"""Two or more lists made one: merged, what is in both, what is in one alone, taken in turns.

Runs in the model worker; pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from harness.models.skills.making_items import Items, in_words, items_in

_BOTH = re.compile(r"\b(?:both|common|shared|overlap\w*|intersect\w*|in each of the)\b", re.I)
_UNION = re.compile(r"\b(?:merge|combine|union|unite|together|join|one (?:\w+ )?list)\b", re.I)
_MINUS = re.compile(
    r"\b(?:only in|in|on|from) (?:the )?(?:list )?(?:first|1|one|A|second|2|"
    r"two|B)\b[^.?\n]{0,30}\b(?:not|missing|but)\b|"
    r"\b(?:missing|not) (?:from|in|on) (?:the )?(?:list )?(?:first|second|1|"
    r"2|A|B)\b|\bdifference\b",
    re.I,
)
_TURNS = re.compile(
    r"\binterleav\w*|\balternat\w*|\bzip(?:ped)?\b|\btak\w+ turns\b|\bone "
    r"from each\b|\bin turns?\b|\bby turns\b|\b(?P<a>\w+),? (?P<b>\w+),? "
    r"(?P=a),? (?P=b)\b",
    re.I,
)
_DEDUPE = re.compile(
    r"\bdupl\w+|\bdedup\w*|\brepeat(?:s|ed|ing)\b|\bonly once\b|\bunion\b|"
    r"\bunique\b|\bdistinct\b|\beach (?:\w+ )?once\b",
    re.I,
)
_SORT = re.compile(r"\bsort(?:ed)?\b|\balphabet\w+", re.I)


def of_several(asked: str, text: str) -> str | None:
    """Two lists merged, or what is in both, or in one alone."""
    lists = _lists(text)
    if len(lists) < 2:
        return None
    if _TURNS.search(asked):
        return _said([p for row in zip_longest(*lists) for p in row if p is not None], asked, text)
    if len(lists) > 2:
        whole = [p for parts in lists for p in parts]
        return (
            _said(_once(whole) if _DEDUPE.search(asked) else whole, asked, text)
            if _UNION.search(asked)
            else None
        )
    first, second = lists
    low = [[p.lower() for p in parts] for parts in lists]
    both = [p for p in first if p.lower() in low[1]]
    if _MINUS.search(asked):
        wants_second = bool(
            re.search(
                r"\b(?:only in|in|on) (?:the )?(?:list )?(?:second|2|two|B)\b|\bmissing "
                r"(?:from|in|on) (?:the )?(?:list )?(?:first|1|one|A)\b",
                asked,
                re.I,
            )
        )
        kept = [
            p
            for p in (second if wants_second else first)
            if p.lower() not in low[0 if wants_second else 1]
        ]
        return _said(kept, asked, text)
    if _BOTH.search(asked) and not re.search(r"\bmerge|\bcombine|\bunion|\bjoin", asked, re.I):
        return _said(both, asked, text)
    if _UNION.search(asked):
        whole = [*first, *second]
        whole = (
            _once(whole) if _DEDUPE.search(asked) or re.search(r"\bunion\b", asked, re.I) else whole
        )
        whole = sorted(whole, key=str.casefold) if _SORT.search(asked) else whole
        return _said(whole, asked, text)
    return None


def _once(parts: Sequence[str]) -> list[str]:
    seen: dict[str, str] = {}
    for part in parts:
        seen.setdefault(part.lower(), part)
    return list(seen.values())


def _said(parts: Sequence[str], asked: str, text: str) -> str:
    if not parts:
        return "None."
    mark = "[" if text.strip().startswith("[") else ""
    if re.match(r"\W*(?:which|what)\b", asked, re.I) and not re.search(
        r"\blist\b.{0,30}\bas\b|\bcomma", asked, re.I
    ):
        return in_words(parts)
    return Items(tuple(parts), ", ", mark).written(asked)


def _lists(text: str) -> list[list[str]]:
    """The lists of a text, each behind its mark, in its brackets or on its line."""
    brackets = re.findall(r"\[([^\[\]\n]{1,600})\]", text)
    pieces = brackets
    if len(brackets) < 2:
        pieces = [
            p
            for p in re.split(
                r"(?:^|[\s.;])(?:the )?(?:list|set|group|row|team|basket|"
                r"column)?\s?(?:\d|[A-C]|one|two|first|second)(?: list)?\s?[:)=]\s*",
                text.strip(),
                flags=re.I,
            )
            if p.strip()
        ]
    if len(pieces) < 2:
        lines = [line for line in text.split("\n") if line.count(",") >= 1]
        pieces = (
            [re.sub(r"^[^:,\n]{1,30}:\s*", "", line) for line in lines]
            if len(lines) == len(text.strip().split("\n")) <= 6
            else []
        )
    out = []
    for piece in pieces[:4]:
        found = items_in(piece.strip(" .;\n"), words=False)
        if found is None:
            return []
        out.append([p.strip("\"' ") for p in found.parts])
    return out
