"""Take a task anew where the reading's own cannot be done with what the prompt holds.

Runs in the model worker; the text is hostile. A prompt read as extraction that names no field but
asks a question wants the answer; one that shows short answers to short texts wants a label.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.labels import Label, humanise
from harness.models.reading import Reading
from harness.models.skills.fields import asked_fields

_ASKED = re.compile(
    r"\b(?:tell me|say|find out|know|state|explain|work out|show me)\b[ ,:]*"
    r"((?:what|which|who|whose|when|where|why|how|if|whether)\b.{4,200})",
    re.I,
)
_YES_NO = re.compile(r"\b(?:yes|y)\b[\"'`]?\s*(?:/|\||,|or)\s*[\"'`]?(?:no|n)\b", re.I)
_ABOUT_TEXT = re.compile(
    r"^\W*(?:does|do|is|are|was|has|did|can)\b.{0,20}\b(?:this|the|that|following|these)\b"
    r"(?: \w+){0,2} ?(?:message|text|e-?mail|review|comment|customer|ticket|post|tweet|sentence|"
    r"mail|note|user|sender|author|writer|feedback|request)\b",
    re.I,
)


def second_look(reading: Reading) -> Reading:
    """The reading, or the same with a task that can be done."""
    if reading.task == "extract":
        return _without_fields(reading)
    if reading.task == "qa" and _is_yes_no_about_text(reading):
        labels = (Label("yes"), Label("no"))
        return replace(reading, task="classify", labels=labels)
    return reading


def _without_fields(reading: Reading) -> Reading:
    if asked_fields(reading):
        return reading
    if len(_short_answers(reading)) >= 2:
        names = dict.fromkeys(_short_answers(reading))
        labels = tuple(
            Label(name, "", tuple(t for t, a in reading.prompt.examples if a == name))
            for name in names
        )
        if reading.data:
            return replace(reading, task="classify", labels=reading.labels or labels)
    if reading.question:
        return replace(reading, task="qa")
    for sentence in reading.prompt.instructions:
        asked = _ASKED.search(sentence)
        if asked and reading.data:
            return replace(reading, task="qa", question=asked[1].strip())
    return reading if reading.data else replace(reading, task="chat")


def _short_answers(reading: Reading) -> list[str]:
    """The answers of the worked examples, when all are labels and at least one text is no label."""
    answers = [answer.strip() for _, answer in reading.prompt.examples]
    is_short = all(0 < len(a.split()) <= 4 and not re.search(r"[\d{}:]", a) for a in answers)
    copied = sum(
        humanise(a) in given.lower()
        for (given, _), a in zip(reading.prompt.examples, answers, strict=True)
    )
    return answers if is_short and copied * 2 < max(1, len(answers)) else []


def _is_yes_no_about_text(reading: Reading) -> bool:
    return bool(
        reading.data
        and _YES_NO.search(reading.prompt.directions)
        and _ABOUT_TEXT.search(reading.question)
    )
