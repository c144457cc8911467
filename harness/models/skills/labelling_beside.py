"""A value that an order wants beside the label: "order or complaint, and give the order number".

Runs in the model worker; the text is hostile and capped; every repeat is bounded. A value that the
text does not hold leaves the label alone. What fools it: a field that has no shape and no label.
"""

from __future__ import annotations

import re

from harness.models.skills.fields import Field
from harness.models.skills.record_source import SILENT, source_of
from harness.models.skills.record_values import value_for
from harness.models.skills.record_wants import want_of

_MOST_CHARS = 3_000
_AND = re.compile(
    r"(?:[,;.?]|\band\b|\balso\b|\bplus\b|\bthen\b)\s+(?:(?:and|also|then|please|give|tell|"
    r"state|name|return|"
    r"extract|add|write|output|me|what(?:['’]s)?|which|is|was|with)\s+){0,5}(?:the |its |their |"
    r"an? )?"
    r"(?P<name>(?:[a-z]{3,12}(?:['’]s)? )?(?:number|id|code|e-?mail|phone|date|amount|price|"
    r"city|"
    r"sender|customer|company|deadline|total))\b(?![^.?\n]{0,20}\b(?:only|alone)\b)",
    re.I,
)
_NO_NAME = re.compile(r"^(?:the|a|its?|one|this|line|label|item|row|letter|that) ", re.I)


def value_beside(told: str, text: str) -> str:
    """The value that is wanted beside the label; empty where none is, or the text holds none.

    Args:
        told: the prompt less the text.
        text: what is labelled.
    """
    head = told[:_MOST_CHARS]
    if " and " not in head and "also" not in head and "," not in head:
        return ""
    mark = _AND.search(head)
    if mark is None or len(text) > _MOST_CHARS:
        return ""
    name = _NO_NAME.sub("", mark["name"].strip())
    if name.lower() in ("number", "code", "id", "item"):
        return ""
    value = value_for(
        source_of(text), want_of(Field(name.lower().replace(" ", "_").replace("-", "")))
    )
    return "" if value is None or value is SILENT else str(value).strip()
