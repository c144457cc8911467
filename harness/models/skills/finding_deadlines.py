"""Dates and times that follow from a rule: the last day, whether it is kept, what holds on a day.

Runs in the model worker; the text is hostile and capped. Each function gives a result, or None
where a question does not ask for its kind or the text does not show the moments.
"""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction

from harness.models.skills.finding_intervals import value_of
from harness.models.skills.finding_schedules import NUMBER
from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_dates import (
    WEEKDAYS,
    moments,
    shifted,
    spoken_day,
)
from harness.models.skills.reckoning_figures import SMALL, plain
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_sums import POLAR

_TERM = re.compile(
    rf"\b(?:within|in|for|valid(?: for)?|period(?: of| is|:)?|term(?: of| is|:)?|up to|no later "
    rf"than|not later "
    rf"than|at most|after|binnen|innerhalb(?: von)?|dans(?: les)?)\s"
    rf"(?:the (?:first )?)?(?P<n>{NUMBER})\s(?P<u>days?|weeks?|months?|tagen?|wochen|monaten?|"
    rf"jours|días)\b",
    re.I,
)
_UNITS = {"d": "day", "t": "day", "w": "week", "m": "month", "j": "day"}
_KEPT = re.compile(
    r"\b(?:in time|on time|too late|late|accepted|still|valid|allowed|ok|deadline (?:met|kept)|"
    r"rechtzeitig|zu spät)\b",
    re.I,
)
_LAST = re.compile(
    r"\b(?:last|latest|final) (?:day|date|possible)|\bby when\b|\bdeadline\b|\bdue\b|\buntil "
    r"when\b|\bwhen\b.{0,40}\b(?:back|end|expire|run out|latest|must|have to|need)|\bbis wann\b",
    re.I,
)


def _term_of(text: str) -> tuple[int, str] | None:
    mark = _TERM.search(text)
    if not mark:
        return None
    said = mark["n"].lower()
    count = int(said) if said.isdigit() else SMALL[said]
    return count, _UNITS[mark["u"][0].lower()]


def term(ask: str, text: str) -> Worked | None:
    """The last day of a term that the text sets, or whether a day keeps it."""
    rule = _term_of(text)
    dates = [m for m in moments(f"{text}\n{ask}") if m.kind == "date"]
    if (
        rule is None
        or not dates
        or len(_TERM.findall(text)) > 1
        or re.search(r"\d(?:st|nd|rd|th) day\b", text)
    ):
        return None
    count, unit = rule
    in_text = [m for m in dates if m.start < len(text)]
    is_polar = bool(_KEPT.search(ask)) or bool(POLAR.match(ask))
    is_polar = is_polar and not re.match(r"\W*(?:when|by when|until when|what|which)\b", ask, re.I)
    if is_polar and len(dates) >= 2:
        first, second = (dates[0], dates[-1])
        last = shifted(first, count, unit)
        kept = second.day <= last
        negative = bool(re.search(r"\btoo late\b|\blate\b(?!r)|\bexpired\b|\bzu spät\b", ask, re.I))
        word = "Yes" if kept != negative else "No"
        why = f"the last day is {spoken_day(last, with_year=first.has_year)}"
        return Worked(word, "", "No" if word == "Yes" else "Yes", f"{word}: {why}.")
    if not _LAST.search(ask) or not in_text or is_polar:
        return None
    start = in_text[0]
    last = shifted(start, count, unit)
    said = spoken_day(last, with_year=start.has_year)
    wrong = spoken_day(last - timedelta(days=1), with_year=start.has_year)
    return Worked(said, f"{start.text} + {count} {unit}{'' if count == 1 else 's'}", wrong)


_WORKING = re.compile(rf"\bwithin (?P<n>{NUMBER}) (?:working|business|week) ?days\b", re.I)
_ON_DAY = re.compile(
    rf"\b(?P<day>{'|'.join(WEEKDAYS)})\b(?:,? (?:the )?(?P<date>\d{{1,2}})(?:st|nd|rd|th)?\b)?",
    re.I,
)
_BY_WHEN = re.compile(
    r"\b(?:latest|at the latest|last day|by when|until when|deadline|when)\b|\bby (?:what|"
    r"which) day\b",
    re.I,
)


def working_term(ask: str, text: str) -> Worked | None:
    """The last day of a term in working days, counted from the day after the one that is told."""
    rule = _WORKING.search(text)
    days = list(_ON_DAY.finditer(text))
    count = value_of(rule["n"]) if rule else None
    if count is None or len(days) != 1 or not _BY_WHEN.search(ask) or not 0 < count <= 60:
        return None
    start = WEEKDAYS.index(days[0]["day"].lower())
    at, passed, left = start, 0, int(count)
    while left:
        at, passed = (at + 1) % 7, passed + 1
        left -= at < 5
    name = WEEKDAYS[at].capitalize()
    wrong = WEEKDAYS[(start + int(count)) % 7].capitalize()
    if days[0]["date"] is None:
        return Worked(name, f"{int(count)} working days after {days[0][0]}", wrong)
    date = int(days[0]["date"])
    said = f"{name} the {_ordinal(date + passed)}" if date + passed <= 28 else name
    return Worked(
        said,
        f"{int(count)} working days after {days[0][0]}",
        f"{wrong} the {_ordinal(date + int(count))}",
    )


def _ordinal(number: int) -> str:
    ending = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_BEFORE = re.compile(
    rf"\b(?:until|till|up to|at least|no later than|not later than|by)\s(?P<n>{NUMBER})\s"
    r"(?P<u>hours?|days?)\s(?:before|prior to|ahead of)\s(?:the |your )?(?P<what>\w+)",
    re.I,
)
_DAY_TIME = re.compile(
    rf"\b(?P<d>{'|'.join(WEEKDAYS)})(?:s|\b)(?: \w+)? ?(?:at|,)? ?(?P<h>\d{{1,2}})[:.](?P<m>\d\d)",
    re.I,
)


def before_event(ask: str, text: str) -> Worked | None:
    """Whether something is done early enough before what a rule names."""
    rule = _BEFORE.search(text)
    whole = f"{text}\n{ask}"
    told = list(_DAY_TIME.finditer(whole))
    if not rule or len(told) != 2 or not POLAR.match(ask):
        return None
    stem_ = rule["what"].lower()[:5]
    first = (
        told[0] if stem_ in whole[max(0, told[0].start() - 30) : told[0].start()].lower() else None
    )
    second = (
        told[1] if stem_ in whole[max(0, told[1].start() - 30) : told[1].start()].lower() else None
    )
    event, deed = (told[1], told[0]) if second and not first else (told[0], told[1])
    hours = [
        WEEKDAYS.index(m["d"].lower()) * 24 + int(m["h"]) + Fraction(int(m["m"]), 60)
        for m in (event, deed)
    ]
    between = (hours[0] - hours[1]) % 168
    said = rule["n"].lower()
    needed = (int(said) if said.isdigit() else SMALL[said]) * (
        24 if rule["u"].startswith("d") else 1
    )
    word = "Yes" if between >= needed else "No"
    return Worked(
        word,
        "",
        "No" if word == "Yes" else "Yes",
        f"{word}: that is {plain(between)} hours before.",
    )


def loans(ask: str, text: str) -> Worked | None:
    """When each of several things is due, by the term of its sort."""
    rules = [
        (root(m["what"].lower()), m)
        for m in re.finditer(
            rf"\b(?P<what>[A-Za-z]{{2,20}}s)\s(?:(?:are|can be|may be|is)\s(?P<no>not|"
            rf"never)?\s?\w+\s?)?(?:at all|(?:out )?for (?P<n>{NUMBER}) (?P<u>day|week|month)s?)",
            text,
            re.I,
        )
    ]
    if len(rules) < 2 or not re.search(r"\beach\b|\bwhen\b|\bdue\b|\bback\b", ask, re.I):
        return None
    lines: list[str] = []
    for sentence in re.split(r"(?<=[a-z\d])[.;]\s+|\n+", text):
        who = re.match(r"^\W*([A-ZÀ-Þ][\w'’-]+)\s", sentence)
        words = {root(w.lower()) for w in re.findall(r"[^\W\d_]{2,}", sentence)}
        rule = next((m for name, m in rules if name in words and m[0] not in sentence), None)
        if (
            who is None
            or rule is None
            or (ask.count(" ") < 12 and _named(ask, text) and who[1] not in ask)
        ):
            continue
        when = [m for m in moments(sentence) if m.kind == "date"]
        if rule["no"] or not rule["n"]:
            lines.append(f"{who[1]}: not possible, {rule['what'].lower()} are not lent")
        elif when:
            said = rule["n"].lower()
            count = int(said) if said.isdigit() else SMALL[said]
            day = shifted(when[0], count, rule["u"].lower())
            lines.append(f"{who[1]}: {spoken_day(day, with_year=when[0].has_year)}")
    return (
        Worked("\n".join(lines), "", "") if len(lines) >= (1 if _named(ask, text) else 2) else None
    )


def _named(ask: str, text: str) -> bool:
    """Whether a question names one of the people of the text."""
    return any(
        re.search(rf"\b{re.escape(n)}\b", ask)
        for n in set(re.findall(r"\b[A-ZÀ-Þ][a-zà-ÿ]{2,}\b", text))
        if n not in ("For", "When")
    )
