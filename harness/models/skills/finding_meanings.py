"""What a sign means by a text: "what does it mean when the lamp blinks", told as "a … means …".

Runs in the model worker; the text is hostile and capped, patterns are bounded. The sentence whose
subject shares most words with the question is taken, and none where two share as many.
"""

from __future__ import annotations

import re

from harness.models.reading import Reading
from harness.models.skills.outcome import Outcome
from harness.models.skills.retrieval import content_words, stem

_MOST_CHARS = 5_000
_ASKED = re.compile(
    r"\bwhat (?:does|do|would) (?P<what>[^?\n]{2,80}?) (?:mean|signify|indicate|stand for)\b"
    r"(?P<when>[^?\n]{0,100})\??\s*$",
    re.I,
)
_CLAUSES = re.compile(
    r"[.;]\s+|\n+|,\s+(?:(?:while|whereas|but|and)\s+)?(?=[^,.;]{3,80}\b(?:means?|signif))"
)
_TELLS = re.compile(
    r"^(?P<sign>.{2,100}?)\s(?:means?|signif(?:y|ies)|indicates?|stands? for)\s(?:that\s)?"
    r"(?P<said>\S.{2,240})$",
    re.I | re.S,
)
_LEAST = 0.6
_IDLE = frozenset(map(stem, "it this that mean means".split()))


def meaning(reading: Reading) -> Outcome | None:
    """What the sign means that the question is about; None where the text tells of no such sign.

    Args:
        reading: the prompt, understood.
    """
    if reading.task != "qa" or not reading.data:
        return None
    mark = _ASKED.search(reading.question)
    text = "\n".join(reading.data)
    if mark is None or len(text) > _MOST_CHARS:
        return None
    wanted = {stem(word) for word in content_words(f"{mark['what']} {mark['when']}")} - _IDLE
    found = [tells for clause in _CLAUSES.split(text) if (tells := _TELLS.match(clause.strip()))]
    if not wanted or not found:
        return None
    shares = [
        len(wanted & {stem(word) for word in content_words(one["sign"])}) / len(wanted)
        for one in found
    ]
    best = max(shares)
    if best < _LEAST or shares.count(best) > 1:
        return None
    said = found[shares.index(best)]["said"].strip(" .")
    return Outcome(f"It means that {said}.", said, task="qa")
