"""Lines of a log as records: the keys that an order lists, for the lines that it wants.

Runs in the model worker; the text is hostile and capped, every repeat is bounded. A line begins
with a time, has a level and may name what wrote it. What fools it: a log whose lines have fields of
their own order.
"""

from __future__ import annotations

import json
import re

from harness.models.reading import Reading
from harness.models.skills.outcome import Outcome
from harness.models.skills.record_keys import listed_keys

_MOST_LINES = 300
_LINE = re.compile(
    r"^\W{0,2}(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,6})?Z?|"
    r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,6})?)"
    r"\]?\s{1,4}\[?(?P<level>DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|TRACE)\]?:?\s{1,4}"
    r"(?:\[(?P<boxed>[\w./:-]{1,40})\]:?\s{1,3}|(?P<bare>[\w./-]{1,40}):\s{1,3}|(?P<word>[a-z][\w.]*-\w[\w.-]{0,30})\s)?"
    r"(?P<msg>\S[^\n]{0,400})$"
)
_KEYS = {
    "time": "time timestamp ts at when date clock datetime".split(),
    "level": "level severity lvl type".split(),
    "service": "svc service component module logger source app worker host who from where".split(),
    "message": "msg message text event what error detail details description reason".split(),
}
_WORST = ("ERROR", "FATAL", "CRITICAL")
_WARNS = ("WARN", "WARNING")
_ONLY = (
    r"(?:{0}s?(?: lines)? only|(?:only|just) (?:the )?{0}s?|{0} lines|"
    r"(?:for|of) (?:each|every|the|all) {0}s?)"
)
_WANTED = (
    (re.compile(rf"\b{_ONLY.format('error')}\b", re.I), _WORST),
    (re.compile(rf"\b{_ONLY.format('warning')}\b", re.I), _WARNS),
    (
        re.compile(
            r"\b(?:(?:no|without|skip (?:the )?) ?info|warnings? and (?:errors?|worse)|"
            r"errors? and warnings?)\b",
            re.I,
        ),
        (*_WARNS, *_WORST),
    ),
)
_APART = re.compile(
    r"\b(?:one|an?|each) (?:json )?(?:object|record) (?:per|a|on each|on its own) ?line|"
    r"json ?lines|jsonl|ndjson",
    re.I,
)


def logged(reading: Reading) -> Outcome | None:
    """The wanted lines of a log as JSON; None where the prompt has no log or lists no keys."""
    said = reading.prompt.messages[-1][1] if reading.prompt.messages else ""
    if "json" not in said.lower() or said.count("\n") < 2:
        return None
    lines = said.split("\n")[:_MOST_LINES]
    marks = [m for line in lines if (m := _LINE.match(line.strip()))]
    if len(marks) < 2:
        return None
    listed = listed_keys(reading)
    if listed is None:
        return None
    fields = listed.fields[0].inner if listed.fields[0].inner else listed.fields
    keys = [
        (f.name, next((k for k, names in _KEYS.items() if f.name.lower() in names), ""))
        for f in fields
    ]
    if not all(kind for _, kind in keys):
        return None
    order = "\n".join(line for line in lines if not _LINE.match(line.strip()))
    levels = next((levels for shape, levels in _WANTED if shape.search(order)), None)
    rows = [
        {name: _value(mark, kind) for name, kind in keys}
        for mark in marks
        if levels is None or mark["level"] in levels
    ]
    if _APART.search(order):
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        return Outcome(text, text, task="chat")
    text = json.dumps(rows, ensure_ascii=False)
    return Outcome(text, text, {"": rows}, task="extract")


def _value(mark: re.Match[str], kind: str) -> str | None:
    if kind == "service":
        return mark["boxed"] or mark["bare"] or mark["word"]
    return mark["msg"].strip() if kind == "message" else mark[kind]
