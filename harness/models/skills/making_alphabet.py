"""The alphabet: the letter behind another, the place of a letter, letters shifted or doubled.

Runs in the model worker; pure, linear in the text.
"""

from __future__ import annotations

import re

from harness.models.skills.making_order import quoted
from harness.models.skills.making_separators import separator
from harness.models.skills.reckoning_figures import whole_number

_DOUBLE = re.compile(
    r"\b(?:double|twice) (?:each|every|all)(?: the)? letters?|\b(?:each|"
    r"every) letter twice\b",
    re.I,
)


_SHIFT = re.compile(
    r"\b(?:rot-?13|caesar\b[^.\n]{0,30}?(?P<n>\d{1,2})|"
    r"shift\b[^.\n]{0,40}?\bby (?P<m>\d{1,2}|one|two|"
    r"three))\b(?P<back>[^.\n]{0,20}\b(?:back|left))?",
    re.I,
)


SORTS_LETTERS = re.compile(
    r"\b(?:sort|order|arrange|put)\b[^.\n]{0,20}\b(?:letters|characters)\b", re.I
)


def shifted(asked: str, text: str) -> str | None:
    """The letters moved along the alphabet, or each doubled; None where neither is ordered."""
    mark = _SHIFT.search(asked)
    if mark is None:
        if _DOUBLE.search(asked):
            return re.sub(r"[^\W\d_]", lambda m: m[0] * 2, text)
        return None
    said = mark["n"] or mark["m"] or "13"
    by = whole_number(said)
    by = -by if mark["back"] or re.search(r"\bdecod|\bdecrypt|\bbackward", asked, re.I) else by

    def move(sign: str) -> str:
        base = "A" if sign.isupper() else "a"
        return chr((ord(sign) - ord(base) + by) % 26 + ord(base))

    return re.sub(r"[A-Za-z]", lambda m: move(m[0]), text)


def on_alphabet(asked: str) -> str | None:
    """Questions about the alphabet itself: the letter behind q, the 7th letter, the place of k."""
    if not re.search(r"\balphabet\b|\bletters?\b", asked, re.I) or len(asked) > 160:
        return None
    if re.fullmatch(
        r"\W*(?:please )?(?:print|write|give(?: me)?|say|list|recite|type|"
        r"output) the (?:english |whole |full )?alphabet(?P<rest>[^\n]{0,60})",
        asked.strip(),
        re.I,
    ):
        signs = "abcdefghijklmnopqrstuvwxyz"
        signs = signs[::-1] if re.search(r"\bback ?wards|\breverse", asked, re.I) else signs
        signs = signs.upper() if re.search(r"\bupper|\bcapital|\bcaps", asked, re.I) else signs
        between = separator(asked)
        return (" " if between is None else between).join(signs)
    out: list[str] = []
    names = "zero one two three four five".split()
    low = "abcdefghijklmnopqrstuvwxyz"
    for mark in re.finditer(
        r"\b(?:(?P<n>one|two|three|four|five|\d) )?(?:letters? |places? |"
        r"positions? |steps? )?(?:comes? |is |stands |directly |right |"
        r"immediately )*(?P<way>after|before|follows|precedes|behind)\b (?:the "
        r"letter )?[\"'“‘]?(?P<l>[a-z])[\"'”’]?(?!\w)",
        asked,
        re.I,
    ):
        if not re.search(r"alphabet|which letter|what letter|letters?\b", asked, re.I):
            continue
        by = (
            1
            if not mark["n"]
            else int(mark["n"])
            if mark["n"].isdigit()
            else names.index(mark["n"].lower())
        )
        by = by if mark["way"].lower() in ("after", "follows", "behind") else -by
        at = low.find(mark["l"].lower()) + by
        out.append(low[at].upper() if 0 <= at < 26 else "none")
    nth = re.search(
        r"\b(\d{1,2})(?:st|nd|rd|th) letter of the (?:english |latin )?alphabet", asked, re.I
    )
    if nth and 1 <= int(nth[1]) <= 26:
        out.append(low[int(nth[1]) - 1].upper())
    place = re.search(
        r"\b(?:position|place|number|index|where)\b[^?\n]{0,30}?[\"'“‘ "
        r"]([a-z])[\"'”’]?\b[^?\n]{0,20}\balphabet\b",
        asked,
        re.I,
    )
    if place and not out and not quoted(asked.replace(f'"{place[1]}"', "")):
        out.append(str(low.index(place[1].lower()) + 1))
    return ", ".join(out) or None
