"""Whether a figure that is asked for lies within the range that a text tells for such a thing.

Runs in the model worker; the text is hostile and capped, every repeat is bounded. Bounds may be
less than none ("-10 to 45 C"). What fools it: a range for another thing in the same sentence.
"""

from __future__ import annotations

import re

from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_sums import POLAR
from harness.models.skills.wording import WORD, key_words, nearness

_NUMBER = r"(?:(?:minus|-|−|–)\s?)?\d{1,6}(?:[.,]\d{1,3})?"
_UNIT = r"(?:°\s?[CF]?|degrees?(?: [CF]\b| celsius| fahrenheit)?|%|[A-Za-zµ]{1,10}(?:/[a-z]{1,3})?)"
_RANGE = re.compile(
    rf"\b(?:between|from|range(?: is| of|:)?|at)?\s?(?P<low>{_NUMBER})\s?(?P<u1>{_UNIT})?\s?"
    rf"(?:and|to|bis|until|\.\.|–|-)\s?(?P<high>{_NUMBER})\s?(?P<u2>{_UNIT})(?![\w])",
    re.I,
)
_ASKED = re.compile(rf"(?<![\w.,])(?P<n>{_NUMBER})\s?(?P<u>{_UNIT})?(?![\w])", re.I)
_OUTSIDE = re.compile(
    r"\b(?:outside|beyond|exceed|too (?:hot|cold|high|low|much|long|heavy|big))\b", re.I
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


def within_range(ask: str, text: str) -> Worked | None:
    """Yes or no by the one range that fits a question; None where none does.

    Args:
        ask: a question for yes or no with one figure.
        text: where ranges are told.
    """
    if not POLAR.match(ask) or len(text) > 2_000 or " or " in ask:
        return None
    asked = [m for m in _ASKED.finditer(ask) if m["u"] and not _is_word(m["u"])]
    if len(asked) != 1 or len(re.findall(r"\d[\d.,]*", ask)) != 1:
        return None
    value, unit = _value(asked[0]["n"]), _family(asked[0]["u"])
    keys = key_words(ask)
    best: tuple[float, re.Match[str]] | None = None
    for sentence in _SENTENCE.split(text):
        if ask.strip(" ?") in sentence:
            continue
        ranges = [m for m in _RANGE.finditer(sentence) if _family(m["u2"]) == unit][:6]
        ranges = [m for m in ranges if not m["u1"] or _family(m["u1"]) == unit]
        if not ranges:
            continue
        held = list(dict.fromkeys(m[0].lower() for m in WORD.finditer(sentence)))[:60]
        met = sum(max((nearness(k, w) for w in held), default=0.0) for k in keys)
        if best is None or met > best[0]:
            best = met, ranges[0]
    if best is None or best[0] < 0.7:
        return None
    mark = best[1]
    low, high = _value(mark["low"]), _value(mark["high"])
    if low is None or high is None or value is None or low >= high:
        return None
    is_yes = (low <= value <= high) != bool(_OUTSIDE.search(ask))
    word = "Yes" if is_yes else "No"
    why = f"{word}: the range is {mark['low']} to {mark['high']} {mark['u2']}."
    return Worked(word, "", "No" if is_yes else "Yes", why)


def _is_word(unit: str) -> bool:
    return unit.lower() in (
        "and",
        "or",
        "in",
        "on",
        "at",
        "for",
        "with",
        "of",
        "to",
        "days",
        "people",
    )


def _family(unit: str) -> str:
    low = unit.lower().replace(" ", "").rstrip(".")
    if low.startswith(("°", "degree")) or low in ("c", "celsius", "f"):
        return "degrees"
    return low[:-1] if len(low) > 3 and low.endswith("s") else low


def _value(said: str) -> float | None:
    bare = re.sub(r"minus|[−–]", "-", said.lower()).replace(" ", "").replace(",", ".")
    try:
        return float(bare)
    except ValueError:
        return None
