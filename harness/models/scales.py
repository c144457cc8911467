"""Find the scale on which a prompt wants a text rated: stars, 0 to 10, marks, upside down too.

Runs in the model worker (zone G); the text is hostile; patterns are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MOST_CHARS = 6_000
_WORDS = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "hundred": 100,
}
_N = r"(?:\d{1,3}|zero|one|two|three|four|five|six|seven|eight|nine|ten|hundred)"
_RATES = re.compile(
    r"\b(?:severity|urgency|priority|stars?|scale|rate|rating|ratings|score|scores|grade|mark|"
    r"marks|points?|estrellas|"
    r"sterne|étoiles|"
    r"how (?:\w+ )?(?:angry|urgent|happy|unhappy|satisfied|polite|rude|friendly|positive|"
    r"negative|upset|"
    r"annoyed|serious|severe|sad|pleased|formal|toxic|bad|good|strong|likely))\b",
    re.I,
)
_RANGE = re.compile(
    rf"(?<![\w.:])(?:from |between )?({_N})(?: stars?| points?)?\s?(?:\(([^()\n]{{2,60}})\))?\s?"
    rf"(?:to|-|–|—|through|and|bis|\.\.\.?)\s?({_N})(?![\w:]|\.\d)(?:\s?(?:stars?|"
    rf"points?))?\s?(?:\(([^()\n]{{2,60}})\))?",
    re.I,
)
_OUT_OF = re.compile(
    rf"\b(?:out of|of|von|de|sur|/)\s?({_N})\b(?: stars?| points?)?|\b({_N})[ -]stars?\b|"
    rf"\b({_N})[ -]point\b",
    re.I,
)
_POLE = re.compile(
    rf"(?<![\w.:])({_N})(?: stars?| points?)?(?: being| here)?\s?(?:=|:|means?|is|being|stands "
    rf"for|for|\()\s?"
    r"(?:the )?([a-zà-ž][^,;.)\n\d?]{2,50}?)(?=[,;.)\n?]|\s(?:and|to|bis)\s|$)",
    re.I,
)
_LEVEL = re.compile(
    r"(?<![\w.:])(\d{1,2}) ?(?:=|means|is) ?[a-zà-ž][^,;.\n\d]{2,40}(?=[,;.]|$)", re.I
)
_POLE_BEFORE = re.compile(
    rf"\b(worst|best|lowest|highest|most|least|top|bottom)\b[^.\n\d]{{0,24}}\b({_N})\b|"
    rf"\b({_N})\b (?:is |being |the |= ?){{1,2}}"
    r"(worst|best|lowest|highest|most|least|top|bottom)\b",
    re.I,
)
_BACKWARDS = re.compile(
    r"\b(?:backwards?|upside down|reversed?|the other way r?ound|inverted)\b", re.I
)
_SUBJECT = re.compile(r"\bhow (?:very )?([a-z]{3,16})\b", re.I)
_NUMBER_ALONE = re.compile(
    r"\b(?:just|only|nothing but) (?:the |a |one )?(?:number|figure|digit)\b|\b(?:number|"
    r"figure|digit) only\b",
    re.I,
)
_COUNTS = re.compile(
    r"\b(?:one|1|a) points? (?:each|for|per)\b|\bpoints? each\b|\brubric\b|\bcorrect\w*\b|"
    r"\bfaithful\w*|"
    r"\bsupported\b|\baccura\w+|\bsource\b|\bcriteri\w+",
    re.I,
)


@dataclass(frozen=True)
class Scale:
    """A scale of whole numbers.

    Attributes:
        low: smallest number.
        high: largest number.
        low_means: what the smallest stands for, empty where the prompt does not say.
        high_means: what the largest stands for.
        subject: the property that is rated ("angry"), empty for good and bad.
        unit: "star" for stars, else empty.
    """

    low: int
    high: int
    low_means: str = ""
    high_means: str = ""
    subject: str = ""
    unit: str = ""


def find_scale(directions: str) -> Scale | None:
    """The scale of a prompt's instructions, or None.

    Args:
        directions: the prompt less its data.
    """
    head = directions[:_MOST_CHARS]
    told = _RANGE.search(head)
    is_told = told is not None and told[2] is not None and told[4] is not None
    is_bare = told is not None and _NUMBER_ALONE.search(head) is not None
    if not (_RATES.search(head) or is_told or is_bare):
        return None
    if _COUNTS.search(head) and levels(head) < 3:
        return None
    poles = {
        _number(m[1]): m[2].strip(" )")
        for m in _POLE.finditer(head)
        if not re.match(r"(?:to|of|and)\b", m[2])
    }
    bounds = _bounds(head, poles)
    if bounds is None:
        return None
    low, high, low_means, high_means = bounds
    low_means = low_means or poles.get(low, "")
    high_means = high_means or poles.get(high, "")
    for mark in _POLE_BEFORE.finditer(head):
        number, word = _number(mark[2] or mark[3]), (mark[1] or mark[4]).lower()
        if number == low:
            low_means = low_means or word
        elif number == high:
            high_means = high_means or word
    if _BACKWARDS.search(head) and not low_means and not high_means:
        low_means, high_means = "best", "worst"
    subject = _SUBJECT.search(head)
    named = (
        subject[1].lower()
        if subject and subject[1].lower() not in ("many", "much", "does", "would", "well")
        else ""
    )
    if not named and re.search(r"\b(?:severity|urgency|priority)\b", head, re.I):
        named = "severe"
    unit = "star" if re.search(r"\bstars?\b", head, re.I) else ""
    return Scale(low, high, low_means, high_means, named, unit)


def levels(head: str) -> int:
    """How many levels of a scale are told in words: "1 = rude, 3 = neutral, 5 = polite"."""
    return len({_number(m[1]) for m in _LEVEL.finditer(head[:600])})


def _bounds(head: str, poles: dict[int, str]) -> tuple[int, int, str, str] | None:
    for mark in _RANGE.finditer(head):
        low, high = _number(mark[1]), _number(mark[3])
        if low < high <= 100 and high - low >= 2:
            return low, high, mark[2] or "", mark[4] or ""
        if high < low <= 100 and low - high >= 2:
            return high, low, mark[4] or "", mark[2] or ""
    told = sorted(poles)
    if len(told) >= 2 and 2 <= told[-1] - told[0] <= 100:
        return told[0], told[-1], poles[told[0]], poles[told[-1]]
    out_of = _OUT_OF.search(head)
    if out_of:
        high = _number(out_of[1] or out_of[2] or out_of[3])
        if 3 <= high <= 100:
            return (1 if high <= 6 else 0), high, "", ""
    if re.search(
        r"\bhow many stars\b|\bstar rating\b|\bin stars\b|\bgive (?:it )?stars\b", head, re.I
    ):
        return 1, 5, "", ""
    return None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _WORDS[word.lower()]
