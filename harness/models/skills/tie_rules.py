"""Which label a prompt wants where a text has two subjects.

Runs in the model worker; the prompt is hostile and only read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.labels import Label, humanise
from harness.models.reading import Reading

_TIE_CUE = re.compile(
    r"\b(?:both|mixed|ambigu\w+|tie|torn|doubt|unclear|two|several|more than one|"
    r"overlap\w*|borderline|hesitate|could go either|prefer|"
    r"beats?|wins?|winner|trumps?|outranks?|precedence|over)\b|=>|->",
    re.I,
)
_BEATS = re.compile(
    r"\b(?:beats?|wins? over|trumps?|outranks?|takes? precedence over|goes before|over)\b", re.I
)
_FIRST_LISTED = re.compile(r"\b(?:first|upper|earliest|comes first|higher in the list)\b", re.I)


def rule_winner(reading: Reading, labels: Sequence[Label], mixed: Sequence[int]) -> int | None:
    """The label that the prompt's tie-break rule prefers, or None without a usable rule.

    Args:
        reading: the prompt, understood.
        labels: that it offers.
        mixed: places of those that different parts of the text speak for.
    """
    if reading.found.kinds.tiebreak < 0.5:
        return None
    names = [humanise(label.name) for label in labels]
    for sentence in reading.prompt.instructions:
        if not _TIE_CUE.search(sentence):
            continue
        low = humanise(sentence)
        mentions = sorted(
            (m.start(), i) for i, name in enumerate(names) for m in _mentions(name, low)
        )
        beats = _BEATS.search(low)
        if mentions and len(mentions) < len(names) * 2:
            if beats:
                before = [i for at, i in mentions if at < beats.start()]
                if before:
                    return before[-1]
            if len({i for _, i in mentions}) < len(names) or len(mentions) > len(names):
                return mentions[-1][1]
        if not mentions and _FIRST_LISTED.search(sentence):
            return min(mixed)
    return None


def _mentions(name: str, low: str) -> list[re.Match[str]]:
    """Where a label is named, by the first of its words."""
    stem = name.split()[0] if len(name.split()) > 1 and len(name.split()[0]) > 2 else name
    return list(re.finditer(rf"\b{re.escape(stem)}", low))
