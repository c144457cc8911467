"""How long an answer is to be: words, sentences, lines, bullets or characters, and whether exactly.

Runs in the model worker; the text is hostile and only read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "single": 1,
    "a": 1,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "eighteen": 18,
    "twenty": 20,
    "twenty-five": 25,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
    "dozen": 12,
    "couple": 2,
}
_LENGTH = re.compile(
    r"(?P<before>\b(?:exactly|precisely|just|at most|max\.?(?:imum)"
    r"?(?: of)?|no more than|not more than|up to|under|"
    r"fewer than|less than|below|within|about|around|roughly|at "
    r"least)\W{1,2})?(?:an? )?\b(?P<number>\d{1,3}|"
    + "|".join(sorted(NUMBERS, key=len, reverse=True))
    + r")\b(?:\W{1,2}|\s+or\s+(?:fewer|less)\s+)(?:(?:short|key|"
    r"main|crisp|brief|concise|bullet|simple|plain|easy|of|single|"
    r"central|important|whole|complete|full|separate)\W{1,2}){0,2}"
    r"(?P<unit>words?|sentences?|bullets?|lines?|points?|takeaways?|"
    r"things?|characters?|chars?|letters?)\b"
    r"(?P<after>[, ]{0,2}(?:exactly|precisely|max\.?|at (?:the )?most|or (?:fewer|less)|no more)"
    r"(?!\s(?:than\s)?\S{1,12}\s(?:words?|characters?|letters?|sentences?)\b))?",
    re.I,
)
_UPPER = re.compile(r"most|max|more than|up to|under|fewer|less|below|within|no more", re.I)
_BELOW = re.compile(r"under|fewer than|less than|below", re.I)


@dataclass(frozen=True)
class Limits:
    """How long; 0 where nothing is said.

    Attributes:
        sentences: also lines, bullets and points.
        exact: whether the words are to be as many as that and not fewer.
    """

    sentences: int = 0
    words: int = 0
    characters: int = 0
    exact: bool = False

    @property
    def any(self) -> bool:
        """Whether there is a limit at all."""
        return bool(self.sentences or self.words or self.characters)


def limits_asked(asked: str) -> Limits:
    """The limits that an order states."""
    sentences = words = characters = 0
    exact = False
    for mark in _LENGTH.finditer(asked[:4_000]):
        low = mark["number"].lower()
        number = int(low) if low.isdigit() else NUMBERS[low]
        around = f"{mark['before'] or ''} {mark['after'] or ''}"
        number -= 1 if _BELOW.search(mark["before"] or "") else 0
        unit = mark["unit"].lower()
        number = max(1, number)
        if unit.startswith("word"):
            if re.search(r"year", asked[mark.start() : mark.end() + 8]):
                continue
            words = words or number
            exact = exact or not (
                _UPPER.search(around + mark[0]) or re.search(r"about|around|roughly", around, re.I)
            )
        elif unit.startswith(("char", "letter")):
            if low in ("a", "an", "one") and unit.startswith("letter"):
                continue  # "for a letter to the council"
            characters = characters or number
        else:
            sentences = sentences or min(20, number)
    return Limits(sentences, words, characters, exact)
