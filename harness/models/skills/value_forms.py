"""Write dates, times and numbers in the form that a prompt asks for.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from harness.models.skills.reckoning_dates import MONTHS, clock, moments

_ISO = re.compile(r"\byyyy-mm-dd\b|\biso[- ]?(?:8601|format|dates?|form)?\b|\bjjjj-mm-tt\b", re.I)
_SLASHED = re.compile(r"\b(dd|mm|d|m)([/.-])(mm|dd|m|d)(?:\2(yyyy|yy))?\b", re.I)
_SPELT = re.compile(r"\b(?:month dd?,? yyyy|dd? month yyyy|month d)\b", re.I)
_CLOCK = re.compile(
    r"\bhh:mm\b|\b24[- ]?(?:h\b|hours?\b|hr\b)|\bmilitary time\b|\b24[- ]hour\b", re.I
)
_LATE = re.compile(r" (?:in the (?:morning|afternoon|evening)|at night)\b", re.I)
_PLAIN_NUMBER = re.compile(
    r"\b(?:without|no|drop the|omit|leave out) (?:\w+ ){0,2}?(?:thousands?(?:[- "
    r"]?(?:separators?|marks?|commas?))?|commas?|separators?)\b|"
    r"\b(?:plain|bare) (?:number|digits|integer)\b|\bdigits only\b",
    re.I,
)


@dataclass(frozen=True)
class ValueForm:
    """How a prompt wants its values written.

    Attributes:
        day: writes a date, given it and whether its year is known; None where none is asked for.
        is_clock: times as HH:MM of 24 hours.
        is_plain: numbers without marks between thousands.
    """

    day: Callable[[date, bool], str] | None
    is_clock: bool
    is_plain: bool

    @property
    def is_asked(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.day or self.is_clock or self.is_plain)


def value_form(directions: str) -> ValueForm:
    """The form of values that a prompt asks for."""
    head = directions[:8_000]
    return ValueForm(_day(head), bool(_CLOCK.search(head)), bool(_PLAIN_NUMBER.search(head)))


def _day(head: str) -> Callable[[date, bool], str] | None:
    if _ISO.search(head):
        return lambda day, _: day.isoformat()
    mark = _SLASHED.search(head)
    if mark:
        first, sign, last = mark[1].lower(), mark[2], (mark[4] or "").lower()
        width = 2 if len(first) == 2 else 1

        def slashed(day: date, _: bool) -> str:
            pair = (day.day, day.month) if first.startswith("d") else (day.month, day.day)
            said = sign.join(f"{n:0{width}d}" for n in pair)
            year = f"{day.year}" if last == "yyyy" else f"{day.year % 100:02d}"
            return f"{said}{sign}{year}" if last else said

        return slashed
    spelt = _SPELT.search(head)
    if spelt:
        is_american = spelt[0].lower().startswith("month")
        return lambda day, has_year: (
            f"{MONTHS[day.month - 1].capitalize()} {day.day}{f', {day.year}' if has_year else ''}"
            if is_american
            else f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"
        )
    return None


def in_form(form: ValueForm, text: str) -> str:
    """A text with its dates, times and numbers in the asked form."""
    if not form.is_asked or len(text) > 8_000:
        return text
    for moment in reversed(moments(text)):
        said = moment.text
        if moment.kind == "date" and form.day:
            said = form.day(moment.day, moment.has_year)
            if not moment.has_year and re.match(r"\d{4}-", said):
                said = said[5:]
        elif moment.kind == "time" and form.is_clock:
            said = clock(moment.at)
            late = _LATE.match(text, moment.end)
            text = text[: moment.end] + text[late.end() :] if late else text
        text = text[: moment.start] + said + text[moment.end :]
    if form.is_plain:
        text = re.sub(r"(?<=\d)[,'](?=\d{3}(?!\d))", "", text)
    return text
