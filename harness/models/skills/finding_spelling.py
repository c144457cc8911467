"""Put the small words of a hastily typed prompt right, so that its questions are seen.

Runs in the model worker; the text is hostile and capped. Only words that no list knows are looked
at, and only against words that ask or tell of time, price and amount; names keep their spelling.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache

from harness.models.encoder import DATA
from harness.models.skills.wording import is_misspelt

_RIGHT = (
    "the what which who when where why how does did with from this that these those there their "
    "they "
    "have please only just much many cost costs price open opens close closes closed start starts "
    "leave leaves first last time number name date answer cheaper cheapest larger largest smaller "
    "monday tuesday wednesday thursday friday saturday sunday fridays saturdays sundays mondays "
    "weekdays weekday except minutes hours before after because question total together were was"
).split()
_KNOWN = frozenset(
    """
    then than them they the think thing things thin this tree three there here hear her when
    went wen whole hole whose hose hat hats chat cat cats cast coats coast post most cots time
    tome tie tine dame fame came lame game lest list lost late gate date data dare dates rate
    names games numb frame closest clothes clock clocks class close clean clear open opera
    pens pence price prices prince pride stars start smart state states stay stays star first
    fist fits fast last lasts least laser learn leave leaves leaf lease heaven halve halves
    hours house horse hour horses minutes minute minus minor before after alter later water
    wafer otter order orders other others mother father answer and any ant end hand land sand
    want wand fund find from form farm firm foam were where wire wore wear was way wash weak
    week weeks work word words world total tonal where there which witch with width white
    while what that than hut shut but how who why now new not note notes dose does nose rose
    hose goes toes does did dad had has have name made cheap cheaper cheapest larger large
    largest small smaller together monday tuesday wednesday thursday friday saturday sunday
    sundae mundane money month months question questions weekday weekdays because cause
    """.split()
)
_GERMAN = re.compile(
    r"\b(?:der|die|das|und|ist|nicht|ein|eine|wie|wann)\b|\b(?:el|la|los|de|que)\b.*\b(?:el|la|"
    r"los|de|que)\b|\b(?:le|les|des|du|est)\b",
    re.I,
)


@cache
def _slips() -> tuple[dict[str, str], frozenset[str]]:
    """The slips with what is meant, and those that may be words of their own."""
    raw = tomllib.loads((DATA / "slips.toml").read_text(encoding="utf-8"))
    pairs = (pair.split() for pair in raw["pairs"].replace("\n", "|").split("|") if pair.strip())
    return {wrong: right for wrong, right in pairs}, frozenset(raw["doubtful"].split())


def right_spelt(text: str) -> str:
    """A text with its small words put right where it is hastily typed; others stay as they are."""
    slips_known, doubtful = _slips()
    words = re.findall(r"[a-z]{2,}", text)
    slips = [w for w in words if w in slips_known and w not in doubtful]
    if len(slips) < 1 or _GERMAN.search(text):
        return text
    return re.sub(r"(?<![\w'’-])[a-z]{2,12}(?![\w'’-])", lambda m: _right(m[0]), text)


@lru_cache(maxsize=4_096)
def _right(word: str) -> str:
    slips, _ = _slips()
    if word in slips:
        return slips[word]
    if len(word) < 5 or word in _KNOWN or word in _RIGHT:
        return word
    near = [
        one
        for one in _RIGHT
        if len(one) >= 5 and is_misspelt(word, one) and sorted(word)[0] == sorted(one)[0]
    ]
    return near[0] if len(near) == 1 else word
