"""What a group has in the end, from a chat in which people offer things and take them back.

Runs in the model worker; the text is hostile and capped, patterns are bounded. What fools it: an
offer that names a thing only by "that" or "the same".
"""

from __future__ import annotations

import re

from harness.models.skills.reckoning_outcome import Worked

_ASKS = re.compile(
    r"\bwho(?:['’]s| is)?\b.{0,12}\bbring\w* what\b|\bwhat\b.{0,60}\b(?:do (?:we|they) (?:have|"
    r"get)|we have|"
    r"coming|bring\w*|taking|take along|brought|on the (?:night|table|list))\b",
    re.I,
)
_LINE = re.compile(
    r"^[ \t]*[\[(]?(?:\d{1,2}[:.]\d\d(?:[:.]\d\d)?)?[\])]?[ \t]*(?P<who>[A-Za-zÀ-ÿ][\w'-]{0,20})"
    r"[ \t]*:[ \t]*(?P<said>\S[^\n]{0,300})$",
    re.M,
)
_OUT = re.compile(
    r"\b(?:can['’]?t|cannot|cant|won['’]?t|wont) (?:make it|come|be there|join)|\bhave to cancel\b|"
    r"\bnot coming\b|\bi['’]?m out\b|\bcancel(?:l?ing)?\b|\bcount me out\b",
    re.I,
)
_OFFER = re.compile(
    r"(?:\bi(?:['’]?ll| will| can| could|['’]?m)? ?(?:take|bring|bringing|do|make|get|buy|have|"
    r"bake|pack)|"
    r"\b(?:bringing|taking|making)) (?:along )?(?P<what>[^.,;!?\n()]{2,60})",
    re.I,
)
_FROM_ME = re.compile(r"^\W*(?P<what>[^.,;!?\n]{2,60}?) (?:from|by|is on|on) me\b", re.I)
_TOO = re.compile(r"^\W*(?:and )?(?P<what>[^.,;!?\n]{2,40}?) (?:too|as well)\b", re.I)
_BARE = re.compile(r"^\W*(?P<what>[a-zà-ÿ]{3,20}(?: (?:and|&) [a-zà-ÿ]{3,20})?)\W*$", re.I)
_BACK = re.compile(
    r"\b(?:no|not|scrap|forget|without|instead of|skip|drop)(?: the| my)? (?P<what>[a-zà-ÿ]{3,20})",
    re.I,
)
_IDLE = frozenset(
    "yes yeah yep no nope ok okay cool great thanks thx nice hi hello sure fine good perfect lol "
    "sorry done bye me super".split()
)


def brought(ask: str, text: str) -> Worked | None:
    """What is brought, and by whom, when all has been said; None for another question or text."""
    lines = list(_LINE.finditer(text[:6_000]))
    if len(lines) < 3 or not _ASKS.search(ask):
        return None
    held: list[tuple[str, str]] = []
    offered = 0
    if re.search(r"\b(?:some|any)(?:one|body)\b[^\n]{0,30}\b(?:take over|else)\b", text, re.I):
        return None  # who took what over is another question
    for line in lines[:60]:
        who, said = line["who"], line["said"]
        if _OUT.search(said):
            held = [one for one in held if one[0].lower() != who.lower()]
            continue
        for back in _BACK.finditer(said):
            what = back["what"].lower()
            held = [
                one
                for one in held
                if one[0].lower() != who.lower() or what.rstrip("s") not in one[1].lower()
            ]
        marks = [m for p in (_OFFER, _FROM_ME, _TOO, _BARE) if (m := p.search(said))][:1]
        for mark in marks if "?" not in said else []:
            what = re.sub(r"^(?:the|a|an|some|my) |\s+(?:instead|then|too)$", "", mark["what"])
            what = re.sub(r"\s+(?:instead|then|too|along)$", "", what.strip(), flags=re.I)
            if what and what.split()[0].lower() not in _IDLE and not re.match(r"it\b|that\b", what):
                held.append((who, what))
                offered += 1
    if offered < 2 or not held:
        return None
    named: dict[str, list[str]] = {}
    for who, what in held:
        named.setdefault(who, []).append(what)
    parts = [f"{' and '.join(things)} ({who})" for who, things in named.items()]
    return Worked(", ".join(parts), "", "")
