"""Per cent of an amount, on top of it or off it, and what share one amount is of another.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from harness.models.skills.reckoning_figures import Figure, figures, plain
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_sums import said_with

_PERCENT_OFF = re.compile(
    r"\b(?:off|discount\w*|reduc\w+|cheaper|less|reduction|sale|rebate|knocked|lower|fell|drop\w*|"
    r"decrease\w*|minus|shrank|cut)\b",
    re.I,
)
_PERCENT_ON = re.compile(
    r"\b(?:tax|vat|tip|service|increase\w*|increasing|rises?|rose|risen|on top|"
    r"plus|added|interest|surcharge|"
    r"more|raise\w*|gr[eo]w\w*|extra|up by|goes up|went up|higher|dearer)\b",
    re.I,
)
_PART_ASKED = re.compile(
    r"\bhow much (?:is|are|does|do|would|will)?\s?(?:the |my |our )?(?:tax|vat|"
    r"tip|discount|saving|interest|service|surcharge)\b|"
    r"\bsav(?:e|ed|ing)\b|\bhow (?:big|large|high) is the\b|\bhow many\b|\bwhat "
    r"is the (?:tax|vat|tip|discount)\b",
    re.I,
)
_SHARE_ASKED = re.compile(
    r"\b(?:what|which|how many) (?:percent\w*|per cent|share|proportion|%)|"
    r"\bpercentage\b|\bin percent\b|\bas a percent",
    re.I,
)


def percent(ask: str, text: str) -> Worked | None:
    """A percentage of something, a price with one off or on top, or a share of another."""
    both = f"{text}\n{ask}" if re.search(r"\d", ask) else text
    found = figures(both)
    shares = [f for f in found if f.measures == "share"]
    rest = [f for f in found if f.measures != "share"]
    if _SHARE_ASKED.search(ask) and not shares:
        return _share(ask, both, rest)
    if len(shares) != 1 or not rest:
        return None
    share = shares[0]
    near = re.match(r" (?:of|on|from|off)(?: the)? ", both[share.end : share.end + 14])
    base = next((f for f in rest if near and 0 <= f.start - share.end < 24), None)
    money = [f for f in rest if f.measures == "money"]
    if base is None:
        same = money or rest
        base = same[0] if len(same) == 1 else None
    if base is None:
        return None
    part = base.value * share.value / 100
    around = f"{both[max(0, share.start - 60) : share.end + 60]} {ask}"
    is_plain = (near and both[share.end : share.end + 3] == " of") or _PART_ASKED.search(ask)
    has_cause = _PERCENT_OFF.search(around) or _PERCENT_ON.search(around)
    if not is_plain and not has_cause:
        return None
    shown = f"{plain(share.value)}%"
    if is_plain and (
        _PART_ASKED.search(ask) or not re.search(r"\b(?:now|new|left|remain|after)\b", ask, re.I)
    ):
        return Worked(
            said_with(part, base, ask),
            f"{shown} of {plain(base.value)}",
            said_with(part + 5, base, ask),
        )
    is_off = bool(_PERCENT_OFF.search(around)) and not re.search(
        r"\btax\b|\bvat\b|\btip\b", around, re.I
    )
    value = base.value - part if is_off else base.value + part
    sign = "-" if is_off else "+"
    return Worked(
        said_with(value, base, ask),
        f"{plain(base.value)} {sign} {shown}",
        said_with(part, base, ask),
    )


def _share(ask: str, text: str, rest: Sequence[Figure]) -> Worked | None:
    """What per cent one figure is of the other, or by what per cent one grew to the other."""
    kinds = {f.measures for f in rest}
    if len(rest) != 2 or len(kinds) != 1:
        return None
    first, second = rest[0].value, rest[1].value
    grew = re.search(
        r"\b(?:increase\w*|r[io]se\w*|gr[eo]w\w*|fell|drop\w*|decrease\w*|change\w*|"
        r"cheaper|dearer|more|less)\b",
        ask,
        re.I,
    )
    if not first or not second:
        return None
    if grew:
        value = abs(second - first) / first * 100
        working = f"({plain(max(first, second))} - {plain(min(first, second))}) / {plain(first)}"
    else:
        value = min(first, second) / max(first, second) * 100
        working = f"{plain(min(first, second))} / {plain(max(first, second))}"
    rounded = Fraction(round(float(value), 1)).limit_denominator(10)
    return Worked(f"{plain(rounded)}%", working, f"{plain(100 - rounded)}%")
