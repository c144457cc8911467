"""The form of an answer: yes or no alone, a value alone, one short sentence, words in front.

Runs in the model worker; the orders are hostile text, patterns are bounded.
"""

from __future__ import annotations

import re

from harness.models.skills.answering_figures import NUMBER
from harness.models.skills.retrieval import STOP
from harness.models.skills.wording import ASKING, WORD

_YES_NO = re.compile(
    r"\b(?:yes|y)\b[\"'`”]?\s*(?:/|\||,? or)\s*[\"'`“]?(?:no|n)\b|\bonly (?:a |"
    r"with )?[\"'“]?yes\b",
    re.I,
)
_NOT_ALONE = re.compile(
    r"\b(?:and|then|with|plus|give|quote|add)\b[^.\n]{0,30}\b(?:why|reason|sentence|explain\w*|"
    r"explanation|because|quote)\b",
    re.I,
)
_VALUE = re.compile(
    r"\b(?:one|single|two|a few|1|2) words?\b|\b(?:only|just|simply) (?:give |tell |state |"
    r"say )?(?:me |us )?(?:the|a|with the|his|her|their|give|its)? ?"
    r"(?:\w+ )?(?:number|figure|amount|value|dates?|names?|price|time|year|day|place|town|"
    r"street|word|answer itself|colou?r|city|unit|sum|total|month|weekday|person)\b|"
    r"\b(?:number|figure|amount|value|date|name|price|time|year|day|place|colou?r|"
    r"town)s? (?:only|alone)\b|"
    r"\bnothing (?:else )?but the\b|\bas short as\b|\bshortest\b|\bnothing (?:else|more)\b|"
    r"\bno (?:full |whole )?sentences?\b|\bbare (?:answer|value)\b",
    re.I,
)
_ONE_WORD = re.compile(r"\b(?:one|a single|single|1) word\b", re.I)
_NUMBER_ONLY = re.compile(
    r"\b(?:only|just) (?:give |tell )?(?:me )?(?:the|a|with the)? ?(?:bare )?(?:number|"
    r"figure)\b|\b(?:number|figure) (?:only|alone)\b|\bnothing but the (?:number|figure)\b|"
    r"\bno units?\b|\bwithout (?:the |a )?units?\b",
    re.I,
)
_ONE_SENTENCE = re.compile(
    r"\b(?:one|a single|1) (?:very )?(?:short |brief )?sentence\b|\bbriefly\b|\bbe brief\b|"
    r"\bkeep it short\b",
    re.I,
)
_FULL = re.compile(r"\b(?:full|complete|whole) sentences?\b", re.I)
_START = re.compile(
    r"\b(?:start|begin|open|prefix|introduce)\b[^.\n\"“'`]{0,40}\b(?:with|by)\b(?: the words?|"
    r" saying)?\s*:?\s*"
    r"[\"“'`]([^\"”'`\n]{1,60})[\"”'`]",
    re.I,
)
_END = re.compile(
    r"\b(?:end|finish|"
    r"close)\b[^.\n\"“'`]{0,40}\bwith\b(?: the words?)?\s*:?\s*[\"“'`]([^\"”'`\n]{1,60})[\"”'`]",
    re.I,
)
_BETWEEN = re.compile(
    r"\bbetween [\"“'`]?(\W{1,8}?)[\"”'`]? and [\"“'`]?([^\w\s]{1,8}?)[\"”'`]?(?=[\s,.;]|$)", re.I
)
_TAGGED = re.compile(
    r"\b(?:in|inside|within|between|into|with|using)\s(?:a |an |"
    r"the )?(?:pair of )?<([a-z][\w-]{0,20})>",
    re.I,
)
_CAPITALS = re.compile(
    r"\b(?:in|all|only) (?:capitals|capital letters|caps|upper ?case|block letters)\b", re.I
)
_LOWER = re.compile(r"\b(?:in|all) (?:lower ?case|small letters)\b", re.I)
_LONG = 90


def wants_yes_no_alone(orders: str) -> bool:
    """Whether yes or no is to stand alone."""
    return bool(_YES_NO.search(orders) or _VALUE.search(orders)) and not _NOT_ALONE.search(orders)


def wants_value_alone(orders: str) -> bool:
    """Whether the value is to stand alone, without a sentence around it."""
    return bool(_VALUE.search(orders)) and not _FULL.search(orders)


def wants_short(orders: str) -> bool:
    """Whether one short sentence is asked for."""
    return bool(_ONE_SENTENCE.search(orders))


def bare_value(value: str, question: str, orders: str) -> str:
    """A value as short as the orders want it."""
    value = value.strip().rstrip(".")
    if _NUMBER_ONLY.search(orders):
        number = re.search(NUMBER, value, re.I)
        return number[0].strip() if number else value
    if _ONE_WORD.search(orders) and len(value.split()) > 1:
        return _one_word(value, question)
    if len(value.split()) > 8:
        return _unasked(value, question) or value
    return value[:1].upper() + value[1:] if value[:1].islower() and " " in value else value


def _one_word(value: str, question: str) -> str:
    words = [m[0] for m in WORD.finditer(value)]
    asked = {m[0].lower() for m in WORD.finditer(question)}
    kept = [
        w
        for w in words
        if w.lower() not in STOP and w.lower() not in asked and w.lower() not in ASKING
    ]
    return (kept or words or [value])[-1]


def _unasked(value: str, question: str) -> str:
    """The last stretch of a sentence that the question does not have already."""
    asked = {m[0].lower() for m in WORD.finditer(question)}
    runs: list[str] = []
    start = None
    end = 0
    for mark in WORD.finditer(value):
        if mark[0].lower() in asked:
            start = None
            continue
        if start is None:
            start = mark.start()
            runs.append("")
        end = mark.end()
        runs[-1] = value[start:end]
    runs = [
        re.sub(r"^(?:(?:is|are|was|were|the|a|an|by|of|to|and|that|has|have)\s)+", "", run)
        for run in runs
    ]
    runs = [run for run in runs if any(w.lower() not in STOP for w in run.split())]
    return max(runs, key=len) if runs else ""


def framed(text: str, orders: str) -> str:
    """An answer with the words in front or behind, and the letters, that the orders ask for."""
    if _CAPITALS.search(orders):
        text = text.upper()
    elif _LOWER.search(orders):
        text = text.lower()
    front, back = _START.search(orders), _END.search(orders)
    between, tag = _BETWEEN.search(orders), _TAGGED.search(orders)
    if between and between[1].strip() and not re.match(r"\w", between[1]):
        text = f"{between[1].strip()}{text}{between[2].strip()}"
    elif tag and f"<{tag[1]}>" not in text:
        text = f"<{tag[1]}>{text}</{tag[1]}>"
    if back and back[1].rstrip().endswith(":"):
        front, back = back, None
    if front and not text.startswith(front[1]):
        text = f"{front[1].rstrip()} {text}"
    if back and not text.rstrip().endswith(back[1]):
        text = f"{text.rstrip()} {back[1]}"
    return text


def is_long(text: str) -> bool:
    """Whether a text is longer than one short sentence."""
    return len(text) > _LONG or bool(re.search(r"[.!?]\s+\S", text))
