"""Labels that a prompt tells as branches: "if they scold, say complaint; … else question".

Runs in the model worker (zone G); the text is hostile. Every gap is bounded, and no pattern spans
more than one branch. A branch orders a word, or says what the text is: "if they scold, it is a
complaint".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

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
_THIS = (
    r"(?:it|this|that|the (?:answer|label|word|reply|category|message|mail|e-?mail|text|note|"
    r"letter|ticket|review|comment|request|call))"
)
_COUNTS_AS = (
    rf"(?:{_THIS} (?:is|counts as)|(?:it|that)['’]s|"
    r"(?:call|label|tag|mark|count|treat|file|class) it(?: as)?)"
)
_ARTICLE = r"(?P<article>an? )"
_NOUN = (
    r"[\"“'`*]{0,2}(?P<name>[A-Za-zÀ-ž][\w-]{0,24}"
    r"(?(article)(?: (?!(?:too|then|anyway)\b)[\w-]{1,24})?|))[\"”'`*]{0,2}"
)
"""Behind an article a name may have two words: "it is a late parcel"."""
_NOUN_ENDS = (
    r"(?=\s*(?:[.;,\n)]|$)| (?:whatever|even (?:if|when)|no matter|regardless|else|otherwise|too|"
    r"anyway)\b)"
)
_WORD = r"(?!(?:if|when|whenever|where|otherwise|else|or)\b)[\w'’-]{1,24}"
_SEVERAL = (
    rf"[^.,;:\n]{{3,80}}(?:, {_WORD}(?: {_WORD}){{0,4}}){{1,6}},? or {_WORD}(?: {_WORD}){{0,9}}"
)
"""A condition in several parts: "they fetch, keep or lend something"."""
_NOUN_FIRST = re.compile(
    r"\b(?:if|when|whenever|where) (?P<meaning>[^.;:>→\n]{4,160}?)"
    rf"(?:,? (?:then )?(?:{_COUNTS_AS} {_ARTICLE}|{_SAY} |{_IS} )|: ?|\s?(?:->|=>|→)\s?)"
    rf"{_NOUN}{_NOUN_ENDS}",
    re.I,
)
_NOUN_LAST = re.compile(
    rf"(?:\b{_COUNTS_AS}|[,;](?: and| or)?) {_ARTICLE}{_NOUN},? (?:if|when|whenever|where) "
    rf"(?P<meaning>{_SEVERAL}|[^.,;:\n]{{4,160}})",
    re.I,
)
_NOUN_REST = re.compile(
    rf"(?<!ever )\b{_ELSE}\b,?(?: (?:{_COUNTS_AS}|is|counts as))? {_ARTICLE}?{_NOUN}{_NOUN_ENDS}",
    re.I,
)
_NOUN_REST_LAST = re.compile(rf"\b{_ARTICLE}{_NOUN},? {_ELSE}(?=[.;,\n)]|$)", re.I)
LEFT = "something else"
"""What the branch for all that is left means."""
_NONE = re.compile(r"(?:none|nothing|neither)\b", re.I)
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
        is_noun: an article stands before the name.
    """

    name: str
    meaning: str
    start: int
    end: int
    is_noun: bool = False


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
                made.append(_branch(left, LEFT))
                break
        names = {one.name.lower() for one in made}
        if len(names) == len(made) >= 2 and len(made) > len(found):
            found = tuple(made)
    return found


def noun_branches(text: str) -> tuple[Branch, ...]:
    """The branches that say what a text is, in the order of the prompt; a name may stand twice.

    Args:
        text: a prompt; its first 3,000 characters are read.

    Returns:
        Branches of at least two names, one of them with an article; else empty.
    """
    head = text[:_MOST_CHARS]
    if not re.search(r"\ban? ", head, re.I):  # it stands in every set, and is found in no time
        return ()
    found = max((_nouns(head, form) for form in (_NOUN_FIRST, _NOUN_LAST)), key=len)
    is_set = len({one.name.lower() for one in found}) >= 2 and any(one.is_noun for one in found)
    return found if is_set else ()


def _nouns(head: str, form: re.Pattern[str]) -> tuple[Branch, ...]:
    """The branches of one form, and the one for the rest wherever it stands behind the first."""
    made = [_branch(mark, mark["meaning"].strip()) for mark in form.finditer(head)]
    made = [one for one in made if one.name.lower() not in _NO_NAMES][:_MOST_BRANCHES]
    made = [replace(one, meaning=LEFT) if _NONE.match(one.meaning) else one for one in made]
    names = {one.name.lower() for one in made} | _NO_NAMES
    for rest in (_NOUN_REST, _NOUN_REST_LAST, _REST, _REST_LAST) if made else ():
        left = rest.search(head, made[0].end)
        if left is not None and left["name"].lower() not in names:
            made.append(_branch(left, LEFT))
            break
    return tuple(sorted(made, key=lambda one: one.start))


def _branch(mark: re.Match[str], meaning: str) -> Branch:
    is_noun = bool(mark.groupdict().get("article"))
    return Branch(mark["name"], meaning, mark.start(), mark.end(), is_noun)
