"""Labels that need no list: yes and no to a question about a text, the words of a bare "sentiment".

Runs in the model worker (zone G); the text is hostile. sorting.py asks here; names that swallowed
words of the order are freed of them here, too.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.labels import Label
from harness.models.offers import clean_names
from harness.models.reading import Reading

_MOST_CHARS = 8_000
_POLAR = re.compile(
    r"^\W*(?:(?:decide|say|tell me|check|determine|judge|state) (?:whether|if)|is|are|was|does|do|"
    r"did|has|can)\b[^?\n]{0,80}\b(?:this|the|that) (?:message|text|"
    r"e-?mail|review|comment|ticket|post|"
    r"tweet|mail|note|writer|sender|author|customer|guest|letter)\b[^?\n]{0,60}[?.]",
    re.I,
)
_YES_NO = re.compile(r"\b(?:yes|y)\b[\"'`]?\s*(?:/|\||,|or)\s*[\"'`]?(?:no|n)\b", re.I)
_TRUE_FALSE = re.compile(
    r"\b(?:decide|say|check|determine|state) (?:whether|if)\b[^\n]{5,160}\btrue or false\b", re.I
)
_IS_THIS = re.compile(
    r"^\W*(?:is|was|does|are) (?:this|it|that|the following)(?: (?:text|mail|message|review|one))? "
    r"(?P<what>(?:an? |about |ask for |contain |mention )?[\w-]{3,20}(?: "
    r"[\w-]{2,20}){0,3})\s?[:?]\s+(?P<text>\S[^\0]{12,3000})$",
    re.I,
)
_MOOD = re.compile(r"\b(?:sentiment|polarity)\b", re.I)
_NO_LABEL = re.compile(
    r"(?:and )?(?:this|that|it|nothing (?:else|more)|no (?:other|more|explanation)\b.*|only|"
    r"please|one word|"
    r"in lower ?case)$",
    re.I,
)
_LISTS_LABELS = re.compile(
    r"\b(?:sections|labels|categories|topics|classes|tags|queues|teams|departments|folders|intents|"
    r"genres|themes)\s?:\s?[\w-]{2,24}(?: [\w-]{2,20})?, [\w-]{2,24}",
    re.I,
)


def as_polar(reading: Reading, told: str, text: str) -> Reading | None:
    """`Is anyone asked to pay in this message? yes or no`."""
    short = _IS_THIS.match(reading.prompt.messages[-1][1].strip())
    if (
        short
        and reading.task in ("qa", "chat", "judge", "extract", "summarise", "rewrite")
        and " or " not in short["what"]
    ):
        held = (text or short["text"].strip(),)
        return replace(
            reading,
            task="classify",
            labels=(Label("yes"), Label("no")),
            question=short["what"],
            data=held,
        )
    is_truth = _TRUE_FALSE.search(told) is not None
    if reading.task not in ("qa", "judge", "extract") or not (is_truth or _YES_NO.search(told)):
        return None
    asked = next((m for m in map(_POLAR.match, re.split(r"(?<=[.!:])\s+|\n+", told)) if m), None)
    data = (text,) if text else reading.data
    if asked is None or not data:
        return None
    labels = (Label("true"), Label("false")) if is_truth else (Label("yes"), Label("no"))
    return replace(reading, task="classify", labels=labels, question=asked[0].strip(), data=data)


def tidied(reading: Reading) -> Reading:
    """Labels whose first or last name swallowed words of the order; those of a bare "sentiment"."""
    told = reading.prompt.directions[:_MOST_CHARS]
    if reading.task == "classify" and len(reading.labels) < 2 and _MOOD.search(told):
        return replace(reading, labels=tuple(map(Label, ("positive", "negative", "neutral"))))
    if (
        reading.task != "classify"
        or reading.scale
        or reading.prompt.menu is not None
        or len(reading.labels) < 2
    ):
        return reading
    kept = tuple(one for one in reading.labels if not _NO_LABEL.match(one.name))
    if 2 <= len(kept) < len(reading.labels):
        reading = replace(reading, labels=kept)
    names = [label.name for label in reading.labels]
    if any(label.definition or label.examples for label in reading.labels):
        return reading
    clean = clean_names(names)
    if clean == names or len({n.lower() for n in clean}) < len(names) or not all(clean):
        return reading
    return replace(
        reading,
        labels=tuple(
            replace(one, name=name) for one, name in zip(reading.labels, clean, strict=True)
        ),
    )


def lists_labels(reading: Reading) -> bool:
    """Whether labels stand in a row behind a word for labels, and a text beside them."""
    return (
        len(reading.labels) >= 2
        and _LISTS_LABELS.search(reading.prompt.directions[:2_000]) is not None
    )
