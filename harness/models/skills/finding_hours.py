"""Opening hours: on which day from when until when, and what that means for a visit.

Runs in the model worker; the text is hostile and capped. A timetable is read as entries of days
with hours or "closed"; an exception for a date or a holiday goes before the rule for a weekday.
"""

from __future__ import annotations

import re

from harness.models.skills.conditions import DAYS
from harness.models.skills.finding_timetable import (
    DAY,
    DAY_NAMED,
    HOLIDAY,
    Entry,
    date_tag,
    day_index,
    minutes_of,
    timetable,
)
from harness.models.skills.reckoning_brief import stems
from harness.models.skills.reckoning_conversion import spoken_minutes
from harness.models.skills.reckoning_dates import clock, moments
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_sums import POLAR

_ASKS = re.compile(
    r"\b(?:open|opens|close[sd]?|shut|get in|come in|visit|hours|in there|drop|go in|there|come)\b",
    re.I,
)


def opening(ask: str, text: str) -> Worked | None:
    """The answer to a question on opening hours; None where it is none or the text has none.

    Args:
        ask: the question.
        text: what it is asked of, the asker's own words included.
    """
    if not _ASKS.search(ask) or len(text) > 3_000:
        return None
    entries = timetable(text)
    if len(entries) < 1 or not any(e.first is not None for e in entries):
        return None
    is_closed_asked = re.search(r"\b(?:which|what) days?\b|\bwhen\b", ask, re.I) and re.search(
        r"\b(?:closed|shut|not open)\b", ask, re.I
    )
    if is_closed_asked and not DAY_NAMED.search(ask):
        shut = sorted({d for e in entries if e.first is None and not e.tag for d in e.days})
        return Worked(_named(shut), "", "") if shut else None
    day = _day_asked(ask, text)
    entry = _entry_for(ask, text, entries, day)
    if (
        POLAR.match(ask)
        or re.match(r"\W*(?:opens?|closes?)\b", ask, re.I)
        or (
            re.search(r"\b(?:yes|no)\b|\d\W*$", ask, re.I)
            and not re.search(r"\bwhen\b|\bwhat\b|\bhow\b", ask, re.I)
        )
    ):
        return _polar(ask, entries, entry, day)
    if entry is None or entry.first is None or entry.last is None:
        if entry is not None:
            return Worked(
                "closed",
                "",
                "",
                f"It is closed on {DAYS[day].capitalize() if day is not None else 'that day'}.",
            )
        return None
    if re.search(r"\bhow (?:long|many hours)\b", ask, re.I):
        if re.search(r"\b(?:closed|shut)\b", ask, re.I):
            return None
        return Worked(
            spoken_minutes(entry.last - entry.first),
            f"{clock(entry.first)} to {clock(entry.last)}",
            spoken_minutes(entry.last - entry.first + 60),
        )
    is_close = re.search(r"\b(?:clos\w*|shut\w*|until when|how late)\b", ask, re.I)
    if re.search(r"\b(?:hours|from when|opening times?)\b", ask, re.I):
        return Worked(f"{clock(entry.first)} to {clock(entry.last)}", "", "")
    at = entry.last if is_close else entry.first
    other = entry.first if is_close else entry.last
    return (
        Worked(clock(at), "", clock(other))
        if re.search(r"\bwhen\b|\bwhat time\b|\bat what\b|\bhow late\b", ask, re.I)
        else None
    )


def _day_asked(ask: str, text: str) -> int | None:
    mark = DAY_NAMED.search(ask)
    if mark:
        return day_index(mark["a"])
    dates = [m for m in moments(ask) if m.kind == "date"]
    told = re.search(
        rf"\b(?:today is|today['’]s|it['’]s|it is|is an?|(?:I|we) (?:go|come|will come|visit|am|"
        rf"are|want to come)(?: there)? on(?: the)?|on the)\s(?:an? )?({DAY})\b(?! ?(?:-|to|\d))",
        text,
        re.I,
    )
    if told and not dates:
        return day_index(told[1])
    if dates and dates[0].has_year:
        return dates[0].day.weekday()
    return None


def _entry_for(ask: str, text: str, entries: list[Entry], day: int | None) -> Entry | None:
    """The entry that holds: for the date, for a holiday that is told, for the weekday."""
    tags = [date_tag(m) for m in moments(ask) if m.kind == "date"]
    tail = text[-200:]
    tags += [
        date_tag(m) for m in moments(tail) if m.kind == "date" and re.search(r"\bis an?\b", tail)
    ]
    for entry in entries:
        if entry.tag and any(tag in entry.tag.split("|") for tag in tags):
            return entry
    for entry in entries:
        if entry.tag.startswith("in ") and re.search(rf"\b{entry.tag[3:]}", ask, re.I):
            return entry
    if HOLIDAY.search(ask):
        held = [e for e in entries if e.tag == "holiday" and (day is None or day in e.days)]
        if held:
            return held[-1]
    plain = [e for e in entries if not e.tag]
    if day is None:
        opened = [e for e in plain if e.first is not None]
        return opened[0] if len(opened) == 1 else None
    meant = [e for e in plain if day in e.days]
    return min(meant, key=lambda e: (len(e.days), -entries.index(e))) if meant else None


def _polar(ask: str, entries: list[Entry], entry: Entry | None, day: int | None) -> Worked | None:
    is_closed_asked = bool(re.search(r"\b(?:closed|shut)\b", ask, re.I))
    if entry is None:
        if day is None or not all(e.days != frozenset(range(7)) for e in entries if not e.tag):
            return None
        open_ = False
    elif entry.first is None or entry.last is None:
        open_ = False
    else:
        times = [m for m in moments(ask, bare=True) if m.kind == "time"]
        hour = re.search(r"\bat (\d{1,2})(?!\d|[:.]\d)\s?(am|pm)?", ask, re.I)
        at = times[0].at if times else minutes_of(hour[1], None, hour[2]) if hour else None
        if at is not None and at < 420 and entry.last > 720 and entry.first > at:
            at += 720
        open_ = at is None or entry.first <= at < entry.last
        if at is None and day is None:
            return None
    word = "Yes" if open_ != is_closed_asked else "No"
    why = (
        f"it is open from {clock(entry.first)} to {clock(entry.last)}"
        if entry and entry.first is not None and entry.last is not None
        else "it is closed then"
    )
    return Worked(word, "", "No" if word == "Yes" else "Yes", f"{word}: {why}.")


def _named(days: list[int]) -> str:
    names = [f"{DAYS[d].capitalize()}s" for d in days]
    return f"on {names[0]}" if len(names) == 1 else f"on {', '.join(names[:-1])} and {names[-1]}"


_MONTHS = "January February March April May June July August September October November December"


_COMPARES = re.compile(
    r"\b(?:more|most|fewer|fewest|less|least|(?:high|low|larg|small|bigg)"
    r"e(?:r|st))\b",
    re.I,
)


def months_told(ask: str, text: str) -> Worked | None:
    """The months of which a text says what a question asks, "no meeting" being "cancelled"."""
    if not re.search(r"\b(?:which|what) months?\b", ask, re.I) or _COMPARES.search(ask):
        return None
    wants_no = bool(re.search(r"\b(?:no|not|closed|cancelled|n't)\b", ask, re.I))
    for sentence in re.split(r"(?<=[a-z])[.;]\s+|\n", text[:2_000]):
        names = re.findall(rf"\b(?:{_MONTHS.replace(' ', '|')})\b", sentence)
        is_no = bool(
            re.search(
                r"\b(?:no|not|closed|cancelled|is_cancelled|never|off|shut|pause|closes)\b",
                sentence,
                re.I,
            )
        )
        if names and is_no == wants_no:
            said = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
            return Worked(said, "", names[0])
    return None


def days_told(ask: str, text: str) -> Worked | None:
    """The days of the week on which something is, where a question asks for days."""
    if not re.search(r"\b(?:which|what) days?\b", ask, re.I) or re.search(r"\bclosed\b", ask, re.I):
        return None
    for sentence in re.split(r"(?<=[a-z])[.;]\s+|\n", text[:2_000]):
        clauses = re.split(r",\s+and\s(?=at|in|on the)|;|,\s(?=at |in )", sentence)
        wanted = stems(ask)
        clause = max(clauses, key=lambda c: len(wanted & stems(c)))
        names = [m[0] for m in re.finditer(rf"\b(?:{'|'.join(DAYS)})s?\b", clause, re.I)]
        if len(names) >= 2 and not re.search(
            r"\bnot\b|\bexcept\b|\bclosed\b|\bto\b \w*day", sentence, re.I
        ):
            return Worked(f"{', '.join(names[:-1])} and {names[-1]}", "", names[0])
    return None
