"""Find several texts in one prompt that sorts, each under its number or mark.

Runs in the model worker (zone G); the text is hostile; lists are capped.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.reading import Reading

_MOST_CHARS = 8_000
_MOST_ITEMS = 40
_NUMBERED = re.compile(
    r"^[ \t]{0,6}(?P<mark>\(?\d{1,2}[.):]|\(?[a-z]\)|\(?(?:i{1,3}|iv|v|vi{1,3}|ix|x)[.)]|[-*•]|"
    r"(?:text|mail|message|review|item|no\.?|ticket|line) \d{1,2}:|"
    r"[A-H]:|(?:first|second|third|fourth|fifth|sixth|one|two|three|four|five):|\d{1,"
    r"2}(?=[ \t]{1,3}[\"“„«'])|"
    r"\d{1,2}[ \t]?[-–—=>]{1,2})[ "
    r"\t]{1,4}(?P<text>\S[^\n]{2,600})$",
    re.M | re.I,
)
_INLINE_NAMED = re.compile(
    r"\b(?P<mark>(?:text|message|mail|review|item|no\.?|ticket|comment) \d{1,2}):[ \t]"
    r"(?P<text>[^\n]{3,300}?)(?=\s(?:text|message|mail|review|item|no\.?|ticket|comment) "
    r"\d{1,2}:|\n|$)",
    re.I,
)
_INLINE_NUMBERED = re.compile(
    r"(?:(?<=^)|(?<=\s))\(?(?P<mark>\d{1,2})[.)][ \t](?P<text>[^\n]{3,300}?)(?=\s\(?\d{1,2}[.)][ "
    r"\t]|\n|$)"
)
_EACH = re.compile(
    r"\b(?:each|every|all|these|them|lines|texts|messages|mails|reviews|tickets|items|comments|"
    r"sentences|following|both|numbers)\b",
    re.I,
)


def several(reading: Reading) -> Reading:
    """Several texts in one prompt, each to be sorted."""
    if (
        reading.task != "classify"
        or len(reading.labels) < 2
        or len(reading.prompt.messages[-1][1]) > _MOST_CHARS
    ):
        return reading
    message = reading.prompt.messages[-1][1]
    known = {label.name.lower() for label in reading.labels}
    meant = [label.definition for label in reading.labels if label.definition]
    rows = [(m["mark"], m["text"].strip(), m.start()) for m in _NUMBERED.finditer(message)]
    rows = rows or [
        (m["mark"] + ":", m["text"].strip(), m.start()) for m in _INLINE_NAMED.finditer(message)
    ]
    rows = rows or [
        (m["mark"] + ".", m["text"].strip(), m.start()) for m in _INLINE_NUMBERED.finditer(message)
    ]
    rows = [
        row
        for row in rows
        if row[1].lower().strip(" .") not in known
        and not any(
            row[1].lower().startswith(f"{name}{sign}")
            for name in known
            for sign in (":", " =", " -", " –", " (")
        )
        and not any(one and one in row[1] for one in meant)
    ][:_MOST_ITEMS]
    if reading.scale is not None and {re.sub(r"\D", "", mark) for mark, _, _ in rows} == known:
        return reading  # the points of a scale, each with what it means
    first = rows[0][2] if rows else 0
    around = message[:first] + (
        message[message.find(rows[-1][1]) + len(rows[-1][1]) :] if rows else ""
    )
    told = around + "\n".join(t for role, t in reading.prompt.messages[:-1] if role != "assistant")
    numbers = sum(bool(re.search(r"\d", mark)) for mark, _, _ in rows)
    if len(rows) < 2 or not (_EACH.search(told) or numbers == len(rows)):
        return reading
    inside = " ".join(reading.data)
    if not any(text[:30] in inside or text[:30] in message for _, text, _ in rows):
        return reading
    return replace(reading, items=tuple((mark, text.strip(' "“”')) for mark, text, _ in rows))
