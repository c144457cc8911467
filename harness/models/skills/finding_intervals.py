"""The ranges of numbers that a rule names, in four languages: "under 6", "ab 14", "10 to 25 m²".

Runs in the model worker; the text is hostile, patterns are bounded and run on one clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from harness.models.skills.reckoning_dates import MONTHS
from harness.models.skills.reckoning_figures import SMALL, number_of
from harness.models.skills.reckoning_units import convert, unit_named

_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
).split()
_WORDS = "|".join(sorted(SMALL, key=len, reverse=True))
NUMBER = (
    rf"(?:[€$£]\s?)?(?:-?\d{{1,3}}(?:[,'’]\d{{3}})+(?:\.\d+)?|-?\d{{1,9}}(?:[.,:]\d{{1,3}})?|"
    rf"{'|'.join(_ORDINALS)}|(?:{_WORDS})(?:-(?:{_WORDS}))?)(?:st|nd|rd|th|er|e|\.(?= Tag))?"
)
_N = rf"(?P<n>{NUMBER})(?![\w/])"
_UNIT = r"(?P<u>\s?(?:%|[€$£]|°\s?[CF]?|(?!or\b|and\b|und\b|oder\b|et\b|ou\b|y\b|o\b|to\b|bis\b)"
_UNIT += r"[^\W\d_]{1,14}[²³2]?(?![\w]))?)"
_DAY = r"(?:(?:the |an? |age |ages |aged |day |the age of |dem |der |el |la |le |los |las |les )?)"
_MORE = (
    r"(?:(?:more|heavier|longer|older|greater|larger|bigger|higher|taller|wider|deeper|later|"
    r"hotter|warmer|faster) than|over|above|exceed(?:s|ing)?|beyond|past|after|in excess of|"
    r"über|mehr als|"
    r"älter als|schwerer als|länger als|größer als|plus de|au-dessus de|más de|mayor(?:es)? de|"
    r"superior a|>)"
)
_LESS = (
    r"(?:(?:less|fewer|lighter|shorter|younger|smaller|lower|earlier|cooler|colder|slower) than|"
    r"under|below|short of|before|unter|weniger als|jünger als|leichter als|kürzer als|moins de|"
    r"au-dessous de|menos de|menor(?:es)? de|<)"
)
_LEAST = (
    r"(?:at least|pass(?:ing)? mark (?:is|of):?|threshold (?:is|of):?|from|starting (?:from|at)|"
    r"no (?:less|fewer|younger) than|not (?:less|under)|"
    r"min(?:imum|\.)?(?: (?!of\b)[a-z]{3,12})?(?: of| is)?:?|as of|as from|since|ab|mindestens|"
    r"von|à partir de|dès|au moins|"
    r"desde|a partir de|al menos|≥|>=)"
)
_MOST = (
    r"(?:up to(?: and including)?|at (?:the )?most|no (?:more|longer|later|heavier|older|larger|"
    r"higher) than|"
    r"not (?:more than|over|above|exceeding)|max(?:imum|\.)?(?: (?!of\b)[a-z]{3,12})?(?: of| "
    r"is)?:?|within|until|till|by|bis(?: zu)?|"
    r"höchstens|maximal|jusqu['’]?à|au plus|hasta|como máximo|≤|<=)"
)
_UP = (
    r"(?:(?:and|or|und|oder|et|ou|y|o) (?:over|above|more|older|up(?! to)|upwards?|longer|"
    r"heavier|later|"
    r"higher|älter|mehr|darüber|plus|más|mayores)|upwards?|onwards?|\+)"
)
_DOWN = (
    r"(?:(?:and|or|und|oder|et|ou|y|o) (?:under|below|less|fewer|younger|lower|earlier|lighter|"
    r"shorter|jünger|weniger|darunter|moins|menos|menores))"
)
_M = rf"(?P<m>{NUMBER})(?![\w/])"
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"\b(?:from |between |aged? |ages |von |de |entre |zwischen )?{_N}{_UNIT} ?"
                rf"(?:to|and|through|bis|und|à|a|et|y|until|-|–|—) ?{_DAY}(?:under |unter )?{_M}"
                rf"(?P<v>\s?(?:%|[€$£]|°\s?[CF]?|[^\W\d_]{{1,14}}[²³2]?(?!\w))?)", re.I), "[]"),
    (re.compile(rf"(?<!\w){_N}{_UNIT} ?{_UP}(?![\w]| ?-?\d| than| als| que)", re.I), ">="),
    (re.compile(rf"(?<!\w){_N}{_UNIT} ?{_DOWN}(?![\w]| ?-?\d| than| als| que)", re.I), "<="),
    (re.compile(rf"(?<!\w)(?:{_MOST}) {_DAY}{_N}{_UNIT}", re.I), "<="),
    (re.compile(rf"(?<!\w)(?:{_LEAST}) ?{_DAY}{_N}{_UNIT}", re.I), ">="),
    (re.compile(rf"(?<!\w)(?:{_MORE}) ?{_DAY}{_N}{_UNIT}", re.I), ">"),
    (re.compile(rf"(?<!\w)(?:{_LESS}) ?{_DAY}{_N}{_UNIT}", re.I), "<"),
)  # fmt: skip
_STATES = frozenset(
    """is are was were must may can has have pays pay cost costs need needs take takes get gets go
    goes ride rides late for the a of in on at per free ship ships not only will shall off
    half full double everyone everybody children adults seniors students members zahlen zahlt kostet
    paient pagan pays ride no else get one two three""".split()
)


@dataclass(frozen=True)
class Interval:
    """A range of numbers with its unit, and where it stands in a clause."""

    low: Fraction | None
    high: Fraction | None
    has_low: bool
    has_high: bool
    unit: str
    start: int
    end: int

    def holds(self, value: Fraction) -> bool:
        """Whether a number lies in the range."""
        if self.low is not None and (value < self.low or (value == self.low and not self.has_low)):
            return False
        return not (
            self.high is not None
            and (value > self.high or (value == self.high and not self.has_high))
        )


_MONTH = re.compile(
    rf"(?:of )?(?:{'|'.join(MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b", re.I
)


def value_of(said: str) -> Fraction | None:
    """A number in digits or words, an ordinal, or a time as minutes and seconds."""
    low = re.sub(r"(?<=\d)(?:st|nd|rd|th|er|e|\.)$", "", said.strip().lower())
    low = low.strip("€$£ ")
    if low in _ORDINALS:
        return Fraction(_ORDINALS.index(low) + 1)
    clock = re.fullmatch(r"(\d{1,3}):(\d\d)", low)
    if clock:
        return int(clock[1]) + Fraction(int(clock[2]), 60)
    return number_of(low)


def intervals(clause: str) -> list[Interval]:
    """The ranges of a clause in order, none within another."""
    return list(_intervals(clause[:600]))


@lru_cache(maxsize=256)  # a clause is looked at by every rule in turn
def _intervals(text: str) -> tuple[Interval, ...]:
    out: list[Interval] = []
    for pattern, form in _FORMS:
        for mark in pattern.finditer(text):
            if any(a.start < mark.end() and mark.start() < a.end for a in out):
                continue
            made = _made(mark, form)
            if made is not None:
                out.append(made)
    return tuple(_with_edge(one, text) for one in sorted(out, key=lambda one: one.start)[:12])


_EDGE = re.compile(
    rf"^[^.;\n(]{{0,20}}[(,]\s*(?P<n>{NUMBER})(?:\s?[^\W\d_]{{1,10}})?\s(?:is|are|itself|"
    rf"exactly)?\s?"
    rf"(?P<no>not |n['’]t |too )?(?:fine|ok|okay|included|inclusive|allowed|permitted|excluded|"
    rf"counts?|still|heavy|much|long|old|late)",
    re.I,
)


def _with_edge(one: Interval, text: str) -> Interval:
    """A range with what a bracket behind it says of its edge ("95 is not fine")."""
    mark = _EDGE.match(text[one.end :])
    edge = value_of(mark["n"]) if mark else None
    if mark is None or edge is None:
        return one
    is_in = not mark["no"] and not re.search(r"excluded$", mark[0], re.I)
    if edge == one.low:
        return replace(one, has_low=is_in)
    return replace(one, has_high=is_in) if edge == one.high else one


def _made(mark: re.Match[str], form: str) -> Interval | None:
    number = value_of(mark["n"])
    if number is None:
        return None
    unit, end = _unit(mark, "u")
    last_unit = mark.groupdict().get("v") or mark["u"] or ""
    if _MONTH.match(last_unit.strip()) or _MONTH.match(mark.string[mark.end() :].strip()):
        return None  # days of a month are no range of a rule
    if form == "[]":
        other = value_of(mark["m"])
        if other is None or other < number:
            return None
        last, end = _unit(mark, "v")
        closed = not re.search(r"\b(?:under|unter) ?$", mark.string[: mark.start("m")])
        return Interval(number, other, True, closed, last or unit, mark.start(), end)
    end = mark.end() if mark.end() > mark.end("u") else end
    if form in (">=", ">"):
        return Interval(number, None, form == ">=", False, unit, mark.start(), end)
    return Interval(None, number, False, form == "<=", unit, mark.start(), end)


def _unit(mark: re.Match[str], group: str) -> tuple[str, int]:
    """The unit behind a number, as a plain word; a verb behind it is none."""
    said = (mark[group] or "").strip().lower()
    sign = re.match(r"[€$£]", mark["n"].strip())
    if sign:
        return "money", mark.end("n")
    if said in _STATES or not said:
        return "", mark.end("n") if group == "u" else mark.end("m")
    return said.removesuffix("s") if len(said) > 3 else said, mark.end(group)


def kind_of(unit: str) -> str:
    """What a unit measures, or the unit itself where it is a thing that is counted."""
    if unit in ("year", "jahre", "jahr", "jahren", "an", "año", "años", "ans"):
        return "age"
    if unit in ("m²", "m2", "qm", "sqm"):
        return "area"
    if unit in ("°", "°c", "° c", "degree", "grad", "°f"):
        return "temperature"
    known = unit_named(unit) if unit else None
    return known.measures if known else unit


def in_units(value: Fraction, unit: str, target: str) -> Fraction:
    """A value in the unit that a rule uses; unchanged where no conversion is known."""
    mine, theirs = unit_named(unit) if unit else None, unit_named(target) if target else None
    if mine and theirs and mine != theirs:
        return convert(value, mine, theirs) or value
    return value
