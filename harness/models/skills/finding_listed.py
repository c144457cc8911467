"""Which of the names that each have a figure beside them pass a limit: "list everyone over 40".

Runs in the model worker; the text is hostile and capped, every repeat is bounded. What fools it:
two figures beside a name.
"""

from __future__ import annotations

import re

from harness.models.skills.finding_cases import joined
from harness.models.skills.finding_intervals import intervals, value_of
from harness.models.skills.reckoning_outcome import Worked

_MOST_CHARS = 4_000
_LINE = re.compile(
    r"^\s{0,4}(?:[-*•]\s|\d{1,2}[.)]\s)?"
    r"(?P<name>[A-Za-zÀ-ÿ][\w .'’&-]{0,40}?)\s{0,3}[:=–|-]?\s{0,3}"
    r"(?:[€$£]\s?)?(?P<n>\d{1,9}(?:[.,]\d{1,3})?)\s?(?:[€$£%]|[A-Za-z]{1,10})?\s*$"
)
_ASKS = re.compile(
    r"\b(?:list|who|which|name|show|give|find|everyone|everybody|all|how many|count|only|whose)\b",
    re.I,
)
_HOW_MANY = re.compile(r"\b(?:how many|count|number of)\b", re.I)
_ELSE = re.compile(r"\b(?:most|highest|lowest|average|total|sum|difference)\b(?<!at most)", re.I)


def past_limit(ask: str, text: str) -> Worked | None:
    """The names whose figure keeps the one limit of a question; None where that is not asked.

    Args:
        ask: the question or order.
        text: lines of a name and a figure each.
    """
    if len(text) > _MOST_CHARS or not _ASKS.search(ask) or _ELSE.search(ask):
        return None
    limits = intervals(ask.lower())
    if len(limits) != 1:
        return None
    marks = [
        m for line in text.split("\n") if (m := _LINE.match(line)) and ask.strip(" ?.") not in line
    ]
    others = [line for line in text.split("\n") if line.strip() and not _LINE.match(line)]
    if len(marks) < 3 or len(others) > 2:
        return None
    held = [(m["name"].strip(), value_of(m["n"])) for m in marks]
    passing = [name for name, value in held if value is not None and limits[0].holds(value)]
    if _HOW_MANY.search(ask):
        return Worked(str(len(passing)), joined(passing) if passing else "", str(len(passing) + 1))
    if not passing:
        return Worked("None", "", "")
    return Worked(joined(passing), "", "")  # read off, and not reckoned: nothing slips
