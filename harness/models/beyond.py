"""Requests that no text settles: harm, code, translation, poems, explanations, advice, a cut end.

Runs in the model worker (zone G); the text is hostile; patterns are anchored or bounded. Only the
last message of the user is looked at, and only where it brings no text to work on (a request to
sum up a recipe is no request for a recipe). What is found gets its one sentence here, whatever the
reading took it for. Aliases of exercises do not come here.
"""

from __future__ import annotations

import re

from harness.models import everyday
from harness.models.beyond_harm import ACUTE, advice, harm
from harness.models.beyond_made import code, made_up, translation_of
from harness.models.skills.honest import bare_order, infinitive, quoted

_MOST_CHARS = 700
_OPEN_END = re.compile(
    r"\b(?:the|an?|of|to|and|or|for|with|in|on|at|from|that|which|because|my|your|about|into|if|"
    r"by|is|are|was|but|than|as|its|their|every|between|sounds? (?:more|less)|(?:more|less|"
    r"very|so that|"
    r"such|these|those|whose|where|and then|following)|(?:when|if|that|because|while|before|"
    r"after|whether|"
    r"unless|until) (?:you|i|we|they|he|she|it|the \w+))\s*(?:\.{3}|…)?\s*$|,\s*$",
    re.I,
)
_WHOLE_END = re.compile(
    r"\b(?:what|who|where|which|how|whom)\b[^.?!]{2,80}\b(?:of|to|for|with|in|on|at|from|about|by|"
    r"is|are|was|as)\s*$|\b(?:log|come|go|sign|hand|turn|let|move|bring|hold|carry|set|think|"
    r"agree|look|what is it|this is|that is|who|it) (?:on|in|to|at|by|about|of|for|with|is|"
    r"was)\s*$",
    re.I,
)
_ONE_WORD = re.compile(
    r"\b(?:in|with|as|using|only)? ?(?:a|one|exactly one|single|a single) (?:single )?word\b|"
    r"\bone-word\b|\b(?:just|only) (?:yes or no|one word)\b",
    re.I,
)
_AT_LENGTH = re.compile(
    r"\b(?:in detail|detailed|several paragraphs|(?:two|three|four|five|\d+|many) "
    r"(?:long |full |short )?sentences|(?:two|three|four|five|\d+|many) (?:long )?"
    r"paragraphs|at (?:great )?length|at least (?:\d{2,}|ten|fifteen|twenty|thirty|fifty|a "
    r"hundred) words|step by step|long explanation|essay|"
    r"full explanation|extensively)\b",
    re.I,
)
_QUESTION = re.compile(
    r"(?:^|(?<=[.!?:\n] ))((?:is|are|was|were|do|does|did|can|could|will|would|has|have|what|who|"
    r"where|when|why|which|how)\b[^.?!\n]{3,160}\?)",
    re.I,
)


def said_of(text: str, *, has_text: bool) -> str:
    """The one sentence for a request that is beyond the model; empty where it is none.

    Args:
        text: the last message of the user.
        has_text: whether the prompt holds a text that the request could be about.
    """
    head = text.strip()
    if not head or len(head) > _MOST_CHARS:
        return ""
    bare = bare_order(head)
    harmful = harm(head)
    if harmful:
        return harmful
    translation = translation_of(head)
    if translation:
        return translation
    if ACUTE.search(head) and not re.search(r"[\"“\n:]", head) and (urgent := advice(head)):
        return urgent
    is_told = re.search(r"[\"“]|\b(?:menu|text|note|mail|source|document)s?:", head, re.I)
    if not has_text and not is_told and (against := _contradiction(head)):
        return against
    if is_own_plight(head) and (urgent := advice(head)):
        return urgent
    if has_text or holds_text(head):
        return ""
    return (
        _counted(head)
        or _cut_off(head)
        or code(head, bare)
        or _contradiction(head)
        or made_up(head, bare)
        or advice(head)
    )


def holds_text(message: str) -> bool:
    """Whether a message brings a text of its own beside what it asks for.

    A quotation of four words, five words behind a colon or on lines of their own, or a statement.
    """
    if any(
        len(m[1].split()) >= 4 for m in re.finditer(r"[\"“«„]([^\"“”«»„]{8,4000})[\"”»“]", message)
    ):
        return True
    led = re.search(r":\s+(\S[^\0]{12,})$", message)
    asks = led and re.match(
        r"(?:who|what|which|when|where|why|how|is|are|do|does|can)\b", led[1], re.I
    )
    if (
        led
        and not asks
        and len(led[1].split()) >= 4
        and not message[: led.start()].lower().endswith("question")
    ):
        return True
    lines = [line for line in message.split("\n") if len(line.split()) >= 4]
    if len(lines) >= 2:
        return True
    parts = [p for p in re.split(r"(?<=[.!?])\s+", message.strip()) if len(p.split()) >= 5]
    told = [
        p
        for p in parts
        if not p.rstrip(' "”)').endswith("?")
        and not infinitive(p)
        and not re.match(r"\W*(?:i|we|my|you)\b|\W*(?:at most|no more|exactly|in)\b", p, re.I)
    ]
    return len(parts) >= 2 and bool(told)


_BY_TEXT = re.compile(
    r"[\n:\"“«]|\b(?:polic(?:y|ies)|rules?|label|leaflet|notice|contract says|lease says|sign says|"
    r"max(?:imum)?|per day|according to|website|statute|may (?:not )?be|must)\b",
    re.I,
)


def is_own_plight(text: str) -> bool:
    """Whether somebody tells of their own trouble and asks what to do, with no rule to go by."""
    if len(text.split()) > 45 or _BY_TEXT.search(text):
        return False
    return bool(re.search(r"\b(?:i|my|me|we|our)\b", text, re.I)) and "?" in text


def _contradiction(text: str) -> str:
    short, long = _ONE_WORD.search(text), _AT_LENGTH.search(text)
    if not (short and long):
        return ""
    asked = _QUESTION.findall(text)
    if word := everyday.known(text):
        return f"The two orders contradict each other, so I follow “{short[0].strip()}”: {word}."
    rest = f", and I know no facts about the world to answer {quoted(asked[-1])}" if asked else ""
    return (
        f"The two orders contradict each other (“{short[0].strip()}” and “{long[0].strip()}”),"
        f" so I "
        f"can only follow one of them{rest}."
    )


def _counted(text: str) -> str:
    """Numbers in a row: "count from 3 to 12"."""
    found = re.match(
        rf"\W*(?:please |can you |now )*count (?:up |down )?(?:from (?P<low>\d{{1,3}}|"
        rf"{_NUMBERS}) )?(?:up |down )?to "
        rf"(?P<high>\d{{1,3}}|{_NUMBERS})\b",
        text,
        re.I,
    )
    if found is None:
        return ""
    words = _NUMBERS.split("|")
    low, high = (
        int(one) if one.isdigit() else words.index(one.lower())
        for one in (found["low"] or "1", found["high"])
    )
    row = range(low, high + 1) if low <= high else range(low, high - 1, -1)
    return ", ".join(map(str, row)) if len(row) <= 120 else ""


_NUMBERS = "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"


def _cut_off(text: str) -> str:
    """A message that stops in the middle of its sentence."""
    if len(text.split()) < 3 or not _OPEN_END.search(text) or _WHOLE_END.search(text):
        return ""
    if text.rstrip().endswith(("?", "!", '"', "”")) or "\n" in text.strip():
        return ""
    end = " ".join(text.rstrip(" .…").split()[-5:])
    return f"Your message seems to be cut off after “{end}”; please send the rest of it."
