"""The form of an answer that an order shows: one of the allowed words alone, or inside a tag.

Runs in the model worker (zone G); pure; the text is hostile, capped, and every repeat is bounded.
Aliases of exercises do not come here.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.label_lists import ANSWERS, in_capitals
from harness.models.menu_words import less_the_menu
from harness.models.reading import Reading
from harness.models.skills.outcome import Outcome

_MOST_CHARS = 8_000
_TAGGED = re.compile(
    r"\b(?:write|put|wrap|return|answer|reply|respond|output|give|enclose|inside|in|within|with|"
    r"between|as|use|format)\b[^<\n]{0,60}<(?P<tag>[A-Za-z][\w-]{0,23})>\s{0,2}"
    r"(?:\.{3}|…|[\w -]{1,24})?\s{0,2}</(?P=tag)>",
    re.I,
)
_ALLOWS = re.compile(
    r"\b(?:reply|answer|respond|output|return|say|write|print)(?: only| just)?(?: with)?"
    r"(?: either| only| just| exactly)?:? [\"“'`]?(?P<first>[\w-]{1,24})",
    re.I,
)
_BARE = re.compile(
    r"\b(?:answer|reply|return|respond|output|give|print|write|choose|state|name)(?: only| just)?"
    r"(?: with| w/)? (?:the|a|an|one|its|exactly one) (?:code|label|class|tag|category|letter|"
    r"topic|"
    r"section|intent|department|queue|team|name)\b|\b(?:code|label|letter|tag|class|category|verdict)s?"
    r" (?:only|alone)\b|\b(?:just|only) (?:the |a |one |its )?(?:label|name|word|code|tag|"
    r"category|team|"
    r"queue|letter|topic|verdict)\b|\b(?:name|word|team|queue|topic|colou?r) (?:only|alone)\b|"
    r"\bno (?:other|more) words?\b|\b(?:one|single) word\b|"
    r"(?:^|\n)\W*(?:label|category|class|intent|topic|sentiment|team|queue) ?[:?]\W*$",
    re.I,
)
_WHY = re.compile(r"\b(?:why|reason\w*|because|explain\w*|justif\w+|quote|evidence)\b", re.I)


def bared(outcome: Outcome, reading: Reading) -> Outcome:
    """A label or verdict without any word beside it, where the order names the words to say.

    Args:
        outcome: what the work came to.
        reading: the prompt, understood.
    """
    if not outcome.value or outcome.text == outcome.value or len(outcome.value) > 60:
        return outcome
    told = _told(reading)
    if _WHY.search(less_the_menu(told, reading.labels)):
        return outcome
    names = {label.name.lower() for label in reading.labels}
    is_coded = len(names) >= 2 and all(label.name.isupper() for label in reading.labels)
    if _BARE.search(told) or (is_coded and reading.task == "classify"):
        return replace(outcome, text=outcome.value, reason="")
    allowed = any(m["first"].lower() in names for m in _ALLOWS.finditer(told))
    if not allowed and ANSWERS.search(told):
        allowed = outcome.value in in_capitals(told) or len(outcome.value) == 1
    return replace(outcome, text=outcome.value, reason="") if allowed else outcome


def tagged(text: str, outcome: Outcome, reading: Reading) -> str:
    """The answer inside the tag that an order shows empty, else the answer as it is.

    Args:
        text: the answer in its form.
        outcome: what it was made of.
        reading: the prompt, understood.
    """
    if not any("</" in said for _, said in reading.prompt.messages):
        return text
    found = _TAGGED.search(_told(reading))
    if found is None or f"<{found['tag']}>" in text:
        return text
    name = found["tag"]
    is_short = reading.task in ("classify", "judge") and bool(outcome.value)
    said = outcome.value if is_short else text
    head, _, why = said.partition("\nReason: ")
    second = _TAGGED.search(_told(reading), found.end())
    if why and second is not None:
        return f"<{name}>{head}</{name}><{second['tag']}>{why.strip()}</{second['tag']}>"
    return f"<{name}>{said}</{name}>"


def _told(reading: Reading) -> str:
    """The prompt less the texts to work on."""
    told = "\n".join(text for role, text in reading.prompt.messages if role != "assistant")
    told = told[:_MOST_CHARS]
    for text in reading.data:
        told = told.replace(text, " ")
    return told
