"""The value beside a name in a run of names and values: "white at 60 degrees, wool at 30".

Runs in the model worker; pure; the text is hostile and capped, every pattern is bounded.
"""

from __future__ import annotations

import re

from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.retrieval import content_words

_MOST = 1_200
_ASKS = re.compile(
    r"^\W*(?:(?:which|what) (?P<of>[a-z]{3,16})|how (?:much|many|long|far|hot|warm|high|old|wide)"
    r"(?: [a-z]{3,16})?)\s(?:is |are |does |do |for |of |in |on |at |to |should |must )?"
    r"(?P<rest>[^?]{2,60})\?",
    re.I,
)
_SUMS = re.compile(
    r"\b(?:total|altogether|together|both|all|more|less|fewer|left|average|difference|than|per|and|"
    r"or|most|least|i|we|you|my|our)\b",
    re.I,
)
_HEAD = re.compile(r"^[A-Z][\w ]{2,24}:\s+")
_PAIR = re.compile(
    r"^(?:and |but )?(?P<name>[^\d:=]{2,40}?)\s?"
    r"(?::|=|at|is|are|costs?|takes?|needs?|–|-|for|to)?\s?"
    r"(?P<value>[€$£]?\d[\d.,:]{0,9})\s?(?P<unit>[^\W\d_]{0,12}|%)(?:\seach)?$",
    re.I,
)


def value_beside(ask: str, text: str) -> Worked | None:
    """The value of the one pair of a run whose name a question names; None where there is no run.

    Args:
        ask: the question.
        text: the run, with a head or without.
    """
    asked = _ASKS.match(ask)
    if asked is None or len(text) > _MOST or _SUMS.search(ask):
        return None
    for line in re.split(r"(?<=[a-z\d])\.\s+|\n+", text.strip()):
        bare = _HEAD.sub("", line.strip(" ."))
        parts = [p.strip(" .") for p in re.split(r"[,;]\s+", bare)]
        pairs = [m for m in (_PAIR.match(p) for p in parts) if m]
        if len(parts) < 3 or len(pairs) < len(parts):
            continue
        wanted = {root(w) for w in content_words(asked["rest"])}
        hits = [m for m in pairs if wanted & {root(w) for w in content_words(m["name"])}]
        if len(hits) != 1:
            continue
        unit = hits[0]["unit"] or next((m["unit"] for m in pairs if m["unit"]), "")
        others = [m["value"] for m in pairs if m is not hits[0]]
        value = hits[0]["value"].rstrip(".,")
        return Worked(f"{value} {unit}".strip(), "", f"{others[0].rstrip('.,')} {unit}".strip())
    return None
