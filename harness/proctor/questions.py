"""A candidate's question as a text: what is asked in it, and how many things at once.

Runs in zone G; pure. A part is kept apart only where it can stand alone; what begins a clause as
often as a question ("when", "where", a verb after "who") parts nothing, or parts it after "and".
"""

from __future__ import annotations

import re

_MOST_PARTS = 3
_BEGINS = (
    r"(?:(?:in\s+|on\s+|at\s+)?(?:how|what|which|who|when|where|why|is|are|do|does)\b"
    r"|(?:can|could|may|must|should|would|will|was|were|has|have|did)\s+(?:i|we|you|he|she|it|they"
    r"|there|the|any\w*|some\w*|my|our|your|their|this|that|these|those|people|two|customers?"
    r"|messages?)\b)"
)
"""How a question begins; a verb alone may go on with the one before: "who write and have a bug"."""
_AND_ALSO = re.compile(rf"(?<=\?)\s+|,?\s+and\s+(?={_BEGINS})", re.IGNORECASE)
_LISTED = re.compile(r",\s+(?=(?:how|what|which|who|why)\b)", re.IGNORECASE)
"""Where one of several questions parted by commas ends; "when" and "where" begin clauses too."""
_LIST_BEGINS = re.compile(
    r"(?:(?:tell me|say)\s+)?(?:how|what|which|who|why|is|are|do|does|can|could|may)\b",
    re.IGNORECASE,
)
_STANDS_ALONE = re.compile(r"\S+\s+\S+\s+\S|who\s+\w+\W*$", re.IGNORECASE)
_ASKS = re.compile(rf"\?\s*$|^(?:and\s+)?(?:{_BEGINS}|can\b)", re.IGNORECASE)
_AND = re.compile(r"^and\s+", re.IGNORECASE)
_EVERYTHING = re.compile(
    r"\b(?:tell|give|show|send|list)\b.{0,20}\b(?:everything|all (?:of )?(?:you|the|your)\b.{0,12}"
    r"\b(?:know|facts?|topics?|information|info|details?|answers?|requirements?))"
    r"|\b(?:everything|all|anything|what) (?:that )?you know\b"
    r"|\bwhat (?:do you|can you|topics do you|facts do you|topics can you) (?:know|have|tell me|"
    r"speak to)\s*\??$"
    r"|\b(?:anything|something|what|everything) else\b.{0,20}\b(?:know|tell)\b"
    r"|\banything (?:that )?i (?:should|need to|ought to|must) know\b"
)


def parts_of(question: str) -> list[str]:
    """Return a question as the questions in it, three at most; as one where it is one."""
    for parts in (_taken_apart(question, is_list=True), _taken_apart(question, is_list=False)):
        if 2 <= len(parts) <= _MOST_PARTS and all(map(_STANDS_ALONE.match, parts)):
            return parts
    return [question]


def is_asked(part: str) -> bool:
    """Return whether a part of a question asks something, and is no remark beside it."""
    return _ASKS.search(part) is not None


def alone(part: str) -> str:
    """Return a part of a question as one would ask it by itself."""
    return _AND.sub("", part)


def is_for_everything(question: str) -> bool:
    """Return whether a question asks for all that somebody knows."""
    return _EVERYTHING.search(" ".join(question.lower().split())) is not None


def _taken_apart(question: str, *, is_list: bool) -> list[str]:
    """Return the questions in a text; with is_list, those that commas part from a question too."""
    found = []
    for part in _AND_ALSO.split(question):
        found += _LISTED.split(part) if is_list and _LIST_BEGINS.match(part.strip()) else [part]
    return [part.strip() for part in found if part.strip()]
