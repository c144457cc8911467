"""What a prompt says about a handbook beyond its stance: first match, any doubt, marked examples.

Runs in the model worker (zone G); the text is hostile, every gap in a pattern is bounded. Each
reader takes one sentence; a negation in front of what it looks for turns it round.
What fools it: an order told as a story, and languages other than English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_PART = (
    r"(?:sections?|parts?|passages?|paragraphs?|match(?:es)?|hits?|places?|entr(?:y"
    r"|ies)|clauses?|articles?|chapters?|headings?)"
)
_FIRST = re.compile(
    rf"\b(?:first|earliest|topmost|nearest to the top)\b(?: \w+){{0,4}}? {_PART}\b"
    rf"|\b{_PART} (?:that|which) (?:comes?|matches|fits|appears) first\b"
    rf"|\bfirst (?:one|thing) (?:that|which|you)\b"
    rf"|\b(?:as soon as|once) (?:you|a|one|some)\b[^.;]{{0,50}}\b(?:stop"
    rf"|read no further|look no further|ignore the rest)"
    rf"|\b(?:stop|look no further|read no further)\b[^.;]{{0,30}}\b(?:as soon as|once"
    rf"|after|at) (?:you|a|one|the first|finding)\b"
    rf"|\b(?:a single|only one|just one|one) {_PART}\b[^.;]{{0,20}}\b(?:is enough"
    rf"|will do|suffices|only)\b"
    rf"|\b(?:use|take|read|consult|quote|rely on|answer from|go by) (?:only one"
    rf"|just one|a single|one single) {_PART}\b",
    re.I,
)  # fmt: skip
_ALL = re.compile(
    rf"\b(?:all|every|each|any other|other|later|remaining|several|both|whole"
    rf"|entire)\b(?: \w+){{0,4}}? (?:{_PART}|extract|handbook|text|document)\b"
    rf"|\bexceptions?\b|\b(?:more than one|two or more) {_PART}\b|\bto the end\b"
    rf"|\bcross-?references?\b",
    re.I,
)  # fmt: skip
_DOUBT = re.compile(
    r"\b(?:any|slightest|least|smallest|a shadow of|even a (?:little|bit of)"
    r"|even (?:the )?slight\w*|the faintest) (?:bit of )?(?:doubts?|uncertaint\w+)\b"
    r"|\bin (?:any )?doubt\b|\bwhenever (?:you )?(?:doubt|hesitate)\b"
    r"|\byou (?:hesitate|have (?:any )?doubts?)\b"
    r"|\b(?:100|a hundred) ?(?:%|per ?cent)\s*(?:sure|certain|confident)\b"
    r"|\b(?:absolutely|completely|entirely|fully|totally|perfectly|wholly|utterly"
    r"|beyond all doubt) (?:sure|certain|confident|positive|clear)\b"
    r"|\b(?:not|n't|less than) (?:quite |very )?(?:absolutely|completely|entirely"
    r"|fully|totally|perfectly)\b"
    r"|\bword for word\b|\bverbatim match\b|\bexact (?:same )?words\b",
    re.I,
)  # fmt: skip
_HOLDS_BACK = re.compile(
    r"\b(?:refus\w*|declin\w*|abstain\w*|hold back|keep (?:quiet|silent)|stay silent"
    r"|say nothing|no answer|pass\b|"
    r"(?:do not|don't|never|not|without) (?:try to )?(?:answer\w*|repl\w+|respond\w*|say anything)|"
    r"only (?:answer|reply|respond)|(?:answer|reply|respond) only|(?:say|reply|answer"
    r"|write|tell)\b[^.;]{0,60}\b(?:not|n't|cannot|unable|unknown)|"
    r"unless you)\b",
    re.I,
)  # fmt: skip
_EXAMPLE = re.compile(r"\b(?:examples?|samples?|illustrations?|specimens?|demo)\b", re.I)
_FORM_ONLY = re.compile(
    r"\b(?:form|format|formatting|layout|style|shape|tone|length|structure|pattern"
    r"|how (?:long|an answer looks|to write))\b[^.;]{0,30}\b(?:only|alone|not"
    r"|and nothing)\b"
    r"|\b(?:only|just|merely|solely|purely) (?:\w+ ){0,4}?(?:form|format|layout|style"
    r"|shape|tone|length|structure|pattern)\b"
    r"|\b(?:shows?|illustrat\w+|demonstrates?|for) (?:you )?(?:the |its "
    r"|what )?(?:form|format|layout|style|shape|tone|length|structure|pattern)\b",
    re.I,
)  # fmt: skip
_NOT_TRUE = re.compile(
    r"\b(?:out ?-?of ?-?date|outdated|old|stale|expired|last year\w*|obsolete"
    r"|superseded|made[- ]up|invented|fictional|fictitious|imaginary|placeholder|"
    r"not (?:\w+ ){0,3}?(?:true|correct|current|valid|real|facts?|a source|up to date"
    r"|part of the (?:handbook|terms))|no longer (?:true|valid|correct|applies|holds)"
    r"|wrong)\b",
    re.I,
)  # fmt: skip
_DO_NOT_TAKE = re.compile(
    r"\b(?:do not|don't|never|not|ignore|disregard|without)\b[^.;]{0,50}\b(?:facts?"
    r"|figures?|numbers?|content|contents|terms|details|information|hours|rules?"
    r"|it says|what it says|as a source|from (?:it|the example))\b",
    re.I,
)  # fmt: skip
_SILENT = re.compile(
    r"\b(?:if|when|where|whenever|in case)\b[^.;\n]{0,70}\b(?:not|nothing|no|missing|absent|silent|"
    r"lacks?)\b[^.;\n]{0,50}?\b(?:say|reply|answer|tell|respond|write|state)\b(?P<then>[^\n]{2,120})",
    re.I,
)
_ALL_THE_SAME = re.compile(
    r"\b(?:never|do not|don't|best|anyway|all the same|general|guess|likely|estimate|fill|"
    r"as well as you can|confident\w*)\b",
    re.I,
)
_NEGATION = re.compile(
    r"\b(?:not|never|no|without|avoid|instead of|rather than|beyond|don't|ignore"
    r"|forget|stop (?:using|taking)|nor)\b|n't\b",
    re.I,
)  # fmt: skip
_REACH = 44
_LONGEST = 400


def wants_first_match(sentences: Iterable[str]) -> bool:
    """Whether the section that matches first is to decide, exceptions or not."""
    score = 0
    for sentence in sentences:
        text = " ".join(sentence[:_LONGEST].split())
        mark = _FIRST.search(text)
        if mark is not None:
            score += -1 if _is_turned(text, mark.start()) else 1
        elif _ALL.search(text) and not _is_turned(text, _ALL.search(text).start()):  # type: ignore[union-attr]
            score -= 1
    return score > 0


def holds_back_on_doubt(sentences: Iterable[str]) -> bool:
    """Whether any doubt at all is to be a reason for no answer."""
    for sentence in sentences:
        text = " ".join(sentence[:_LONGEST].split())
        doubt = _DOUBT.search(text)
        held = _HOLDS_BACK.search(text)
        if doubt is None or held is None:
            continue
        if re.match(
            r"(?:refus|declin|abstain|hold back|say nothing)", held[0], re.I
        ) and _is_turned(text, held.start()):
            continue  # "do not refuse because of a doubt"
        return True
    return False


def offers_way_out(lines: Iterable[str]) -> bool:
    """Whether a line says what to reply when the text is silent."""
    for line in lines:
        found = _SILENT.search(" ".join(line[:_LONGEST].split()))
        if found is not None and not _ALL_THE_SAME.search(found[0]):
            return True
    return False


def marks_examples(sentences: Iterable[str]) -> bool:
    """Whether it says that examples show a form, or are no source of facts."""
    for sentence in sentences:
        text = " ".join(sentence[:_LONGEST].split())
        if not _EXAMPLE.search(text):
            continue
        if _DO_NOT_TAKE.search(text) or _FORM_ONLY.search(text):
            return True
        false = _NOT_TRUE.search(text)
        if false is not None and not _is_turned(text, false.start()):
            return True
    return False


def _is_turned(text: str, at: int) -> bool:
    """Whether an odd number of negations stands shortly before a place, in the same clause."""
    before = re.split(r"[;:,.]\s|\bbut\b|\bso that\b", text[max(0, at - _REACH) : at])[-1]
    return len(_NEGATION.findall(before)) % 2 == 1
