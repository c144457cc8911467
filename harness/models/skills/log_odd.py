"""The line of a log that tells a failure, where a message asks what is wrong in it.

Runs in the model worker; pure; the text is hostile: capped, every repeat is bounded. What fools it:
a failure that only the figures of a line show.
"""

from __future__ import annotations

import re

_MOST_CHARS = 16_000
_ASKS = re.compile(
    r"\b(?:anything|something|what(?:['’]s| is| went| goes)?) (?:wrong|odd|unusual|off|"
    r"failing|broken|"
    r"strange|up)\b|\bwhat (?:failed|broke|happened|is failing)\b|\b(?:which|what) "
    r"(?:service|job|host|"
    r"line|task|server|process|component)\b[^.?\n]{0,24}\b(?:fail\w*|wrong|error|broke|down|problem)\b|"
    r"\b(?:find|spot|name|see) (?:the|any) (?:errors?|problems?|failures?|anomal\w+|odd "
    r"(?:one|line))\b|"
    r"\bany (?:errors?|problems?|failures?)\b",
    re.I,
)
_LINE = re.compile(
    r"^[ \t]{0,4}\[?(?P<time>(?:\d{4}-\d\d-\d\d[ T])?\d{1,2}:\d\d(?::\d\d)?)\S{0,8}[ "
    r"\t]+(?P<rest>\S[^\n]{2,300})$",
    re.M,
)
_BAD = re.compile(r"\b(?:ERROR|ERR|FATAL|CRIT(?:ICAL)?|SEVERE|PANIC|EMERG)\b")
_WARNS = re.compile(r"\bWARN(?:ING)?\b")
_FAILS = re.compile(
    r"\b(?:failed|failure|timed? ?out|refused|exceeded|crash\w*|unreachable|denied|aborted|killed|"
    r"exception|could not|cannot)\b",
    re.I,
)
_LEVEL = re.compile(r"^\[?[A-Z]{3,9}\]?:?\s+")


def odd_line(said: str) -> str:
    """What is wrong in a log: the service and its message; empty where nobody asks for that."""
    if len(said) > _MOST_CHARS or said.count("\n") < 3:
        return ""
    lines = list(_LINE.finditer(said))
    if len(lines) < 3:
        return ""
    order = f"{said[: lines[0].start()]}\n{said[lines[-1].end() :]}"
    if not _ASKS.search(order) or re.search(r"\bhow (?:many|often|long)\b", order, re.I):
        return ""
    hits: list[re.Match[str]] = []
    for cue in (_BAD, _FAILS, _WARNS):
        hits = hits or [line for line in lines if cue.search(line["rest"])]
    if not hits:
        return "Nothing: no line of it tells an error."
    return " ".join(_told(hit) for hit in hits[:3])


def _told(hit: re.Match[str]) -> str:
    rest = _LEVEL.sub("", hit["rest"]).strip(" .")
    named = re.match(r"\[?(?P<who>[\w./-]{2,40})\]?:?\s+(?P<what>\S.*)$", rest)
    if named is None:
        return f"{rest} ({hit['time']})."
    return f"{named['who']}: {named['what']} ({hit['time']})."
