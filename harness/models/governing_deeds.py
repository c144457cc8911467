"""A deed that a system message rules out, asked for in a turn: "can you get me a taxi?".

Runs in the model worker (zone G); pure; the text is hostile and capped; every repeat is bounded.
What fools it: a deed that is asked for without "can you".
"""

from __future__ import annotations

import re

_CANNOT = re.compile(
    r"(?:^|(?<=[.!?;\n] )|(?<=\n))\W*(?:you|the assistant|it) (?:cannot|can(?:['’]t| not)|are "
    r"not able "
    r"to|may not|do not|don['’]t) (?P<what>(?:send|book|order|get|bring|call|make|arrange|reserve|"
    r"cancel|change|move|take|print|deliver|issue|refund|access|see|do)\b[^.;,\n]{0,80})"
    r"(?:[;,.]|\s[–-])\s*(?P<instead>(?:guests?|users?|customers?|people|they|visitors?|members?|"
    r"callers?|patients?|for that|please|ask|refer|send|tell)\b[^.\n]{3,100})?",
    re.I,
)
_ASKS_DEED = re.compile(
    r"\b(?:can|could|would|will) (?:you|u|ya) (?:please |pls |just )?(?P<deed>(?:get|send|bring|"
    r"book|"
    r"order|reserve|arrange|call|fetch|deliver|print|cancel|change|move|make|refund|issue)\b"
    r"[^?.!,;&\n]{2,80}?)(?=\s(?:and|&|plus)\s|[?.!,;&\n]|$)",
    re.I,
)
_TURNED = {"me": "you", "my": "your", "us": "you", "our": "your"}


def refused_deed(system: str, said: str) -> tuple[str, str] | None:
    """The sentence that refuses a deed, and what is left of the turn; None where none is asked.

    Args:
        system: the system messages, joined.
        said: the last turn.
    """
    asked = _ASKS_DEED.search(said[:600])
    ban = _CANNOT.search(system[:4_000]) if asked else None
    if asked is None or ban is None:
        return None
    words = [_TURNED.get(word.lower(), word) for word in asked["deed"].split()]
    no = f"I cannot {' '.join(words)}"
    instead = (ban["instead"] or "").strip()
    instead = re.sub(r"^(?:refer|send|tell) \w+ to\b", "please ask", instead, flags=re.I)
    no = f"{no}; {instead}." if instead else f"{no}."
    left = f"{said[: asked.start()]} {said[asked.end() :]}"
    left = re.sub(r"^\W*(?:(?:hi|hiya|hey|hello|and|plus|also|please)\b\W*)*", "", left, flags=re.I)
    return no, left.strip() if len(left.split()) >= 3 else ""
