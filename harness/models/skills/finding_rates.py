"""Quantities by a rate: boxes and trips, so much an hour, more hands, the rule of three.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil

from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_figures import figures, number_of, plain
from harness.models.skills.reckoning_outcome import Worked

_BOX = re.compile(
    r"\b(?:box(?:es)?|packs?|packets?|cartons?|buses|minibuses|minibus|vans?|cars?|boats?|"
    r"tables?|trips?|bags?|crates?|trays?|pieces?|portions?|slices?|glasses|jars?|bottles?|"
    r"teams?|groups?|rows?|bundles?|shelves|cabins?|tents?|lifts?)\b",
    re.I,
)
NEED = re.compile(r"\bhow many\b", re.I)
_LEFT_OVER = re.compile(r"\b(?:left over|over|spare|remain\w*|extra|surplus)\b", re.I)


def boxes(ask: str, text: str) -> Worked | None:
    """How many boxes or trips a number of things needs, or how many places stay empty."""
    if not NEED.search(ask):
        return None
    whole = f"{text}\n{ask}"
    found = [f for f in figures(whole) if f.measures in ("", "mass", "volume", "length")]
    size = next(
        (
            f
            for f in found
            if re.search(
                r"\b(?:of|hold\w*|for|seats?|takes?|carr\w+|fits?|with|at)\s(?:up to |only |"
                r"exactly |about )?$",
                whole[: f.start],
                re.I,
            )
            and _BOX.search(whole[max(0, f.start - 40) : f.start])
        ),
        None,
    )
    if size is None or not size.value:
        return None
    asked = {
        root(w.lower())
        for w in re.findall(r"\w+", " ".join(re.findall(r"\bhow many (\w+(?: \w+)?)", ask, re.I)))
    }
    if size.noun and root(size.noun.split()[0].lower()) in asked and not _LEFT_OVER.search(ask):
        return None
    others = [f for f in found if f is not size and f.measures == size.measures]
    if not others or len(others) > 3:
        return None
    stock = others[0].value
    for f in others[1:]:
        around = whole[max(0, f.start - 20) : f.end + 30]
        if re.search(
            r"\b(?:ill|sick|away|absent|broken|missing|left|stay\w*|cancel\w*)\b", around, re.I
        ):
            stock -= f.value
        elif re.search(r"\b(?:plus|and|more|another|also)\b", around, re.I):
            stock += f.value
        else:
            return None
    number = Fraction(ceil(stock / size.value))
    if _LEFT_OVER.search(ask) and not _BOX.search(ask):
        return Worked(plain(number * size.value - stock), "", plain(stock % size.value))
    if not re.search(rf"\bhow many (?:\w+ )?{_BOX.pattern}", ask, re.I):
        return None
    return Worked(
        plain(number), f"{plain(stock)} / {plain(size.value)}", plain(max(Fraction(1), number - 1))
    )


def at_a_rate(ask: str, text: str) -> Worked | None:
    """How long something takes at a rate, to the full, to half or to a given amount."""
    if not re.search(r"\bhow (?:long|many (?:minutes|hours|days))\b|\bwie lange\b", ask, re.I):
        return None
    whole = f"{text}\n{ask}"
    found = figures(whole)
    rate = next(
        (
            (f, m[1])
            for f in found
            if (
                m := re.match(
                    r"\s?(?:[a-z]+ )?(?:an?|per|each|every|/)\s?(second|minute|hour|day|week|"
                    r"min|h)\b",
                    whole[f.end : f.end + 24],
                    re.I,
                )
            )
        ),
        None,
    )
    if rate is None or not rate[0].value:
        return None
    figure, per = rate
    same = [
        f
        for f in found
        if f is not figure
        and f.measures == figure.measures
        and (figure.unit or f.noun.split()[:1] == figure.noun.split()[:1])
    ]
    if not same:
        return None
    goal = max(same, key=lambda f: f.value).value
    asked = [f for f in figures(ask) if f.measures == figure.measures and f.value != figure.value]
    if len(asked) == 1 and len({f.value for f in same}) == 2:
        start = next(f.value for f in same if f.value != asked[0].value)
        span = abs(start - asked[0].value) / figure.value
        name = {"min": "minute", "h": "hour"}.get(per.lower(), per.lower())
        return Worked(
            f"{plain(span)} {name}{'' if span == 1 else 's'}",
            f"({plain(max(start, asked[0].value))} - {plain(min(start, asked[0].value))}) / "
            f"{plain(figure.value)}",
            f"{plain(start / figure.value)} {name}s",
        )
    if re.search(r"\bhalf[- ](?:full|empty|way)\b|\bhalf of\b", ask, re.I):
        goal /= 2
    held = [
        f.value
        for f in same
        if f.value != goal
        and re.search(
            r"\b(?:already|now|still|contains?|has)\b", whole[max(0, f.start - 30) : f.start], re.I
        )
    ]
    value = (goal - (held[0] if held else 0)) / figure.value
    if value <= 0:
        return None
    unit = {"min": "minute", "h": "hour"}.get(per.lower(), per.lower())
    return Worked(
        f"{plain(value)} {unit}{'' if value == 1 else 's'}",
        f"{plain(goal)} / {plain(figure.value)}",
        f"{plain(value + 2)} {unit}s",
    )


def inverse(ask: str, text: str) -> Worked | None:
    """How long fewer or more hands take for the same work."""
    whole = f"{text} {ask}"
    if not re.search(r"\bhow (?:long|many (?:days|hours|minutes|weeks))\b", ask, re.I):
        return None
    mark = re.search(
        r"\b(\d+|[a-z]+) (\w+s) (?:need|take|can|finish|dig|paint|build|pick|mow|clean|"
        r"do)\b[^.?]{0,60}?\b(\d+|[a-z]+) (days?|hours?|minutes?|weeks?)\b",
        whole,
        re.I,
    )
    if not mark:
        return None
    others = re.findall(rf"\b(\d+|[a-z]+) {re.escape(mark[2])}\b", whole[mark.end() :], re.I)
    values = [number_of(v) for v in (mark[1], mark[3], *others[:1])]
    if len(values) < 3 or not all(values):
        return None
    hands, spell, other = (v or Fraction(1) for v in values)
    value = hands * spell / other
    unit = mark[4].rstrip("s")
    return Worked(
        f"{plain(value)} {unit}{'' if value == 1 else 's'}",
        f"{plain(hands)} × {plain(spell)} / {plain(other)}",
        f"{plain(spell * other / hands)} {unit}s",
    )


def by_equation(ask: str, text: str) -> Worked | None:
    """A conversion by an equation that the text gives ("1 cup = 240 ml")."""
    equations = re.findall(
        r"\b(?:1|one|an?) ([a-z]+) ?(?:=|is|are|equals|makes) ?(?:about )?(\d+(?:[.,]\d+)?) "
        r"([a-z]+)",
        text,
        re.I,
    )
    if not equations:
        return None
    bare = re.sub(
        r"\b(?:1|one|an?) [a-z]+ ?(?:=|is|are|equals|makes) ?(?:about )?\d+(?:[.,]\d+)? [a-z]+",
        " ",
        text,
        flags=re.I,
    )
    out: list[str] = []
    for unit, size, other in equations[:4]:
        ratio = Fraction(size.replace(",", "."))
        wants_unit = re.search(rf"\b{root(unit.lower())}", ask, re.I)
        wants_other = re.search(rf"\b{re.escape(other)}\b", ask, re.I)
        held_unit = re.search(rf"(\d+(?:[.,]\d+)?) {root(unit.lower())}", bare, re.I)
        if wants_other and held_unit and not (wants_unit and not held_unit):
            value = Fraction(held_unit[1].replace(",", ".")) * ratio
            out.append(f"{plain(value)} {other}")
        elif wants_unit:
            near = re.search(rf"\b{root(unit.lower())}\w*\s?\((\w+)\)", ask, re.I)
            amounts = re.findall(
                rf"(\d+(?:[.,]\d+)?) {re.escape(other)}(?: (?:of )?(\w+))?", bare, re.I
            )
            meant = [a for a in amounts if near and a[1].lower() == near[1].lower()] or amounts
            if meant and ratio:
                value = Fraction(meant[0][0].replace(",", ".")) / ratio
                out.append(
                    f"{plain(value)} {unit}{'' if value == 1 or unit.endswith('s') else 's'}"
                )
    if not out or not re.search(r"\bhow (?:many|much)\b|\bin\b|\bconvert\b|\bwhat\b", ask, re.I):
        return None
    return Worked(" and ".join(out), "", "")
