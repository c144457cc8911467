"""Text and numbers in other codes (base64, binary, Roman, Morse), tags taken off, ranges.

Runs in the model worker; pure; lengths are capped.
"""

from __future__ import annotations

import base64
import binascii
import re

from harness.models.skills.making_items import Items
from harness.models.skills.making_order import GAP

_MOST = 2_000
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"))
_ROMAN_LOW = ((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_MORSE = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz0123456789",
        ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- "
        ".-. ... - ..- ...- .-- "
        "-..- -.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.".split(),
        strict=True,
    )
)
_DECODES = re.compile(
    r"\bdecod\w*|\bfrom (?:base ?64|binary|hex\w*|morse|roman)|\bto "
    r"(?:plain )?(?:text|decimal|arabic)\b",
    re.I,
)
_TAGS = re.compile(r"\b(?:html|xml)?[ -]?(?:tags|markup|html)\b", re.I)
_OFF = re.compile(r"\b(?:remove|strip|drop|delete|without|take (?:off|out)|clean)\b", re.I)
_RANGE = re.compile(
    r"^\W*(?:(?:please|pls|can you|could you) )?(?:count(?: down| up)?|list|"
    r"write|print|give(?: me)?|name|output|show|say)\b"
    r"(?P<what>[^.\n\d]{0,40}?)\b(?:from|between|"
    r"of)?\s*(?P<a>-?\d{1,4})\s+(?:to|and|through|until|up to|down to|-|"
    r"–)\s+(?P<b>-?\d{1,4})\b(?P<rest>[^\n]{0,80})$",
    re.I,
)
_TIMES_TABLE = re.compile(
    r"\b(?:multiplication table|times "
    r"table)\b[^.\n\d]{0,20}(?P<n>\d{1,3})(?:[^.\n\d]{1,24}(?P<to>\d{1,2}))?"
    r"|\b(?P<m>\d{1,3}) times table(?:[^.\n\d]{1,24}(?P<up>\d{1,2}))?",
    re.I,
)
_KINDS = {"even": 0, "odd": 1}


def roman(number: int) -> str:
    """A number from 1 to 3,999 in Roman numerals."""
    out = ""
    for value, sign in (*_ROMAN, *_ROMAN_LOW):
        count, number = divmod(number, value)
        out += sign * count
    return out


def _of_roman(said: str) -> int | None:
    values = {sign: value for value, sign in (*_ROMAN, *_ROMAN_LOW) if len(sign) == 1}
    total = 0
    for sign, after in zip(said, [*said[1:], ""], strict=True):
        value = values[sign]
        total += -value if values.get(after, 0) > value else value
    return total if 0 < total < 4_000 and roman(total) == said else None


def coded(asked: str, text: str) -> str | None:
    """The text in the code that an order names, or out of it; None where it names none."""
    text = text.strip()
    if not text or len(text) > _MOST:
        return None
    if _TAGS.search(asked) and _OFF.search(asked) and re.search(r"</?[a-zA-Z]", text):
        return re.sub(r"<[^<>]{1,200}>", "", text).strip()
    back = bool(_DECODES.search(asked))
    if re.search(r"\bbase ?64\b", asked, re.I):
        if not back:
            return base64.b64encode(text.encode()).decode()
        try:
            return base64.b64decode(text, validate=True).decode()
        except (binascii.Error, ValueError):
            return None
    if re.search(r"\bmorse\b", asked, re.I):
        if back:
            signs = {code: letter for letter, code in _MORSE.items()}
            words = [
                [signs.get(c, "") for c in word.split()]
                for word in re.split(r"\s*/\s*|\s{3,}", text)
            ]
            return " ".join("".join(word) for word in words).upper() or None
        return " / ".join(
            " ".join(_MORSE[c] for c in w.lower() if c in _MORSE) for w in text.split()
        )
    if re.search(r"\broman\b", asked, re.I):
        if re.fullmatch(r"[MDCLXVI]{1,15}", text):
            value = _of_roman(text)
            return None if value is None else str(value)
        return (
            roman(int(text)) if re.fullmatch(r"\d{1,4}", text) and 0 < int(text) < 4_000 else None
        )
    if re.search(r"\b(?:in|to|into|as) (?:a )?binary\b", asked, re.I) and re.fullmatch(
        r"\d{1,12}", text
    ):
        return bin(int(text))[2:]
    if re.search(r"\b(?:in|to|into|as) hex\w*\b", asked, re.I) and re.fullmatch(r"\d{1,12}", text):
        return hex(int(text))[2:].upper()
    if re.search(r"\bbinary\b", asked, re.I) and back and re.fullmatch(r"[01]{1,40}", text):
        return str(int(text, 2))
    return None


def in_question(said: str) -> tuple[str, str] | None:
    """Order and text of a bare question such as "Roman numeral for 1994?"."""
    mark = re.search(
        r"\b(?P<code>roman(?: numerals?)?|binary|hex\w*|morse(?: code)?|base "
        r"?64)\b[^\n]{0,30}?\b(?:for|of)\s+(?P<a>[\w]{1,30})\W*$|"
        r"\b(?P<b>\w{1,30}) (?:in|as|to) (?P<other>roman(?: numerals?)?|binary|"
        r"hex\w*|morse(?: code)?|base ?64)\W*$",
        said.strip(),
        re.I,
    )
    if mark is None or len(said) > 120:
        return None
    return f"in {mark['code'] or mark['other']} {GAP}", mark["a"] or mark["b"]


def ranged(said: str) -> str | None:
    """Numbers counted up or down, or a times table; None where no such thing is ordered."""
    said = said.strip()
    if len(said) > 200 or "\n" in said:
        return None
    table = _TIMES_TABLE.search(said)
    if table and re.match(
        r"\W*(?:please )?(?:write|list|give|print|show|make|what|the)\b", said, re.I
    ):
        number = int(table["n"] or table["m"])
        most = int(table["to"] or table["up"] or 10)
        return "\n".join(f"{k} x {number} = {k * number}" for k in range(1, min(20, most) + 1))
    mark = _RANGE.match(said)
    if mark is None or re.search(
        r"\b(?:how|words?|letters?|sentences?|pages?|years?|prices?|reasons?|names?)\b",
        mark["what"],
        re.I,
    ):
        return None
    first, last = int(mark["a"]), int(mark["b"])
    if abs(first - last) > 200 or not re.search(
        r"\bcount|\bnumbers?\b|\bintegers?\b|\bmultiples\b|\bprimes?\b|"
        r"\bsquares?\b|^\W*\w+(?: me)?\W*$",
        said[: mark.start("a")],
        re.I,
    ):
        return None
    step = 1 if last >= first else -1
    held = list(range(first, last + step, step))
    kind = re.search(r"\b(even|odd)\b", said, re.I)
    if kind:
        held = [n for n in held if n % 2 == _KINDS[kind[1].lower()]]
    if re.search(r"\bprimes?\b", said, re.I):
        held = [n for n in held if n > 1 and all(n % k for k in range(2, int(n**0.5) + 1))]
    of = re.search(r"\bmultiples of (\d{1,3})\b", said, re.I)
    if of and int(of[1]):
        held = [n for n in held if n % int(of[1]) == 0]
    by = re.search(
        r"\b(?:by|in steps of|in) (\d{1,3}|twos|threes|fives|tens)\b", mark["rest"], re.I
    )
    if by:
        size = {"twos": 2, "threes": 3, "fives": 5, "tens": 10}.get(by[1].lower()) or int(by[1])
        held = held[:: max(1, size)]
    if re.search(r"\bsquares?\b", said, re.I):
        held = [n * n for n in held]
    return Items(tuple(map(str, held)), ", ").written(said) if held else None
