"""Whether two sentences ask or say the same: by what they ask for and by what parts them.

Runs in the model worker; the text is hostile: capped, every repeat is bounded. What each asks for
(a time, a price, a place), figures, names, opposites, a denial, "all" beside "some", two names that
changed places and one word in the place of another decide before likeness does. What fools it: two
long sentences that one word of the same kind tells apart.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from harness.models.features import Bank
from harness.models.skills.retrieval import content_words, stem
from harness.models.skills.wording import WORD, are_opposite, nearness

_LEAST_LIKE = 0.69
_LEAST_IN_FRAME = 0.9
"""How alike two sentences are that differ in one word, and mean the same."""
_LEAST_NEAR = 0.5
_DENIED = re.compile(r"\b(?:not|no|never|nobody|none|nothing|cannot|without)\b|n['’]t\b", re.I)
_NAMED = re.compile(r"(?<![.!?] )(?<!^)\b(?!I\b|PIN\b|App\b)[A-ZÀ-Ý][a-zà-ÿ]{2,20}\b")
_SHARES = tuple(
    re.compile(rf"\b(?:{words})\b", re.I)
    for words in (
        "all|every|each|everyone|everybody|always",
        "some|sometimes|several|many|most|few|a few|often|occasionally",
        "none|nobody|never|no one",
    )
)
_ONLY = re.compile(r"\b(?:only|solely|exclusively)\b", re.I)
_BY = re.compile(
    r"\b(?:was|were|is|are|been|be|got)\b(?: not)? (?:\w{2,16}ed\b|[^.?]{1,30}\bby\b)", re.I
)
_KINDS = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        ("moment", r"\bwhen\b|\bwhat time\b|\b(?:what|which) (?:date|day)\b|\bdeadline\b"),
        ("price", r"\bhow much (?:is|does|do|are|will|must)\b|\bcosts?\b|\bprices?\b|\bfees?\b"),
        ("span", r"\bhow long\b|\bhow many (?:days|weeks|hours|minutes|months|years)\b"),
        ("place", r"\bwhere\b|\bwhich (?:room|place|floor)\b"),
        ("count", r"\bhow many (?!days|weeks|hours|minutes|months|years)|\bnumber of\b"),
        ("reason", r"\bwhy\b|\breason\b"),
        ("content", r"\bwhat (?:does|do|is|are)\b[^?\n]{0,60}\b(?:cover|include|contain)\w*"),
        ("person", r"\bwho\b|\bwhom\b|\bwhose\b"),
    )
)
_OPPOSED = tuple(
    (re.compile(rf"\b(?:{one})\b", re.I), re.compile(rf"\b(?:{other})\b", re.I))
    for one, other in (
        ("opens?|opened|opening", "closes?|closed|closing|shuts?|shutting"),
        ("starts?|begins?", "ends?|finish\\w*|stops?"),
        ("arriv\\w+", "depart\\w*|leaves?|leaving"),
        ("buy|buying", "sell|selling"),
        ("older|taller|bigger|longer|larger", "younger|smaller|shorter"),
        ("with", "without"),
        ("before|early|earlier|first", "after|late|later|last"),
        ("export\\w*|upload\\w*|send\\w*|outgoing", "import\\w*|download\\w*|receiv\\w+|incoming"),
        (
            "enabl\\w+|activat\\w+|install\\w*|turn on|log in|sign in",
            "disable\\w*|deactivat\\w+|uninstall\\w*|turn off|log out|sign out",
        ),
        ("more|higher|wins?|won|above|inside", "less|fewer|lower|loses?|lost|below|outside"),
        ("minimum|at least|least", "maximum|at most|most"),
        ("up(?:grade)?|increase|raise", "down(?:grade)?|decrease|lower|reduce"),
        ("cancel\\w*|deletes?|deleting", "chang\\w+|creates?|creating|open|renew\\w*|reset"),
        ("borrow\\w*|take out", "return\\w*|bring back"),
    )
)


def is_same(bank: Bank, one: str, other: str) -> bool:
    """Whether two sentences ask or say the same thing."""
    one, other = one[:600], other[:600]
    if _is_apart(one, other):
        return False
    vectors = bank.features.encoder.encode([one, other])
    like = float(vectors[0] @ vectors[1])
    return like >= (_LEAST_IN_FRAME if differs_in_a_word(one, other) else _LEAST_LIKE)


def _is_apart(one: str, other: str) -> bool:
    """Whether what they ask for, a figure, a name, an opposite or a denial parts them."""
    kinds = [{name for name, kind in _KINDS if kind.search(text)} for text in (one, other)]
    if kinds[0] and kinds[1] and not kinds[0] & kinds[1]:
        return True
    for found in (re.compile(r"\d+"), _NAMED):
        held = [set(found.findall(text)) for text in (one, other)]
        if held[0] and held[1] and held[0] != held[1] and not (held[0] & held[1]):
            return True
    stems = [[stem(word) for word in content_words(text)] for text in (one, other)]
    is_turned = is_opposed(one, other)
    if bool(_DENIED.search(one)) != bool(_DENIED.search(other)):
        shared = set(stems[0]) & set(stems[1])
        return not is_turned and len(shared) >= max(1, min(map(len, map(set, stems))))
    if is_turned and not _has_changed_places(*stems):
        return True
    shares = [{n for n, share in enumerate(_SHARES) if share.search(text)} for text in (one, other)]
    if shares[0] and shares[1] and not shares[0] & shares[1]:
        return True
    if bool(_ONLY.search(one)) != bool(_ONLY.search(other)):
        return True
    is_passive = bool(_BY.search(one)) != bool(_BY.search(other))
    return not is_turned and not is_passive and _has_changed_places(*stems)


def is_opposed(one: str, other: str) -> bool:
    """Whether one has a word whose opposite the other has in its place."""
    for left, right in _OPPOSED:
        for here, there in ((one, other), (other, one)):
            if left.search(here) and right.search(there) and not left.search(there):
                return True
    words = [[m[0].lower() for m in WORD.finditer(text)] for text in (one, other)]
    return are_opposite(words[0], words[1])


def _has_changed_places(one: list[str], other: list[str]) -> bool:
    """Whether the first and the last word of one stand the other way round in the other."""
    if len(one) < 2 or len(one) != len(other) or one[0] == one[-1]:
        return False
    return one[0] == other[-1] and one[-1] == other[0]


def differs_in_a_word(one: str, other: str) -> bool:
    """Whether all is word by word the same but for one place, and what stands there is not near."""
    words = [[m[0].lower() for m in WORD.finditer(text)] for text in (one, other)]
    if abs(len(words[0]) - len(words[1])) > 1 or min(map(len, words)) < 3:
        return False
    edits = [op for op in SequenceMatcher(a=words[0], b=words[1]).get_opcodes() if op[0] != "equal"]
    if len(edits) != 1 or edits[0][0] != "replace":
        return False
    _, a, b, c, d = edits[0]
    mine, theirs = content_words(" ".join(words[0][a:b])), content_words(" ".join(words[1][c:d]))
    if len(mine) != 1 or len(theirs) != 1:
        return False
    return nearness(mine[0], theirs[0]) < _LEAST_NEAR
