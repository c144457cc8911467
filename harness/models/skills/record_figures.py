"""Numbers and money for a record's fields: by their words, their unit, their range.

Runs in the model worker; the text is hostile and only read. Words are compared, no pattern is made
of names. What fools it: two figures of one unit that only their meaning tells apart.
"""

from __future__ import annotations

import re

from harness.models.skills.reckoning_figures import SMALL
from harness.models.skills.record_source import SILENT, Number, Source, Word, source_of
from harness.models.skills.record_wants import UNITS, Want
from harness.models.skills.retrieval import stem

RANGE = re.compile(r"\s{0,2}(?:-|–|to|and|bis|until)\s{0,2}(?:[€$£]\s?)?$")


def number(source: Source, want: Want, said: str | None) -> object:
    """The number that a field asks for, with its unit where the field is a text."""
    if said is not None and want.units:
        held = [
            n
            for n in source.numbers
            if n.unit.rstrip("s") in want.units and source.text[n.start : n.end] in said
        ]
        if held:
            return _typed(want, held[0].value)
    if said is not None:
        found = _numbers_in(said)
        if found:
            at = -1 if want.bound == "max" else 0
            return _typed(want, found[at])
    if {"year", "years", "period", "founded", "established", "built"} & set(want.words):
        spell = _SPELL.search(source.text) if want.field.kind == "text" else None
        return spell[0] if spell else _year(source, want)
    if "pressure" in want.words and want.field.kind == "text":
        pair = re.search(r"\b\d{2,3}/\d{2,3}\b", source.text)
        if pair:
            return pair[0]
    best = _best_number(source, want)
    if best is None:
        return None if "age" in want.words else SILENT
    return _measure(source, want, best) or _typed(want, best.value)


def _measure(source: Source, want: Want, best: Number) -> str:
    """A number with its unit where its field is a text; empty where the bare number is wanted."""
    name = want.field.name.lower()
    is_bare = want.field.kind != "text" or name.rsplit("_", 1)[-1] in UNITS or want.bound
    if is_bare or not best.unit or best.unit.rstrip("s") not in _ALL_UNITS | {"mg", "mcg", "°c"}:
        return ""
    if set(want.words) & {
        "age",
        "quantity",
        "qty",
        "count",
        "stars",
        "pages",
        "nights",
        "days",
        "hours",
        "minutes",
        "months",
        "years",
        "weeks",
    }:
        return ""
    mark = re.match(r"\s?[^\s,.;()]{1,12}", source.text[best.end :])
    return source.text[best.start : best.end] + (mark[0] if mark else "")


def _typed(want: Want, value: float | int) -> object:
    return (
        int(value)
        if want.field.kind == "integer" or (float(value).is_integer() and isinstance(value, int))
        else value
    )


def _numbers_in(said: str) -> list[float | int]:
    return [n.value for n in source_of(said).numbers]


_SPELL = re.compile(
    r"\b(?:1[89]|20)\d\d\s?(?:-|–|to)\s?(?:(?:1[89]|20)\d\d|present|now|today)\b", re.I
)


def _year(source: Source, want: Want) -> object:
    cues = {s for s in want.stems if s != stem("year")} | {
        stem(w) for w in ("built", "founded", "since", "model")
    }
    found = [
        (i, w) for i, w in enumerate(source.words) if re.fullmatch(r"(?:1[5-9]|20)\d\d", w.text)
    ]
    if not found:
        return SILENT
    near = [
        w for i, w in found if any(source.words[j].stem in cues for j in range(max(0, i - 4), i))
    ]
    return int((near or [w for _, w in found])[0].text)


def _best_number(source: Source, want: Want) -> Number | None:
    """The number that stands nearest to the field's words, in its unit."""
    scored = []
    for order, number in enumerate(source.numbers):
        score = _score(source, want, number)
        if score > 0:
            scored.append((score, -order, number))
    if want.bound:
        ranged = _range(source, want)
        if ranged is not None:
            return ranged
    if not scored:
        return _by_look(source, want)
    return max(scored, key=lambda row: row[:2])[2]


_NATURAL = {
    "weight": ("kg", "g", "lb", "lbs", "kilo", "tonne", "t"),
    "mass": ("kg", "g", "lb", "lbs", "tonne", "t"),
    "height": ("cm", "m", "metre", "meter", "ft", "feet", "mm"),
    "length": ("cm", "m", "metre", "meter", "km", "ft", "feet", "mm"),
    "distance": ("km", "m", "metre", "meter", "mile", "kilometre"),
    "speed": ("km/h", "kph", "mph", "knot"),
    "temperature": ("°", "°c", "°f", "c", "degree"),
    "duration": ("minute", "min", "hour", "h", "second", "day", "week"),
    "power": ("w", "kw", "watt"),
    "area": ("m2", "m²", "sqm", "hectare"),
    "volume": ("l", "ml", "litre", "liter"),
}
_PAID = re.compile(
    r"\b(?:for|costs?|at|price of|asking|paid)\s(?:just |only |about |around )?$", re.I
)


def _by_look(source: Source, want: Want) -> Number | None:
    """The one number in a unit that fits the field, or the sum that is paid "for 18,400"."""
    natural = _NATURAL.get(want.head, ())
    held = [
        n
        for n in source.numbers
        if natural and (n.unit.rstrip("s") in natural or n.unit in natural)
    ]
    if len(held) == 1:
        return held[0]
    if want.kind != "money" or not _is_plain(want):
        return None
    paid = [
        n
        for n in source.numbers
        if _PAID.search(source.text[max(0, n.start - 20) : n.start])
        and re.match(r"\s?(?:[,.;)\n]|$|and\b|but\b|in\b)", source.text[n.end :])
    ]
    return paid[0] if len(paid) == 1 else None


def _score(source: Source, want: Want, number: Number) -> float:
    units = want.units
    unit = number.unit.rstrip("s") if number.unit not in ("s", "°") else number.unit
    is_counted = bool({"quantity", "qty", "count", "many"} & set(want.words))
    if units and number.unit and unit not in units and unit in _ALL_UNITS:
        return 0.0
    if number.is_money and want.kind != "money" and (units or not _near_own(source, want, number)):
        return 0.0
    score = 2.5 if units and (unit in units or number.unit in units) else 0.0
    before = _words_before(source, number)
    behind = source.words[number.at : number.at + 3]
    own = next((w for w in behind if w.stem in want.stems), None)
    if any(w.stem in want.stems for w in before):
        score += 3.0 - 0.4 * min(
            (len(before) - i for i, w in enumerate(before) if w.stem in want.stems), default=0
        )
    elif own and not re.search(r"[.;:\n(]", source.text[number.end : own.start]):
        score += 2.4
    if want.kind == "money":
        if score and not number.is_money:
            score -= 1.0
        elif not score and number.is_money:
            score = (
                0.6
                if len([n for n in source.numbers if n.is_money]) == 1 or _is_plain(want)
                else 0.0
            )
    if "age" in want.words and not units:
        score = _age_score(source, number)
    if (
        not score
        and want.stems & _PARTY
        and re.search(r"\b(?:for|of)\s$", source.text[: number.start])
        and isinstance(number.value, int)
    ):
        score = 1.2
    if is_counted and not score and not number.is_money and _counts(source, number):
        score = 1.0
    return score


_ALL_UNITS = frozenset(
    "km/h kph km mm cm m kg g mg ml l c f bar kw kwh mb gb ms s sec min h hr hour day week month "
    "year % percent "
    "degree minute second litre metre gram kilogram °c ° eur usd gbp".split()
)


_PARTY = frozenset(map(stem, "guests people persons party pax diners covers".split()))


def _near_own(source: Source, want: Want, number: Number) -> bool:
    """Whether a word of the field stands before a number that is money."""
    own = want.stems - {stem("per"), stem("day"), stem("max")}
    return any(w.stem in own for w in _words_before(source, number))


def is_sole(source: Source, want: Want) -> bool:
    """Whether a word of the field stands before just one sum of money."""
    return sum(n.is_money and _near_own(source, want, n) for n in source.numbers) == 1


def _is_plain(want: Want) -> bool:
    return want.words in (
        ("price",),
        ("amount",),
        ("total",),
        ("cost",),
        ("total", "amount"),
        ("sum",),
        ("fee",),
        ("value",),
    )


def _age_score(source: Source, number: Number) -> float:
    if not 0 < number.value < 120 or not isinstance(number.value, int):
        return 0.0
    before = source.text[max(0, number.start - 14) : number.start]
    behind = source.text[number.end : number.end + 14]
    if re.match(r"[ -]?years?\b|[ -]?yo\b", behind) or re.search(
        r"\baged? $|\bage[:=]? ?$", before, re.I
    ):
        return 3.0
    return (
        2.0
        if re.search(r"[A-ZÀ-Ý][\w'’-]+,? \(?$", before) and re.match(r"[,.);]", behind)
        else 0.0
    )


def _counts(source: Source, number: Number) -> bool:
    """Whether a number has a thing behind it, and is no measure."""
    behind = source.words[number.at : number.at + 1]
    return (
        isinstance(number.value, int)
        and bool(behind)
        and behind[0].start - number.end == 1
        and behind[0].text[0].islower()
        and behind[0].text.lower().rstrip("s") not in _ALL_UNITS
        and behind[0].text.lower()
        not in ("of", "in", "on", "at", "and", "or", "came", "with", "from", "to", "is", "was")
    )


def _words_before(source: Source, number: Number) -> list[Word]:
    """Up to five words of its clause before a number, none from before the number before it."""
    first = source.index_at(number.start)
    out: list[Word] = []
    edge = number.start
    for word in source.words[max(0, first - 5) : first][::-1]:
        between = source.text[word.end : edge]
        if word.text[0].isdigit() or word.text.lower() in SMALL:
            after = source.text[word.end : number.start].split(",")
            return (
                out[::-1] if len(after) == 1 and not out else _behind_comma(source, word, out[::-1])
            )
        if re.search(r"[.!?;\n]\s", between) or ("," in between and len(out) > 1):
            break
        out.append(word)
        edge = word.start
    return out[::-1]


def _behind_comma(source: Source, digit: Word, out: list[Word]) -> list[Word]:
    """Of the words behind another number those that a comma parts from it."""
    edge = digit.end
    for i, word in enumerate(out):
        if (
            re.search(r"[,;/|\n]|[.!?]\s|\band\b", source.text[edge : word.start])
            or word.text.lower() == "and"
        ):
            return out[i:]
        edge = word.end
    return []


def _range(source: Source, want: Want) -> Number | None:
    """One end of "300 to 450" and "2,000-2,500"."""
    for one, other in zip(source.numbers, source.numbers[1:], strict=False):
        if RANGE.fullmatch(source.text[one.end : other.start]):
            return other if want.bound == "max" else one
    return None


def money(source: Source, want: Want, said: str | None) -> object:
    """The sum that a field asks for: a number, or as it is written where the field is a text."""
    as_number = want.is_number
    if said is not None:
        amount = re.search(
            r"(?:[€$£]|\b[A-Z]{3}\b)?\s?\d[\d.,' ]*\d?(?:\s?(?:[€$£]|[A-Z]{3}\b|euros?\b|"
            r"dollars?\b|pounds?\b))?",
            said,
        )
        values = _numbers_in(said)
        if values and not as_number and amount and want.field.kind == "text":
            return amount[0].strip(" .,") if re.search(r"[A-Za-z€$£]", amount[0]) else values[0]
        if values:
            return values[-1 if want.bound == "max" else 0]
        return (
            None if not as_number and len(said.split()) > 3 else said if not as_number else SILENT
        )
    best = _best_number(source, want)
    if best is None:
        is_free = re.search(
            r"\b(?:entry|admission|it|entrance)?\s?is free\b|\bfree (?:entry|admission|"
            r"of charge)\b",
            source.text,
            re.I,
        )
        return SILENT if not is_free else (0 if as_number else "free")
    if as_number or not best.is_money or want.bound:
        return best.value
    return source.text[best.span[0] : best.span[1]].strip()
