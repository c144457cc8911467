"""Edits of prose that a fault or a harmless change is made of.

Pure; the text may be anything. An edit that finds nothing to do returns the text as it was.
"""

from __future__ import annotations

import re

_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\b(?:Mr|Ms|Dr)\.)(?<!\bMrs\.)\s+(?=\S)")
_CITATION = re.compile(r"\s*[\[(]\s*(\d{1,3})\s*[\])]\s*\Z")
_NUMBER = re.compile(r"(?<![\[(\w.,:])\d(?:[\d,.]*\d)?(?![\])\w:])")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_VERB = r"is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|must|may"
_VERB_NOT = re.compile(rf"\b({_VERB}) not\b", re.I)
_SHORT_NOT = re.compile(r"\b(\w+?)n['’]t\b")
_NEVER = re.compile(r"\b(?:never|no longer|not) ")
_TIME = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):00(?![\d:])")
_NOT_A_NAME = (
    r"(?!(?:For|From|On|In|At|By|The|This|That|These|Dear|Hi|Hello|Order|Until|Since|Mail|Call|"
    r"Chat|Letter|Note|Regards|Yours|Please|Thank|Yes|No|And|But|My|Our|Her|His)\b)"
)
_NAME = re.compile(
    rf"\b(?:(?:Ms|Mrs|Mr|Dr)\.? [^\W\d_]\w+|"
    rf"{_NOT_A_NAME}[A-ZÀ-ÖØ-Þ]\w+ {_NOT_A_NAME}[A-ZÀ-ÖØ-Þ]\w+)"
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August",
           "September", "October", "November", "December")  # fmt: skip
_DATED = re.compile("|".join(rf"\b{word}\b" for word in (*_DAYS, *_MONTHS)))
_NEXT = {one: row[(at + 1) % len(row)] for row in (_DAYS, _MONTHS) for at, one in enumerate(row)}
_UNITS = {
    "euros": "dollars", "euro": "dollar", "dollars": "euros", "pounds": "euros", "cents": "euros",
    "minutes": "hours", "hours": "days", "days": "weeks", "weeks": "months", "months": "years",
    "year": "month", "years": "months", "litres": "millilitres", "kilowatt hours": "watt hours",
    "degrees": "percent", "percent": "degrees", "kilometres": "miles", "miles": "kilometres",
    "metres": "feet", "grams": "kilograms", "kilograms": "grams", "kg": "g", "km": "miles",
}  # fmt: skip
_GERMAN = {
    "the": "die", "The": "Die", "a": "ein", "A": "Ein", "is": "ist", "are": "sind", "not": "nicht",
    "and": "und", "with": "mit", "for": "für", "from": "von", "of": "von", "that": "dass",
    "has": "hat", "does": "tut", "at": "bei", "on": "am", "since": "seit", "by": "bis",
    "No": "Nein",
}  # fmt: skip
_SMALL = re.compile(r"\b(?:" + "|".join(_GERMAN) + r")\b")
_UNIT = re.compile(r"(?<=\d )(" + "|".join(sorted(_UNITS, key=len, reverse=True)) + r")\b")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, stripped."""
    return [one.strip() for one in _SENTENCE_END.split(text.strip()) if one.strip()]


def split_citation(text: str) -> tuple[str, str]:
    """Return an answer without the citation at its end, and the citation's number or ""."""
    found = _CITATION.search(text)
    return (text[: found.start()].rstrip(), found[1]) if found else (text.strip(), "")


def with_citation(body: str, number: str) -> str:
    """Return an answer with a citation at its end; none for ""."""
    return f"{body} [{number}]" if number else body


def last_sentence_dropped(text: str) -> str:
    """Return a text of two sentences or more without its last."""
    found = sentences(text)
    return " ".join(found[:-1]) if len(found) > 1 else text


def middle_dropped(text: str) -> str:
    """Return a text without its middle third."""
    third = len(text) // 3
    return text[:third] + text[len(text) - third :]


def stale_number(text: str) -> str:
    """Return a text whose first number is another: its first digit is one higher, 9 becomes 8.

    Times and citations are left alone.
    """
    return _NUMBER.sub(lambda found: _another(found[0]), text, count=1)


def other_unit(text: str) -> str:
    """Return a text in which the first unit behind a number is another."""
    return _UNIT.sub(lambda found: _UNITS[found[1]], text, count=1)


def negation_dropped(text: str) -> str:
    """Return a text that says what it denied: the first "not" or "never" is gone."""
    for pattern, put in ((_VERB_NOT, r"\1"), (_SHORT_NOT, r"\1"), (_NEVER, "")):
        if pattern.search(text):
            return pattern.sub(put, text, count=1)
    return re.sub(r"\bcannot\b", "can", text, count=1)


def date_shifted(text: str) -> str:
    """Return a text whose first weekday or month is the next one."""
    return _DATED.sub(lambda found: _NEXT[found[0]], text, count=1)


def names(text: str) -> list[str]:
    """Return the names of people and places in a text, each once, in order.

    A name is a title and a word, or two words in a row with capitals.
    """
    return list(dict.fromkeys(_NAME.findall(text)))


def other_name(text: str, source: str) -> str:
    """Return a text whose first name is replaced by another one from its source, if there is."""
    for name in names(text):
        others = [one for one in names(source) if one != name and one not in text]
        others = others or [one for one in names(text) if one != name]
        if others:
            return text.replace(name, others[0], 1)
    return text


def names_exchanged(text: str) -> str:
    """Return a text in which the first two names have changed places."""
    found = names(text)
    if len(found) < 2:
        return text
    first, second = found[:2]
    return "\x00".join(part.replace(second, first) for part in text.split(first)).replace(
        "\x00", second
    )


def without_separators(text: str) -> str:
    """Return a text with 1,200 written 1200."""
    return _THOUSANDS.sub(lambda found: found[0].replace(",", ""), text)


def twelve_hours(text: str) -> str:
    """Return a text with whole hours written 8 pm for 20:00."""
    return _TIME.sub(lambda found: _of_twelve(int(found[1])), text)


def _another(number: str) -> str:
    digit = int(number[0])
    return str(digit + 1 if digit < 9 else 8) + number[1:]


def _of_twelve(hour: int) -> str:
    return f"{(hour - 1) % 12 + 1} {'am' if hour < 12 else 'pm'}"


def half_german(text: str) -> str:
    """Return a text whose small words are German: a model that slides into another language."""
    return _SMALL.sub(lambda found: _GERMAN[found[0]], text)
