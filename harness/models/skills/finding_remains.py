"""What is left when a stock loses shares and counts, and how long a filling with a leak takes.

Runs in the model worker; the text is hostile and capped, patterns are bounded.
"""

from __future__ import annotations

import re
from fractions import Fraction

from harness.models.skills.finding_intervals import NUMBER, value_of
from harness.models.skills.reckoning_figures import plain
from harness.models.skills.reckoning_outcome import Worked

_LEFT = re.compile(
    r"\bhow (?:many|much)\b.{0,40}\b(?:left|remain\w*|still|over)\b|\bwhat(?: is|['’]s) left\b",
    re.I,
)
_LOSES = re.compile(
    r"\b(?:died|die|dies|broke|broken|lost|lose|sold|sell|gave|given|give|spent|spend|ate|eaten|"
    r"used|spoil\w*|stolen|threw|thrown|left for|donated|rotten|cracked|withered|paid|returned|"
    r"missing|gone|went|drank|burn\w*|escaped)\b",
    re.I,
)
_GAINS = re.compile(
    r"\b(?:bought|buy|got|gained|added|found|received|more came|another|arrived|earned)\b", re.I
)
_OF_REST = re.compile(r"\b(?:of the (?:rest|remain\w+|others)|of what (?:was|is) left)\b", re.I)
_HOW_LONG = re.compile(
    r"\bhow (?:long|many (?:minutes|hours|seconds|days))\b.{0,60}\b(?:full|filled|fill|reach\w*)\b",
    re.I,
)
_RATE = re.compile(
    rf"(?P<n>{NUMBER})\s?(?:l|litres?|liters?|gallons?|m3|kg|ml|buckets?)?\b\.?[^.\d\n]{{0,24}}?"
    r"(?:/|\bper\b|\ban?\b|\beach\b|\bevery\b)\s?(?P<u>min(?:ute)?|hour|h|second|sec|s|day)\b",
    re.I,
)
_LEAK = re.compile(
    r"\b(?:leak\w*|drips?|lost|loses|escapes?|runs? out|drains?|evaporat\w*)\b", re.I
)
_HOLDS = re.compile(
    rf"(?P<n>{NUMBER})[\s-]?(?:l|litres?|liters?|gallons?|m3|kg|ml|buckets?)\b(?!\s?(?:/|per|an?\b))",
    re.I,
)
_UNITS = {"m": "minute", "h": "hour", "s": "second", "d": "day"}


def remains(ask: str, text: str) -> Worked | None:
    """A first amount less the shares and counts that went, more what came."""
    whole = f"{text} {ask}" if ask not in text else text
    if not _LEFT.search(whole) or "%" not in whole or len(whole) > 600:
        return None
    cut = _LEFT.search(whole)
    told = whole[: cut.start()] if cut else whole
    told = told if re.search(r"\d", told) else whole
    steps = [
        p for p in re.split(r",(?!\d)|;|\.\s|\b(?:and|then|but)\b", told) if re.search(r"\d", p)
    ]
    first = re.search(NUMBER, steps[0]) if len(steps) >= 3 else None
    start = value_of(first[0]) if first else None
    if start is None or "%" in steps[0] or _LOSES.search(steps[0]):
        return None
    left, working, lost_by = start, plain(start), False
    for step in steps[1:]:
        lost_by = bool(_LOSES.search(step)) or (lost_by and not _GAINS.search(step))
        mark = re.search(NUMBER, step)
        value = value_of(mark[0]) if mark else None
        if value is None or len(re.findall(NUMBER, step)) != 1:
            return None
        if not lost_by and not _GAINS.search(step):
            return None
        if "%" in step:
            value = (left if _OF_REST.search(step) else start) * value / 100
        left = left - value if lost_by else left + value
        working += f" {'-' if lost_by else '+'} {plain(value)}"
    if left < 0:
        return None
    last = working.rpartition(" - ")[2]
    slip = value_of(last) if re.fullmatch(r"[\d.]+", last) else None
    return Worked(plain(left), working, plain(left + slip) if slip is not None else "")


def filled(ask: str, text: str) -> Worked | None:
    """How long it takes to fill what also leaks."""
    whole = f"{text} {ask}" if ask not in text else text
    if not _HOW_LONG.search(whole) or not _LEAK.search(whole):
        return None
    rates = list(_RATE.finditer(whole))
    holds = _HOLDS.search(whole)
    if len(rates) != 2 or holds is None or rates[0]["u"][0] != rates[1]["u"][0]:
        return None
    after = [
        bool(_LEAK.search(re.split(r"[,;.]|\d", whole[r.end() : r.end() + 30])[0])) for r in rates
    ]
    before = [bool(_LEAK.search(whole[max(0, r.start() - 25) : r.start()])) for r in rates]
    out = after if sum(after) == 1 else before
    if sum(out) != 1:
        return None
    values = [value_of(r["n"]) for r in rates]
    size = value_of(holds["n"])
    if size is None or values[0] is None or values[1] is None:
        return None
    goes, comes = (values[0], values[1]) if out[0] else (values[1], values[0])
    net: Fraction = comes - goes
    if net <= 0:
        return Worked("never", f"{plain(comes)} - {plain(goes)} is no gain", "")
    unit = _UNITS.get(rates[0]["u"][0].lower(), "minute")
    took = size / net
    return Worked(
        f"{plain(took)} {unit}{'' if took == 1 else 's'}",
        f"{plain(size)} / ({plain(comes)} - {plain(goes)})",
        f"{plain(size / comes)} {unit}s" if comes else "",
    )
