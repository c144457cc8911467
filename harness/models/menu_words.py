"""A prompt's orders without the words of its menu, which order nothing.

Runs in the model worker (zone G); the text is hostile and only read. "refund: why money has not
come back" asks for no reason beside the label. What fools it: an order that repeats a meaning word
for word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.labels import Label

_LEAST = 4
_JOINED = re.compile(r"[^\W_][\s_./-]+[^\W_]")


def less_the_menu(told: str, labels: Sequence[Label]) -> str:
    """What is said beside the meanings of labels and their names of several words.

    Args:
        told: a prompt or a part of it.
        labels: as the prompt was read; may be empty.
    """
    meant = [one.definition for one in labels if len(one.definition) >= _LEAST]
    named = [one.name for one in labels if _JOINED.search(one.name)]
    for words in sorted((*meant, *named), key=len, reverse=True):
        told = told.replace(words, " ")
    return told
