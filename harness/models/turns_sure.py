"""How sure the model is of its last answer, as a number on the asked scale, and on what it rests.

Runs in the model worker (zone G); pure; the text is hostile and capped. The number follows from how
much of the answer stands in the text: it says something about the answer, little about the world.
"""

from __future__ import annotations

import re

from harness.models.turns_values import stems

_SURE = re.compile(
    r"\bhow (?:sure|confident|certain)\b[^?\n]{0,40}\b(?:you|u|that|this|it)\b|"
    r"\b(?:your|ur) (?:confidence|certainty)\b|\bhow (?:likely|probable) is (?:it|that)\b|"
    r"\b(?:confidence|certainty)(?: level| score)?\s*\?|\bhow sure\b\W*$|\brate your (?:answer|"
    r"confidence|certainty)\b|\bwhat would (?:change|make you change) your mind\b|"
    r"\bare you (?:100|\d\d) ?%? (?:percent )?(?:sure|certain)\b",
    re.I,
)
_SCALE = re.compile(
    r"\b(?P<low>\d{1,2}) ?(?:to|-|–|and|through) ?(?P<high>\d{1,3})\b|\bout of (?P<of>\d{1,3})\b",
    re.I,
)
_OPEN = re.compile(
    r"\b(?:does not (?:say|settle|state)|not (?:stated|clear|settled)|could not find|unclear|"
    r"no (?:text|document)|cannot (?:say|tell|answer))\b",
    re.I,
)


def asks_how_sure(turn: str) -> bool:
    """Whether a turn asks how sure the last answer is."""
    return len(turn.split()) <= 30 and bool(_SURE.search(turn))


def how_sure(turn: str, answer: str, material: str) -> str:
    """A number and what it rests on.

    Args:
        turn: the question, which may name a scale; 0 to 100 without one.
        answer: what was said last.
        material: the text that it was taken from.
    """
    scale = _SCALE.search(turn)
    low, high = 0, 100
    if scale:
        low, high = (
            (int(scale["low"]), int(scale["high"])) if scale["low"] else (0, int(scale["of"]))
        )
    low, high = (low, high) if high > low else (0, 100)
    sentences = [s.strip() for s in re.split(r"(?<=[.!?;])\s+|\n+", material[:6_000]) if s.strip()]
    wanted = stems(answer)
    held = max(sentences, key=lambda s: len(stems(s) & wanted), default="")
    share = len(wanted & stems(material)) / max(1, len(wanted))
    share = 0.8 if _OPEN.search(answer) else 0.6 + 0.3 * share
    number = low + round(share * (high - low))
    unit = "%" if re.search(r"%|\bpercent\b", turn, re.I) else ""
    of = "" if unit else f" on the scale from {low} to {high}"
    if (held and stems(held) & (wanted | stems(turn))) or len(sentences) == 1:
        quote = held.strip(" \"'“”")[:200]
        rest = f"I go by “{quote}”, and a more exact text would change my mind"
    else:
        rest = (
            "I have no text to check it against, and a source that says otherwise would "
            "change my mind"
        )
    return f"About {number}{unit}{of}: {rest}."
