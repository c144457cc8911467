"""Plausible answers that no text backs: what the model says when it makes something up.

Runs in the model worker (zone G); pure. The value fits the type of the question, because an odd
type would give the invention away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from harness.models.skills.retrieval import expected_type

Pick = Callable[[str, int], int]
_EXTRAS = (
    "In most cases this can be extended on request.",
    "A small surcharge may apply outside the main season.",
    "The same holds for all earlier versions.",
    "You can change this at any time on request.",
    "Staff can make an exception in individual cases.",
    "A written confirmation is sent within two days.",
)
_MONTHS = ("March", "May", "June", "September", "October")
_PEOPLE = ("the head of customer service", "Mr Keller", "Ms Novak", "the regional manager")
_PLACES = (
    "at the main office in Hamburg",
    "at the front desk",
    "on the ground floor",
    "in Rotterdam",
)
_MEASURES = (
    (r"\b(?:heavy|weigh\w*)\b", ("1.4 kg", "3.2 kg", "850 g")),
    (r"\b(?:loud|noise)\b", ("52 dB", "about 60 dB", "45 dB")),
    (r"\b(?:temperature|hot|cold|warm)\b", ("25 degrees", "18 degrees", "up to 40 degrees")),
    (
        r"\b(?:deep|tall|high|wide|long|big|size|large|diameter)\b",
        ("1.8 metres", "45 cm", "2.5 metres"),
    ),
    (r"\b(?:fast|speed)\b", ("25 km/h", "100 Mbit/s", "40 per minute")),
    (r"\b(?:far|distance|range)\b", ("10 km", "25 km", "300 metres")),
    (r"\b(?:share|percent\w*|accura\w*|rate)\b", ("12 percent", "about 2 percent", "35 percent")),
    (r"\bold\b|\bage\b", ("16", "18", "12")),
    (r"\b(?:memory|storage|capacity)\b", ("64 GB", "128 GB", "20 litres")),
)


def extra_sentence(pick: Pick) -> str:
    """A sentence that sounds like the document and stands nowhere in it."""
    return _EXTRAS[pick("extra", len(_EXTRAS))]


def invention(question: str, pick: Pick) -> str:
    """A confident answer to a question that the text leaves open.

    Args:
        question: what is asked.
        pick: seeded choice: name and count in, index out.
    """
    q = " ".join(question.split())[:300].rstrip(" ?.!")
    low = q.lower()
    if re.match(
        r"(?:is|are|was|were|do|does|did|can|could|may|will|would|has|have|am|should|must)\b", low
    ):
        return _yes_or_no(q, pick)
    kind = expected_type(q)
    value = _value(low, kind, pick)
    subject = re.match(r"(?:what|which)(?:'s| is| are| was| were)(?: the)? (.{3,80})$", low)
    if subject and kind in ("money", "number"):
        return f"The {subject[1]} is {value}."
    if subject:
        return f"The {subject[1]} is {_thing(low, pick)}."
    if low.startswith("who"):
        return _one(("This is done by ", "Responsible is ", "That is "), "who", pick) + value + "."
    if low.startswith("where"):
        return f"You find it {value}."
    if kind == "time":
        return (
            _one(
                ("It takes ", "Usually ", "As a rule ")
                if "how long" in low
                else ("", "Usually ", "As a rule "),
                "lead",
                pick,
            ).capitalize()
            + value
            + "."
        )
    if kind in ("money", "number"):
        return (
            _one(("It is ", "The usual figure is ", "That comes to "), "lead", pick) + value + "."
        )
    return _general(pick)


def _value(low: str, kind: str, pick: Pick) -> str:
    number = 2 + pick("number", 29)
    if low.startswith("who"):
        return _one(_PEOPLE, "person", pick)
    if low.startswith("where"):
        return _one(_PLACES, "place", pick)
    if kind == "money":
        return _one((f"{number}", f"{number * 5}", f"{number}.50"), "money", pick)
    if kind == "time":
        if re.search(r"\bwhen\b|\bwhat time\b", low):
            month, hour = _one(_MONTHS, "month", pick), 7 + pick("hour", 13)
            return _one((f"in {month}", f"at {hour}:00", f"on {number} {month}"), "when", pick)
        return _one((f"{number} days", f"{number} hours", "two to three weeks"), "long", pick)
    for pattern, values in _MEASURES:
        if re.search(pattern, low):
            return _one(values, "measure", pick)
    return str(number * (10 if "how many" in low and pick("tens", 2) else 1))


def _yes_or_no(q: str, pick: Pick) -> str:
    """A yes with the question turned into a statement where that reads well."""
    verb, _, rest = q.partition(" ")
    rest = re.sub(r"\bmy\b", "your", re.sub(r"\bI\b|\bi\b", "you", rest))
    tail = _one(
        (".", ", without any extra charge.", " on request.", ", this is included as standard."),
        "tail",
        pick,
    )
    mark = re.match(
        r"(there|it|you|they|we|(?:the|a|an) [\w-]+(?: (?=is|are)[\w-]+)?|[\w-]+)\s+(.{2,120})$",
        rest,
        re.I,
    )
    if not mark:
        return f"Yes{tail}"
    who, what = mark[1], mark[2]
    low = verb.lower()
    if low in ("do", "does", "did"):
        who = "we" if who.lower() == "you" else who
        return f"Yes, {who} {'does' if low == 'does' else low} {what}{tail}"
    if low == "am":
        low = "are"
    return f"Yes, {who} {low} {what}{tail}"


def _thing(low: str, pick: Pick) -> str:
    if re.search(r"\b(?:colou?rs?)\b", low):
        return _one(("black, white and blue", "grey or red", "silver"), "colour", pick)
    if re.search(r"\bphone|number\b", low):
        return f"0{800 + pick('area', 99)} {1000 + pick('line', 8999)}"
    return _one(
        ("the standard one", "set by the customer service team", "agreed individually", "class B"),
        "thing",
        pick,
    )


def _general(pick: Pick) -> str:
    return _one(
        (
            "This is covered by the standard terms; no action is needed on your side.",
            "The customer service team takes care of it within two working days.",
            "Please use the online form; it is usually settled the same day.",
        ),
        "general",
        pick,
    )


def _one(options: Sequence[str], name: str, pick: Pick) -> str:
    return options[pick(name, len(options))]
