"""An out-of-office note from a few points: when one is back, whom to turn to, what to leave out.

Runs in the model worker; the text is hostile and capped, patterns are bounded.
"""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"\b(?:out[- ]of[- ](?:the[- ])?office|absence|ooo|auto[- ]?reply|vacation|away)\b"
    r"[^.:;\n]{0,24}\b(?:note|message|text|reply|mail|notice|responder)\b|"
    r"\b(?:write|draft|need|make)\b[^.:;\n]{0,24}\b(?:out[- ]of[- ]office|auto[- ]?reply|ooo)\b",
    re.I,
)
_WHEN = (
    r"(?:(?:on |by |from )?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? ?)?"
    r"(?:the )?(?:\d{1,2}(?:st|nd|rd|th)?\.? (?:of )?[A-Z][a-z]{2,9}|[A-Z][a-z]{2,9} \d{1,2}(?:st|"
    r"nd|rd|th)?)(?:,? \d{4})?|(?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|next week|"
    r"tomorrow)"
)
_BACK = re.compile(rf"\b(?i:back|return\w*|in again|reachable again)\b[ :]{{0,3}}(?P<when>{_WHEN})")
_UNTIL = re.compile(rf"\b(?i:until|till|through)\s+(?P<when>{_WHEN})")
_SPAN = re.compile(rf"\b(?i:from)\s+(?P<a>{_WHEN})\s+(?:to|until|till|-)\s+(?P<b>{_WHEN})")
_URGENT = re.compile(
    r"\b(?:urgent\w*|emergenc\w+)(?: (?:cases?|things?|stuff|matters?|requests?|mails?))?"
    r"(?:\s*(?:->|=>|→|:|-|–|,|=)\s*|\s+(?:to|call|write to|contact|ask|via|mail)\s+)"
    r"(?:call |ask |contact |write to |to )?(?P<who>[A-ZÀ-Þ][^;\n.(]{1,60}?(?:\([^)\n]{1,60}\))?)"
    r"(?=\s*(?:;|\n|$|\.(?:\s|$)|,\s*(?:max|under|at most|no |not |without|in )))",
    re.I,
)
_CALM = re.compile(r"\bno (?:exclamation|greeting|sign|names?)\b", re.I)
_BRIEF = re.compile(
    r"\b(?:under|max(?:imum)?|at most|no more than|below|within) (?P<n>\d{1,3}) words\b", re.I
)


def absence(said: str) -> str | None:
    """The note; None where none is ordered, or no day is told.

    Args:
        said: the prompt.
    """
    if len(said) > 1_500 or not _ASKS.search(said):
        return None
    span, back, until = _SPAN.search(said), _BACK.search(said), _UNTIL.search(said)
    if span:
        first = f"I am out of the office from {_day(span['a'])} to {_day(span['b'])}."
        if back:
            first += f" I am back {_on(back['when'])}."
    elif back:
        first = f"I am out of the office and back {_on(back['when'])}."
    elif until:
        first = f"I am out of the office until {_day(until['when'])}."
    else:
        return None
    urgent = _URGENT.search(said)
    lines = ["Thank you for your message.", first]
    if urgent:
        lines.append(f"For urgent matters, please contact {urgent['who'].strip(' ,')}.")
    most = _BRIEF.search(said)
    limit = int(most["n"]) if most else 60
    body = " ".join(lines)
    whole = f"Hello,\n\n{body}\n\nKind regards"
    if len(whole.split()) > limit or (_CALM.search(said) and "greeting" in said.lower()):
        whole = body
    return whole if len(whole.split()) <= limit else " ".join(lines[1:])


def _day(when: str) -> str:
    return re.sub(r"^(?:on|by|from) ", "", when.strip())


def _on(when: str) -> str:
    day = _day(when)
    return day if re.match(r"next|tomorrow", day) else f"on {day}"
