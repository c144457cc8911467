"""What the model says when nobody sets it one of its tasks: short, honest, pointing the way.

Runs in the model worker; pure.
"""

from __future__ import annotations

import re

from harness.models.reading import Reading
from harness.models.skills.outcome import Outcome

_CAN = (
    "classify texts, answer questions about a document you paste, summarise, "
    "extract fields, rewrite and check claims"
)
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|evening|afternoon|day)|nice to meet you|yo|ping|test)\b",
    re.I,
)
_THANKS = re.compile(r"\b(?:thanks|thank you|thx|cheers)\b", re.I)
_WHO = re.compile(
    r"\b(?:who|what) (?:are|made|built|can|model)\b.{0,20}\byou\b|\bable to\b|"
    r"\bhelp (?:me )?with\b|\bare you (?:a|an|real|human)|what (?:can|could) you",
    re.I,
)
_PROMPT = re.compile(r"\b(?:system prompt|your (?:instructions|rules|prompt))\b", re.I)
_WORD = re.compile(r"[^\W\d_]{2,}")
_VOWEL = re.compile(r"[aeiouyà-öø-ÿа-яα-ωあ-んア-ン一-龯가-힣]", re.I)


def chat(reading: Reading) -> Outcome:
    """A sentence or two for a prompt outside the model's tasks."""
    text = reading.prompt.messages[-1][1].strip() if reading.prompt.messages else ""
    said = _reply(text[:2_000])
    return Outcome(said, said)


def _reply(text: str) -> str:
    words = _WORD.findall(text)
    readable = [word for word in words if _VOWEL.search(word) and len(word) < 25]
    if not readable or len(readable) * 2 < len(words):
        return f"I could not read a task in that. Give me one: I can {_CAN}."
    if _THANKS.search(text) and len(words) < 12:
        return "You are welcome. Send me the next text when you are ready."
    if _PROMPT.search(text):
        return (
            f"There is nothing hidden here: I am a simulated model for practice and I can {_CAN}."
        )
    if _GREETING.search(text) or _WHO.search(text):
        return (
            f"Hello. I am a simulated model for practice, not a large language model. I can {_CAN}."
        )
    return f"I am a simulated practice model and cannot do that one, but I can {_CAN}."
