"""Numbers of a text in words, or words of numbers in digits; a sentence without its digits.

Runs in the model worker; pure, linear in the text.
"""

from __future__ import annotations

import re

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve "
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = ["", "", *"twenty thirty forty fifty sixty seventy eighty ninety".split()]
_WORD = re.compile(
    rf"\b(?:(?:(?:{'|'.join([*_ONES, *_TENS[2:]])}|hundred|thousand|"
    r"million)(?:[ -]|\b)(?:and )?)+)(?<! )",
    re.I,
)
_NUMBER = re.compile(
    r"(?<![\w.,:/-])\d{1,3}(?:,\d{3})+(?![\w.:/-]|,\d)|(?<![\w.,:/-])\d{1,7}(?![\w:/-]|[.,]\d)"
)
_TO_WORDS = re.compile(
    r"\b(?:numbers?|digits?|figures?|numerals?)\b[^.\n]{0,30}\b(?:as|in|"
    r"into|to|with|by|out)\b[^.\n]{0,10}\bwords?\b|\b(?:spell|write) out "
    r"(?:all |the |every |each )*(?:numbers?|digits?|figures?|numerals?)\b|"
    r"\bnumbers? (?:spelled|spelt|written) out\b|\bnumbers? in letters\b",
    re.I,
)
_TO_DIGITS = re.compile(
    r"\b(?:number words?|numbers?|written[- ]out numbers?|spelled[- ]out "
    r"numbers?|words for numbers)\b[^.\n]{0,30}\b(?:as|in|into|to|with|"
    r"by)\b[^.\n]{0,10}\b(?:digits?|figures?|numerals?)\b",
    re.I,
)
_DATED = re.compile(
    r",?\s*\b(?:in|since|until|till|by|on|from|at|of|around|after|"
    r"before)\s+(?:the (?:year |age of )?)?(?:age |year )?(?:\d{4}|"
    r"\d{1,2}(?=[.,;]|\s*$))\b(?: to \d{1,4})?"
)


def in_words(number: int) -> str:
    """An English number in words, below a thousand million."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    for size, name in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            head = f"{in_words(number // size)} {name}"
            glue = " and " if rest and (rest < 100) else " "
            return f"{head}{glue}{in_words(rest)}" if rest else head
    return str(number)


def value_of(said: str) -> int | None:
    """The number that words name; None where they name none."""
    total = current = 0
    known = False
    for word in re.split(r"[ -]+", said.lower().strip()):
        if word in _ONES:
            current += _ONES.index(word)
        elif word in _TENS and word:
            current += 10 * _TENS.index(word)
        elif word == "hundred":
            current = max(1, current) * 100
        elif word in ("thousand", "million"):
            total += max(1, current) * (1_000 if word == "thousand" else 1_000_000)
            current = 0
        elif word != "and":
            return None
        known = known or word != "and"
    return total + current if known else None


def renumbered(asked: str, text: str) -> str | None:
    """The text with its numbers in the asked form; None where the order asks for none."""
    if _TO_WORDS.search(asked):
        return _NUMBER.sub(lambda m: in_words(int(m[0].replace(",", ""))), text)
    if _TO_DIGITS.search(asked):
        return _WORD.sub(_digits, text)
    return None


def _digits(mark: re.Match[str]) -> str:
    value = value_of(mark[0].strip(" -"))
    if value is None:
        return mark[0]
    tail = mark[0][len(mark[0].rstrip(" -")) :]
    return f"{value}{tail}"


def without_digits(sentence: str) -> str:
    """A sentence without dates and ages in digits, its other numbers in words."""
    said = _DATED.sub("", sentence)
    said = _NUMBER.sub(lambda m: in_words(int(m[0].replace(",", ""))), said)
    said = re.sub(r"^[\s,]+", "", re.sub(r"[^\S\n]{2,}", " ", re.sub(r"\s+([.,;!?])", r"\1", said)))
    return said[:1].upper() + said[1:]
