"""Small sums of daily life: the cheapest for its size, what is missing, an age, letters.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from fractions import Fraction

from harness.models.skills.finding_rates import NEED
from harness.models.skills.reckoning_brief import root, stems
from harness.models.skills.reckoning_figures import Figure, figures, number_of, plain
from harness.models.skills.reckoning_items import items_of
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_units import convert, unit_named


def lacking(ask: str, text: str) -> Worked | None:
    """How many are missing of what was ordered or is needed."""
    if not re.search(
        r"\b(?:missing|lacking|short|undelivered|still (?:to come|needed|needs?))\b", ask, re.I
    ) or not NEED.search(ask):
        return None
    found = [f for f in figures(text) if f.measures == ""]
    if len(found) != 2 or found[0].value == found[1].value:
        return None
    high, low = max(f.value for f in found), min(f.value for f in found)
    return Worked(plain(high - low), f"{plain(high)} - {plain(low)}", plain(high - low + 1))


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


def counted_in_all(ask: str, text: str) -> Worked | None:
    """The sum of several counts of one sort of thing ("40 adult tickets and 25 child tickets")."""
    mark = re.search(r"\bhow many (\w+)\b", ask, re.I)
    if not mark or not re.search(
        r"\b(?:total|altogether|in all|all together|is that|are that|sum)\b", ask, re.I
    ):
        return None
    noun = root(mark[1].lower())
    held = [
        f
        for f in figures(text)
        if f.unit is None and noun in {root(w.lower()) for w in f.noun.split()}
    ]
    if len(held) < 2 or (
        re.search(r"\b(?:left|gave|sold|lost|minus|of which|of them)\b", text, re.I)
        and len(held) > 3
    ):
        return None
    value = sum((f.value for f in held), Fraction(0))
    working = " + ".join(plain(f.value) for f in held)
    return Worked(
        f"{plain(value)} {mark[1]}", working, f"{plain(value - held[-1].value)} {mark[1]}"
    )


_GOES_TO = re.compile(
    r"\b(?i:prize|award|medal|cup|title|trophy|first place|contract)\b[^.\n]{0,60}?"
    r"\b(?:went|goes|has gone|was given|was awarded|is awarded|was handed) to (?:the )?"
    r"(?P<who>[A-ZÀ-Þ][\w'’-]+(?: (?:van |von |de )?[A-ZÀ-Þ][\w'’-]+){0,3})"
)


def winner(ask: str, text: str) -> Worked | None:
    """Who has the most points, or the shortest time, where a question asks who won."""
    if not re.search(r"\bwho (?:won|wins|is the winner|came first)\b|\bwhich \w+ won\b", ask, re.I):
        return None
    prize = _GOES_TO.search(text)
    if prize is not None:
        return Worked(prize["who"], "", "")
    if re.search(r"\b(?:won|wins|winner)\b", text, re.I):
        return None
    held = [
        (item, a)
        for item in items_of(text.strip('"“”'))
        for a in item.amounts
        if isinstance(a, Figure)
    ]
    if len(held) < 2 or len({a.measures for _, a in held}) != 1:
        return None
    is_time = held[0][1].measures == "time"
    ranked = sorted(held, key=lambda one: one[1].value, reverse=not is_time)
    names = [re.sub(r"\s(?:scored|got|had|has|with|team)$", "", item.label) for item, _ in ranked]
    return Worked(names[0], "", names[1])


def which_more(ask: str, text: str) -> Worked | None:
    """The larger or smaller of two amounts in different units ("2.5 hours or 140 minutes")."""
    held = [f for f in figures(ask) if f.unit is not None]
    if len(held) != 2 or not re.search(r"\bwhich\b|\bwhat is\b", ask, re.I) or " or " not in ask:
        return None
    one, two = held
    other = convert(two.value, two.unit, one.unit) if two.unit and one.unit else None
    if other is None or other == one.value:
        return None
    is_less = re.search(
        r"\b(?:less|smaller|shorter|lighter|cheaper|lower|fewer|slower)\b", ask, re.I
    )
    first = (one.value < other) if is_less else (one.value > other)
    best, rest = (one, two) if first else (two, one)
    things = [
        re.match(r"\s*([a-z]{3,20})(?=\s*(?:or\b|\W*$))", ask[f.end :], re.I) for f in (best, rest)
    ]
    names = [m[1] for m in things if m and m[1].lower() not in ("or", "and", "more", "long")]
    if len(names) == 2 and names[0] != names[1]:
        return Worked(f"the {names[0]}", "", f"the {names[1]}")
    return Worked(ask[best.start : best.end].strip(), "", ask[rest.start : rest.end].strip())


def all_but(ask: str, text: str) -> Worked | None:
    """How many are left where all but so many went ("all but 9 run away")."""
    mark = re.search(r"\ball but (\d+|[a-z]+)\b", text, re.I)
    value = number_of(mark[1]) if mark else None
    if mark is None or value is None or not re.search(r"\b(?:left|remain\w*|still)\b", ask, re.I):
        return None
    whole = [f.value for f in figures(text) if f.value != value]
    slip = plain(whole[0] - value) if whole and whole[0] > value else ""
    return Worked(plain(value), "", slip)


def replies(ask: str, text: str) -> Worked | None:
    """Who said yes or no in a list of short replies ("Ana yes, Ben no")."""
    held = re.findall(r"\b([A-ZÀ-Þ][\w-]+):? (yes|no|maybe)\b", text)
    asks_no = re.search(r"\bnot\b|n['’]t\b|\bsaid no\b|\bdeclin\w+", ask, re.I)
    if len(held) < 3 or not re.search(r"\bwho\b|\bhow many\b", ask, re.I):
        return None
    wanted = (
        "maybe" if re.search(r"\bmaybe\b|\bunsure\b", ask, re.I) else "no" if asks_no else "yes"
    )
    names = [name for name, said in held if said == wanted]
    if re.search(r"\bhow many\b", ask, re.I):
        return Worked(str(len(names)), "", str(len(names) + 1))
    said = (
        f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names) or "Nobody"
    )
    return Worked(said, "", held[0][0])


def words_with(ask: str, text: str) -> Worked | None:
    """How many, or which, words of a list begin or end with a letter."""
    mark = re.search(
        r"\b(?P<how>start|begin|end)s?(?:ing)? (?:with|in) (?:the letter |an? "
        r")?[\"'“‘]?(?P<l>vowels?|consonants?|[a-z])\b",
        ask,
        re.I,
    )
    if not mark or not re.search(r"\b(?:how many|which|list|count)\b", ask, re.I):
        return None
    body = (text if text != ask else "") or ask[mark.end() :]
    body = re.sub(r"^.{0,40}:\s", "", body.strip("\"'”’?: .\n"))
    words = [w.strip(" .\"'“”") for w in re.split(r",|;|\n|\band\b", body) if w.strip(" .\"'“”")]
    letter: str | tuple[str, ...] = mark["l"].lower()
    if mark["l"].lower()[:5] in ("vowel", "conso"):
        vowels = mark["l"].lower().startswith("vowel")
        letter = tuple(c for c in "abcdefghijklmnopqrstuvwxyz" if (c in "aeiou") == vowels)
    is_end = mark["how"].lower() == "end"
    held = [
        w for w in words if (w.lower().endswith(letter) if is_end else w.lower().startswith(letter))
    ]
    if len(words) < 2:
        return None
    if re.search(r"\bhow many\b|\bcount\b", ask, re.I):
        return Worked(str(len(held)), "", str(len(held) + 1))
    return Worked(", ".join(held) or "None", "", words[0])


def younger(ask: str, text: str) -> Worked | None:
    """An age by another's that is so many years away ("his wife is four years younger")."""
    gap = re.search(r"\b(\d+|[a-z]+) years? (younger|older)\b", text, re.I)
    age = re.search(
        r"\b(?:is|am|are|turned|aged) (\d{1,3})\b(?! years? (?:younger|older))", text, re.I
    )
    if not gap or not age or not re.search(r"\bhow old\b", ask, re.I):
        return None
    years = number_of(gap[1])
    if years is None:
        return None
    value = Fraction(age[1]) + (years if gap[2].lower() == "older" else -years)
    name = re.search(r"([A-ZÀ-Þ]\w+)(?=,? (?:is|am|turned|aged) \d)", text)
    if (
        name
        and re.search(rf"\b{name[1]}\b", ask)
        and not re.search(r"\b(?:wife|husband|Mrs|brother|sister)\b", ask)
    ):
        return None
    return Worked(
        plain(value), f"{age[1]} {'+' if value > Fraction(age[1]) else '-'} {plain(years)}", age[1]
    )


def letters(ask: str, text: str) -> Worked | None:
    """How often a letter stands in a word or a line."""
    mark = re.search(
        r"\bletters? [\"'“‘]?([a-z])[\"'”’]?(?![a-z])|[\"'“‘]([a-z])[\"'”’]s?(?![a-z])", ask, re.I
    )
    held = [
        m for m in re.findall(r"[\"“”']([^\"“”\n]{2,200})[\"“”']", f"{ask}\n{text}") if len(m) > 1
    ]
    word = re.search(r"\b(?:in|of) (?:the word )?([a-z]{3,30})\W*$", ask, re.I)
    if held and re.search(
        r"\bhow many letters\b[^?]{0,20}\b(?:the|this|that) (?:whole )?word\b|"
        r"\bletters\b[^?]{0,30}\b(?:altogether|in all|in total)\b",
        ask,
        re.I,
    ):
        size = sum(c.isalpha() for c in held[0])
        return Worked(str(size), "", str(size - 1))
    if (
        not mark
        or not re.search(r"\bhow (?:many|often)\b|\bcount\b", ask, re.I)
        or not (held or word)
    ):
        return None
    letter = (mark[1] or mark[2]).lower()
    count = (held[0] if held else word[1] if word else "").lower().count(letter)
    return Worked(str(count), "", str(count - 1 if count else 1))
