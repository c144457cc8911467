"""Which task a prompt sets: classify, extract, qa, summarise, rewrite, judge or chat.

Runs in the model worker (zone G); the text is hostile.
"""

from __future__ import annotations

import re

import numpy as np

from harness.models.layers import Matrix

NAMES = ("classify", "extract", "qa", "summarise", "rewrite", "judge", "chat")
_QUESTION_WORD = re.compile(
    r"^\W*(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|does|do|"
    r"did|can|could|will|would|may|must|should|has|have|am)\b",
    re.I,
)


def is_question(text: str) -> bool:
    """Whether a sentence asks something."""
    return text.rstrip(" \"'”»\n)*").endswith("?") or bool(
        _QUESTION_WORD.match(text) and len(text) < 200 and not text.rstrip().endswith((".", ":"))
    )


def route(read: Matrix) -> str:
    """The task with the highest of the reader's scores, which stand in the order of NAMES."""
    return NAMES[int(np.argmax(read))]
