"""How well a reply answers its question, on the scale that a prompt gives for it.

Runs in the model worker; pure; the text is hostile and capped. What fools it: a reply of the right
kind that is wrong.
"""

from __future__ import annotations

import re

from harness.models.reading import Reading
from harness.models.scales import Scale
from harness.models.skills import answering_well

_OF_ANSWER = re.compile(
    r"\b(?:answer|reply|response)\b|\bhelpful|\bcomplete|\buseful|\brelevan|\bquality\b", re.I
)
_OF_TONE = re.compile(r"\b(?:polite|rude|friendly|tone|formal|angry|warm|kind|calm)\w*\b", re.I)
_QUESTION = re.compile(
    r"(?:^|\n)\s*(?:the )?(?:question|customer|user|request)\s*:\s*(\S[^\n]{3,400})", re.I
)
_REPLY = re.compile(
    r"(?:^|\n)\s*(?:the )?(?:answer|reply|response|agent|bot|assistant)\s*:\s*(\S[^\n]{1,1500})",
    re.I,
)
_FULL_ANSWER = 12
"""Words from which on an answer of the kind asked for counts as a full one."""


def worth(reading: Reading, scale: Scale) -> float | None:
    """How well a reply answers its question, 0 to 1; None where something else is rated."""
    whole = "\n".join(text for role, text in reading.prompt.messages if role != "assistant")[:8_000]
    asked, reply = _QUESTION.search(whole), _REPLY.search(whole)
    if asked is None or reply is None:
        return None
    told = whole.replace(asked[1], " ").replace(reply[1], " ")
    if not _OF_ANSWER.search(told) or _OF_TONE.search(f"{told} {scale.subject}"):
        return None
    if answering_well.answers(asked[1].strip(' "“”'), reply[1].strip(' "“”')) <= 0:
        share = 0.1
    else:
        share = 0.95 if len(reply[1].split()) >= _FULL_ANSWER else 0.7
    return share
