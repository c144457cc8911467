"""Find where a prompt hands over to its data without a delimiter: a colon, a quotation, "now this".

Runs in the model worker (zone G); the text is hostile. Every gap in a pattern is bounded, and what
is found here weighs less than a tag or a fence unless its form leaves no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from harness.models.shots import Block

_LONGEST_LEAD = 200
_POINTS = re.compile(
    r"\b(?:this|these|here|below|following|from|of|in|out|please|pls|me|my|it|them|their|your|"
    r"says?|said|reads?|goes|wrote|writes|claims?|with|into|for)\b",
    re.I,
)
_COLON = re.compile(r"(?:^|(?<=[.!?…] )|(?<=[.!?…]\n))([^.!?:\n]{3,200}):[ \t]+(?=\S)", re.M)
_TURN_TO = re.compile(
    r"(?:^|(?<=[.!?;\"”\n] )|(?<=\n))(?:and )?(?:now|next|your turn|over to you|this one|"
    r"and this|today'?s|the new one|to do)\b[^.:!?\n]{0,30}:[ \t]*\n?(?=\S)",
    re.I | re.M,
)
_CLOSERS = {'"': '"', "”": "“", "’": "‘", "»": "«"}
_MOST_QUOTED = 6_000
_AFTER_COLON = re.compile(
    r":\s{0,3}(?:\"([^\"\n]{20,6000})\"|“([^”\n]{20,6000})”)(?=[ \t]+[A-Z][^\"“”\n]{2,160}\s*$)"
)
_BEGIN = re.compile(r"^[ \t]{0,8}\[?(?:BEGIN|START)(?: [A-Z]{2,20})?\]?[ \t]{0,8}\n", re.M)
_END = re.compile(r"\n[ \t]{0,8}\[?(?:END|STOP)(?: [A-Z]{2,20})?\]?[ \t]{0,8}(?:\n|$)")
_LANGUAGES = (
    r"(?:German|French|Spanish|Italian|Portuguese|English|Dutch|Polish|Japanese|Swedish|Danish|"
    r"Czech|Turkish|Russian|Chinese|Arabic|Greek|Norwegian|Finnish|I'm|JSON|CSV|YAML|XML)"
)
_RUNS_ON = re.compile(
    r"\A[a-z][^.!?:\n\"“]{6,70}?[a-z] (?=(?:I|(?!" + _LANGUAGES + r"\b)[A-Z][a-z]{0,14}) [a-z])"
)
_LABELLED_QUESTION = re.compile(
    r"(?:(?<=[.!?\"”] )|(?<=\n))[A-Z][A-Za-z' ]{2,30}(?: \d{1,2})?:[ \t][^.!\n]{5,200}\?\s*$"
)
_ASSIGNED = re.compile(
    r"^[ \t]{0,12}(?:text|input|body|message|mail|content|passage|document|source|statement|claim|"
    r"answer|note|review|ticket|comment|sentence|item|t|in|x)[ \t]*[:=][ \t]*"
    r"(?:\"([^\"\n]{12,6000})\"|'([^\n]{12,6000})')[ \t]*,?[ \t]*$",
    re.M | re.I,
)
_ASKS_LOW = re.compile(
    r"(?<=[\w\"”)] )(?:how (?:many|much|long|old|far|big|heavy|tall|often|hot|deep|late|do|does|"
    r"can|is)|what(?:'s)?|when|where|which|who|whose|why|can (?:i|we|you|it|she|he|they)|"
    r"may (?:i|we|one)|do (?:i|we|they)|does|is (?:it|there|he|she|the)|are (?:there|they|the)|"
    r"should (?:i|we))\b[^.,:;!?\n]{6,90}\??\s*$",
    re.I,
)
SORTS = re.compile(
    r"\b(?:classif\w*|categor\w*|labels?|labell?ed|sort|assign|tag|tags|triage|route|bucket\w*|"
    r"pigeonholes?|which (?:one|of|kind|type|team|queue|pile|category)|kinds? of|types? of|"
    r"one of|belongs?|pick|choose|intents?|sentiment|mood|tone|spam|either|or not|urgent)\b|"
    r"\b(?:is|was) (?:this|that|it|the following)\b[^.?\n]{1,40} or \w|"
    r"\w ?/ ?\w{1,30} ?/ ?\w|\b\w{1,30}, \w{1,30},? or \w",
    re.I,
)
"""Words of sorting; where they occur, a question may well be what is to be sorted."""


@lru_cache(maxsize=4)
def sorts(text: str) -> bool:
    """Whether a message has a word of sorting."""
    return bool(SORTS.search(text[:6_000]))


def handovers(text: str, *, has_menu: bool = False) -> Iterator[Block]:
    """Blocks that rest on how a sentence leads to what follows it.

    Args:
        text: one message.
        has_menu: it lists labels, so a question in it may be what is to be sorted.
    """
    yield from _lead_ins(text)
    yield from _turns_to(text)
    yield from _quotations(text)
    begin = _BEGIN.search(text)
    if begin:
        end = _END.search(text, begin.end())
        yield Block(begin.start(), begin.end(), -8.0)
        yield Block(begin.end(), end.start() if end else len(text), 8.0)
    runs_on = _RUNS_ON.match(text) if "\n" not in text.strip() else None
    if runs_on:
        yield Block(0, runs_on.end(), -6.0)
        yield Block(runs_on.end(), len(text), 4.0)
    for mark in _ASSIGNED.finditer(text):
        group = 1 if mark[1] is not None else 2
        yield Block(mark.start(), mark.start(group), -8.0)
        yield Block(mark.start(group), mark.end(group), 8.0)
    if not has_menu and not sorts(text):
        for asks, weight in ((_ASKS_LOW, -6.0), (_LABELLED_QUESTION, -8.0)):
            at = max(0, len(text) - 260)
            asked = asks.search(text[at:])
            if asked:
                yield Block(at + asked.start(), len(text), weight)


def _lead_ins(text: str) -> Iterator[Block]:
    """A clause that ends in a colon hands over to what follows on its line.

    The first one that points somewhere is itself no data.
    """
    pointed = False
    for mark in _COLON.finditer(text):
        after = text[mark.end() : mark.end() + 1]
        if after in "\"'{[<":
            continue
        end = text.find("\n", mark.end())
        end = len(text) if end < 0 else end
        if end - mark.end() < 20:
            continue
        points = len(mark[1].split()) >= 4 and bool(_POINTS.search(mark[1]))
        if points and not pointed and mark.start() < 700:
            pointed = True
            yield Block(mark.start(), mark.end(), -4.0)
            yield Block(mark.end(), end, 2.5)
        elif len(mark[1]) <= 160:
            yield Block(mark.end(), end, 1.8)


def _turns_to(text: str) -> Iterator[Block]:
    """`Now: …`, `Your turn: …`: what follows is the case to work on."""
    marks = list(_TURN_TO.finditer(text))
    if marks and len(text) - marks[-1].end() >= 10:
        yield Block(marks[-1].start(), marks[-1].end(), -8.0)
        yield Block(marks[-1].end(), len(text), 5.0)


def _quotations(text: str) -> Iterator[Block]:
    """One long quotation at the end, or after a colon with one last sentence behind it."""
    whole = text.rstrip()
    opener = _CLOSERS.get(whole[-1:], "")
    if opener:
        floor = max(0, len(whole) - _MOST_QUOTED)
        find = whole.find if opener == "‘" else whole.rfind  # an apostrophe looks like its end
        start = find(opener, floor, len(whole) - 1)
        before = whole[:start].rstrip()[-1:] if start >= 0 else "x"
        if len(whole) - start > 22 and before in ".!?:,)":  # the empty string is in it, too
            yield Block(start + 1, len(whole) - 1, 8.0)
    mark = _AFTER_COLON.search(text)
    if mark:
        group = 1 if mark[1] is not None else 2
        yield Block(mark.start(group), mark.end(group), 8.0)
        yield Block(mark.end(group) + 1, len(text), -4.0)
