"""What a message asks of figures alone: a bill, a prime, a power, which of two is the larger.

Runs in the model worker; pure; the text is hostile and capped. A bill takes every figure of the
message or leaves it.
"""

from __future__ import annotations

import re
from fractions import Fraction

from harness.models.skills.sums_said import result_of, shown

_ITEM = re.compile(
    r"(?<![\w.])(?P<n>\d{1,4}|an?|one|two|three|four|five|six) (?P<what>(?:[^\W\d_]{2,20} ){1,3}?)"
    r"(?:a|à|at|@|for|cost\w*|je|zu)\s?(?:only )?[€$£]?(?P<price>\d{1,5}(?:[.,]\d{1,2})?)"
    r"(?P<each> ?(?:€|euros?|eur|pounds?|dollars?|\$|£)?(?: (?:each|apiece|per piece|a piece))?)",
    re.I,
)
_OFF = re.compile(
    r"(?:(?:minus|less|with(?: an?)?|discount of|gi?vi?e?s?|get|take|there is|there'?s)\s)?"
    r"(?P<n>\d{1,2}(?:\.\d)?) ?(?:%|per ?cent)\s?(?:of+(?: on)?(?: (?:every ?thing|all|it all|"
    r"[a-z]{6,12}thing))?|discount|rebate|rabatt|less|reduction)",
    re.I,
)
_BILL = re.compile(
    r"\b(?:total|to?tal+|altogether|in all|sum|how much|what (?:do|would|will) (?:i|we) (?:pay|"
    r"owe)|pay|cost|price|bill|come to|owe)\b",
    re.I,
)
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_PROPERTY = re.compile(
    r"\b(?:is|are)\s(?:the )?(?:number )?(?P<n>\d{1,9})\s(?:really |actually )?(?:an? )?"
    r"(?P<what>prime|even|odd|perfect square|square(?: number)?|divisible by (?P<by>\d{1,6})|"
    r"multiple of (?P<of>\d{1,6}))\b(?: number)?\s*(?:\?|$|[,.;]|or\b|yes\b)",
    re.I,
)
_POWER = re.compile(
    r"^\W*(?:what(?:['’]?s| is)|how much is|calculate|compute)?\s?(?:(?P<n>\d{1,5}) "
    r"(?P<p>squared|cubed)|"
    r"(?:the )?(?P<q>square|cube) of (?P<m>\d{1,5}))\W*$",
    re.I,
)
_BARE = re.compile(
    r"\b(?:(?:only|just|answer|reply|respond)\b[^.?\n]{0,24}\byes or no|yes/no|yes or no only|"
    r"one word|y/n)\b",
    re.I,
)
_WHY = re.compile(r"\b(?:why|explain|reason|because|justif\w+|sentences?)\b", re.I)
_MORE = frozenset("bigger larger greater more higher".split())
_WAYS = r"(?P<way>bigger|larger|greater|more|higher|smaller|less|lower|fewer)"
_SUM = r"\d[\d.,]*(?:\s?(?:[-+*/x×÷]|times|plus|minus|% of)\s?\d[\d.,]*){0,3}"
_THAN = re.compile(
    rf"^\W*(?:(?:hi|hey|so|ok|please)\W+)?is (?P<a>{_SUM}) {_WAYS} than (?P<b>{_SUM})\W*"
    r"(?:$|\b(?:yes or no|just|only|answer|one word)\b)",
    re.I,
)
_WHICH = re.compile(
    rf"^\W*(?:which|what)(?: number| one)? is (?:the )?{_WAYS}(?: number| one)?\W+"
    rf"(?P<a>{_SUM}) or (?P<b>{_SUM})\W*$",
    re.I,
)


def bill(said: str) -> tuple[Fraction, str, Fraction] | None:
    """What things cost together less a discount, the working, and the sum of a careless one."""
    if "\n" in said or len(said) > 300 or not _BILL.search(said):
        return None
    items = list(_ITEM.finditer(said))
    off = _OFF.search(said)
    if not items or (len(items) == 1 and off is None):
        return None
    if any(" for" in m[0].lower() and "each" not in m["each"] and m["n"] != "1" for m in items):
        return None
    rest = _ITEM.sub(" ", said)
    rest = _OFF.sub(" ", rest, count=1) if off else rest
    if re.search(r"\d|\b(?:change|split|each of us|per person|vat|tax|delivery)\b", rest, re.I):
        return None
    counted = [
        (
            int(m["n"]) if m["n"].isdigit() else _WORDS[m["n"].lower()],
            Fraction(m["price"].replace(",", ".")),
        )
        for m in items
    ]
    whole = Fraction(sum(n * price for n, price in counted))
    working = " + ".join(f"{n} × {money(price)}" for n, price in counted)
    if off is None:
        return whole, working, whole + 1
    share = Fraction(off["n"])
    return whole * (1 - share / 100), f"{working} = {money(whole)}, less {off['n']} %", whole


def money(value: Fraction) -> str:
    """A sum of money in figures, with two places where it has any."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.2f}"


def number_fact(said: str) -> str:
    """Whether a number is prime, even, a square or divisible, with the reason where it is free."""
    power = _POWER.match(said)
    if power:
        base = int(power["n"] or power["m"])
        return f"{base ** (2 if 'square' in (power['p'] or power['q']).lower() else 3)}."
    either = re.match(r"^\W*is (\d{1,9}) (?:odd or even|even or odd)\W*$", said, re.I)
    if either:
        return "Odd." if int(either[1]) % 2 else "Even."
    found = _PROPERTY.search(said) if len(said) <= 300 else None
    if found is None:
        return ""
    number, what = int(found["n"]), found["what"].lower()
    if what == "prime":
        holds, reason = _prime(number)
    elif what in ("even", "odd"):
        holds = (number % 2 == 0) == (what == "even")
        reason = f"{number} divided by 2 leaves {number % 2}"
    elif "square" in what:
        root = round(number**0.5)
        holds = root * root == number
        low = int(number**0.5)
        reason = (
            f"{number} is {root} × {root}"
            if holds
            else f"{low} × {low} is {low * low} and {low + 1} × {low + 1} is {(low + 1) ** 2}"
        )
    else:
        by = int(found["by"] or found["of"])
        if not by:
            return ""
        holds = number % by == 0
        reason = (
            f"{number} is {by} × {number // by}"
            if holds
            else f"{number} divided by {by} leaves {number % by}"
        )
    verdict = "Yes" if holds else "No"
    return (
        f"{verdict}." if _BARE.search(said) and not _WHY.search(said) else f"{verdict}: {reason}."
    )


def compared(said: str) -> str:
    """Which of two figures, or small sums, is the larger; empty where that is not asked."""
    if len(said) > 160:
        return ""
    two = _WHICH.search(said)
    if two:
        one, other = result_of(two["a"]), result_of(two["b"])
        if one is None or other is None or one == other:
            return ""
        wants_more = two["way"].lower() in _MORE
        return f"{(two['a'] if (one > other) == wants_more else two['b']).strip()}."
    asked = _THAN.match(said)
    if asked is None:
        return ""
    one, other = result_of(asked["a"]), result_of(asked["b"])
    if one is None or other is None:
        return ""
    holds = one > other if asked["way"].lower() in _MORE else one < other
    verdict = "Yes" if holds else "No"
    if not re.search(r"[+*/x×÷-]|\b(?:times|plus|minus|of)\b", asked["a"]):
        return f"{verdict}."
    return (
        f"{verdict}." if _BARE.search(said) else f"{verdict}: {asked['a'].strip()} is {shown(one)}."
    )


def _prime(number: int) -> tuple[bool, str]:
    if number < 2:
        return False, f"{number} is below 2, and a prime is at least 2"
    factor = next((n for n in range(2, int(number**0.5) + 1) if number % n == 0), 0)
    if factor:
        return False, f"{number} is {factor} × {number // factor}"
    return True, f"no number from 2 up to {max(2, int(number**0.5))} divides {number}"
