"""Things with the one amount that a question is about, out of running text or a table.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from harness.models.skills.reckoning_brief import stems
from harness.models.skills.reckoning_dates import Moment, moments
from harness.models.skills.reckoning_figures import Figure, figures, plain
from harness.models.skills.reckoning_items import Item, items_of
from harness.models.skills.reckoning_units import Unit, convert, unit_named
from harness.models.skills.tables import Table, column_for, find_table


@dataclass(frozen=True)
class Rated:
    """A thing with the amount that decides."""

    label: str
    named: str
    value: Fraction
    shown: str


def bare_numbers(ask: str, text: str) -> list[Figure]:
    """The numbers of a plain list of numbers."""
    if not re.search(r"\b(?:number|figure|value|amount)s?\b", ask, re.I):
        return []
    rest = re.sub(r"[\d\s,.;:/|-]|\band\b|\bor\b", "", text)
    found = figures(text)
    return found if len(found) >= 2 and len(rest) <= 12 else []


def things_rated(ask: str, text: str, dims: tuple[str, ...], way: int) -> tuple[list[Rated], int]:
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
    best: list[Rated] = []
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


def _amount(item: Item, measures: str) -> Rated | None:
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
    return Rated(item.label, item.named, value, shown)


def _per_unit(item: Item, unit: Unit) -> Rated | None:
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
    return Rated(item.label, item.named, value, f"{plain(value, cents=True)} per {unit.name}")


def _moment(item: Item) -> Rated | None:
    held = [a for a in item.amounts if isinstance(a, Moment)]
    return Rated(item.label, item.named, Fraction(held[0].at), held[0].text) if held else None


def _from_table(ask: str, table: Table, dims: tuple[str, ...]) -> list[Rated]:
    """The rows of a table with the cell that a question is about."""
    at = _column(ask, table, dims)
    if at is None:
        return []
    out: list[Rated] = []
    for row in table.rows:
        found = figures(row[at], ())
        when = moments(row[at], bare=True)
        if when:
            out.append(Rated(row[0], row[0], Fraction(when[0].at), row[at]))
        elif found:
            value = found[0].value
            unit = found[0].unit
            out.append(
                Rated(row[0], row[0], value * unit.size if unit and unit.size else value, row[at])
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
