"""What to say when a text is silent: in the prompt's own words where it gives any.

Runs in the model worker; the prompt is hostile text, patterns are bounded.
"""

from __future__ import annotations

import re

_WHEN_SILENT = re.compile(
    r"\b(?:not|missing|silent|absent|unknown|lacks?|no|none|nothing|otherwise|else|cannot|"
    r"unless|unclear)\b|n['’]t\b",
    re.I,
)
_CONDITION = re.compile(
    r"\b(?:if|when|where|should|otherwise|else|whenever|in case|unless|for (?:questions|"
    r"anything))\b",
    re.I,
)
_SAY = (
    r"\b(?:say|reply|answer|write|respond|return|output|put|print|use|give|put)(?:ing)?\b"
    r"(?: (?:only|just|simply|exactly|back|with|in|me|the|these|those|this|a|one|two|three|four|"
    r"single|word|"
    r"words|phrase|"
    r"sentence|line|following|capital|token|string)\b){0,6}"
)
_AFTER_COLON = re.compile(
    rf"{_SAY}(?:,? and nothing (?:else|more))?\s?:\s*[\"“'`]?([^\n\"”`]{{1,80}}?)"
    rf"[\"”'`]?\s*(?:[.!]\s|[.!]?\s*$|,? (?:and|but|"
    rf"do not|don't)\b|\n)",
    re.I,
)
_IN_QUOTES = re.compile(rf"{_SAY} [\"“]([^\"”\n]{{2,80}})[\"”]", re.I)
_CAPITALS = re.compile(rf"(?i:{_SAY}) ([A-Z][A-Z/_-]{{1,20}}(?: [A-Z/_-]{{2,20}}){{0,3}})(?![a-z])")
_WORDS = re.compile(
    rf"{_SAY} ((?:not|no|un|n/a|none|nothing|dunno|don't know|i (?:do not|don't) know|cannot|"
    rf"can't)"
    r"[\w/'’]{0,14}(?: [\w'’]{1,14}){0,4}?)(?= (?:if|when|where|whenever|instead|and|but|"
    r"rather)\b|\s*[.,;!]|\s*$)",
    re.I,
)


_IN_MARKS = re.compile(
    rf"{_SAY} (?:'([^'\n]{{1,80}})'|‘([^’\n]{{1,80}})’|`([^`\n]{{1,80}})`)", re.I
)
_A_SIGN = re.compile(
    rf"{_SAY} (?:(?P<name>(?:dash|hyphen|question mark|zero)\b)|(?P<sign>[-–—?]{{1,3}}|"
    rf"0)(?=[.,;]?(?:\s|$)))",
    re.I,
)
_SIGNS = {"dash": "-", "hyphen": "-", "question mark": "?", "zero": "0"}
_OR_ELSE = re.compile(
    r"(?:\bor|,|\()\s*(?:else |just |simply |(?:say|write|reply|answer|put|give|use)\s+){0,2}"
    r"(?:\"(?P<quoted>[^\"\n]{1,60})\"|(?P<plain>[A-Z][A-Z/_-]{1,20}(?: [A-Z/_-]{2,20}){0,3}|"
    r"[nN]/[aA]|-))"
    r"\s*(?:if|when|where)\b"
)


def words_for_absence(orders: str) -> str:
    """The words that a prompt wants where the text is silent; empty where it gives none."""
    for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])|\n+", orders[:20_000])[:80]:
        line = sentence[:600]
        if not (_CONDITION.search(line) and _WHEN_SILENT.search(line)):
            continue
        if other := _OR_ELSE.search(line):
            return other["quoted"] or other["plain"]
        if sign := _A_SIGN.search(line):
            return sign["sign"] or _SIGNS[sign["name"].lower()]
        if held := _IN_MARKS.search(line):
            return next(group for group in held.groups() if group)
        for shape in (_AFTER_COLON, _IN_QUOTES, _CAPITALS, _WORDS):
            mark = shape.search(line)
            if mark and mark[1].strip():
                return (
                    mark[1].strip(" \"'“”`").rstrip(".")
                    if shape is not _AFTER_COLON
                    else mark[1].strip()
                )
    return ""
