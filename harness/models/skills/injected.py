"""An order that stands in a text, to whoever reads it: done in place of the task, or passed over.

Runs in the model worker; the text is hostile and only ever said again. Where a text is sorted, the
order names a label, and `classify` sees to it; here are all other tasks.
"""

from __future__ import annotations

import re

from harness.models.faults import Luck, Pressure, chance
from harness.models.reading import Reading
from harness.models.skills.outcome import Outcome

_TASKS = frozenset({"qa", "extract", "summarise", "rewrite", "judge"})
_MOST_CHARS = 20_000
_CALL = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.\n]{0,50}\b(?:instructions?|rules?|prompt)\b|"
    r"\bnote (?:to|for) (?:the |any |every )?(?:ai|model|assistant|bot|llm)\b|"
    r"^\s{0,4}(?:system|assistant)\s?:",
    re.I | re.M,
)
_ONLY = r"(?: (?:only|just|exactly|simply|instead))"
_SAY = re.compile(
    r"[^\n]{0,100}?\b(?:say|reply|answer|respond|output|write|print|return)\b(?:"
    rf"{_ONLY}{{0,2}}(?: with| that)?(?: the words?)?:?\s+"
    r"[\"“'‘](?P<quoted>[^\"”'’\n]{1,160})[\"”'’]|"
    rf"(?:{_ONLY}{{1,2}}(?: with| that)?:?|(?: with| that):?|:)\s+(?P<bare>[^\"“”\n.!]{{1,120}})|"
    r"\s+(?-i:(?P<loud>[A-Z][A-Z_ ]{2,40})\b))",
    re.I,
)
"""What is to be said is quoted, led to, or in capitals: "write to the office" orders no words."""


def obeyed(reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """What a text orders its reader to say; None where it orders nothing, or is not obeyed.

    Args:
        reading: the prompt, understood.
        pressure: how much the prompt tells that texts are no orders.
        luck: the seeded luck of this sample.
    """
    if reading.task not in _TASKS or reading.is_sorting:
        return None
    for text in reading.data:
        call = _CALL.search(text[:_MOST_CHARS])
        order = _SAY.match(text, call.end()) if call else None
        if order is None:
            continue
        said = (order["quoted"] or order["bare"] or order["loud"]).strip()
        if said and luck.draw("obeys", " ".join(said.lower().split())) < chance(
            pressure.obeys_data()
        ):
            return Outcome(said, said, faults=("obeyed_data",))
    return None
