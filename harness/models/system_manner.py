"""What a system message wants of every answer: words at its front and end, words for a gap.

Runs in the model worker (zone G); pure; the text is hostile and capped; every repeat is bounded.
It is the last look at an answer, whatever work made it: small talk, a refusal and a follow-up end
with the same line as an answer does. Records and labels are left as they are. What fools it: a
rule for one kind of answer alone.
"""

from __future__ import annotations

import re
from functools import cache

from harness.models.reading import Reading
from harness.models.skills.answering_absent import words_for_absence

_MOST_SYSTEM = 4_000
_CUES = ("end", "clos", "sign", "finish", "begin", "start", "prefix", "conclude", "append", "last",
         "open", "first line", "follow", "capital", "caps", "upper", "lower")  # fmt: skip
_ABSENT = re.compile(
    r"(?:The text does not say|The document does not state this|I could not find this in the text "
    r"provided|I have no text that tells me[^.\n]{0,200}|I could not work out[^.\n]{0,200})\."
)
_KINDS = re.compile(
    r"\b(?:if|when(?:ever)?|unless|only for|except)\b[^.\n]{0,80}$|"
    r"\b(?:never|not|don['’]t|no)\b[^.\n]{0,20}$",
    re.I,
)


_VALUE_ENDS = r"(?<=[\w)])\.(?:\s|$)|,? and (?:never|always|keep|use|be|do)\b"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Compiled where the first system message speaks of front or end."""
    what = (
        r"(?:\s+(?:(?:each|every|all|your|the|any|of)\s+){0,3}(?:answers?|repl(?:y|ies)|"
        r"messages?|responses?|it|them|sentences?|outputs?))?"
    )
    lead = (
        r"(?:\s+(?:with|by|in|using|saying|to|as))?(?:\s+(?:adding|writing|saying|exactly|"
        r"always))?(?:\s+(?:the|this|these|a|on))?(?:\s+(?:last|final|first|own|new|separate|"
        r"closing|opening))?(?:\s+(?P<noun>line|words?|phrase|sentence|signature|tag|text|"
        r"prefix|sign-off))?"
    )
    value = (
        r"\s*:?\s*(?P<value>[\"“'`‘][^\"”'`’\n]{1,80}[\"”'`’][.!]?|\[[^\]\n]{1,30}\]|"
        r"<[^>\n]{1,30}>|[^\n]{1,80})"
    )
    return {
        "end": re.compile(
            rf"\b(?:end|ends|ending|close|closes|finish|finishes|conclude|sign(?:\s+off)?|"
            rf"append|follow)\b{what}{lead}{value}",
            re.I,
        ),
        "last": re.compile(
            r"\b(?:put|write|add|print|have|with|"
            r"place)\s+(?P<value>[\"“'`‘]?[^\n\"”'`’]{1,60}?[\"”'`’]?)\s+"
            r"(?:on|at|as|in)\s+(?:the |your |its |each )?(?P<noun>last line|end|final line|"
            r"very end|closing)\b",
            re.I,
        ),
        "front": re.compile(
            rf"\b(?:begins?|starts?|opens?|prefix|introduce)\b{what}{lead}{value}",
            re.I,
        ),
        "vague": re.compile(
            r"^(?:an?|your|the|some|one|two|three|its?|our|whatever|asking|thanking|wishing|"
            r"offering|in|of|to|"
            r"and|or|at|on|by|from|when|if|with|work|early|late|daily|\d{1,2}(?::\d\d)?)\b",
            re.I,
        ),
        "upper": re.compile(
            r"\b(?:in|only|all|with|use) (?:all )?(?:capitals|capital letters|caps|upper ?case|"
            r"block letters)\b|"
            r"\ball[- ]caps\b",
            re.I,
        ),
        "lower": re.compile(r"\b(?:in|all|only|use) (?:lower ?case|small letters)\b", re.I),
        "unknown": re.compile(
            r"\b(?:if|when|where|in case)\b[^.\n]{0,60}(?:\b(?:not|unknown|unsure|missing|no)\b|"
            r"n['’]t\b)"
            r"[^.\n\"“'‘]{0,60}\b(?:say|answer|reply|write|respond|tell (?:them|people|guests|"
            r"users))\b"
            r"(?: (?:only|just|exactly|with|"
            r"that))?\s?:?\s[\"“'‘](?P<value>[^\"”\n]{3,100}?)[.!]?[\"”'’]"
            r"(?=[\s.]|$)",
            re.I,
        ),
        "rest": re.compile(
            r"\b(?:(?:for |to )?(?:anything|everything) else|all (?:else|other questions)|other "
            r"questions)\b"
            r"[^\n\"“.:]{0,30}[:=]?\s*(?:say|answer|reply|"
            r"write)?:?\s*[\"“'‘](?P<value>[^\"”'’\n]{3,100})[\"”'’]",
            re.I,
        ),
    }


def kept(text: str, reading: Reading) -> str:
    """The answer with what the system message wants of every answer.

    Args:
        text: the answer in its form.
        reading: the prompt, understood.
    """
    system = reading.system[:_MOST_SYSTEM]
    said = text.strip()
    if not system or not said or (said[0] in "{[" and said[-1] in "}]"):
        return text
    if reading.bound or (reading.task == "classify" and len(reading.labels) >= 2):
        return text
    text = _with_gaps(text, system)
    low = system.lower()
    if not any(cue in low for cue in _CUES):
        return text
    asked = _patterns()
    if asked["upper"].search(system):
        text = text.upper()
    elif asked["lower"].search(system):
        text = text.lower()
    front, back = _wanted(system, "front"), _wanted(system, "end") or _wanted(system, "last")
    if front and not text.lstrip().lower().startswith(front[0].lower()):
        text = f"{front[0]} {text.lstrip()}"
    if back and not text.rstrip(" .").lower().endswith(back[0].lower().rstrip(" .")):
        text = f"{text.rstrip()}{chr(10) if back[1] else ' '}{back[0]}"
    return text


def _wanted(system: str, kind: str) -> tuple[str, bool] | None:
    """The words for one end of an answer, and whether they stand on a line of their own."""
    for mark in _patterns()[kind].finditer(system):
        raw = mark["value"].strip()
        before = re.split(r"(?<=[.!?])\s|\n", system[: mark.start()])[-1]
        if _KINDS.search(before):
            continue
        quoted = re.match(r"[\"“'`‘]([^\"”'`’\n]{1,80})[\"”'`’]", raw)
        boxed = re.match(r"\[[^\]\n]{1,30}\]|<[^>\n]{1,30}>", raw)
        if quoted:
            value = quoted[1]
        elif boxed:
            value = boxed[0]
        elif _patterns()["vague"].match(raw):
            continue
        else:
            named = bool(mark["noun"]) or raw[:1] in "-–—~*#>+=|"
            if not named and kind != "last" and not re.match(r"[A-Z]", raw):
                continue
            value = re.split(_VALUE_ENDS, raw)[0]
            if len(value.split()) > 10:
                continue
        on_line = "line" in (mark["noun"] or "") or value[:1] in "-–—~" or kind == "last"
        return value.strip(), on_line
    return None


def _with_gaps(text: str, system: str) -> str:
    """The words of the system message where an answer says that the text is silent."""
    if not _ABSENT.search(text):
        return text
    words = words_for_gap(system)
    if not words:
        return text
    words = words if words.endswith((".", "!", "?")) else f"{words}."
    return _ABSENT.sub(lambda _: words, text)


def words_for_gap(system: str) -> str:
    """What a system message wants said to what its facts do not tell; empty without such words."""
    asked = _patterns()
    for kind in ("rest", "unknown"):
        if mark := asked[kind].search(system[:_MOST_SYSTEM]):
            return mark["value"].strip()
    return words_for_absence(system)
