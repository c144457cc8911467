"""Whether what was borrowed is overdue, by the terms for things and for borrowers.

Runs in the model worker; the text is hostile and capped, patterns are bounded. A term that holds
"always" or has an exception goes before that of the borrower, this before that of the thing. The
year is not told, so a February has 28 days.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from harness.models.skills.reckoning_outcome import Worked

_ASKS = re.compile(r"\b(?:overdue|too late|am i late|is (?:it|she|he|that) late|late\?)", re.I)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_DATE = re.compile(
    rf"\b(?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?(?: of)? (?P<m>{_MONTH})\b|"
    rf"\b(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b|\bthe (?P<only>\d{{1,2}})(?:st|"
    rf"nd|rd|th)\b",
    re.I,
)
_TOOK = re.compile(r"\b(?:took|borrowed|lent|got|picked|rented|checked|has had|fetched)\b", re.I)
_TODAY = re.compile(r"\b(?:today|now|it is|it's)\b", re.I)
_TERM = re.compile(
    r"(?P<who>[A-Za-z]{3,20})\b[^.;,\d]{0,40}?\b(?P<n>\d{1,3})(?: (?P<u>days?|"
    r"weeks?))?\b(?![:.]\d)",
    re.I,
)
_TWICE = re.compile(r"(?P<who>[A-Za-z]{3,20})\b[^.;,\d]{0,30}\b(?:twice|double)\b", re.I)
_EXCEPT = re.compile(r"\b(?:except|but not|not)(?: for| on)?(?: the)? (?P<what>[a-z]{3,20})", re.I)
_FIRM = re.compile(r"\balways\b|\bno matter\b|\bwhoever\b|\bfor everyone\b|\beven for\b", re.I)


def overdue(ask: str, text: str) -> Worked | None:
    """Yes or no with the last day; None where terms, thing or days are not told."""
    whole = " ".join(f"{text} {ask}".split())[:1_500]
    if not _ASKS.search(ask):
        return None
    sentences = re.split(r"(?<=[.;!?])\s+(?:- )?|\s- ", whole)
    told = next((s for s in sentences if _TOOK.search(s) and _DATE.search(s)), "")
    now = next((s for s in sentences if _TODAY.search(s) and _DATE.search(s) and s != told), "")
    if not told or not now:
        return None
    taken, today = _day(told, None), None
    if taken is not None:
        today = _day(now, taken)
    if taken is None or today is None:
        return None
    if today < taken:  # over the turn of the year
        today = today.replace(year=today.year + 1)
    rules = [s for s in sentences if s not in (told, now) and not _ASKS.search(s)]
    found = _term_of(rules, told + " " + " ".join(s for s in rules if not re.search(r"\d", s)))
    if found is None:
        return None
    days, is_other = found
    last = taken + timedelta(days=days)
    late = (today - last).days
    day = f"{last.day} {last.strftime('%B')}"
    said = (
        f"Yes, it was due on {day} and is {late} day{'' if late == 1 else 's'} late"
        if late > 0
        else f"No, it is due on {day}"
    )
    return Worked("Yes" if late > 0 else "No", "", is_other, said)


def _day(text: str, near: date | None) -> date | None:
    mark = _DATE.search(text)
    if mark is None:
        return None
    month = mark["m"] or mark["m2"]
    number = int(mark["d"] or mark["d2"] or mark["only"])
    at = _MONTHS.index(month[:3].lower()) + 1 if month else near.month if near else 0
    try:
        return date(2026, at, number)
    except ValueError:
        return None


def _term_of(rules: list[str], told: str) -> tuple[int, str] | None:
    """(days that may pass, the careless answer) for what is told."""
    low = told.lower()
    terms: list[tuple[str, int, bool, int]] = []
    factor = 1
    for rule in rules:
        barred = _EXCEPT.search(rule)
        is_barred = bool(barred and _said(barred["what"], low))
        twice = _TWICE.search(rule)
        if twice and _said(twice["who"], low) and not is_barred:
            factor = 2
        for mark in _TERM.finditer(rule):
            words = re.findall(r"[A-Za-z]{3,20}", mark[0])
            who = next((w for w in words if _said(w, low)), "")
            if not who:
                continue
            size = int(mark["n"]) * (7 if (mark["u"] or "").lower().startswith("week") else 1)
            terms.append((who, size, bool(_FIRM.search(rule)), low.find(_root(who))))
    if not terms:
        return None
    firm = [t for t in terms if t[2]]
    took = _TOOK.search(low)
    borrower = [t for t in terms if took and t[3] < took.start()]
    chosen = (firm or borrower or terms)[-1]
    return chosen[1] * (1 if chosen in firm else factor), ""


def _root(word: str) -> str:
    return re.sub(r"(?:ies|s)$", "", word.lower())


def _said(word: str, low: str) -> bool:
    if word.lower() in (
        "days",
        "loaned",
        "lent",
        "kept",
        "keep",
        "may",
        "get",
        "for",
        "the",
        "are",
    ):
        return False
    return bool(re.search(rf"\b{re.escape(_root(word))}(?:s|y|ies)?\b", low))
