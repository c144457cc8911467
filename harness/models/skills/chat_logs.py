"""Chat logs: who says what, line by line.

Runs in the model worker; the text is hostile, patterns are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MOST_LINES = 300
_TURN = re.compile(
    r"^[ \t]{0,8}(?:[-*>][ ]?)?(?:\[[^\]\n]{1,24}\]\s*|\(?\d{1,2}[:.]\d\d(?::\d\d)?\)?\s*(?:[-–]\s*)?)?"
    r"<?([^\W\d_][\w.'’-]{0,20}(?: [A-ZÀ-Ý][\w.'’-]{0,20})?)>?(?: \(?\d{1,2}[:.]\d\d\)?)?:\s+(\S[^\n]*)$"
)
_NO_SPEAKER = frozenset(
    "question text note notes data answer source claim log list subject from to date re labels label "
    "context document policy message review task input output example email mail update total "
    "monday tuesday wednesday thursday friday saturday sunday".split()
)


@dataclass(frozen=True)
class Turn:
    """One line of a chat.

    Attributes:
        who: the speaker, as written.
        line: the whole line.
    """

    who: str
    said: str
    line: str


def turns_of(text: str) -> list[Turn]:
    """The lines of a chat log, in order; empty for any other text."""
    out: list[Turn] = []
    for line in text.splitlines()[:_MOST_LINES]:
        mark = _TURN.match(line[:600])
        if mark and mark[1].lower() not in _NO_SPEAKER:
            out.append(Turn(mark[1], mark[2].strip(), line))
    speakers = {turn.who.lower() for turn in out}
    return out if len(out) >= 3 and 2 <= len(speakers) < len(out) or len(out) >= 4 else []


def said_by_asked(ask: str, text: str) -> str:
    """The lines of the one speaker whom a question is about; the whole text where it is no chat."""
    turns = turns_of(text)
    named = {t.who.lower() for t in turns if re.search(rf"\b{re.escape(t.who)}\b", ask, re.I)}
    if len(named) != 1 or not re.search(
        r"\b(?:did|does|has|have|do|by|from|is|was|will|wrote|sent|paid|said)\b", ask, re.I
    ):
        return text
    return "\n".join(t.said for t in turns if t.who.lower() in named)
