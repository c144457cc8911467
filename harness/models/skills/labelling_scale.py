"""A text on a scale of numbers, and the part of a text that speaks most for a label.

Runs in the model worker; the text is hostile and only read. What fools it: irony, and scales of
something that is neither good or bad nor named.
"""

from __future__ import annotations

import re

import numpy as np

from harness.models.features import Bank
from harness.models.labels import Label
from harness.models.reading import Reading
from harness.models.scales import Scale
from harness.models.skills.acts import feeling, leans
from harness.models.skills.labelling_replies import worth
from harness.models.skills.outcome import Outcome

WHY = re.compile(r"\b(?:reason\w*|why|because|explain\w*|justif\w+|explanation)\b", re.I)
NO_WHY = re.compile(
    r"\b(?:no|without|not|don'?t|never|skip)\b[^.\n]{0,20}\b(?:reason|expla|why|justif|comment)",
    re.I,
)
_STRONG = re.compile(
    r"!|\b(?:never again|ever|best|worst|disgrac\w*|outrag\w*|furious|horr\w+|awful|terribl\w*|"
    r"perfect\w*|"
    r"wonderful|fantastic|superb|spotless|divine|brilliant|dreadful|scandal\w*|unacceptable|hate|"
    r"love|"
    r"fourth time|third time|again and again|rude|filthy|disgust\w*|delight\w*|magnificent)\b",
    re.I,
)
_GOOD = "excellent, delighted, very good, happy, calm, satisfied"
_BAD = "terrible, disgusted, very bad, unhappy, furious, awful"
_NEGATIVE_WORDS = re.compile(
    r"\b(?:angry|upset|annoyed|rude|sad|unhappy|bad|negative|toxic|frustrated|dissatisfied|"
    r"disappointed)\b",
    re.I,
)
_URGENT_END = re.compile(
    r"\b(?:worst|critical|urgent|now|at once|immediate\w*|highest|severe|emergency|down|blocker|"
    r"top|most)\b",
    re.I,
)
_URGENT_WORDS = re.compile(r"\b(?:urgent|serious|severe|critical|important|pressing)\b", re.I)


def because(bank: Bank, reading: Reading, name: str) -> str:
    """The part of the text that speaks most for a label."""
    text = "\n".join(reading.data)[:3_000]
    parts = [p.strip() for p in re.split(r"(?<=[.!?;])\s+|\n+", text) if len(p.split()) >= 2][:12]
    if not parts:
        return ""
    meant = next(
        (f"{one.name}: {one.definition}" for one in reading.labels if one.name == name), name
    )
    rows = bank.features.encoder.encode([meant, *parts])
    best = parts[int((rows[1:] @ rows[0]).argmax())].strip(' "“”')
    return f"Reason: it says “{best}”"


def rated(bank: Bank, reading: Reading, scale: Scale) -> Outcome:
    """A number on the scale, never one outside it."""
    text = "\n".join(reading.data)[:3_000]
    answered = worth(reading, scale)
    share = _share(bank, scale, text) if answered is None else answered
    number = scale.low + round(share * (scale.high - scale.low))
    number = max(scale.low, min(scale.high, int(number)))
    unit = f" {scale.unit}{'' if number == 1 else 's'}" if scale.unit else ""
    told = reading.prompt.directions[:8_000]
    reason = (
        because(bank, reading, str(number)) if WHY.search(told) and not NO_WHY.search(told) else ""
    )
    return Outcome(f"{number}{unit}", str(number), {"confidence": 0.8}, (), reason)


def _share(bank: Bank, scale: Scale, text: str) -> float:
    """Where a text lies between the ends of a scale, 0 to 1."""
    if _URGENT_WORDS.search(scale.subject):
        share = urgency(bank, text)
        return 1 - share if _URGENT_END.search(scale.low_means) else share
    good = goodness(bank, text)
    if scale.low_means and scale.high_means:
        ends = _pole(bank, scale.high_means) - _pole(bank, scale.low_means)
        if abs(ends) < _SAME_ENDS:
            rows = bank.features.encoder.encode([text[:1_200], scale.low_means, scale.high_means])
            return float(1 / (1 + np.exp(-12 * (rows[0] @ rows[2] - rows[0] @ rows[1]))))
        return good if ends > 0 else 1 - good
    one = scale.low_means or scale.high_means
    if one:
        is_good = _pole(bank, one) > 0
        is_high = is_good if scale.high_means else not is_good
        return good if is_high else 1 - good
    if _NEGATIVE_WORDS.search(scale.subject):
        return 1 - good
    return good


_SAME_ENDS = 0.05


def _pole(bank: Bank, meaning: str) -> float:
    """Above 0 for words of praise, below for words of blame."""
    if re.match(r"(?:best|highest|top|most)\b", meaning):
        return 1.0
    if re.match(r"(?:worst|lowest|bottom|least)\b", meaning):
        return -1.0
    rows = bank.features.encoder.encode([meaning, _GOOD, _BAD])
    return float(rows[0] @ rows[1] - rows[0] @ rows[2])


def goodness(bank: Bank, text: str) -> float:
    """How pleased a text sounds, 0 to 1, further from the middle the stronger its words."""
    parts = [p for p in re.split(r"(?<=[.!?;])\s+|\n+", text) if len(p) > 8][:10]
    texts = [text[:1_200], *(parts if len(parts) > 1 else [])]
    odds = bank.heads.log_odds(bank.features.rows(texts), "concept.")
    names = bank.heads.after("concept.")
    up = np.maximum(odds[:, names.index("positive")], odds[:, names.index("praise")])
    down = np.maximum(odds[:, names.index("negative")], odds[:, names.index("complaint")])
    lean = np.clip(up - down, -6, 6)
    rows = bank.features.encoder.encode([*texts, _GOOD, _BAD])
    lean = lean + 6 * (rows[:-2] @ rows[-2] - rows[:-2] @ rows[-1])
    mean = float(0.5 * lean[0] + 0.5 * lean[1:].mean()) if len(lean) > 1 else float(lean[0])
    felt = feeling(text)
    mean = 5 * felt + 0.2 * mean if felt else mean
    strong = 1 + 0.35 * min(3, len(_STRONG.findall(text)))
    return float(1 / (1 + np.exp(-0.7 * strong * mean)))


def urgency(bank: Bank, text: str) -> float:
    """How urgent a text sounds, 0 to 1."""
    odds = bank.heads.log_odds(bank.features.rows([text[:1_200]]), "concept.")[0]
    names = bank.heads.after("concept.")
    lean = float(odds[names.index("urgent")] - odds[names.index("low")])
    told = leans((Label("urgent"), Label("routine")), text)
    lean = 0.5 * lean + 7 * float(told[0] - told[1])
    return float(1 / (1 + np.exp(-0.6 * lean)))
