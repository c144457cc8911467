"""Dates of a text written in the form that an order names, each where it stands.

Runs in the model worker; pure, linear in the text. Days stand before months unless the order says
otherwise. A date that no calendar has is left, or marked as the order says.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable

_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_GERMAN = {
    "januar": 1,
    "februar": 2,
    "märz": 3,
    "mai": 5,
    "juni": 6,
    "juli": 7,
    "oktober": 10,
    "dezember": 12,
}
_NAMES = "|".join([*_MONTHS, *(m[:3] for m in _MONTHS), "sept", *_GERMAN])
_DATE = re.compile(
    rf"(?<![\w/-])(?:(?P<y1>\d{{4}})[-/.](?P<m1>\d{{1,2}})[-/.](?P<d1>\d{{1,2"
    rf"}})|(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})[-/.](?P<y2>\d{{4}}|\d{{2}})"
    rf"|(?:the )?(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\.? (?:of "
    rf")?(?P<n3>{_NAMES})\b\.?(?:,? (?P<y3>\d{{4}}))?|(?P<n4>{_NAMES})\b\.? "
    rf"(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y4>\d{{4}}))?)(?![\w/-])",
    re.I,
)
_ORDER = re.compile(r"\b(?:dates?|days?|normali[sz]e|iso)\b", re.I)
_FORM = re.compile(
    r"\b(?P<code>(?:YYYY|YY|DD?|MM?M?M?)(?P<mark>[-/. ])(?:MM?M?M?|"
    r"DD?)(?P=mark)(?:YYYY|YY|DD?))(?![A-Za-z])|\b(?P<iso>iso(?:[ "
    r"-]?8601)?)\b|\b(?P<us>(?:US|american) (?:format|style|form|dates?))|"
    r"\b(?P<de>german (?:format|style|form))",
    re.I,
)
_SHOWN = re.compile(
    r"\b(?:like|as in|e\.g\.|for example|such as|format)\W{1,3}"
    r"(?:(?P<year>\d{4})(?P<mark>[-/.])\d\d(?P=mark)\d\d|\d\d(?P<other>[-/.])\d\d(?P=other)\d{4})",
    re.I,
)
_INVALID = re.compile(
    r"\b(?:can(?:not|['’]t) exist|does(?: not|n['’]t) exist|impossible|"
    r"invalid|not (?:a )?(?:valid|real)|no such)\b[^.\n]{0,40}?(?:write|put|"
    r"say|mark(?: it)?(?: as| with)?|use|output|return|with|"
    r"as)\W{1,3}(?P<put>[A-Za-z?/-]{1,20})",
    re.I,
)


def redated(asked: str, text: str) -> str | None:
    """The text with its dates in the asked form; None without a form asked or a date in it."""
    form = _FORM.search(asked)
    if (
        form is None
        or not _ORDER.search(asked)
        or re.search(r"\bextract|\bjson\b|\bcsv\b|\{|\bfields?\b|\?", asked, re.I)
    ):
        return None
    code = _code(form)
    month_first = _is_month_first(asked)
    bad = _INVALID.search(asked)
    year = re.search(r"\b(?:year|in)\W{1,3}(?:is )?(?P<y>(?:19|20)\d\d)\b", asked)
    count = 0

    def put(mark: re.Match[str]) -> str:
        nonlocal count
        found = _parts(mark, month_first=month_first, year=int(year["y"]) if year else 0)
        if found is None:
            return mark[0]
        count += 1
        y, m, d = found
        if not 1 <= m <= 12 or not 1 <= d <= calendar.monthrange(y or 2000, m)[1]:
            return bad["put"] if bad else mark[0]
        if not y and re.search("Y", code, re.I):
            return mark[0]
        return _written(code, y, m, d)

    said = _DATE.sub(put, text)
    if not count:
        return None
    if re.search(r"\b(?:only|just|list) (?:all )?(?:the )?dates\b", asked, re.I):
        return "\n".join(_DATE.sub(put, m[0]) for m in _DATE.finditer(text))
    return said


def form_asked(asked: str) -> Callable[[int, int, int], str] | None:
    """How an order wants a date written, given year, month and day; None where it does not say."""
    form = _FORM.search(asked)
    if form is not None:
        code = _code(form)
        return lambda year, month, day: _written(code, year, month, day)
    shown = _SHOWN.search(asked)
    if shown is None:
        return None
    glue = shown["mark"] or shown["other"]
    code = glue.join(("YYYY", "MM", "DD") if shown["year"] else ("DD", "MM", "YYYY"))
    return lambda year, month, day: _written(code, year, month, day)


def dates_in(text: str, asked: str = "") -> list[tuple[int, int, tuple[int, int, int]]]:
    """The dates of a text in order: begin, end, and (year, month, day), year 0 where none is told.

    Args:
        text: where they are looked for.
        asked: the order, which may say that months come first.
    """
    out = []
    for mark in _DATE.finditer(text):
        found = _parts(mark, month_first=_is_month_first(asked), year=0)
        if found is None or not 1 <= found[1] <= 12:
            continue
        if 1 <= found[2] <= calendar.monthrange(found[0] or 2000, found[1])[1]:
            out.append((mark.start(), mark.end(), found))
    return out


def _code(form: re.Match[str]) -> str:
    return form["code"] or (
        "YYYY-MM-DD" if form["iso"] else "MM/DD/YYYY" if form["us"] else "DD.MM.YYYY"
    )


def _is_month_first(asked: str) -> bool:
    return bool(
        re.search(
            r"\bmonth(?:s)? (?:comes? )?first\b|\b(?:US|american)\b(?! format)|\bfrom mm",
            asked,
            re.I,
        )
    ) and not re.search(r"\bday(?:s)? first\b", asked, re.I)


def _parts(mark: re.Match[str], *, month_first: bool, year: int) -> tuple[int, int, int] | None:
    if mark["y1"]:
        return int(mark["y1"]), int(mark["m1"]), int(mark["d1"])
    if mark["a"]:
        first, second = int(mark["a"]), int(mark["b"])
        y = int(mark["y2"])
        y += 0 if y > 99 else 2000 if y < 70 else 1900
        day, month = (second, first) if month_first else (first, second)
        if month > 12 >= day:
            day, month = month, day
        return y, month, day
    name = (mark["n3"] or mark["n4"] or "").lower()
    month = _GERMAN.get(name) or next(
        (i for i, m in enumerate(_MONTHS, 1) if m.startswith(name[:3])), 0
    )
    said = mark["y3"] or mark["y4"]
    return (int(said) if said else year, month, int(mark["d3"] or mark["d4"])) if month else None


def _written(code: str, year: int, month: int, day: int) -> str:
    mark = re.search(r"[-/. ]", code)
    glue = mark[0] if mark else "-"
    out = []
    for part in code.upper().split(glue):
        name = _MONTHS[month - 1].capitalize()
        put = {
            "YYYY": f"{year:04d}",
            "YY": f"{year % 100:02d}",
            "MM": f"{month:02d}",
            "M": str(month),
            "DD": f"{day:02d}",
            "D": str(day),
            "MMM": name[:3],
            "MMMM": name,
        }
        out.append(put.get(part, part))
    return glue.join(out)
