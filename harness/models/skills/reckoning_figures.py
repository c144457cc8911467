"""Read the figures of a text: values in digits or words, with their unit and what they count.

Runs in the model worker; the text is hostile: patterns are bounded and the number of figures is
capped. Dates, times of day, telephone numbers and numbers that name something ("bus 7", "room 12",
"in 2019") are no figures to reckon with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from harness.models.needles import folded, matches_at
from harness.models.skills.reckoning_dates import moments
from harness.models.skills.reckoning_units import Unit, unit_named

_MOST_CHARS = 6_000
_MOST_FIGURES = 200
_MOST_DIGITS = 15
_LONGEST_NAME = 16
"""Characters of the longest word in _NAMES_IT with what is around it."""
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SMALL = {word: n for n, word in enumerate(_ONES)} | {
    word: 20 + 10 * n for n, word in enumerate(_TENS)
}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000}
_FOREIGN = {
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
    "zehn": 10, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "nueve": 9, "diez": 10, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "huit": 8, "neuf": 9,
}  # fmt: skip
SMALL |= _FOREIGN
_WORDS = "|".join(sorted([*SMALL, *_SCALES], key=len, reverse=True))
_FIGURE = re.compile(
    rf"(?P<sign>[€$£]\s?|\b(?:EUR|USD|GBP|"
    rf"CHF)\s)?(?<![\w.,/:-])(?P<digits>-?\d{{1,3}}(?:[,']\d{{3}}){{1,4}}(?:\.\d{{1"
    rf",2}})?"
    r"|[1-9]\d{0,2}(?: \d{3}){1,3}(?! ?\d)|-?\d{1,12}(?:[.,]\d{1,3})?)(?![\d/:-]\d)"
    r"(?P<mul>\s(?:thousand|million|dozen|hundred)\b|k\b)?"
    rf"|\b(?P<words>(?:half an? |an? )?(?:{_WORDS})(?:(?:[ -]|, | and )(?:{_WORDS})){{0,6}})\b",
    re.I,
)
_MAY_BEGIN = re.compile(r"[€$£]|(?<![\w.,/:-])[-\d]|(?<!\w)[^\W\d_]+")
_FIRST_WORDS = frozenset(["a", "an", "half", "eur", "usd", "gbp", "chf", *SMALL, *_SCALES])
_UNIT = re.compile(r"\s{0,2}-?(€|\$|£|%|°\s?[CF]?\b|km/h|[A-Za-zäöüíéèê²]{1,12}2?)(?![\w@])", re.I)
_NAMES_IT = re.compile(
    r"\b(?:bus|day|room|line|parcel|box|lot|number|no|nr|team|group|page|chapter|"
    r"platform|gate|unit|"
    r"version|tram|train|route|track|bay|building|floor|week|stage|round|act|"
    r"class|grade|level|step|"
    r"option|part|section|clause|article|order|invoice|ticket|flight|pier|dock|hall|cabin|locker|"
    r"shelf|crate|exercise|question|item|road|house|suite|apartment|flat|row|sector|zone|depot|"
    r"station|channel|form|rule|paragraph|type|model|mk|series|figure|station|lane|court|site|"
    r"entry|participant|candidate|player|runner|plan|route|boat|ferry|ship|"
    r"wing)(?: | ?#)$|(?:\bno|nr|art|vol|fig|pt|ch|sec|para|cl)\. ?$|#$|№\s?$",
    re.I,
)
_YEAR = re.compile(
    r"\b(?:in|since|of|by|from|year|until|till|before|after|around|to|and|during)\s$", re.I
)
_NO_NOUN = frozenset(
    "a an the and or but of in on at to for from by with per each is are was were be been has have "
    "had it its they he she we you i that this these those which who than as if "
    "so not no plus minus "
    "times x off only just more less left now then when while because after "
    "before about over under "
    "instead today tomorrow yesterday last next every cost costs weigh weighs came come comes goes "
    "went ran will would can could do does did may must should go says said und y von aus".split()
)
_BEFORE_ONE = re.compile(
    r"\b(?:the|this|that|which|each|every|any|no|another|some|last|first|next|other|only)\s$", re.I
)


@dataclass(frozen=True)
class Figure:
    """One number of a text.

    Attributes:
        unit: None for a bare number or a count of things.
        noun: the words right behind it that say what it counts; may be empty.
        start: where it begins in the text, its sign included.
        end: where it ends, with its unit.
        sign: `€` where a sign stands before it.
        written: its unit as the text writes it.
    """

    value: Fraction
    unit: Unit | None
    noun: str
    start: int
    end: int
    sign: str = ""
    written: str = ""

    @property
    def measures(self) -> str:
        """What its unit measures; empty for none."""
        return self.unit.measures if self.unit else ""


def number_of(text: str) -> Fraction | None:
    """The value of a number in digits or words; None for anything else."""
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        return Fraction(int(text))
    low = " ".join(text.lower().replace("-", " ").split()).strip(" .,")
    digits = re.fullmatch(r"-?[\d.,' ]{1,30}", low)
    if text.strip().startswith("-") and digits:
        low = "-" + low
    if digits:
        bare = low.replace(" ", "").replace("'", "")
        if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare):
            bare = bare.replace(",", "")
        bare = bare.replace(",", ".")
        return Fraction(bare) if re.fullmatch(r"-?\d{1,15}(?:\.\d{1,6})?", bare) else None
    total = part = 0
    found = False
    if low.startswith("half a"):
        return Fraction(6) if "dozen" in low else None
    for word in low.replace(",", " ").split():
        if word in ("a", "an", "and"):
            continue
        if word in SMALL:
            part += SMALL[word]
        elif word in _SCALES:
            scale = _SCALES[word]
            part = max(1, part) * scale
            if scale >= 1_000:
                total, part = total + part, 0
        else:
            return None
        found = True
    return Fraction(total + part) if found else None


def whole_number(said: str) -> int:
    """The whole number that digits or one small word say.

    Args:
        said: "12" or "twelve", in any case.

    Raises:
        KeyError: it is neither.
    """
    return int(said) if said.isdigit() else SMALL[said.lower()]


def figures(text: str, masked: Sequence[tuple[int, int]] | None = None) -> list[Figure]:
    """The figures of a text, in order.

    Args:
        text: the first 6,000 characters are read.
        masked: stretches that hold none, by default its dates and times of day.
    """
    text = text[:_MOST_CHARS]
    return list(_figures(text, tuple(masked) if masked is not None else None))


@lru_cache(maxsize=16)
def _figures(text: str, masked: tuple[tuple[int, int], ...] | None) -> tuple[Figure, ...]:
    taken = masked if masked is not None else [(m.start, m.end) for m in moments(text)]
    out: list[Figure] = []
    for mark in matches_at(_FIGURE, text, _places(text)):
        if any(a < mark.end() and mark.start() < b for a, b in taken):
            continue
        found = _figure(text, mark)
        if found is not None:
            out.append(found)
        if len(out) >= _MOST_FIGURES:
            break
    return tuple(_with_shared_units(text, out))


def _places(text: str) -> Iterator[int]:
    """Where a figure may begin: at a sign, a digit or one of the words that numbers begin with."""
    for mark in _MAY_BEGIN.finditer(text):
        said = mark[0]
        if not said[0].isalpha() or folded(said) in _FIRST_WORDS:
            yield mark.start()


def _figure(text: str, mark: re.Match[str]) -> Figure | None:
    start, end = mark.start(), mark.end()
    said = mark["digits"] or mark["words"]
    value = number_of(said)
    if value is None or _names_something(text, mark):
        return None
    if mark["mul"]:
        value *= _SCALES.get(mark["mul"].strip().lower(), 1_000)
    sign = (mark["sign"] or "").strip()
    unit = unit_named(sign) if sign else None
    written = sign
    behind = _UNIT.match(text, end)
    if behind and not sign:
        unit = unit_named(behind[1])
        if unit and len(behind[1]) == 1 and behind[1] in "ts" and mark["words"]:
            unit = None
        if unit:
            end, written = behind.end(), behind[1]
    return Figure(value, unit, _noun(text, end), start, end, sign, written)


def _names_something(text: str, mark: re.Match[str]) -> bool:
    """Numbers in the place of names, years, telephone numbers, and the word "one" for a thing."""
    before, after = text[max(0, mark.start() - 24) : mark.start()], text[mark.end() :][:24]
    words, digits = mark["words"], mark["digits"]
    if (
        "ing " in before
        and re.search(r"\b[a-z]+ing [a-z]+ $", before)
        and re.match(r"[,;.\n]", after)
    ):
        return False  # "climbing hall 14, museum 4"
    if _NAMES_IT.search(before[-_LONGEST_NAME:]) and not re.match(r"\s?(?:%|[€$£])", after):
        if words and (words.lower().startswith(("a ", "an ", "half ")) or _noun(text, mark.end())):
            return False
        return not re.search(
            r"\b(?:(?:in|at|on|of) (?:the|our|this|that)|each|every|per) \w+ $", before
        )
    if digits and re.fullmatch(r"(?:1[5-9]|20)\d\d", digits) and not mark["sign"]:
        behind = _UNIT.match(text, mark.end())
        return bool(_YEAR.search(before)) and not (behind and unit_named(behind[1]))
    if digits and (
        (re.search(r"\+\s?$", before) and re.match(r"[ /-]?\d{2}", after))
        or re.search(r"\d[ /-]$", before)
        or re.match(r"[ /-]\d{2,4}[ /-]\d", after)
    ):
        return True
    if digits and re.match(r"(?:st|nd|rd|th)\b|[A-Za-z]{1,3}-?\d", after):
        return True
    if words and words[0].isupper() and re.match(r"\s[A-ZÀ-Ý][a-z]", after):
        return True
    if words and words.lower() == "one":
        following = re.match(r"\s([A-Za-z]+)", after)
        is_noun = following is not None and following[1].lower() not in _NO_NOUN
        return not is_noun or bool(_BEFORE_ONE.search(before))
    return False


def _noun(text: str, end: int) -> str:
    """Up to three words behind a figure that say what it counts."""
    mark = re.match(r"[ -]((?:[^\W\d_][\w'-]{0,20}[ ]?){1,4})", text[end : end + 90])
    if not mark:
        return ""
    out: list[str] = []
    for word in mark[1].split():
        if word.lower() in _NO_NOUN:
            break
        out.append(word)
    return " ".join(out[:3])


def _with_shared_units(text: str, found: list[Figure]) -> list[Figure]:
    """`Ada in 31 seconds, Bo in 35`: a bare figure of a series has its neighbour's unit."""
    out: list[Figure] = []
    ahead = list(found)
    for i in range(len(found) - 2, -1, -1):  # `12, 18 and 11 seconds`
        figure, following = ahead[i], ahead[i + 1]
        between = text[figure.end : following.start]
        if (
            figure.unit is None
            and not figure.noun
            and re.fullmatch(r",? ?(?:and|or|und|y|et)? ?", between)
        ):
            ahead[i] = replace(
                figure, unit=following.unit, written=following.written, noun=following.noun
            )
    for i, figure in enumerate(ahead):
        if figure.unit is None and not figure.noun and i:
            last = out[-1]
            between = text[last.end : figure.start]
            is_series = len(between) < 60 and not re.search(
                r"[.!?\n]|\b(?:at|of|plus|minus|x|for|from|on)\b", between
            )
            if last.unit is not None and last.measures != "share" and is_series:
                figure = replace(figure, unit=last.unit, written=last.written, sign=last.sign)
            elif (
                last.noun
                and len(between) < 80
                and not re.search(r"\n|[.!?]\s\S{0,40}[.!?]", between)
            ):
                figure = replace(figure, noun=last.noun)
        out.append(figure)
    return out


def plain(value: Fraction, *, cents: bool = False) -> str:
    """A value in digits: whole, or with at most two places (always two for money with cents)."""
    if value.denominator == 1:
        return str(value.numerator)
    rounded = f"{float(round(value, 2)):.2f}"
    return rounded if cents else rounded.rstrip("0").rstrip(".")


def with_unit(value: Fraction, like: Figure) -> str:
    """A value written with the unit of a figure, as the text writes it."""
    is_money = like.measures == "money"
    said = plain(value, cents=is_money)
    if like.sign:
        return f"{like.sign}{said}" if len(like.sign) == 1 else f"{like.sign} {said}"
    if not like.unit:
        return said
    word = like.written
    if len(word) > 3 and word.isalpha() and value != 1 and not word.lower().endswith("s"):
        word = _plural(word)
    elif value == 1 and len(word) > 3 and word.endswith("s"):
        word = like.unit.name
    return f"{said}{word}" if word in ("%", "€", "$", "£") else f"{said} {word}"


def _plural(word: str) -> str:
    if word.lower() in ("percent", "feet", "kroner", "kronor", "euro", "stunden", "tage", "pence"):
        return word + "s" if word.lower() == "euro" else word
    return word + ("es" if word.endswith("ch") else "s")
