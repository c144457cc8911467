"""Amounts, sums of money and times in a sentence, each where it stands.

Runs in the model worker; the text is hostile, patterns are bounded and run on one sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.skills.answering_kinds import Wanted
from harness.models.skills.units import MONEY_UNITS, unit_pattern

_SMALL = "one|two|three|four|five|six|seven|eight|nine"
_WORDS = (
    rf"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:{_SMALL}))?|ten|eleven|"
    rf"twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|{_SMALL}|"
    r"half an?|half|a dozen|a quarter|a hundred|a thousand|an? (?=hour|minute|day|week|month|year)"
)
NUMBER = (
    rf"(?:\d{{1,3}}(?:[,. ]\d{{3}}){{1,3}}(?!\d)|\d{{1,9}}(?:[.,]\d{{1,3}})?|(?:\b(?:{_WORDS}))"
    r"(?: hundred| thousand| million)?(?: and a half)?)"
)
WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
)
_DATE = (
    rf"(?:the )?\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}(?:,? \d{{4}})?|\b{MONTH} \d{{1,2}}"
    r"(?:st|nd|rd|th)?(?!\d|:)(?:,? \d{4})?|\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
)
_HOUR = rf"(?:\d{{1,2}}(?:[:.]\d\d)?|{_SMALL}|ten|eleven|twelve)"
_CLOCK = (
    rf"\bfrom {_HOUR}(?: ?(?:am|pm))? (?:to|until|till) {_HOUR}(?: ?(?:am|pm|"
    rf"o'clock))?(?! [a-z]{{3,}}s\b)|"
    r"\b\d{1,2}[:.]\d{2}(?!\d)(?:\s?(?:am|pm|a\.m\.|p\.m\.|h|uhr)\b)?|"
    r"\b\d{1,2}\s?(?:am|pm|a\.m\.|p\.m\.|o'clock|uhr|hrs)(?!\w)|"
    r"\b(?:half past|(?:a )?quarter (?:past|to)|(?:five|ten|twenty) (?:past|to)) \w+|"
    r"\b(?:noon|midday|midnight)\b|"
    rf"(?<=\bat )(?:\d{{1,2}}|{_SMALL}|ten|eleven|twelve)\b(?![ ]?(?:%|[a-z]{{3,}}ees?\b)|"
    rf"[.,:]\d)|"
    rf"(?<=\bfrom )\d{{1,2}}(?= (?:to|until|till)\b)|(?<=\bby )(?:\d{{1,2}}|{_SMALL}|"
    rf"ten)\b(?!\s?[a-z])|"
    rf"\b(?:after|before) (?:{_SMALL}|ten|eleven|twelve|\d{{1,2}})(?=[.,;!?](?!\d)|$)|"
    r"(?<=\bopens at )\d{1,2}\b|(?<=\bcloses at )\d{1,2}\b|"
    r"(?<=until )\d{1,2}\b(?! [a-z]{3,})|(?<=till )\d{1,2}\b|(?<= to )\d{1,2}(?=\W*$)"
)
SEASON = r"\b(?:spring|summer|autumn|winter|easter|christmas|whitsun|today|tomorrow|tonight)\b"
_RELATIVE = (
    rf"\b(?:at the end of|in|within|after|before|on the (?:first|second|third|fourth|last) \w+ of|"
    rf"(?:first|second|third|last|every) (?:{WEEKDAY})(?: of)?) ?(?:the |each |every )?"
    rf"(?:month|year|week|{MONTH}|{NUMBER} (?:days?|weeks?|months?|years?|hours?|minutes?))"
)
_TIMES: dict[str, str] = {
    "clock": _CLOCK,
    "weekday": rf"\b(?:every |each )?(?:first |second |third |last )?{WEEKDAY}(?: (?:to|and|"
    rf"until) "
    rf"{WEEKDAY})?(?: (?:mornings?|afternoons?|evenings?|nights?))?\b",
    "date": _DATE,
    "year": r"\b(?:1[0-9]|20|21)\d\d\b(?! (?:m|km|kg|people|metres|g|crowns|euros)\b)",
    "month": rf"\b(?:(?:early|mid|late)[- ])?{MONTH}(?: \d{{4}})?",
    "season": SEASON,
    "relative": _RELATIVE,
}
_WHEN_ORDER = ("date", "weekday", "clock", "relative", "month", "year", "season")
_FREE = re.compile(
    r"\bfree(?: of charge)?\b(?! (?:entry|time|day)s?\b)|\bwithout charge\b|\bfor nothing\b", re.I
)
_SIGNED = re.compile(
    rf"(?<![\w.,])(?:[€$£]\s?{NUMBER}|{NUMBER}\s?(?:[€$£]|(?:{MONEY_UNITS})\b))", re.I
)
_NO_SUM = "|".join(unit_pattern(family) for family in ("mass", "length", "volume", "span"))
_BARE_SUM = re.compile(
    rf"(?<![\w.,:]){NUMBER}(?![\w%:]|[ -]?(?:o'clock|am|pm|{_NO_SUM}|{MONTH})(?!\w))", re.I
)
_PRICE_LIST = re.compile(r"[a-zà-ÿ] \d{1,4}(?:[.,]\d\d)?(?=[,;)]|\.(?:\s|$)|$)")
_SUM_CUE = re.compile(
    r"\b(?:costs?|pays?|paid|for|is|are|fees?(?: of)?|prices?|another|extra|charged?|"
    r"deposit(?: of)?|fined?|from|rents?|:)\W{0,3}$",
    re.I,
)


@dataclass(frozen=True)
class Span:
    """A piece of a sentence.

    Attributes:
        prior: how likely a piece of such a form is what is asked, beside its place.
    """

    start: int
    end: int
    text: str
    prior: float = 0.0


def figures_for(want: Wanted, text: str) -> list[Span]:
    """The amounts, sums or times of a sentence that are of the wanted kind, in order."""
    if want.kind == "amount":
        return _amounts(want, text)
    return _money(text) if want.kind == "money" else _times(want, text)


def marks(pattern: re.Pattern[str], text: str, prior: float = 0.0) -> list[Span]:
    """Every match of a pattern as a piece of the text."""
    return [Span(m.start(), m.end(), m[0].strip(), prior) for m in pattern.finditer(text)]


def _amounts(want: Wanted, text: str) -> list[Span]:
    out: list[Span] = []
    taken: list[tuple[int, int]] = [m.span() for m in re.finditer(_DATE, text, re.I)]
    taken += [m.span() for m in re.finditer(r"\b\d{1,2}:\d\d\b", text)]
    for rank, family in enumerate(want.units):
        if family in ("", "age"):
            pattern = rf"(?<![\w.,]){NUMBER}(?![\w%])"
        else:
            pattern = (
                rf"(?<![\w.,])(?:up to |about |around |at most |at least |between )?{NUMBER}"
                rf"(?:(?: to |-|–| by | x | and ){NUMBER})?[ -]?(?:{unit_pattern(family)})(?!\w)"
                r"(?: (?:a|per|an|each) (?:second|minute|hour|day|night|week|month|year)\b)?"
                r"(?: (?:and a half|long|away)\b)?"
            )
        for mark in re.finditer(pattern, text, re.I):
            if any(mark.start() < b and a < mark.end() for a, b in taken):
                continue
            taken.append(mark.span())
            out.append(_counted(want, text, mark, -0.1 * rank))
    out += _short_forms(text, out)
    return sorted(out, key=lambda one: one.start)


def _short_forms(text: str, known: list[Span]) -> list[Span]:
    """Numbers that leave out the unit of an amount before them ("five years and ... two")."""
    out: list[Span] = []
    for mark in re.finditer(rf"(?<![\w.,]){NUMBER}(?=\s*(?:[,;.](?!\d)|$))", text, re.I):
        before = [one for one in known if one.end < mark.start()]
        if not before or any(one.start <= mark.start() < one.end for one in known):
            continue
        unit = re.search(r"[ -]([a-zà-ÿ%]+)$", before[-1].text)
        if unit:
            value = f"{mark[0].strip()} {unit[1]}"
            out.append(Span(mark.start(), mark.end(), value, before[-1].prior - 0.05))
    return out


def _counted(want: Wanted, text: str, mark: re.Match[str], prior: float) -> Span:
    """A number, with the unit that follows it and the thing it counts where that is asked."""
    after = text[mark.end() : mark.end() + 40]
    unit = re.match(rf"[ -]?(?:{unit_pattern('')})(?!\w)", after, re.I)
    end = mark.end() + (unit.end() if unit else 0)
    if re.fullmatch(r"(?:1[6-9]|20)\d\d", mark[0]) and not unit:
        prior -= 0.5
    if "age" in want.units:
        prior += 0.3 if re.match(r"[ -]years?|[.,;]|\s*$", after, re.I) else 0.0
        prior += (
            0.2
            if re.search(r"\b(?:from|age[ds]?|under|over|is|at)\W*$", text[: mark.start()])
            else 0
        )
    if re.match(r" of (?:the|them|these|which|whom|his|her|their|our)\b", after, re.I):
        prior -= 0.25  # a part of what is counted
    if want.noun:
        stem = want.noun[:-1] if len(want.noun) > 3 else want.noun
        if re.match(rf"[ -](?:[\w'-]+[ -]){{0,2}}{re.escape(stem)}", after, re.I):
            prior += 0.25
        elif re.match(rf".{{0,20}} of {re.escape(stem)}", after, re.I):
            prior += 0.25
    return Span(mark.start(), end, text[mark.start() : end].strip(), prior)


def _money(text: str) -> list[Span]:
    is_list = len(_PRICE_LIST.findall(text)) + bool(_SIGNED.search(text)) > 1
    out = marks(_SIGNED, text, 0.4) + marks(_FREE, text, 0.1)
    taken = [(one.start, one.end) for one in out]
    for mark in _BARE_SUM.finditer(text):
        if any(mark.start() < b and a < mark.end() for a, b in taken):
            continue
        is_cued = bool(_SUM_CUE.search(text[: mark.start()]))
        if is_cued or (is_list and re.match(r"\s*(?:[,;)]|\.(?!\d)|$)", text[mark.end() :])):
            out.append(Span(mark.start(), mark.end(), mark[0].strip(), 0.0 if is_cued else -0.15))
    return sorted(out, key=lambda one: one.start)


def _times(want: Wanted, text: str) -> list[Span]:
    out: list[Span] = []
    names = want.units or _WHEN_ORDER
    for rank, name in enumerate(names):
        for mark in re.finditer(_TIMES[name], text, re.I):
            if name == "month" and not mark[0].strip()[:1].isupper():
                continue
            if any(mark.start() < one.end and one.start < mark.end() for one in out):
                continue
            out.append(Span(mark.start(), mark.end(), mark[0].strip(), -0.03 * rank))
    return sorted(out, key=lambda one: one.start)
