"""The largest, cheapest, earliest; which of two; and things put in order.

Runs in the model worker; the text is hostile and capped. Things come with their figures from
items_of or from a table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from harness.models.skills.reckoning_brief import stems
from harness.models.skills.reckoning_dates import WEEKDAYS, Moment, moments
from harness.models.skills.reckoning_figures import Figure, figures, plain
from harness.models.skills.reckoning_items import Item, items_of
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_units import Unit, convert, unit_named
from harness.models.skills.tables import Table, column_for, find_table

# stem of an adjective: what it measures, and whether more of it is more
_SCALES: tuple[tuple[str, tuple[str, ...], int], ...] = (
    (
        r"cheap(?:er|est)|(?:lowest|smallest|lower) (?:price|bid|quote|cost|offer|"
        r"rent|fee|fare)|least expensive|"
        r"less expensive|costs? (?:the )?(?:least|less)|best price|barat[oa]|"
        r"billigste\w*|günstigste\w*|moins ch\w+",
        ("money",),
        -1,
    ),
    (
        r"dear(?:er|est)|cost(?:lier|liest)|pric(?:ier|iest)|(?:most|more) expensive|"
        r"(?:highest|higher) (?:price|bid|quote|cost|offer|rent|"
        r"fee|fare)|costs? (?:the )?(?:most|more)|teuerste\w*|teurer|más caro|plus chère?",
        ("money",),
        1,
    ),
    (r"heav(?:ier|iest)|weighs? (?:the )?(?:most|more)|schwerste\w*|schwerer", ("mass",), 1),
    (r"light(?:er|est)|weighs? (?:the )?(?:least|less)|leichteste\w*", ("mass",), -1),
    (
        r"long(?:er|est)|furth(?:er|est)|farth(?:er|est)|längste\w*|más larg[oa]",
        ("length", "time"),
        1,
    ),
    (r"short(?:er|est)|near(?:er|est)|clos(?:er|est)|kürzeste\w*", ("length", "time"), -1),
    (
        r"tall(?:er|est)|high(?:er|est)|deep(?:er|est)|wid(?:er|est)|thick(?:er|est)|"
        r"höchste\w*|tiefste\w*",
        ("length", "temperature", ""),
        1,
    ),
    (
        r"low(?:er|est)|shallow(?:er|est)|narrow(?:er|est)|thin(?:ner|nest)",
        ("length", "temperature", ""),
        -1,
    ),
    (r"old(?:er|est)|eldest|elder|ält(?:er|este\w*)|mayor|plus (?:âgée?|vieux)", ("age",), 1),
    (r"young(?:er|est)|newest|newer|jüng(?:er|ste\w*)|menor", ("age",), -1),
    (r"earl(?:ier|iest)|first|soon(?:er|est)|früheste\w*|primero", ("moment", "time"), -1),
    (r"lat(?:er|est)|last|späteste\w*", ("moment", "time"), 1),
    (r"fast(?:er|est)|quick(?:er|est)|schnellste\w*|schneller", ("speed", "time"), 1),
    (r"slow(?:er|est)|langsamste\w*", ("speed", "time"), -1),
    (r"loud(?:er|est)|nois(?:ier|iest)", ("sound",), 1),
    (r"quiet(?:er|est)", ("sound",), -1),
    (r"warm(?:er|est)|hot(?:ter|test)", ("temperature", ""), 1),
    (r"cold(?:er|est)|cool(?:er|est)", ("temperature", ""), -1),
    (
        r"(?:smallest|smaller|fewest|fewer|least|less|minimum|kleinste\w*|wenigsten|menos)",
        ("any",),
        -1,
    ),
    (
        r"(?:largest|larger|biggest|bigger|greatest|greater|most|more|strongest|"
        r"maximum|best|größte\w*|meisten|más)",
        ("any",),
        1,
    ),
)
_WORD = [(re.compile(rf"\b(?:{pattern})\b", re.I), dims, way) for pattern, dims, way in _SCALES]
_CHOOSE = re.compile(
    r"\b(?:which|who|what|whose|name|when|welche\w*|wer|cuál|quién|quel\w*|qui|where|find|give)\b",
    re.I,
)
_ORDER = re.compile(
    r"^\W*(?:please |now |then |can you |could you )?(?:sort|rank|arrange|"
    r"sortiere|ordena|trie[rz]?)\b|"
    r"^\W*(?:please |now )?order (?:these|the|them|by|all|from|my|our)\b|"
    r"\bput\b.{1,40}\border\b|\blist\b.{1,40}\b(?:by|from|in order|in \w+ order)\b",
    re.I,
)
_FALLING = re.compile(
    r"\bdescending\b|\bdecreasing\b|\breverse\b|\b(?:largest|biggest|highest|most|"
    r"heaviest|longest|oldest|"
    r"dearest|latest|newest|tallest|best|strongest|most expensive) (?:\w+ "
    r")?(?:first|to|one first)\b|\bfrom (?:the )?(?:\w+ )?(?:largest|biggest|"
    r"highest|most|heaviest|longest|oldest|dearest|latest|tallest|best|old|high|"
    r"large|big|late|z)\b|\bhigh to low\b|\bz (?:to|-) ?a\b",
    re.I,
)
_BY = re.compile(
    r"\b(?:by|first|last|alphabet\w*|ascending|descending|chronolog\w*|order|from "
    r".{2,30} to|nach|por|par)\b|\b(?:sort|order|arrange) (?:these|the following|"
    r"them)\b",
    re.I,
)
_ALPHABET = re.compile(
    r"\balphabet\w*|\bby (?:first |last |family |sur)?name\b|\ba (?:to|-) ?z\b|\bz (?:to|-) ?a\b",
    re.I,
)


@dataclass(frozen=True)
class _Rated:
    """A thing with the amount that decides."""

    label: str
    named: str
    value: Fraction
    shown: str


def choice(ask: str, text: str) -> Worked | None:
    """Which thing has most or least of what a question asks by its adjective."""
    if (
        _ORDER.match(ask.strip())
        or re.match(r"\W*when\b", ask, re.I)
        or not _CHOOSE.search(ask)
        or re.search(r"\bhow (?:many|much|long|far|old|tall|heavy)\b", ask, re.I)
    ):
        return None
    ask = re.sub(r"\bat (?:least|most)\b", " ", ask)
    scale = next(((dims, way, m) for p, dims, way in _WORD if (m := p.search(ask))), None)
    if scale is None:
        return None
    dims, way, mark = scale
    if (
        mark[0].lower()
        in ("first", "last", "more", "less", "most", "least", "later", "earlier", "best")
        and len(text) > 700
    ):
        return None
    bare = _bare_numbers(ask, text)
    if bare:
        best = max(bare, key=lambda f: f.value * way)
        other = min(bare, key=lambda f: f.value * way)
        return Worked(plain(best.value), "", plain(other.value))
    rated, way = _rated(ask, f"{text}\n{ask}" if re.search(r"\d", ask) else text, dims, way)
    rated = _offered(ask, rated)
    if len(rated) < 2:
        return None
    best_one = max(rated, key=lambda r: r.value * way)
    if sum(r.value == best_one.value for r in rated) > 1:
        return None
    if not re.fullmatch(r"[\w'’&.,/-]+(?: [\w'’&.,/-]+){0,6}", best_one.label):
        return None  # no name, but a scrap of text
    others = [r for r in rated if r.label != best_one.label]
    slip = max(others, key=lambda r: r.value * way).named
    sentence = f"{best_one.named[:1].upper()}{best_one.named[1:]} ({best_one.shown})."
    return Worked(best_one.named, "", slip, sentence)


def _bare_numbers(ask: str, text: str) -> list[Figure]:
    """The numbers of a plain list of numbers."""
    if not re.search(r"\b(?:number|figure|value|amount)s?\b", ask, re.I):
        return []
    rest = re.sub(r"[\d\s,.;:/|-]|\band\b|\bor\b", "", text)
    found = figures(text)
    return found if len(found) >= 2 and len(rest) <= 12 else []


def _rated(ask: str, text: str, dims: tuple[str, ...], way: int) -> tuple[list[_Rated], int]:
    """The things that have the amount in question, and which way of it is more."""
    table = find_table(text)
    if table is not None and len(table.rows) >= 2 and not table.is_blank:
        rated = _from_table(ask, table, dims)
        if rated:
            return rated, _turned(ask, dims, way, "table")
    items = items_of(text)
    per = re.search(r"\bper (?:single )?([a-z]+)\b", ask, re.I)
    unit = unit_named(per[1]) if per else None
    if unit is not None:
        each = [r for i in items if (r := _per_unit(i, unit))]
        if len(each) >= 2:
            return each, way
    if "moment" in dims:
        found = [r for i in items if (r := _moment(i))]
        if len(found) >= 2:
            return found, way
    best: list[_Rated] = []
    kind = ""
    for dim in (*dims, "any"):
        for measures in _kinds(dim, items):
            found = [r for i in items if (r := _amount(i, measures))]
            if len(found) > len(best):
                best, kind = found, measures
        if len(best) >= 2:
            break
    if "age" in dims and kind == "" and best and all(1500 < r.value < 2100 for r in best):
        way = -way
    return best, _turned(ask, dims, way, kind)


def _turned(ask: str, dims: tuple[str, ...], way: int, kind: str) -> int:
    """The fastest has the shortest time."""
    return -way if "speed" in dims and kind in ("time", "") else way


def _kinds(dim: str, items: Sequence[Item]) -> list[str]:
    if dim == "age":
        return ["", "time"]
    if dim != "any":
        return [dim, ""] if dim == "money" else [dim]
    held = [a.measures for i in items for a in i.amounts if isinstance(a, Figure)]
    return list(dict.fromkeys(held))


def _amount(item: Item, measures: str) -> _Rated | None:
    held = [a for a in item.amounts if isinstance(a, Figure) and a.measures == measures]
    if not held:
        return None
    first = held[0]
    value = first.value * first.unit.size if first.unit and first.unit.size else first.value
    shown = (
        plain(first.value)
        if not first.written
        else (
            f"{first.sign}{plain(first.value)}"
            if first.sign
            else f"{plain(first.value)} {first.written}"
        )
    )
    return _Rated(item.label, item.named, value, shown)


def _per_unit(item: Item, unit: Unit) -> _Rated | None:
    """A thing's price for one unit: its money by its quantity."""
    held = [a for a in item.amounts if isinstance(a, Figure)]
    sizes = [f for f in held if f.unit and f.measures == unit.measures]
    prices = [f for f in held if f not in sizes and f.measures in ("money", "")]
    if not sizes or not prices or sizes[0].unit is None:
        return None
    amount = convert(sizes[0].value, sizes[0].unit, unit)
    if not amount:
        return None
    value = prices[0].value / amount
    return _Rated(item.label, item.named, value, f"{plain(value, cents=True)} per {unit.name}")


def _moment(item: Item) -> _Rated | None:
    held = [a for a in item.amounts if isinstance(a, Moment)]
    return _Rated(item.label, item.named, Fraction(held[0].at), held[0].text) if held else None


def _from_table(ask: str, table: Table, dims: tuple[str, ...]) -> list[_Rated]:
    """The rows of a table with the cell that a question is about."""
    at = _column(ask, table, dims)
    if at is None:
        return []
    out: list[_Rated] = []
    for row in table.rows:
        found = figures(row[at], ())
        when = moments(row[at], bare=True)
        if when:
            out.append(_Rated(row[0], row[0], Fraction(when[0].at), row[at]))
        elif found:
            value = found[0].value
            unit = found[0].unit
            out.append(
                _Rated(row[0], row[0], value * unit.size if unit and unit.size else value, row[at])
            )
    return out


_HEADS = {
    "money": r"price|cost|fee|rent|hire|fare|bid|€|\$|£|rate|charge|salary|preis|precio",
    "mass": r"weight|mass|kg|gram",
    "length": r"length|height|depth|width|distance|size|\bkm\b|\bm\b|\bcm\b",
    "time": r"time|duration|minutes|hours|days|\bmin\b",
    "age": r"age|born|years|built|founded|since",
    "moment": r"date|time|start|begin|departs?|departure|when|arriv|opens",
    "speed": r"speed|km/h",
    "sound": r"noise|db|sound",
    "temperature": r"temp|°|degrees",
    "area": r"area|m2|m²|size",
}


def _column(ask: str, table: Table, dims: tuple[str, ...]) -> int | None:
    wanted = stems(ask)
    named = [
        i
        for i in range(1, len(table.header))
        if stems(table.header[i]) & wanted and any(re.search(r"\d", row[i]) for row in table.rows)
    ]
    if named:
        return named[0]
    deep = re.search(r"\b(deep|high|tall|wide|long|heav|old|warm|cold|loud)", ask, re.I)
    noun = {"deep": "depth", "high": "height", "tall": "height", "wide": "width", "long": "length"}
    if deep and deep[1].lower() in noun:
        for i in range(1, len(table.header)):
            if noun[deep[1].lower()] in table.header[i].lower():
                return i
    for dim in dims:
        pattern = _HEADS.get(dim)
        if pattern:
            for i in range(1, len(table.header)):
                if re.search(pattern, table.header[i], re.I):
                    return i
    return column_for(ask, table)


def _offered(ask: str, rated: list[_Rated]) -> list[_Rated]:
    """The things that a question offers, "the lamp or the stool"; all where it offers none."""
    if not re.search(r"\bor\b", ask):
        return rated
    named = [r for r in rated if stems(r.label) and stems(r.label) <= stems(ask)]
    return named if len(named) >= 2 else rated


def order(ask: str, text: str) -> Worked | None:
    """Things put in order by the alphabet, their figures, dates or times."""
    if not _ORDER.search(ask) or not _BY.search(ask) or len(ask.split()) < 3:
        return None
    if len(ask.split()) > 25:
        return None
    falls = bool(_FALLING.search(ask))
    if _ALPHABET.search(ask):
        names = plain_list(text)
        if len(names) < 2:
            return None
        ranked = sorted(names, key=str.lower, reverse=falls)
        return _ordered(ask, ranked)
    scale = next(((dims, way) for p, dims, way in _WORD if p.search(ask)), (("any",), 1))
    dims = scale[0]
    if re.search(r"\bdates?\b|\btimes?\b|chronolog\w*|\bwhen\b", ask, re.I):
        dims = ("moment",)
    elif re.search(r"\bprice|\bcost", ask, re.I):
        dims = ("money",)
    elif re.search(r"\bage\b", ask, re.I):
        dims = ("age",)
    numbers = _bare_numbers("numbers", text)
    if numbers:
        return _ordered(
            ask, [plain(f.value) for f in sorted(numbers, key=lambda f: f.value, reverse=falls)]
        )
    rated, turned = _rated(ask, text, dims, 1)
    if "age" in dims and turned < 0:
        falls = not falls
    if len(rated) < 2:
        days = _weekdays(text)
        return _ordered(ask, days) if len(days) >= 2 else None
    return _ordered(ask, [r.label for r in sorted(rated, key=lambda r: r.value, reverse=falls)])


def _weekdays(text: str) -> list[str]:
    days = re.findall(rf"\b(?:{'|'.join(WEEKDAYS)})\b", text, re.I)
    return sorted(dict.fromkeys(days), key=lambda d: WEEKDAYS.index(d.lower()))


def plain_list(text: str) -> list[str]:
    """The things of a bare list: its lines, or what stands between commas."""
    lines = [
        re.sub(r"^\s*(?:[-*•]|\d{1,2}[.)])\s*", "", line).strip() for line in text.splitlines()
    ]
    lines = [line for line in lines if re.search(r"\w", line)]
    if len(lines) >= 2 and all(len(line.split()) <= 6 for line in lines):
        return lines
    body = lines[-1] if lines else ""
    parts = re.split(r",\s*(?:and )?|;\s*|\s+and\s+", re.sub(r"^.{1,60}:\s+", "", body).strip(" ."))
    return [p.strip() for p in parts if p.strip() and len(p.split()) <= 6]


def _ordered(ask: str, ranked: Sequence[str]) -> Worked:
    """The order in the form that is asked for: lines, numbers, bullets, commas."""
    slipped = [*ranked[:-2], ranked[-1], ranked[-2]]
    return Worked(laid_out(ask, ranked), "", laid_out(ask, slipped))


def laid_out(ask: str, names: Sequence[str]) -> str:
    """A list in the form that an order names; on one line with commas where it names none."""
    if re.search(r"\bnumber(?:ed|s)?\b(?! of)|\b1\.", ask, re.I) and not re.search(
        r"\bthese numbers|\bthe numbers", ask, re.I
    ):
        return "\n".join(f"{n}. {name}" for n, name in enumerate(names, 1))
    if re.search(r"\bbullet\w*|\bdash", ask, re.I):
        return "\n".join(f"- {name}" for name in names)
    if re.search(
        r"\b(?:one|each|a) (?:\w+ )?(?:per|on its own|a) line\b|\bone line each\b|"
        r"\bper line\b|\blines\b|\bon (?:its|their) own line",
        ask,
        re.I,
    ):
        return "\n".join(names)
    if re.search(r"\bsemicolon", ask, re.I):
        return "; ".join(names)
    return ", ".join(names)
