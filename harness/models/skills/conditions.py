"""Thresholds, days and hours that a rule sets, and whether a case falls under them.

Runs in the model worker; the text is hostile, patterns are bounded and run on one sentence.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.models.skills.answering_figures import NUMBER
from harness.models.skills.units import unit_pattern

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip
_N = rf"({NUMBER})"
_AGE = r"(?:(?:the )?age(?: of)? |aged? )?"
_FORMS: tuple[tuple[str, str], ...] = (
    (rf"\b(?:up to|until|till|no later than|at the latest) {_N} (?:\w+ )?(?:days?|weeks?|hours?|"
     rf"months?) (?:before|ahead|in advance|prior)\b", ">="),
    (rf"\b(?:at most|up to|no(?:t)? (?:more|longer|larger|bigger|heavier|older|higher|later) than|"
     rf"max(?:imum|\.)?(?: of)?(?: is)?|limit(?:ed)?(?: of| to| is)|not exceed(?:ing)?|"
     rf"within) {_AGE}{_N}", "<="),
    (rf"\b(?:at least|no (?:fewer|less|younger|smaller) than|not (?:less|fewer) than|"
     rf"min(?:imum|\.)?(?: age)?(?: of)?(?: is)?) {_AGE}{_N}", ">="),
    (rf"\bmust be (?:aged )?{_N}(?! ?(?:minutes|metres|days|hours|or (?:less|under|younger)|and "
     rf"under)\b)", ">="),
    (rf"\b(?:from|of|aged?) {_AGE}{_N}(?: \w+){{0,3}}? (?:on|up|upwards?|onwards?|and (?:over|"
        rf"above|"
     rf"older|up|more)|or (?:more|over|older|above))\b", ">="),
    (rf"\bfrom (?:the age of ){_N}", ">="),
    (rf"\bfrom (?:an? |the )(?:\w+ ){{1,3}}of {_N}", ">="),
    (rf"\bbetween {_N}(?: ?[a-z]{{1,6}})? and (?=\d)", ">="),
    (rf"\bbetween \d[\d.,]{{0,6}}(?: ?[a-z]{{1,6}})? and {_N}", "<="),
    (rf"{_N}(?: \w+){{0,2}}? (?:or|and) (?:more|over|older|above|up|upwards)\b", ">="),
    (rf"{_N}(?: \w+){{0,2}}? (?:or|and) (?:less|fewer|under|younger|below)\b", "<="),
    (rf"\b(?:(?:more|larger|bigger|heavier|longer|older|greater|higher|taller|wider|deeper|"
        rf"later) than|"
     rf"over|above|exceed(?:s|ing)?|beyond) {_AGE}{_N}", ">"),
    (rf"\b(?:(?:less|fewer|smaller|lighter|younger|shorter|lower|earlier) than|under|"
        rf"below) {_AGE}{_N}", "<"),
)  # fmt: skip
_VALUES = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
} | {w: 10 * n for n, w in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = r"(mon|tues|wednes|thurs|fri|satur|sun)days?"
_RANGE = re.compile(rf"\b{_DAY} ?(?:to|until|till|through|–|-) ?{_DAY}\b", re.I)
_ONE_DAY = re.compile(rf"\b{_DAY}\b", re.I)
_HOURS = re.compile(
    r"\b(?:from |between )?(\d{1,2})(?:[:.](\d\d))?\s?(am|pm)?\s?(?:to|until|till|and|-|–)\s?"
    r"(\d{1,2})(?:[:.](\d\d))?\s?(am|pm)?(?!\d)(?! (?:days|weeks|people|metres|minutes)\b)",
    re.I,
)
_AT = re.compile(
    r"\b(?:at|by|before|after|around) (\d{1,2})(?:[:.](\d\d))?\s?(am|pm|o'clock)?(?!\d)", re.I
)
_CLOCK = re.compile(r"\b(\d{1,2})[:.](\d\d)\s?(am|pm)?|\b(\d{1,2})\s?(am|pm)\b", re.I)


@dataclass(frozen=True)
class Condition:
    """A comparison with a number.

    Attributes:
        is_limit: the number is the most or least that is allowed, not a case told apart.
    """

    sign: str
    number: float
    unit: str
    is_limit: bool


def number_of(text: str) -> float | None:
    """The value of a number in figures or words; None where it is none."""
    low = text.lower().strip()
    digits = re.match(r"\d[\d,. ]*", low)
    if digits:
        bare = digits[0].strip(" ,.")
        bare = re.sub(r"[, ](?=\d{3}\b)", "", bare).replace(",", ".")
        try:
            return float(bare)
        except ValueError:
            return None
    parts = re.split(r"[- ]", low)
    if parts[0] in ("half", "a") and len(parts) > 1:
        return {"dozen": 12.0, "hundred": 100.0, "quarter": 0.25}.get(parts[-1], 0.5)
    known = [_VALUES[part] for part in parts if part in _VALUES]
    if not known:
        return None
    total = float(sum(known))
    return total * 100 if "hundred" in parts else total * 1000 if "thousand" in parts else total


def conditions(text: str) -> list[Condition]:
    """The comparisons in a sentence; a number is in one of them at most."""
    out: list[Condition] = []
    taken: set[int] = set()
    for pattern, sign in _FORMS:
        for mark in re.finditer(pattern, text[:1_200], re.I):
            number = number_of(mark[1])
            if number is None or mark.start(1) in taken:
                continue
            taken.add(mark.start(1))
            must = re.search(
                r"\bmust (?:be|have)\W*$|"
                r"\bhave to be\W*$",
                text[: mark.start()],
                re.I,
            )
            out.append(
                Condition(sign, number, _unit(text[mark.end(1) :]), sign == "<=" or bool(must))
            )
    return out


def case_of(text: str, condition: Condition, rule: str = "") -> float | None:
    """The number of a case that a condition is about: one with its unit, else the only one.

    Args:
        text: what is said of the case.
        condition: the comparison.
        rule: the sentence of the condition; what it counts besides ("two people") is no case.
    """
    found: list[tuple[float, str, str]] = []
    for mark in re.finditer(rf"(?<![\w.,:]){NUMBER}(?![\w:])", text[:1_200], re.I):
        value = number_of(mark[0])
        after = text[mark.end() :]
        thing = re.match(r"[ -]([A-Za-z]+)", after)
        counted = f"{mark[0]} {thing[1]}" if thing else ""
        own = bool(condition.unit) and _unit(after) == condition.unit
        if value is not None and (own or not (counted and counted.lower() in rule.lower())):
            found.append((value, _unit(after), thing[1] if thing else ""))
    same = [value for value, unit, _ in found if unit and unit == condition.unit]
    if same:
        return same[0]
    free = [value for value, unit, _ in found if not unit or not condition.unit]
    if condition.unit:
        free = [value for value, unit, thing in found if not unit and not thing]
    return free[0] if free else None


def holds(condition: Condition, case: float) -> bool:
    """Whether a case meets a condition."""
    return _COMPARE[condition.sign](case, condition.number)


def _unit(after: str) -> str:
    for family in ("mass", "length", "volume", "span", "heat", "speed", "share"):
        mark = re.match(rf"[ -]?({unit_pattern(family)})(?!\w)", after, re.I)
        if mark:
            if family == "span":
                return re.sub(r"s$", "", mark[1].lower())
            return family
    return ""


def days_in(text: str) -> set[int]:
    """The days of the week that a text names, 0 for Monday; ranges and "daily" filled in."""
    low = text.lower()
    names = [day[: day.index("day")] for day in DAYS]
    out: set[int] = set()
    if re.search(r"\b(?:every day|daily|all week|seven days a week|all days|any day)\b", low):
        out |= set(range(7))
    if re.search(r"\b(?:week ?days?|working days?)\b", low):
        out |= set(range(5))
    if re.search(r"\bweek ?ends?\b", low):
        out |= {5, 6}
    for mark in _RANGE.finditer(low):
        first, last = names.index(mark[1]), names.index(mark[2])
        out |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    out |= {names.index(mark[1]) for mark in _ONE_DAY.finditer(low)}
    return out


def hours_in(text: str) -> tuple[float, float] | None:
    """From when until when, in hours of the day; None where no such range stands."""
    mark = _HOURS.search(text)
    if not mark:
        return None
    first, last = _hour(mark[1], mark[2], mark[3]), _hour(mark[4], mark[5], mark[6])
    if last <= first and not mark[6] and last <= 12:
        last += 12
    return (first, last) if first < last <= 24 else None


def hour_asked(text: str) -> float | None:
    """The hour that a question is about."""
    mark = _AT.search(text)
    if mark:
        return _hour(mark[1], mark[2], mark[3])
    mark = _CLOCK.search(text)
    if not mark:
        return None
    return _hour(mark[1] or mark[4], mark[2], mark[3] or mark[5])


def _hour(hour: str, minute: str | None, half: str | None) -> float:
    value = int(hour) + int(minute or 0) / 60
    return value + 12 if half and half.lower() == "pm" and value < 12 else value
