"""A short order on the last line of a prompt that was read as part of the text: given back.

Runs in the model worker (zone G); pure; the text is hostile, only its end is looked at.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.reading import Reading

_MOST_TAIL = 160
_LEAST_LEFT = 2
_TAIL = re.compile(
    r"\n\s*(?P<order>(?:(?:the )?(?:json|code|label|tag|topic|letter|number|class|category|name|"
    r"value|digit|verdict|score|result|sentence|title|headline|word|team|queue|department|intent|"
    r"colou?r|desk)s? (?:only|alone)|"
    r"(?:only|just|nothing but) (?:the |one )?\w{2,12}(?: \w{2,12})?|one (?:word|letter|number)|"
    r"(?:(?:please|pls|only|just) ){0,2}(?:answer|reply|respond|return|output|give|print|write|use)"
    r"(?: \S{1,20}){1,14}))"
    r"[.!]?\s*$",
    re.I,
)


def without_tail(reading: Reading) -> Reading:
    """The reading without the order that its text ends with, where that stands on its own line.

    Args:
        reading: the prompt, understood.
    """
    spans = reading.prompt.spans
    if not spans or len(reading.data) != len(spans):
        return reading
    last = spans[-1]
    text = reading.prompt.messages[last.message][1][last.start : last.end]
    if "\n" not in text.strip() or text.strip() != reading.data[-1].strip():
        return reading
    from_ = max(0, len(text) - _MOST_TAIL)
    mark = _TAIL.search(text, from_)
    if mark is None or len(text[: mark.start()].split()) < _LEAST_LEFT:
        return reading
    kept = text[: mark.start()].rstrip()
    prompt = replace(reading.prompt, spans=(*spans[:-1], replace(last, end=last.start + len(kept))))
    return replace(reading, prompt=prompt, data=(*reading.data[:-1], kept))
