"""Things of one look picked out of a text: links, hashtags, numbers, times, quoted words.

Runs in the model worker; pure, linear in the text.
"""

from __future__ import annotations

import re

from harness.models.skills.answering_absent import words_for_absence
from harness.models.skills.making_items import Items
from harness.models.skills.making_taken import words_out

_MOST = 8_000
_ORDER = re.compile(
    r"\b(?:extract|pull|list|find|give|get|collect|pick|copy|show|return|output|write|name|take|"
    r"what|which|fetch|grab|only|all|every)\b",
    re.I,
)
_LOOKS: tuple[tuple[str, str], ...] = (
    (r"e-?mails?(?: address(?:es)?)?", r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"),
    (r"urls?|links?|web addresses", r"\bhttps?://[^\s\"'<>()]{1,200}[^\s\"'<>().,;!?]|\bwww\.[\w./-]{3,120}\w"),
    (r"hash ?tags?", r"(?<!\w)#\w{1,60}"),
    (r"mentions|handles|user ?names", r"(?<!\w)@\w{1,60}"),
    (r"percentages|percents?", r"\d+(?:[.,]\d+)? ?(?:%|per ?cent)"),
    (r"times(?: of day)?", r"\b\d{1,2}[:.]\d\d(?: ?[ap]\.?m\b\.?)?|\b\d{1,2} ?[ap]\.?m\b\.?"),
    (r"years?", r"\b(?:1[0-9]|20)\d\d\b"),
    (r"(?:words? in )?(?:quotes|quotation marks)|quoted (?:words?|phrases?|"
r"text)", r"(?<=[\"“])[^\"”\n]{1,200}(?=[\"”])"),
    (r"(?:words? in )?(?:brackets|parenthes[ie]s)", r"(?<=\()[^()\n]{1,200}(?=\))"),
    (r"acronyms?|abbreviations?", r"\b[A-Z]{2,6}\b"),
    (r"capitali[sz]ed words|words (?:in|with) capitals?(?: letters)?", r"\b[A-ZÀ-Ý][\w'’-]*"),
    (r"(?:whole )?numbers?|digits|figures|integers", r"(?<![\w.,])-?\d+(?:[.,]\d+)*(?![\w])"),
)  # fmt: skip


_NAMED = (
    r"(?:^|[.!?:\n…]\s*|\b(?:please|pls|and|only|just|can you|could you) )"
    r"(?:extract|pull(?: out)?|list|find|give me|get|collect|pick(?: out)?|"
    r"copy|show(?: me)?|return|"
    r"output|write(?: down)?|name|take(?: out)?|fetch|grab|only|just|all|every)"
    r"(?: (?:me|us|all|every|each|any|the|of|out|only|just|these|single)){{0,4}} (?:{0})\b"
    r"|\b(?:which|what) (?:{0}) (?:are|is|do|does|occur|appear)\b"
)


def picked(asked: str, text: str) -> str | None:
    """Every thing of the look that an order names, in order; None where it names none."""
    if not _ORDER.search(asked) or len(text) > _MOST or len(asked) > 240:
        return None
    order = words_out(asked)
    if re.search(
        r"\b(?:json|yaml|csv|table|schema|remove|replace|mask|redact|how many|"
        r"count|sum|odd|even|largest|smallest|average|order number|phone|"
        r"account|missing|house|room|number of|sort)\b|\{",
        order,
        re.I,
    ):
        return None
    for name, look in _LOOKS:
        if not re.search(_NAMED.format(name), asked, re.I):
            continue
        found = re.findall(look, text)
        if not found:
            return words_for_absence(asked) or None
        return Items(tuple(dict.fromkeys(found)), "\n").written(asked)
    return None
