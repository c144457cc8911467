"""What the shape of a turn tells where no word of it does: an order, a case of its own, a label.

Runs in the model worker (zone G); the text is hostile; patterns are anchored or bounded.
"""

from __future__ import annotations

import re

from harness.models import turns_cues as cues

IS_QUOTED = re.compile(r"^\s*[\"“„«'].{4,}[\"”“»']\s*$", re.S)
"""A turn that is one quotation."""
MODIFIES = re.compile(
    r"^(?:please |but |also |and |can you |could you )?(?:mention|include|keep|leave out|avoid|"
    r"don'?t|do not|use|without|start|"
    r"end|begin|make sure|name the|state the)\b",
    re.I,
)
"""A turn that bends the work rather than sets another."""
ORDERS = re.compile(
    r"^(?:(?:can|could|would|will) you |please |now |just |only |ok,? |i(?:'d| would) (?:like|"
    r"want) |i want |"
    r"i need |let's )?(?:(?:also|now|just|please) )?(?:list|name|give|tell|write|make|"
    r"summari[sz]e|extract|pull|"
    r"translate|put|turn|show|find|rewrite|rephrase|shorten|explain|describe|say|convert|count|add|"
    r"remove|replace|fix|correct|return|output|get|take|sort|order|compare|check|judge|title|"
    r"headline|"
    r"draft|change|use|leave|drop|mention|state|quote|answer|nenne|liste|fasse|schreib|resume|saca|"
    r"haz|fais|donne|écris)\b",
    re.I,
)


def names_one(turn: str, names: list[str]) -> bool:
    """Whether a short turn speaks of one of the labels: "I'd say wish"."""
    low = turn.lower()
    return any(re.search(rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])", low) for name in names)


def has_own_case(turn: str) -> bool:
    """A question behind the facts that it is about: "X costs 4 and Y 6. Which is dearer?"."""
    parts = [p for p in re.split(r"(?<=[.!?:])\s+|\n+", turn.strip()) if len(p.split()) >= 2]
    if len(parts) < 2:
        return False
    asked = [p for p in parts if p.rstrip(' "”').endswith("?")]
    told = [p for p in parts if p not in asked and len(p.split()) >= 5 and not ORDERS.match(p)]
    is_doubting = cues.cue_of(turn) is not None
    return bool(asked and told) and not is_doubting


def same_head(standing: str, turn: str) -> str:
    """The standing prompt with a turn in the place of its last part that has the same head.

    "Tags: … Review: cheap and fast" and "Review: it fell apart".
    """
    head = re.match(r"(?P<head>[A-Z][a-z]{2,14}):\s+\S", turn)
    if head is None or "?" in turn[-2:] or len(turn.split()) < 3:
        return ""
    places = [
        m.start() for m in re.finditer(rf"(?:^|(?<=\n)|(?<=[.!?] )){head['head']}:\s", standing)
    ]
    if len(places) != 1 or places[0] < 12 or re.search(r"\n", standing[places[0] :].strip()):
        return ""
    return f"{standing[: places[0]]}{turn.strip()}"


_SHORT_OF_TEXT = re.compile(
    r"\b(?:head ?lines?|titles?|subject lines?|summar(?:y|ies|i[sz]e)|tl;?dr|sum (?:it|"
    r"this|that) up|"
    r"key points|one sentence|teaser|caption)\b",
    re.I,
)
_OPENS = re.compile(
    r"^\W{0,3}(?:(?:ok(?:ay)?|good|great|thanks?|thank you|cool|fine|now|and|also|then|"
    r"please|pls|can "
    r"you|could you|give me|write|i need|make|find|do|what about|how about)\b[ ,.!]{0,3}){0,5}",
    re.I,
)
_LEAST_TEXT = 14


def of_text(turn: str, material: str, answer: str) -> str:
    """A short version of the text that the conversation is about, ordered anew; empty for none.

    "ok now a headline for it": of the text, where the last answer is a bare fact out of it.
    """
    if len(turn.split()) > 16 or len(material.split()) < _LEAST_TEXT or "?" in turn[:-2]:
        return ""
    found = _SHORT_OF_TEXT.search(turn)
    if re.search(r"\b(?:which|what|when|who|where|how|forget|drop|skip|not|no)\b", turn, re.I):
        return ""
    if found is None or re.search(r"[\"“:]", turn) or len(answer.split()) > 12:
        return ""
    bare = _OPENS.sub("", turn.strip(), count=1).strip(" .?!")
    order = bare if re.match(r"(?:summ|sum |tl)", bare, re.I) else f"Write {bare}"
    order = re.sub(r"\b(?:for|of) (?:it|this|that)\b", "for this text", order)
    return f"{order[:1].upper()}{order[1:]}:\n\n{material}"
