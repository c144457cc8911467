"""Dates and times of day: read them in a text, reckon with them, write them as a prompt asks.

Runs in the model worker; the text is hostile, patterns are bounded. A date without its year is
reckoned with in a year without a leap day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from harness.models.needles import has_any, lowered, matches_at

_MOST_CHARS = 6_000
_MOST = 150
MONTHS = (
    "january february march april may june july august september october november december"
).split()
_ALSO = {
    "januar": 1, "jänner": 1, "februar": 2, "märz": 3, "mai": 5, "juni": 6, "juli": 7,
    "oktober": 10, "dezember": 12, "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5,
    "junio": 6, "julio": 7, "agosto": 8, "septiembre": 9, "octubre": 10, "noviembre": 11,
    "diciembre": 12, "janvier": 1, "février": 2, "mars": 3, "avril": 4, "juin": 6, "juillet": 7,
    "août": 8, "septembre": 9, "octobre": 10, "novembre": 11, "décembre": 12,
}  # fmt: skip
_MONTH_OF = {name: n + 1 for n, name in enumerate(MONTHS)} | _ALSO
_MONTH_OF |= {name[:3]: n + 1 for n, name in enumerate(MONTHS)} | {"sept": 9}
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_HOURS = "one two three four five six seven eight nine ten eleven twelve".split()
_HOUR = rf"(?:\d{{1,2}}|{'|'.join(_HOURS)})"
_PAST = {"five": 5, "ten": 10, "quarter": 15, "a quarter": 15, "twenty": 20, "twenty-five": 25}
_DATE = re.compile(
    r"\b(?P<y1>\d{4})-(?P<m1>\d\d)-(?P<d1>\d\d)\b"
    r"|\b(?P<d2>\d{1,2})[./](?P<m2>\d{1,2})[./](?P<y2>\d{4}|\d\d)\b"
    rf"|\b(?P<d3>\d{{1,2}})(?:st|nd|rd|th|\.|er|º)?(?: of| de)? (?P<m3>{_MONTH})\b\.?"
    r"(?:,? (?:de |del )?(?P<y3>(?:1[5-9]|20|21)\d\d))?"
    rf"|\b(?P<m4>{_MONTH})\.? (?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? "
    rf"(?P<y4>(?:1[5-9]|20|21)\d\d))?",
    re.I,
)
_TIME = re.compile(
    r"\b(?P<h1>[01]?\d|2[0-4])(?P<sep>[:.])(?P<n1>[0-5]\d)(?::[0-5]\d)?(?: "
    r"?(?P<ap1>[ap])\.?m\b\.?)?"
    r"(?: (?P<uhr>h|Uhr)\b)?(?!\d|[.,]\d)"
    r"|\b(?P<h2>1[0-2]|0?[1-9]) ?(?P<ap2>[ap])\.?m\b\.?"
    rf"|\b(?P<h3>{_HOUR}) o['’]?clock\b|\b(?P<h5>\d{{1,2}}) Uhr\b"
    rf"|\b(?P<past>half|a quarter|quarter|twenty-five|twenty|ten|five)(?: "
    rf"minutes)? (?P<way>past|to) (?P<h4>{_HOUR})\b"
    r"|\b(?P<name>noon|midday|midnight)\b",
    re.I,
)
_DATE_MAY_BEGIN = re.compile(r"(?<!\w)(?:\d|[^\W\d_]{3,10}\.? (?=\d))")
_TIME_MAY_BEGIN = re.compile(r"(?<!\w)\d")
_TIME_WORDS = ("clock", "noon", "midday", "midnight")
_PAST_OR_TO = re.compile(r"(?:half|quarter|twenty|twenty-five|ten|five|minutes) (?:past|to) ")
_BARE_TIME = re.compile(
    rf"\b(?:from|at|until|till|to|by|between|and|before|after|around|opens|closes) (?P<h>{_HOUR})\b"
    r"(?! ?(?:%|[€$£]|[a-z]{2,}(?<! and)(?<! to)(?<! until)(?<! in)(?<! on)(?<! "
    r"when)(?<! it))|[.,:/]?\d)",
    re.I,
)
_LATE = re.compile(r"^,? (?:in the (?:evening|afternoon)|at night|tonight)", re.I)
_EARLY = re.compile(r"^,? (?:in the morning|at dawn)", re.I)


@dataclass(frozen=True)
class Moment:
    """A date or a time of day in a text.

    Attributes:
        kind: date, time or weekday.
        at: days since 1 January of year 1 for a date, minutes since midnight for a time, 0 to 6
            for a weekday.
        has_year: whether a date names its year.
        text: as it is written.
    """

    kind: str
    at: int
    start: int
    end: int
    text: str
    has_year: bool = False

    @property
    def day(self) -> date:
        """The day of a date."""
        return date.fromordinal(max(1, min(self.at, date.max.toordinal())))


def moments(text: str, *, bare: bool = False) -> list[Moment]:
    """The dates and times of day of a text, in order.

    Args:
        text: the first 6,000 characters are read.
        bare: take `from 8 to 12` for times, too, and weekdays.
    """
    return list(_moments(text[:_MOST_CHARS], bare=bare))


@lru_cache(maxsize=16)
def _moments(text: str, *, bare: bool) -> tuple[Moment, ...]:
    out: list[Moment] = []
    for mark in matches_at(_DATE, text, (m.start() for m in _DATE_MAY_BEGIN.finditer(text))):
        found = _date(mark)
        if found is not None:
            out.append(found)
    for mark in _times(text):
        found = _time(text, mark)
        if found is not None and not _meets(out, found):
            out.append(found)
    if bare:
        for mark in _BARE_TIME.finditer(text):
            start, end = mark.span("h")
            found = Moment("time", _hour(mark["h"]) * 60, start, end, mark["h"])
            if _hour(mark["h"]) <= 24 and not _meets(out, found):
                out.append(_lateness(text, found))
        for mark in re.finditer(rf"\b({'|'.join(WEEKDAYS)})s?\b", text, re.I):
            found = Moment("weekday", WEEKDAYS.index(mark[1].lower()), *mark.span(), mark[0])
            out.append(found)
    return tuple(sorted(out, key=lambda m: m.start))[:_MOST]


def _times(text: str) -> Iterator[re.Match[str]]:
    if has_any(text, _TIME_WORDS) or _PAST_OR_TO.search(lowered(text)):
        return _TIME.finditer(text)
    return matches_at(_TIME, text, (m.start() for m in _TIME_MAY_BEGIN.finditer(text)))


def _meets(known: list[Moment], new: Moment) -> bool:
    return any(m.start < new.end and new.start < m.end for m in known)


def _date(mark: re.Match[str]) -> Moment | None:
    for n in "1234":
        if mark[f"d{n}"] is None:
            continue
        day, month, year = mark[f"d{n}"], mark[f"m{n}"], mark[f"y{n}"]
        number = int(month) if month.isdigit() else _MONTH_OF[month.lower()]
        if month.lower() in ("may", "mars", "mar") and month.islower():
            return None
        full = int(year) if year else 2001
        full += 2000 if full < 100 else 0
        try:
            when = date(full, number, int(day))
        except ValueError:
            return None
        said = mark[0].rstrip(".")
        return Moment(
            "date", when.toordinal(), mark.start(), mark.start() + len(said), said, bool(year)
        )
    return None


def _hour(said: str) -> int:
    return int(said) if said.isdigit() else _HOURS.index(said.lower()) + 1


def _time(text: str, mark: re.Match[str]) -> Moment | None:
    start, end = mark.span()
    if mark["name"]:
        at = 12 * 60 if mark["name"].lower() != "midnight" else 24 * 60
        return Moment("time", at, start, end, mark[0])
    if mark["past"]:
        minutes = 30 if mark["past"].lower() == "half" else _PAST[mark["past"].lower()]
        at = _hour(mark["h4"]) * 60 + (minutes if mark["way"].lower() == "past" else -minutes)
        return _lateness(text, Moment("time", at, start, end, mark[0]))
    if mark["h3"] or mark["h5"]:
        at = _hour(mark["h3"] or mark["h5"]) * 60
        return _lateness(text, Moment("time", at, start, end, mark[0]))
    hour = int(mark["h1"] or mark["h2"])
    half = (mark["ap1"] or mark["ap2"] or "").lower()
    if mark["sep"] == "." and not (half or mark["uhr"]):
        before = text[max(0, start - 40) : start]
        if not re.search(
            r"\b(?:from|until|till|by|before|after|um|ab)\s$|"
            r"\b(?:start|begin|end|open|clos|leav|depart|arriv)\w{0,4}:?\s$|"
            r"\b(?:start|begin|leav|depart|open|clos|arriv|meet|end|"
            r"call)\w{0,4}\b[^.\d]{0,24}\bat\s$",
            before,
            re.I,
        ):
            return None
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    at = hour * 60 + int(mark["n1"] or 0)
    found = Moment("time", at, start, end, mark[0].strip())
    return found if half else _lateness(text, found)


def _lateness(text: str, found: Moment) -> Moment:
    """`at nine in the evening` is 21:00."""
    behind = text[found.end : found.end + 20]
    at = found.at
    if _LATE.match(behind) and at < 12 * 60:
        at += 12 * 60
    elif _EARLY.match(behind) and 12 * 60 <= at < 13 * 60:
        at -= 12 * 60
    return Moment(found.kind, at, found.start, found.end, found.text)


def shifted(moment: Moment, amount: int, unit: str) -> date:
    """A date so many days, weeks, months or years later; earlier for less than none."""
    if unit in ("day", "night"):
        return moment.day + timedelta(days=amount)
    if unit in ("week", "fortnight"):
        return moment.day + timedelta(weeks=amount * (2 if unit == "fortnight" else 1))
    months = moment.day.month - 1 + amount * (12 if unit == "year" else 1)
    year, month = moment.day.year + months // 12, months % 12 + 1
    for day in range(moment.day.day, 27, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return date(year, month, min(28, moment.day.day))


def clock(at: int) -> str:
    """Minutes since midnight as HH:MM."""
    return f"{at // 60 % 24:02d}:{at % 60:02d}"


def spoken_day(day: date, *, with_year: bool) -> str:
    """A date as people write it: 3 May, or 3 May 2027."""
    said = f"{day.day} {MONTHS[day.month - 1].capitalize()}"
    return f"{said} {day.year}" if with_year else said
