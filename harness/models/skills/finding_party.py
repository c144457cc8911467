"""What a party pays by prices for ages and kinds of people: two adults with a child of nine.

Runs in the model worker; the text is hostile and capped, every repeat is bounded. What fools it: a
family ticket, and a discount for groups.
"""

from __future__ import annotations

import re
from fractions import Fraction

from harness.models.skills.reckoning_figures import plain, whole_number
from harness.models.skills.reckoning_outcome import Worked

_COUNT = r"(?:\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten)"
_KINDS = {
    "adult": r"adults?|grown-?ups?",
    "child": r"child(?:ren)?|kids?|boys?|girls?|toddlers?|bab(?:y|ies)|sons?|daughters?",
    "student": r"students?",
    "senior": r"seniors?|pensioners?|retired people",
}
_ANY = "|".join(_KINDS.values())
_SUM = r"(?P<free>free(?: of charge)?|nothing)|(?:[€$£]\s?)?(?P<sum>\d{1,4}(?:[.,]\d{1,2})?)"
_PRICE = re.compile(
    rf"\b(?P<kind>{_ANY})\b(?:\s?\(?(?:(?P<way>under|below|up to|until|younger than|over|from|"
    rf"aged?)\s"
    rf"(?:the age of )?(?P<age>\d{{1,2}})(?:\s?years?(?: old)?)?)\)?)?"
    rf"(?:\s?(?:pay|pays|cost|costs|are|is|go|get in|enter|:|=|-|"
    rf"–))?\s{{0,2}}(?:for )?(?:{_SUM})\b",
    re.I,
)
_PEOPLE = re.compile(
    rf"\b(?P<n>{_COUNT})\s(?P<kind>{_ANY})\b(?:\s?(?:\(|,?\s?(?:aged?|"
    rf"of)\s)(?P<ages>\d{{1,2}}(?:(?:,|,? and|,? &)\s?"
    rf"\d{{1,2}}){{0,6}})\)?)?|\b(?:(?P<m>{_COUNT})\s)?(?P<one>\d{{1,2}})[- ]years?[- ]olds?\b",
    re.I,
)
_ME = re.compile(
    r"\b(?:my (?:wife|husband|partner|friend|mother|father) and (?:I|me)|both of us)\b", re.I
)
_ASKS = re.compile(r"\b(?:pay|cost|price|owe|how much|total|charged?|admission|come to)\b", re.I)
_GROUPED = re.compile(
    r"\b(?:family (?:ticket|card|pass)|groups? of|discount|per (?:hour|day|night))\b", re.I
)


def for_party(ask: str, text: str) -> Worked | None:
    """The sum that a party pays; None where the text has no price for each of its people.

    Args:
        ask: the question.
        text: the prices and what the asker tells of his party.
    """
    whole = text if ask.strip(" ?") in text else f"{text}\n{ask}"
    if not _ASKS.search(ask) or len(whole) > 2_000 or _GROUPED.search(whole):
        return None
    prices = [(_kind(m["kind"]), m) for m in _PRICE.finditer(whole)]
    taken = [m.span() for _, m in prices]
    people = [
        m
        for m in _PEOPLE.finditer(whole)
        if not any(a < m.end() and m.start() < b for a, b in taken)
    ]
    if len(prices) < 2 or not people:
        return None
    sums: list[tuple[Fraction, int]] = []
    for kind, age, count in _members(people, bool(_ME.search(whole))):
        price = _price_for(kind, age, prices)
        if price is None:
            return None
        sums.append((price, count))
    total = sum((price * count for price, count in sums), Fraction(0))
    if sum(count for _, count in sums) < 2:
        return None
    working = " + ".join(
        f"{count} × {plain(price)}" if count > 1 else plain(price) for price, count in sums
    )
    dearest = max(price for price, _ in sums)
    return Worked(plain(total), working, plain(dearest * sum(count for _, count in sums)))


def _members(people: list[re.Match[str]], has_pair: bool) -> list[tuple[str, int | None, int]]:
    """(kind, age, how many) for all of a party."""
    out: list[tuple[str, int | None, int]] = [("adult", None, 2)] if has_pair else []
    for mark in people:
        if mark["one"]:
            out.append(("", int(mark["one"]), _number(mark["m"] or "1")))
            continue
        ages = [int(a) for a in re.findall(r"\d{1,2}", mark["ages"] or "")]
        count = _number(mark["n"])
        if len(ages) == count:
            out += [(_kind(mark["kind"]), age, 1) for age in ages]
        else:
            out.append((_kind(mark["kind"]), ages[0] if ages else None, count))
    return out


def _number(said: str) -> int:
    return 1 if said.lower() in ("a", "an") else whole_number(said)


def _kind(said: str) -> str:
    return next(kind for kind, names in _KINDS.items() if re.fullmatch(names, said, re.I))


def _price_for(
    kind: str, age: int | None, prices: list[tuple[str, re.Match[str]]]
) -> Fraction | None:
    """The price of one person; of several that fit the one for an age goes first."""
    fits: list[re.Match[str]] = []
    for of, mark in prices:
        is_under = (mark["way"] or "").lower() in ("under", "below", "younger than")
        is_upto = (mark["way"] or "").lower() in ("up to", "until")
        limit = int(mark["age"]) if mark["age"] else None
        if age is None and of == kind:
            fits.append(mark)
        elif age is not None and limit is not None:
            low = age < limit if is_under else age <= limit if is_upto else age >= limit
            fits += [mark] if low and (not kind or of in (kind, "child", "senior")) else []
        elif age is not None and limit is None and (of == kind or (not kind and of == "child")):
            fits.append(mark) if age < 18 or of == kind else None
    if not fits and age is not None:  # too old for a child's price
        fits = [mark for of, mark in prices if of == "adult"]
    if not fits:
        return None
    best = min(fits, key=lambda m: (m["age"] is None, int(m["age"] or 0)))
    return Fraction(0) if best["free"] else Fraction(best["sum"].replace(",", "."))
