"""The rule of three: so much for so many, for others; months made years; half the price.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from fractions import Fraction

from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_conversion import spoken_minutes
from harness.models.skills.reckoning_figures import figures, number_of, plain, with_unit
from harness.models.skills.reckoning_outcome import Worked


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
_BREAK = re.compile(
    r"(\d+|an?|half an?) ?-?(min(?:ute)?s?|hours?|h)\b[^.;]{0,12}\b(?:break|stop|rest|pause)", re.I
)


def journey(ask: str, text: str) -> Worked | None:
    """How long a way takes at a speed, with its breaks; how far one gets in a time."""
    whole = f"{text}\n{ask}" if text != ask else ask
    speed = re.search(
        r"(\d+(?:[.,]\d+)?) ?(?:km/h|kmh|kph|km an hour|km per hour|kilomet\w+ (?:an|per) hour|"
        r"mph)\b",
        whole,
        re.I,
    )
    way = re.search(
        r"(\d+(?:[.,]\d+)?) ?(?:km|kilomet\w+|miles?)\b(?! ?(?:/h|an hour|per hour))", whole, re.I
    )
    if not speed:
        return None
    pace = Fraction(speed[1].replace(",", "."))
    if (
        way
        and pace
        and re.search(r"\bhow long\b|\bhow many (?:hours|minutes)\b|\bwhen\b", ask, re.I)
    ):
        minutes = Fraction(way[1].replace(",", ".")) / pace * 60
        for mark in _BREAK.finditer(whole):
            count = (
                number_of(mark[1])
                if mark[1][0].isdigit()
                else Fraction(1, 2)
                if "half" in mark[1]
                else Fraction(1)
            )
            minutes += (count or 0) * (60 if mark[2].lower().startswith("h") else 1)
        return Worked(
            spoken_minutes(int(minutes)),
            f"{way[1]} / {speed[1]}",
            spoken_minutes(int(minutes) + 30),
        )
    hours = re.search(r"(\d+(?:[.,]\d+)?) ?(?:h\b|hours?)", whole.replace(speed[0], " "), re.I)
    if hours and re.search(r"\bhow far\b|\bhow many (?:km|kilomet\w+|miles)\b", ask, re.I):
        far = pace * Fraction(hours[1].replace(",", "."))
        return Worked(f"{plain(far)} km", f"{speed[1]} × {hours[1]}", f"{plain(far + 10)} km")
    return None


def for_more(ask: str, text: str) -> Worked | None:
    """What more or fewer of a thing cost, by what a text says of so many."""
    portions = re.search(
        r"\bfor (\d+)\b[^.\n]{0,40}?\b(\d+(?:[.,]\d+)?) ?(g|kg|ml|l|cl|dl|eggs?|cups?|spoons?)\b",
        text,
        re.I,
    )
    wanted = re.search(r"\bfor (\d+)\b", ask)
    if portions and wanted and int(portions[1]):
        share = Fraction(portions[2].replace(",", ".")) * int(wanted[1]) / int(portions[1])
        way = f"{portions[2]} / {portions[1]} × {wanted[1]}"
        return Worked(f"{plain(share)} {portions[3]}", way, f"{plain(share + 50)} {portions[3]}")
    told = re.search(
        r"\b(\d+|[a-z]+) ([a-z]+)(?: \w+){0,2} (?:costs?|cost|are|for|weighs?|weigh) "
        r"[€$£]?(\d+(?:[.,]\d+)?)( [a-z€]+)?",
        text,
        re.I,
    )
    if not told or len(figures(text)) != 2:
        return None
    asked = re.search(
        rf"\b(\d+|[a-z]+) {re.escape(told[2][:-1] if told[2].endswith('s') else told[2])}",
        ask,
        re.I,
    )
    count, other = number_of(told[1]), number_of(asked[1]) if asked else None
    if not count or not other or count == other:
        return None
    each = Fraction(told[3].replace(",", ".")) / count
    value = each * other
    unit = f"{told[4] or ''}"
    said = f"{plain(value, cents=value.denominator > 1)}{unit}"
    return Worked(
        said,
        f"{told[3]} / {plain(count)} × {plain(other)}",
        f"{plain(value + each, cents=True)}{unit}",
    )


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
