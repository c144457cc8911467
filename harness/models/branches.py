"""Labels that a prompt tells as branches: "if they scold, say complaint; … else question".

Runs in the model worker (zone G); the text is hostile. Every gap is bounded, and no pattern spans
more than one branch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MOST_CHARS = 3_000
_MOST_BRANCHES = 12
_SAY = (
    r"(?:say|write|answer|reply|respond|use|put|give|return|output|print|choose|pick|"
    r"(?:label|call|tag|mark) it)(?: with)?"
)
_NAME = r"[\"“'`*]{0,2}(?P<name>[A-Za-zÀ-ž][\w-]{0,24})[\"”'`*]{0,2}"
_ENDS = r"(?=\s*(?:[.;,\n)]|$))"
_IS = r"(?:the (?:answer|label|word|reply|category) is|it is|it's)"
_FIRST = re.compile(
    r"\b(?:if|when|whenever|where) (?P<meaning>[^.;:>→\n]{4,160}?)"
    rf"(?:,? (?:then )?(?:{_SAY}|{_IS}) |: ?|\s?(?:->|=>|→)\s?){_NAME}{_ENDS}",
    re.I,
)
_LAST = re.compile(
    rf"(?:\b{_SAY} |(?:[,;]|^) ?(?:and |or )?){_NAME} (?:if|when|whenever|where) "
    r"(?P<meaning>[^.,;:\n]{4,160})",
    re.I | re.M,
)
_ELSE = (
    r"(?:otherwise|else|in (?:all|any|every) other cases?|(?:for )?(?:everything|anything|all) "
    r"else|(?:for )?(?:all )?the rest)"
)
_REST = re.compile(
    rf"\b{_ELSE}\b[,:]?(?:\s?(?:->|=>|→))?(?: (?:{_SAY}|{_IS}))? ?{_NAME}{_ENDS}", re.I
)
_REST_LAST = re.compile(rf"{_NAME},? {_ELSE}(?=[.;,\n)]|$)", re.I)
_NO_NAMES = frozenset(
    "so it that this them these those nothing anything something the a an your you not only just "
    "is are be to of in on with for from by and or one each all then me us him her yes no true "
    "false same both none".split()
)


@dataclass(frozen=True)
class Branch:
    """One label and what it is for; the last is for all that is left.

    Attributes:
        start: offset of the branch.
        end: offset behind it.
    """

    name: str
    meaning: str
    start: int
    end: int


def branches(text: str) -> tuple[Branch, ...]:
    """The branches of a prompt, in its order, with one for the rest; empty for fewer than two.

    Args:
        text: a prompt; its first 3,000 characters are read.
    """
    head = text[:_MOST_CHARS]
    found: tuple[Branch, ...] = ()
    for pattern, rest in ((_FIRST, _REST), (_LAST, _REST_LAST)):
        made = [_branch(mark, mark["meaning"].strip()) for mark in pattern.finditer(head)]
        made = [one for one in made if one.name.lower() not in _NO_NAMES][:_MOST_BRANCHES]
        behind = made[-1].end if made else 0
        for others in (rest, _REST, _REST_LAST):
            left = others.search(head, behind) if made else None
            if left is not None and left["name"].lower() not in _NO_NAMES:
                made.append(_branch(left, "something else"))
                break
        names = {one.name.lower() for one in made}
        if len(names) == len(made) >= 2 and len(made) > len(found):
            found = tuple(made)
    return found


def _branch(mark: re.Match[str], meaning: str) -> Branch:
    return Branch(mark["name"], meaning, mark.start(), mark.end())
