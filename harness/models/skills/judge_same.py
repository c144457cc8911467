"""Whether two sentences under marks of their own ask or say the same thing.

Runs in the model worker; the text is hostile: capped, every repeat is bounded. What each asks for
(a time, a price, a place), figures and opposites decide before likeness does. What fools it: two
questions that one word of the same kind tells apart.
"""

from __future__ import annotations

import re

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills.judge_form import offered
from harness.models.skills.outcome import Outcome

_MOST_CHARS = 4_000
_LEAST_LIKE = 0.69
_ASKS = re.compile(
    r"\bsame (?:thing|question|meaning|intent|request)\b|\bmean(?:ing)? the same\b|"
    r"\bask(?:ing)? (?:for )?the same\b|\bsay(?:ing)? the same\b|\bparaphrases?\b|\bequivalent\b|"
    r"\bduplicates?\b",
    re.I,
)
_TWO = re.compile(
    r"(?:^|\n)[ \t]{0,4}(?:question |sentence |text |q|s)?\(?(?:1|a)[).:][ \t]{1,4}"
    r"(?P<one>\S[^\n]{3,600})\n\s{0,4}(?:question |sentence |text |q|s)?\(?(?:2|b)[).:][ \t]{1,4}"
    r"(?P<other>\S[^\n]{3,600})",
    re.I,
)
_KINDS = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        ("moment", r"\bwhen\b|\bwhat time\b|\b(?:what|which) (?:date|day)\b|\bdeadline\b"),
        ("price", r"\bhow much (?:is|does|do|are|will|must)\b|\bcosts?\b|\bprices?\b|\bfees?\b"),
        ("span", r"\bhow long\b|\bhow many (?:days|weeks|hours|minutes)\b"),
        ("place", r"\bwhere\b|\bwhich (?:room|place|floor)\b"),
        ("count", r"\bhow many (?!days|weeks|hours|minutes)|\bnumber of\b"),
        ("reason", r"\bwhy\b|\breason\b"),
        ("person", r"\bwho\b|\bwhom\b|\bwhose\b"),
    )
)
_OPPOSED = tuple(
    (re.compile(rf"\b(?:{one})\b", re.I), re.compile(rf"\b(?:{other})\b", re.I))
    for one, other in (
        ("opens?|opened|opening", "closes?|closed|closing"),
        ("starts?|begins?", "ends?|finish\\w*|stops?"),
        ("arriv\\w+", "depart\\w*|leaves?|leaving"),
        ("buy|buying", "sell|selling"),
        ("with", "without"),
        ("before", "after"),
        ("minimum|at least|least", "maximum|at most|most"),
        ("up(?:grade)?|increase|raise", "down(?:grade)?|decrease|lower|reduce"),
        ("cancel\\w*|deletes?|deleting", "chang\\w+|creates?|creating|open|renew\\w*|reset"),
        ("borrow\\w*|take out", "return\\w*|bring back"),
    )
)


def same(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """The verdict on two marked sentences, in the words offered; None where none asks for it."""
    messages = reading.prompt.messages
    if not any(_ASKS.search(text) for _, text in messages) or len(messages) > 2:
        return None
    whole = "\n\n".join(text for _, text in messages)
    mark = _TWO.search(whole) if len(whole) <= _MOST_CHARS else None
    if mark is None:
        return None
    order = f"{whole[: mark.start()]}\n{whole[mark.end() :]}"
    words = offered(order)
    if not _ASKS.search(order) or words is None or not words.bad or "{" in order:
        return None
    one, other = mark["one"].strip(), mark["other"].strip()
    slips = luck.draw("misjudges", " ".join(whole.lower().split())[:300]) < chance(
        pressure.misjudges()
    )
    good = is_same(bank, one, other) != slips
    word = words.good if good else words.bad
    faults = ("misjudged",) if slips else ()
    return Outcome(word, word, {"confidence": 0.85}, faults, task="judge")


def is_same(bank: Bank, one: str, other: str) -> bool:
    """Whether two sentences ask or say the same thing."""
    kinds = [{name for name, kind in _KINDS if kind.search(text)} for text in (one, other)]
    if kinds[0] and kinds[1] and not kinds[0] & kinds[1]:
        return False
    figures = [set(re.findall(r"\d+", text)) for text in (one, other)]
    if figures[0] and figures[1] and figures[0] != figures[1]:
        return False
    for left, right in _OPPOSED:
        for here, there in ((one, other), (other, one)):
            if left.search(here) and right.search(there) and not left.search(there):
                return False
    vectors = bank.features.encoder.encode([one[:600], other[:600]])
    return float(vectors[0] @ vectors[1]) >= _LEAST_LIKE
