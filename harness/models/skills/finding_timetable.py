"""A timetable read as entries of days with hours or closed; exceptions carry a date or holiday.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.skills.conditions import DAYS
from harness.models.skills.reckoning_dates import Moment, moments

DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?|s)?"
DAY_NAMED = re.compile(
    rf"\b(?P<a>{DAY})\b\.?\s?(?:(?P<to>-|–|to|until|till|through)\s?(?:on )?(?P<b>{DAY})\b)?",
    re.I,
)
_CLOCK = r"(?P<{0}>\d{{1,2}})(?:[:.](?P<{1}>\d\d))?\s?(?P<{2}>am|pm|a\.m\.|p\.m\.)?"
_HOURS = re.compile(
    r"(?:(?:from|between) )?"
    + _CLOCK.format("h1", "m1", "p1")
    + r"\s?(?:-|–|—|to|until|till|and)\s?"
    + _CLOCK.format("h2", "m2", "p2")
    + r"(?![\d%€$£]|\s?(?:days|people|euros|years|km|kg)\b)",
    re.I,
)
_OPENS = re.compile(r"\bopens? (?:\w+ ){0,2}?at (\d{1,2})(?:[:.](\d\d))?\s?(am|pm)?", re.I)
_CLOSES = re.compile(
    r"\b(?:(?:we )?(?:closes?|shuts?) (?:\w+ ){0,2}?at|(?:and|but|only) (?:until|till)) (\d{1,2})"
    r"(?:[:.](\d\d))?\s?(am|pm)?",
    re.I,
)
_CLOSED = re.compile(
    r"\b(?:closed|shut|no (?:opening|service)|rests?|not open|is_cancelled|day of rest)\b", re.I
)
_EXCEPT = re.compile(r"\b(?:except|apart from|but not|save)\b", re.I)
_ALL = re.compile(r"\b(?:daily|every day|all week|seven days)\b", re.I)
_WORKDAYS = re.compile(r"\b(?:week ?days|working days)\b", re.I)
_WEEKEND = re.compile(r"\bweek ?ends?\b", re.I)
HOLIDAY = re.compile(r"\b(?:public |bank |school )?holidays?\b", re.I)
_SEASON = re.compile(
    r"\b(?:in|during|throughout|all) (?:the )?(?P<when>January|February|March|April|May|June|"
    r"July|August|"
    r"September|October|November|December|spring|summer|autumn|winter)\b",
    re.I,
)
_LATER = re.compile(r"\b(?:an?|one|two|half an?) hours? (?P<way>later|earlier)\b", re.I)


@dataclass(frozen=True)
class Entry:
    """Hours of some days.

    Attributes:
        days: 0 for Monday.
        first: opening in minutes of the day; None where it is closed.
        last: closing; None where it is closed.
        tag: "holiday", a date as month and day, or empty for a plain weekday.
    """

    days: frozenset[int]
    first: int | None
    last: int | None
    tag: str = ""


def timetable(text: str) -> list[Entry]:
    """The entries of a timetable, in order."""
    out: list[Entry] = []
    days: frozenset[int] = frozenset()
    tag = ""
    for part in re.split(
        r"(?<=[a-z\d)])[.!](?:\s+|$)|[;\n]|,\s+(?=[a-z]{2,})|(?<=\d),\s+(?=[A-Z])|,\s+(?=(?:Mon|"
        r"Tue|Wed|Thu|Fri|Sat|Sun))|,\s(?=except|but)|\s(?=(?:and|but) (?:on|closed|until|till|"
        r"only "
        r"until)\b)|(?<=Mon|Tue|Wed|"
        r"Thu|Fri|Sat|Sun)/(?=$)",
        text[:3_000],
    ):
        if not part or not part.strip():
            continue
        named, new_tag = _days_of(part), _tag_of(part)
        if named or new_tag:
            days, tag = named or frozenset(range(7)), new_tag
        elif out and not _HOURS.search(part) and not _CLOSED.search(part):
            continue
        if _EXCEPT.search(part) and (named or new_tag) and not _HOURS.search(part):
            was = out[-1] if out else None
            if was is not None and was.first is not None:
                out.append(Entry(days, None, None, tag))
            continue
        entry = _entry(part, days or frozenset(range(7)), tag, out)
        if entry is not None:
            out.append(entry)
    return out


def _entry(part: str, days: frozenset[int], tag: str, known: list[Entry]) -> Entry | None:
    hours = _HOURS.search(part)
    if hours and re.search(r"\band\b", hours[0]) and "between" not in hours[0].lower():
        hours = None
    if hours:
        first = minutes_of(
            hours["h1"],
            hours["m1"],
            hours["p1"] or (hours["p2"] if (hours["p2"] or "").startswith("a") else None),
        )
        last = minutes_of(hours["h2"], hours["m2"], hours["p2"])
        if last <= first and last <= 720:
            last += 720
        return Entry(days, first, last, tag) if 0 <= first < last <= 1440 else None
    opens, closes = _OPENS.search(part), _CLOSES.search(part)
    if opens and closes:
        return Entry(days, minutes_of(*opens.groups()), minutes_of(*closes.groups()), tag)
    if closes and not opens and known and known[0].first is not None:
        return Entry(days, known[0].first, minutes_of(*closes.groups()), tag)
    later = _LATER.search(part)
    if later and known and known[0].first is not None:
        step = 30 if "half" in later[0].lower() else 120 if "two" in later[0].lower() else 60
        step = step if later["way"].lower() == "later" else -step
        return Entry(days, known[0].first + step, known[0].last, tag)
    if _CLOSED.search(part):
        return Entry(days, None, None, tag)
    return None


def minutes_of(hour: str, minute: str | None, half: str | None) -> int:
    """A time of day in minutes, an hour of the afternoon told by its half."""
    value = int(hour) * 60 + int(minute or 0)
    if half and half.lower().startswith("p") and value < 720:
        value += 720
    return value


def _days_of(part: str) -> frozenset[int]:
    out: set[int] = set()
    if _ALL.search(part):
        out |= set(range(7))
    if _WORKDAYS.search(part):
        out |= set(range(5))
    if _WEEKEND.search(part):
        out |= {5, 6}
    for mark in DAY_NAMED.finditer(part):
        if mark["a"].islower() and len(mark["a"]) <= 3 and not re.search(r"\d", part):
            continue
        first = day_index(mark["a"])
        last = day_index(mark["b"]) if mark["b"] else first
        out |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return frozenset(out)


def day_index(name: str) -> int:
    """The place of a day in the week, 0 for Monday; by its first three letters."""
    return next(n for n, day in enumerate(DAYS) if day.startswith(name.lower()[:3]))


def _tag_of(part: str) -> str:
    short = re.search(r"\b(\d{1,2}) and (\d{1,2}) ([A-Z][a-z]+)\b", part)
    if short:
        return f"{short[3].lower()[:3]}{short[1]}|{short[3].lower()[:3]}{short[2]}"
    dates = [m for m in moments(part) if m.kind == "date"]
    if dates:
        return date_tag(dates[0]) if len(dates) == 1 else "|".join(map(date_tag, dates))
    if HOLIDAY.search(part):
        return "holiday"
    season = _SEASON.search(part)
    return f"in {season['when'].lower()[:3]}" if season and not DAY_NAMED.search(part) else ""


def date_tag(moment: Moment) -> str:
    """A date without its year as an entry is tagged with it."""
    return f"{moment.day.strftime('%b').lower()}{moment.day.day}"
