"""The plain price of a thing where the same sentence names a reduced one too.

Runs in the model worker; pure; the text is hostile and capped, every pattern is bounded. "A ticket
is 9 euros, reduced 6" gives 9 to who asks for no one in particular: the two are no bill to add up.
"""

from __future__ import annotations

import re

from harness.models.skills.reckoning_outcome import Worked

_MOST = 1_500
_ASKS = re.compile(
    r"^\W*(?:and |so )?(?:how much\b|what (?:does|do|will|would)\b[^?]{2,60}\bcosts?\b|"
    r"what(?:['’]s| is| are) the (?:price|cost|fee|fare|charge)s?\b)",
    re.I,
)
_PARTICULAR = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|both|all|total|altogether|together|each|"
    r"reduced|concession\w*|discount\w*|cheap\w*|less|more|i|we|me|us|my|our|pay|owe|left|change|"
    r"child(?:ren)?|kids?|students?|pupils?|seniors?|pensioners?|members?|adults?|famil(?:y|ies)|"
    r"groups?|evenings?|mornings?|weekends?|return|single|week|month|day|hour|year)\b",
    re.I,
)
_SUM = r"(?:[€$£]\s?\d[\d.,]{0,9}|\d[\d.,]{0,9}(?:\s?(?:[€$£]|[^\W\d_]{2,8}))?)"
_WHO = (
    r"(?:reduced|concessions?|discounted|for (?:[a-z]+ )?(?:children|kids|students|pupils|seniors|"
    r"pensioners|members|trainees|the unemployed|under-?\w+|residents)|children|students|"
    r"members|seniors|half[- ]price|in the (?:evening|afternoon)|in advance|after \w+)"
)
_TOLD = re.compile(
    rf"(?P<thing>[^.!?\n;]{{3,60}}?)\s(?:is|are|costs?|comes to|amounts to)\s(?P<sum>{_SUM})"
    rf"(?P<rest>,? ?(?:(?:and|or|but|the fee)\s)?[(]?(?:{_WHO}[^.!?\n;\d]{{0,24}}{_SUM}|{_SUM}"
    rf"[^.!?\n;\d]{{0,12}}{_WHO}))",
    re.I,
)


_PAYS = re.compile(
    r"^\W*(?:and |so )?(?:what (?:do|does|must|will) (?:i|we|you|one|it)\b[^?]{0,12}\b"
    r"(?:pay|cost)|how much (?:is|do i pay|do we pay|does|for))\s?(?:for |to take )?"
    r"(?:an?|the|my|our)?\s?(?P<thing>[a-z]{3,20})\b",
    re.I,
)
_FREE = re.compile(r"\b(?:free(?: of charge)?|for nothing|at no (?:cost|charge))\b", re.I)


def free_of_charge(ask: str, text: str) -> Worked | None:
    """That a thing is free, where the clause that names it says so and no other one prices it."""
    asked = _PAYS.match(ask)
    if asked is None or len(text) > _MOST:
        return None
    stem = asked["thing"].lower().rstrip("s")
    named = [
        c.strip()
        for c in re.split(r"[.;!?\n]\s*|,\s+|\s(?:but|while|and)\s", text)
        if stem in c.lower()
    ]
    if len(named) != 1 or not _FREE.search(named[0]):
        return None
    said = f"{named[0][:1].upper()}{named[0][1:]}"
    return Worked("free", "", "", f"Nothing: {said[:1].lower()}{said[1:]}.")


def plain_price(ask: str, text: str) -> Worked | None:
    """The price that holds for everybody, where a question names nobody; else None.

    Args:
        ask: the question.
        text: what it is asked of.
    """
    if len(text) > _MOST or not _ASKS.match(ask) or _PARTICULAR.search(ask):
        return None
    told = list(_TOLD.finditer(text))
    if len(told) != 1:
        return None
    asked = set(re.findall(r"[a-zà-ÿ]{4,}", ask.lower()))
    thing = set(re.findall(r"[a-zà-ÿ]{4,}", told[0]["thing"].lower()))
    if not asked & thing:
        return None
    sum_ = told[0]["sum"].strip(" .,")
    return Worked(sum_, "", re.sub(r"^\D+", "", told[0]["rest"]).strip(" .,") or "")
