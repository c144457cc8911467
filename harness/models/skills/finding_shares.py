"""Quantities that hang on one another: shares, fractions, "twice as many", boxes, rates, chains.

Runs in the model worker; the text is hostile and capped. Each function gives a result, or None
where a question does not ask for its kind or the text does not show the figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from harness.models.skills.reckoning_brief import root, stems
from harness.models.skills.reckoning_figures import Figure, figures, number_of, plain, with_unit
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_units import unit_named

_PERCENT = re.compile(
    r"%|\bper ?cent\b|\bpercentage\b|\bwhat (?:share|proportion)\b|\bprozent\b|\bpor ciento\b", re.I
)
_PARTS = {
    "half": Fraction(1, 2),
    "third": Fraction(1, 3),
    "quarter": Fraction(1, 4),
    "fifth": Fraction(1, 5),
    "sixth": Fraction(1, 6),
    "eighth": Fraction(1, 8),
    "tenth": Fraction(1, 10),
}
_FRACTION = re.compile(
    r"\b(?:(?P<n>one|two|three|four|five|a|an|\d)[ -])?(?P<d>half|third|quarter|fifth|sixth|"
    r"eighth|tenth)s?\b(?! (?:past|an?|to|hour|price)\b)"
    r"(?: of)?(?: (?:the|them|all|these|those|it|a|his|her|its|their))?|\b(?P<a>\d)/(?P<b>\d{1,"
    r"2})\b(?: of)?(?: the)?",
    re.I,
)
_TIMES = {
    "half": Fraction(1, 2),
    "twice": Fraction(2),
    "double": Fraction(2),
    "three times": Fraction(3),
    "four times": Fraction(4),
    "five times": Fraction(5),
    "a third": Fraction(1, 3),
    "a quarter": Fraction(1, 4),
}
_TIMES_AS = re.compile(rf"\b(?P<f>{'|'.join(_TIMES)})\s(?:as|the)\s(?:\w+)", re.I)
_REST = re.compile(
    r"\b(?:rest|others?|left|remain\w*|free|unsold|still|did ?n['’]?o?t|not)\b", re.I
)
_BOX = re.compile(
    r"\b(?:box(?:es)?|packs?|packets?|cartons?|buses|minibuses|minibus|vans?|cars?|boats?|"
    r"tables?|trips?|bags?|crates?|trays?|rows?|bundles?|shelves|cabins?|tents?|lifts?)\b",
    re.I,
)
_NEED = re.compile(r"\bhow many\b", re.I)
_LEFT_OVER = re.compile(r"\b(?:left over|over|spare|remain\w*|extra|surplus)\b", re.I)
_RELATION = re.compile(
    r"\b(?P<x>[A-ZÀ-Þ][\w'’-]*)(?:['’]s \w+)?\s(?:is|has|was|weighs|scored|earns|got|picked|"
    r"owns|sold|read|ran|baked)\s"
    r"(?:(?P<n>\d+(?:\.\d+)?|[a-z]+)\s(?:[a-z]+\s){0,2}?(?P<way>older|younger|taller|shorter|"
    r"heavier|lighter|more|less|fewer)(?:\s[a-z]+)?\sthan"
    rf"|(?P<f>{'|'.join(_TIMES)})\s(?:as\s\w+(?:\s\w+)?\sas|the\s\w+\sof))\s(?P<y>[A-ZÀ-Þ][\w'’-]*)"
)
_IS = re.compile(
    r"\b(?P<x>[A-ZÀ-Þ][\w'’-]*|who),?\s(?:is|has|was|weighs|scored|earns|got|picked|owns|sold|"
    r"read|ran|baked)\s(?:exactly |now )?(?P<n>\d+(?:\.\d+)?)(?!\d|\s(?:\w+\s){0,2}(?:older|"
    r"younger|taller|shorter|heavier|lighter|more|less|fewer)\b)(?P<u>\s[a-z]+)?"
)


def percent_of(ask: str, text: str) -> Worked | None:
    """What share one count is of another, in percent."""
    if not _PERCENT.search(ask) or re.search(r"\d\s?(?:%|per ?cent)", f"{ask} {text}"):
        return None
    found = [f for f in figures(text) if f.measures in ("", "time", "mass", "volume")]
    if len(found) < 2:
        return None
    whole = next(
        (
            f
            for f in found
            if re.search(
                r"\b(?:of|out of|from|total\w*:?)\s(?:the |all )?(?:\w+ )?$", text[: f.start], re.I
            )
        ),
        None,
    )
    whole = whole or max(found, key=lambda f: f.value)
    part = _nearest(ask, text, [f for f in found if f is not whole and f.value <= whole.value])
    if part is None or not whole.value:
        return None
    value = part.value / whole.value * 100
    after = re.split(r"[,;.]", text[part.end :])[0]
    if re.search(
        r"\b(?:still|left|remain\w*|not|whole|intact|unsold|others?|rest)\b", ask, re.I
    ) and not (stems(after) & stems(ask)) - {root(part.noun)}:
        return Worked(
            f"{plain(100 - value)}%",
            f"({plain(whole.value)} - {plain(part.value)}) / {plain(whole.value)}",
            f"{plain(value)}%",
        )
    return Worked(
        f"{plain(value)}%", f"{plain(part.value)} / {plain(whole.value)}", f"{plain(100 - value)}%"
    )


def _nearest(ask: str, text: str, found: Sequence[Figure]) -> Figure | None:
    """The figure whose neighbourhood shares most words with a question."""
    wanted = stems(ask)
    best: tuple[int, int, Figure] | None = None
    last = 0
    for f in found:
        around = text[max(last, f.start - 40) : f.end + 24]
        cut = re.split(r"[,;.](?:\s|$)", text[f.end : f.end + 24])[0]
        hits = len(wanted & stems(text[max(last, f.start - 40) : f.start] + " " + cut))
        last = f.end
        if best is None or hits > best[0]:
            best = (hits, len(around), f)
    return best[2] if best and (best[0] or len(found) == 1) else None


def unnamed_rest(ask: str, text: str) -> Worked | None:
    """How many are left when those that a text counts are taken from the whole."""
    if not _NEED.search(ask) or not re.search(
        r"\b(?:others?|rest|remaining|everyone else)\b", text, re.I
    ):
        return None
    found = [f for f in figures(text) if f.measures == ""]
    if not 2 <= len(found) <= 10 or not re.search(
        r"n['’]?t\b|\bnot\b|\brest\b|\bothers?\b|\bleft\b|\bremain", ask, re.I
    ):
        return None
    whole, parts = found[0].value, [f.value for f in found[1:]]
    value = whole - sum(parts, Fraction(0))
    if value < 0:
        return None
    return Worked(
        plain(value), f"{plain(whole)} - {' - '.join(map(plain, parts))}", plain(value + 1)
    )


def fraction_of(ask: str, text: str) -> Worked | None:
    """A fraction of a count, or what is left of it."""
    marks = [m for m in _FRACTION.finditer(text) if not _TIMES_AS.match(text, m.start())]
    found = [
        f
        for f in figures(text)
        if f.measures != "share" and not any(m.start() <= f.start < m.end() for m in marks)
    ]
    if (
        len(marks) != 1
        or len(found) != 1
        or not re.search(r"\bhow (?:many|much)\b|wie ?viele?\b|combien|cuánt", ask, re.I)
    ):
        return None
    mark, whole = marks[0], found[0]
    part = _fraction(mark)
    if part is None or part >= 1:
        return None
    clause = re.split(r"[.;]", text[mark.end() :])[0]
    verbs = set(re.findall(r"[a-z]{3,}", clause.lower()))
    is_same = bool(
        {root(w) for w in verbs}
        & {root(w) for w in re.findall(r"[a-z]{4,}", ask.lower())}
        - {root(w) for w in whole.noun.lower().split()}
    )
    is_rest = bool(_REST.search(ask)) or not is_same
    value = whole.value * (1 - part if is_rest else part)
    noun = f" {whole.noun}" if whole.noun and len(whole.noun.split()) == 1 else ""
    return Worked(f"{plain(value)}{noun}", "", f"{plain(whole.value - value)}{noun}")


def _fraction(mark: re.Match[str]) -> Fraction | None:
    if mark["a"]:
        return Fraction(int(mark["a"]), int(mark["b"])) if int(mark["b"]) else None
    count = (
        number_of(mark["n"]) if mark["n"] and mark["n"].lower() not in ("a", "an") else Fraction(1)
    )
    return None if count is None else count * _PARTS[mark["d"].lower()]


def as_many(ask: str, text: str) -> Worked | None:
    """A sum or the second of two amounts of which one is a multiple of the other."""
    mark = _TIMES_AS.search(text)
    found = [
        f
        for f in figures(text)
        if f.measures != "share" and (mark is None or not mark.start() <= f.start < mark.end())
    ]
    if (
        mark is None
        or len(found) != 1
        or _RELATION.search(text)
        or not re.search(r"\bhow (?:many|much|old)\b", ask, re.I)
    ):
        return None
    first = found[0].value
    second = first * _TIMES[mark["f"].lower()]
    is_sum = re.search(r"\b(?:total|altogether|in all|together|all|both|sum|whole)\b", ask, re.I)
    value = first + second if is_sum else second
    noun = found[0].noun.split()[:1]
    said = f"{plain(value)} {noun[0]}" if noun and found[0].unit is None else plain(value)
    return Worked(
        said,
        f"{plain(first)} + {plain(second)}" if is_sum else "",
        plain(second if is_sum else first + second),
    )


def boxes(ask: str, text: str) -> Worked | None:
    """How many boxes or trips a number of things needs, or how many places stay empty."""
    if not _NEED.search(ask):
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


def chain(ask: str, text: str) -> Worked | None:
    """Somebody's age or count out of what it is more or a multiple of."""
    known: dict[str, Fraction] = {}
    unit = ""
    for mark in _IS.finditer(text):
        name = mark["x"]
        if name == "who":
            before = re.findall(r"[A-ZÀ-Þ][\w'’-]*", text[: mark.start()])
            name = before[-1] if before else name
        known[name] = Fraction(mark["n"])
        unit = (mark["u"] or "").strip() or unit
    told = list(_RELATION.finditer(text))
    if not told or not known:
        return None
    for _ in range(len(told)):
        for mark in told:
            _step(mark, known)
    asked = [name for name in known if re.search(rf"\b{re.escape(name)}\b", ask)]
    if re.search(
        r"\b(?:together|altogether|in all|total|all (?:two|three|four|of them)|sum)\b", ask, re.I
    ):
        value = sum(known.values(), Fraction(0))
        return Worked(plain(value), " + ".join(plain(v) for v in known.values()), plain(value - 1))
    if len(asked) != 1 or not re.search(r"\bhow (?:old|many|much|tall|heavy)\b|\bage\b", ask, re.I):
        return None
    value = known[asked[0]]
    return Worked(plain(value), "", plain(value + 2))


def _step(mark: re.Match[str], known: dict[str, Fraction]) -> None:
    """Put one relation to use in whichever direction is open."""
    x, y = mark["x"], mark["y"]
    if mark["f"]:
        factor, more = _TIMES[mark["f"].lower()], Fraction(0)
    else:
        count = number_of(mark["n"])
        if count is None:
            return
        is_less = mark["way"].lower() in ("younger", "shorter", "lighter", "less", "fewer")
        factor, more = Fraction(1), -count if is_less else count
    if y in known and x not in known:
        known[x] = known[y] * factor + more
    elif x in known and y not in known:
        known[y] = (known[x] - more) / factor


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


def lacking(ask: str, text: str) -> Worked | None:
    """How many are missing of what was ordered or is needed."""
    if not re.search(
        r"\b(?:missing|lacking|short|undelivered|still (?:to come|needed|needs?))\b", ask, re.I
    ) or not _NEED.search(ask):
        return None
    found = [f for f in figures(text) if f.measures == ""]
    if len(found) != 2 or found[0].value == found[1].value:
        return None
    high, low = max(f.value for f in found), min(f.value for f in found)
    return Worked(plain(high - low), f"{plain(high)} - {plain(low)}", plain(high - low + 1))


def proportion(ask: str, text: str) -> Worked | None:
    """The rule of three: so much for so many, how much for others."""
    whole = f"{text}\n{ask}" if text != ask else ask
    mark = re.search(r"\bhow (?:many|much) (\w+)\b", ask, re.I)
    found = figures(whole)
    if re.search(r"\b(?:morning|afternoon|then|another|more|left)\b", whole, re.I):
        return None
    if not mark or len(found) != 3:
        return None
    unit = root(mark[1].lower())
    names = [
        {
            root(f.written.lower()),
            f.unit.name if f.unit else "",
            *(root(w.lower()) for w in f.noun.split()[:1]),
        }
        for f in found
    ]
    own = [n for n, held in enumerate(names) if unit in held]
    others = [n for n in range(3) if n not in own]
    if len(own) != 1 or len(others) != 2 or found[others[0]].measures != found[others[1]].measures:
        return None
    if not (names[others[0]] & names[others[1]]) - {""} or own[0] > 1:
        return None
    base, goal = (found[n] for n in others)
    if not base.value:
        return None
    value = found[own[0]].value * goal.value / base.value
    return Worked(
        f"{plain(value)} {mark[1]}",
        f"{plain(found[own[0]].value)} × {plain(goal.value)} / {plain(base.value)}",
        f"{plain(found[own[0]].value + 1)} {mark[1]}",
    )


_SPANS = (("month", "year", 12), ("week", "year", 52), ("day", "week", 7), ("quarter", "year", 4))


def by_the_year(ask: str, text: str) -> Worked | None:
    """Costs for a month made into those for a year, and the like."""
    for small, large, factor in _SPANS:
        asked = re.search(
            rf"\b(?:per|an?|each|every|in an?) {large}\b|\b{large}ly\b|\bannual\w*\b", ask, re.I
        )
        told = re.search(rf"\b(?:per|an?|each|every) {small}\b|\b{small}ly\b", text, re.I)
        if not asked or not told:
            continue
        found = [f for f in figures(text) if f.measures in ("money", "")]
        if (
            not found
            or len(found) > 8
            or re.search(rf"\b(?:per|an?) {large}\b", text, re.I)
            or "%" in text
        ):
            return None
        if len(found) > 1 and not re.search(r",", text):
            return None
        each = sum((f.value for f in found), Fraction(0))
        like = next((f for f in found if f.unit), None)
        said = with_unit(each * factor, like).replace(".00", "") if like else plain(each * factor)
        working = (
            f"({' + '.join(plain(f.value) for f in found)}) × {factor}"
            if len(found) > 1
            else f"{plain(each)} × {factor}"
        )
        return Worked(said, working, plain(each * (factor - 2)))
    return None


def reduced(ask: str, text: str) -> Worked | None:
    """Half the price, for those of whom a text says that they pay half."""
    mark = re.search(
        r"\b(\w+)(?: \w+){0,3} (?:pays?|costs?) (?:only )?(half|double|a third|a quarter)\b|"
        r"\bhalf (?:price|fare) for (\w+)",
        text,
        re.I,
    )
    if not mark or not re.search(r"\bhow much\b|\bwhat\b|\bcosts?\b|\bpays?\b", ask, re.I):
        return None
    who = {root((mark[1] or mark[3]).lower())}
    if not who & {root(w.lower()) for w in re.findall(r"[^\W\d_]+", ask)}:
        return None
    money = [f for f in figures(text) if f.measures == "money"]
    if len(money) != 1:
        return None
    factor = {
        "half": Fraction(1, 2),
        "double": Fraction(2),
        "a third": Fraction(1, 3),
        "a quarter": Fraction(1, 4),
    }[(mark[2] or "half").lower()]
    return Worked(
        with_unit(money[0].value * factor, money[0]), "", with_unit(money[0].value, money[0])
    )


def cheapest(ask: str, text: str) -> Worked | None:
    """Which of several goods costs least, or most, for one unit of its size."""
    per = re.search(
        r"\bper (kg|kilo|g|100 ?g|litre|liter|l|metre|m|piece|unit)\b|\bbest value\b|\bcheap\w*\b",
        ask,
        re.I,
    )
    if not per or not re.search(
        r"\b(?:cheap\w*|dear\w*|expensive|best value|least|most)\b", ask, re.I
    ):
        return None
    rated: list[tuple[Fraction, str]] = []
    for part in re.split(r"\s/\s|\n|;|,\s(?=[a-z])|\.\s", text):
        mark = _GOODS.search(part)
        unit = unit_named(mark["u"]) if mark else None
        size, price = (number_of(mark["n"]), number_of(mark["p"])) if mark else (None, None)
        if mark and size and price and unit and unit.size:
            rated.append((price / (size * unit.size), mark["name"].strip(" -*:")))
    if len(rated) < 2:
        return None
    ranked = sorted(
        rated,
        key=lambda one: one[0],
        reverse=bool(re.search(r"\b(?:dear\w*|expensive|most)\b", ask, re.I)),
    )
    return Worked(ranked[0][1], "", ranked[1][1])


_GOODS = re.compile(
    r"(?P<name>[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ ]{1,24}?),?:?\s*[-–]?\s*\(?(?P<n>\d+(?:[.,"
    r"]\d+)?)\s?(?P<u>kg|g|l|ml|cl|m|cm|litres?|kilos?)\b\)?"
    r"[^\d\n]{0,14}?[€$£]?\s?(?P<p>\d+(?:[.,]\d{1,2})?)(?![\d.,]*\s?(?:kg|g|l|ml)\b)",
    re.I,
)


def aged_at(ask: str, text: str) -> Worked | None:
    """How old somebody was when something happened, by the two years of a text."""
    mark = re.search(
        r"\bhow old (?:was|were|is)\b.*\b(?:when|in|at the time)\b(?P<what>.*)", ask, re.I
    )
    born = re.search(r"\bborn\b[^.;\d]{0,40}?((?:1[5-9]|20)\d\d)", text, re.I)
    if not mark or not born:
        return None
    wanted = stems(mark["what"])
    asked = re.search(r"\b(?:1[5-9]|20)\d\d\b", mark["what"])
    years = [
        (
            len(wanted & stems(text[max(0, m.start() - 60) : m.start()].split(born[1])[-1])),
            int(m[0]),
        )
        for m in re.finditer(r"\b(?:1[5-9]|20)\d\d\b", text)
        if m[0] != born[1]
    ]
    year = int(asked[0]) if asked else max(years, default=(0, 0), key=lambda one: one[0])[1]
    if not year or year < int(born[1]):
        return None
    age = year - int(born[1])
    return Worked(str(age), f"{year} - {born[1]}", str(age + 1))


def letters(ask: str, text: str) -> Worked | None:
    """How often a letter stands in a word or a line."""
    mark = re.search(
        r"\bletters? [\"'“‘]?([a-z])[\"'”’]?(?![a-z])|[\"'“‘]([a-z])[\"'”’]s?(?![a-z])", ask, re.I
    )
    held = [
        m for m in re.findall(r"[\"“”']([^\"“”\n]{2,200})[\"“”']", f"{ask}\n{text}") if len(m) > 1
    ]
    word = re.search(r"\b(?:in|of) (?:the word )?([a-z]{3,30})\W*$", ask, re.I)
    if (
        not mark
        or not re.search(r"\bhow (?:many|often)\b|\bcount\b", ask, re.I)
        or not (held or word)
    ):
        return None
    letter = (mark[1] or mark[2]).lower()
    count = (held[0] if held else word[1] if word else "").lower().count(letter)
    return Worked(str(count), "", str(count - 1 if count else 1))
