"""Conditions of two kinds put to one person, and the days to a feast of a year of any length.

Runs in the model worker; the text is hostile and capped, patterns are bounded.
"""

from __future__ import annotations

import re

from harness.models.skills.finding_intervals import NUMBER, value_of
from harness.models.skills.reckoning_outcome import Worked

_MAY = re.compile(
    r"^\W*(?:may|can|is|does|do|am|are|will)\b[^?]{0,60}\b(?:s?he|they|i|we|it|[A-Z]\w+)\b", re.I
)
_NAMED = re.compile(
    r"(?:^|(?<=[.!?\n]\s)|(?<=\n))(?P<who>[A-ZÀ-Þ][\w'-]{1,20}|I|We)\s*(?::|has|had|have|is|with|,)"
    r"\s*(?P<what>[^.?!\n]{0,120}\d[^.?!\n]{0,120})"
)
_BOUND = re.compile(
    r"\b(?P<how>at least|a minimum of|at most|up to|no more than|more than|over|above|fewer than|"
    rf"less than|under|below) (?P<n>{NUMBER}) (?P<u>[a-z]{{3,20}})\b(?! old)",
    re.I,
)
_YEAR_OF = re.compile(r"\byear (?:has|of|with|lasts|counts|is) (?P<n>\d{2,4}) days\b", re.I)
_ON_DAY = re.compile(r"\b(?:on|is|falls on|held on) day (?P<n>\d{1,4})\b", re.I)
_TODAY = re.compile(r"\b(?:today is|now is|it is|today's|today) day (?P<n>\d{1,4})\b", re.I)


def met_by_one(ask: str, text: str) -> Worked | None:
    """Yes or no, where a person's figures are held against bounds for several things."""
    if not _MAY.match(ask) or len(text) > 800:
        return None
    person = [m for m in _NAMED.finditer(text) if not _BOUND.search(m["what"])][-1:]
    if not person:
        return None
    rules = text[: person[0].start()]
    if re.search(r"\b(?:or|unless|except|without)\b", rules, re.I):
        return None
    bounds = list(_BOUND.finditer(rules))
    if not 2 <= len(bounds) <= 4 or len({one["u"].lower() for one in bounds}) != len(bounds):
        return None
    failed = ""
    for bound in bounds:
        unit = re.escape(re.sub(r"s$", "", bound["u"].lower()))
        held = re.search(rf"(?P<n>{NUMBER})\s+(?:\w+\s)?{unit}s?\b", person[0]["what"], re.I)
        value = value_of(held["n"]) if held else None
        edge = value_of(bound["n"])
        if held is None or value is None or edge is None:
            return None
        how = bound["how"].lower()
        fits = (
            value >= edge if how in ("at least", "a minimum of")
            else value <= edge if how in ("at most", "up to", "no more than")
            else value > edge if how in ("more than", "over", "above")
            else value < edge
        )  # fmt: skip
        if not fits:
            failed = held[0]
    said = f"No: {failed}" if failed else f"Yes: {person[0]['what'].strip()}"
    return Worked("No" if failed else "Yes", "", "Yes" if failed else "No", said)


def next_feast(ask: str, text: str) -> Worked | None:
    """The days from a numbered day of the year to the next time another comes round."""
    year, feast, today = _YEAR_OF.search(text), _ON_DAY.search(text), _TODAY.search(text)
    if not re.search(r"\b(?:in )?how many days\b", ask, re.I) or not (year and feast and today):
        return None
    size, at, now = int(year["n"]), int(feast["n"]), int(today["n"])
    if not (0 < at <= size and 0 < now <= size):
        return None
    left = (at - now) % size
    working = f"{size} - {now} + {at}" if at < now else f"{at} - {now}"
    return Worked(f"{left} days", working, f"{abs(at - now)} days")
