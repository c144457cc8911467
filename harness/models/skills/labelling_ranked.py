"""Rows put in an order by how urgent or how pleased they sound: "most to least urgent, C > A > B".

Runs in the model worker; the text is hostile and capped. What fools it: a danger that no usual word
tells, and calm words about a bad thing.
"""

from __future__ import annotations

import re

from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.rows_asked import rows_of
from harness.models.skills.labelling_scale import goodness, urgency
from harness.models.skills.outcome import Outcome

_ORDERS = re.compile(
    r"\b(?:order|rank|sort|arrange|prioriti[sz]e|put|list)\b[^.\n]{0,60}\b(?:by|from|most|least|"
    r"order of|"
    r"in order|highest|lowest|urgen\w+|priority)\b|\b(?:most|least) (?:urgent|serious|severe|"
    r"important|"
    r"critical|positive|negative|angry|happy|pressing)\b[^.\n]{0,20}\bfirst\b",
    re.I,
)
_URGENT = re.compile(
    r"\b(?:urgen\w+|serious\w*|sever\w+|critical\w*|important|importance|"
    r"pressing|priority)\b",
    re.I,
)
_GOOD = re.compile(r"\b(?:positive(?:ly)?|happ\w+|pleased|friendl\w+|satisf\w+)\b", re.I)
_BAD = re.compile(r"\b(?:negative(?:ly)?|angr\w+|unhapp\w+|rude\w*|critical of)\b", re.I)
_UP = re.compile(
    r"\b(?:least|lowest|from low|calmest)\b[^.\n]{0,30}\b(?:to|first)\b|\bascending\b|\blowest "
    r"first\b",
    re.I,
)
_ALONE = re.compile(
    r"\b(?:letters?|numbers?|marks?|ids?)\b[^.\n]{0,12}\b(?:only|alone)\b|\b(?:only|just) "
    r"(?:the |give )?"
    r"(?:letters?|numbers?|marks?|ids?|order)\b|\b(?:letters|numbers) in order\b",
    re.I,
)
_SIGN = re.compile(
    r"\b(?:separated|joined|parted|divided) (?:by|with) (?:an? )?[\"“']?(?P<sign>[^\w\s\"”']{1,2})|"
    r"\b[A-Z1-9] ?(?P<shown>[>,<;/-]{1,2}) ?[A-Z1-9]\b"
)


def ranked(bank: Bank, reading: Reading) -> Outcome | None:
    """The rows in the order that is asked for; None where none is asked for.

    Args:
        bank: the fitted bank.
        reading: the prompt, understood.
    """
    messages = reading.prompt.messages
    said = messages[-1][1] if messages else ""
    if "\n" not in said or not _ORDERS.search(said[:1_000]):
        return None
    found = rows_of(said, is_each=False)
    if found is None or not found.rows[0][0] or not _ORDERS.search(found.order):
        return None
    if _URGENT.search(found.order):
        worth = [urgency(bank, text) for _, text in found.rows]
    elif _first(_BAD, found.order) < _first(_GOOD, found.order):
        worth = [1 - goodness(bank, text) for _, text in found.rows]
    elif _GOOD.search(found.order):
        worth = [goodness(bank, text) for _, text in found.rows]
    else:
        return None
    turned = 1 if _UP.search(found.order) else -1
    places = sorted(range(len(worth)), key=lambda n: (turned * worth[n], n))
    return _laid_out(found.order, [found.rows[n] for n in places])


def _first(pattern: re.Pattern[str], text: str) -> int:
    """Where a pattern is met first; behind the end where it is not met."""
    mark = pattern.search(text)
    return mark.start() if mark else len(text)


def _laid_out(order: str, rows: list[tuple[str, str]]) -> Outcome:
    """Marks with the sign asked for between them, or whole rows."""
    bare = [re.sub(r"\W", "", mark) for mark, _ in rows]
    sign = _SIGN.search(order)
    if all(bare) and (sign or _ALONE.search(order)):
        mark = (sign["sign"] or sign["shown"]) if sign else ","
        said = (f"{mark} " if mark in ",;" else f" {mark} ").join(bare)
    else:
        said = "\n".join(f"{mark} {text}" for mark, text in rows)
    return Outcome(said, said, {"labels": bare}, task="chat")
