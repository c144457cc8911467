"""Values that a field's name tells by its unit, its bound or its trade: wind_kmh, salary_min, drug.

Runs in the model worker; pure; the text is hostile and capped, every pattern is bounded. Where a
name says the unit and the text has no figure in it, the value is absent and not something near.
"""

from __future__ import annotations

import re

from harness.models.skills.fields import Field
from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_figures import number_of, plain

_MOST_CHARS = 4_000
_NUMBER = r"(?P<n>-?\d{1,9}(?:[.,]\d{3}(?!\d)){0,3}(?:[.,]\d{1,4})?)"
_UNITS = {
    "c": r"°\s?C?|degrees?(?: ?C(?:elsius)?)?|C(?![\w])",
    "f": r"°\s?F|degrees? ?F(?:ahrenheit)?",
    "kmh": r"km/?h|kph|kilomet(?:re|er)s? (?:per|an) hour",
    "kph": r"km/?h|kph|kilomet(?:re|er)s? (?:per|an) hour",
    "mph": r"mph|miles? (?:per|an) hour",
    "ms": r"m/s|milliseconds?|ms",
    "mm": r"mm|millimet(?:re|er)s?",
    "cm": r"cm|centimet(?:re|er)s?",
    "mg": r"mg|milligrams?",
    "ml": r"ml|millilit(?:re|er)s?",
    "hpa": r"hPa|mbar|millibars?",
    "kw": r"kW|kilowatts?",
    "kwh": r"kWh|kilowatt[- ]hours?",
    "pct": r"%|per ?cent",
    "percent": r"%|per ?cent",
    "mbps": r"Mbps|Mbit/s|megabits?",
    "gb": r"GB|gigabytes?",
    "kcal": r"kcal|calories",
    "km": r"km|kilomet(?:re|er)s?",
    "bpm": r"bpm|beats (?:per|a) minute",
}
_BOUND = re.compile(
    r"^(?P<what>[a-z ]{0,24}?) ?\b(?P<end>min|minimum|max|maximum|from|to|low|high)$"
)
_RANGE = re.compile(
    r"(?P<a>\d[\d.,]{0,12}\d|\d)\s?(?:[€$£%]|[A-Za-z]{1,4})?\s?(?:-|–|—|to|and|until|up to)\s?"
    r"(?:[€$£]|[A-Z]{3})?\s?(?P<b>\d[\d.,]{0,12}\d|\d)"
)
_ONE_SIDED = re.compile(
    r"\b(?P<side>up to|at most|no more than|max(?:imum)?(?: of)?|under|from|at least|min(?:imum)?"
    r"(?: of)?|starting at|over)\s(?:[€$£]|[A-Z]{3})?\s?(?P<n>\d[\d.,]{0,12}\d|\d)",
    re.I,
)
_DRUG = re.compile(r"^(?:medication|medicine|drug|active ingredient|prescription)$")
_DOSED = re.compile(
    r"\b(?P<drug>[A-Za-z][a-z-]{3,24}(?: (?:acid|sodium|potassium))?)[ ,:]{1,2}\d[\d.,]{0,6} ?"
    r"(?:mg|g|mcg|µg|ml|IU|units)\b"
)
_TAKEN = re.compile(
    r"\b(?:prescribed|takes?|taking|started on|given|on)\s(?P<drug>[a-z][a-z-]{4,24})\b", re.I
)
_DIRECTION = re.compile(r"\b(?:direction|bearing|heading)$")
_POINT = re.compile(
    r"\b(?:from|wind|heading|towards?)\s(?:the )?(?P<p>(?:[NS][NSEW]{0,2}|[EW])\b|(?:north|south)"
    r"(?:[- ]?(?:east|west))?\b|(?:east|west)\b)|\b(?P<q>[NS][EW]|[NS]{2}[EW]|"
    r"[EW][NS][EW])\b",
)
_POST = re.compile(r"^(?:job ?|position ?|vacancy ?)?(?:title|position|vacancy|job)$|^role$")
_WANTED = re.compile(
    r"(?:^|[\"“.!?:\n]\s{0,3})(?P<a>(?:[A-Z][\w/-]{1,20} ?){1,4}?)\s?(?:\([^)\n]{1,12}\) ?)?"
    r"(?:wanted|needed|sought|required|vacancy)\b|"
    r"\b(?:looking for|hiring|seeks?|seeking|recruiting|need|in search of)\s(?:an?|our next|one)\s"
    r"(?P<b>[A-Za-z][\w/-]{2,20}(?: [a-zA-Z][\w/-]{2,20}){0,3}?)(?=\s(?:in|at|for|to|with|who|on|"
    r"from|near|starting)\b|[,.;!?\n(]|$)"
)


def told_by_name(field: Field, text: str) -> tuple[bool, object]:
    """Whether a field's name settles its value, and the value then, None where the text is silent.

    Args:
        field: one without inner fields.
        text: what it is taken from.
    """
    if field.options or field.inner or field.kind in ("list", "object", "boolean"):
        return False, None
    text = text[:_MOST_CHARS]
    base = re.sub(r"[_-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", field.name)).strip().lower()
    last = base.rsplit(" ", 1)[-1]
    if last in _MONEY_NAMES and last != base:
        return _in_money(base[: -len(last)].strip(), last, text)
    if base in ("km", "kg", "kcal", "mph"):
        return _in_unit("", _UNITS.get(base, base), text)
    if _PER_DAY.fullmatch(base):
        mark = _TIMES.search(text)
        often = (mark["n"] or mark["m"]).lower() if mark else ""
        return (True, int(often) if often.isdigit() else _OFTEN[often]) if often else (False, None)
    if _PERSON.match(base):
        names = list(dict.fromkeys(m[0] for m in _TITLED.finditer(text)))
        return (True, names[0]) if len(names) == 1 else (False, None)
    if last in _UNITS and last != base:
        return _in_unit(base[: -len(last)].strip(), _UNITS[last], text)
    bound = _BOUND.match(base)
    if bound and bound["what"] and bound["end"] not in ("from", "to", "low", "high"):
        return _at_end(bound["end"].startswith("max"), text)
    if _DIRECTION.search(base):
        mark = _POINT.search(text)
        return True, (mark["p"] or mark["q"]) if mark else None
    if _DRUG.match(base):
        mark = _DOSED.search(text) or _TAKEN.search(text)
        return (True, mark["drug"]) if mark else (False, None)
    if _POST.match(base):
        mark = _WANTED.search(text)
        return (True, (mark["a"] or mark["b"]).strip()) if mark else (False, None)
    return False, None


def _in_unit(base: str, unit: str, text: str) -> tuple[bool, object]:
    """The figure in the unit of a name, the one nearest behind the name's own words."""
    marks = list(re.finditer(rf"(?<![\w.]){_NUMBER}\s?(?:{unit})(?![\w/])", text))
    if not marks:
        return True, None
    cues = {root(word) for word in base.split()}

    def nearness(mark: re.Match[str]) -> tuple[int, int]:
        clause = re.split(r"[,;.\n]\s", text[max(0, mark.start() - 60) : mark.start()])[-1]
        behind = re.split(r"[,;.\n]\s", text[mark.end() : mark.end() + 40])[0]
        words = {root(word) for word in re.findall(r"[a-z]+", f"{clause} {behind}".lower())}
        return len(cues & words), -mark.start()

    best = max(marks, key=nearness)
    return True, _value(best["n"])


_MONEY_NAMES = {
    "eur": r"€|EUR|euros?", "euro": r"€|EUR|euros?", "euros": r"€|EUR|euros?",
    "usd": r"\$|USD|dollars?", "dollars": r"\$|USD|dollars?", "gbp": r"£|GBP|pounds?",
    "chf": r"CHF|francs?", "pounds": r"£|GBP|pounds?",
}  # fmt: skip
_PER_DAY = re.compile(r"(?:times|doses|intakes) (?:per|a) day|daily (?:doses|intakes)")
_OFTEN = {"once": 1, "twice": 2, "two": 2, "thrice": 3, "three": 3, "four": 4, "five": 5, "six": 6}
_TIMES = re.compile(
    r"\b(?:(?P<n>once|twice|thrice)|(?P<m>\d|two|three|four|five|six) times)\s"
    r"(?:a|per|every|each) day\b",
    re.I,
)
_PERSON = re.compile(r"^(?:patient|customer|client|guest|tenant|passenger|member|owner)(?: name)?$")
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? [A-ZÀ-Þ][\w'’-]{1,24}(?: [A-ZÀ-Þ][\w'’-]{1,24})?"
)


def _in_money(base: str, currency: str, text: str) -> tuple[bool, object]:
    """The sum in a currency that a name ends with, on either side of its sign."""
    signs = _MONEY_NAMES[currency]
    told, value = _in_unit(base, signs, text)
    if value is None:
        mark = re.search(rf"(?:{signs})\s?{_NUMBER}", text)
        return told, _value(mark["n"]) if mark else None
    return told, value


def _at_end(is_high: bool, text: str) -> tuple[bool, object]:
    """The lower or upper end of the first range of a text, None where that side is open."""
    ranges = [m for m in _RANGE.finditer(text) if _value(m["a"]) is not None]
    sums = [m for m in ranges if len(m["b"]) >= 3] or ranges
    if sums:
        return True, _value(sums[0]["b" if is_high else "a"])
    mark = _ONE_SIDED.search(text)
    if mark is None:
        return False, None
    caps = mark["side"].lower().startswith(("up", "at most", "no more", "max", "under"))
    return True, _value(mark["n"]) if caps == is_high else None


def _value(said: str) -> int | float | None:
    sign = -1 if said.startswith("-") else 1
    value = number_of(said.lstrip("-").strip(".,"))
    if value is None:
        return None
    return sign * (int(value) if value.denominator == 1 else float(plain(value)))


_MONEY = re.compile(
    r"(?:[€$£]|[A-Z]{3} )?\s?(?P<n>\d{1,9}(?:[.,]\d{3}(?!\d)){0,3}(?:[.,]\d{1,2})?)\s?"
    r"(?:[€$£%]|[A-Z]{3}|euros?|dollars?|pounds?|crowns?|francs?)?"
)
_NO_NUMBER = re.compile(r"phone|tel|fax|zip|post|code|\bid\b|number|ref|date|time|iban|year", re.I)


def as_number(name: str, value: object) -> object:
    """A sum or bare figure that was copied as words, as the number that it is."""
    if not isinstance(value, str) or _NO_NUMBER.search(name.replace("_", " ")):
        return value
    mark = _MONEY.fullmatch(value.strip())
    number = _value(mark["n"]) if mark else None
    return value if number is None else number
