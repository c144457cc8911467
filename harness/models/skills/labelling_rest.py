"""A menu's own label for what fits none of the others, for talk that has nothing to do with them.

Runs in the model worker; pure; the text is hostile and capped. A greeting, small talk, a question
about the world and an order to the model are no case of any label, unless a label names just that.
What fools it: talk that shares a word with a label.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models import beyond, fitting
from harness.models.labels import Label, humanise
from harness.models.reading import Reading
from harness.models.routing import rest_of
from harness.models.skills.acts import leans
from harness.models.skills.talk import topics
from harness.models.turns_values import stems

_MOST_WORDS = 24
NONE = "none of these, something else"
_TALK = frozenset(
    "hello thanks bye how model rules joke poem code world weather news image who age".split()
)
_TALKS = re.compile(
    r"\b(?:greet\w*|hello|talk|chat|thank\w*|praise|questions?|joke|poem|weather|news|"
    r"code|world|feedback|complain\w*|spam|translat\w*)\b",
    re.I,
)
_ORDERS = re.compile(
    r"^\W*(?:please )?(?:tell me a|write (?:me )?an?|ignore|sing|translate|compose|draw|paint|"
    r"recommend|explain)\b|^[\d\s+*/x×.=?()-]{3,}$",
    re.I,
)


def beside_all(reading: Reading) -> Label | None:
    """The label for what fits none, where the text is talk that no other label speaks of.

    Args:
        reading: the prompt, understood, with at least two labels.
    """
    rest = rest_of(reading.labels)
    text = " ".join(reading.data).strip()
    if rest is None or not text or len(text.split()) > _MOST_WORDS:
        return None
    others = tuple(label for label in reading.labels if label is not rest)
    spoken = " ".join(f"{humanise(one.name)} {one.definition}" for one in others)
    if _TALKS.search(spoken) or stems(text) & stems(spoken):
        return None
    found = set(topics(text)) & _TALK
    is_talk = bool(found or fitting.talk(text) or _ORDERS.match(text))
    is_talk = is_talk or bool(beyond.said_of(text, has_text=False))
    if not is_talk or float(leans(reading.labels, text).max(initial=0.0)) > 0.5:
        return None
    return rest


def with_plain_rest(reading: Reading) -> Reading:
    """The reading with the label for what fits none explained as such."""
    rest = rest_of(reading.labels)
    if rest is None or rest.definition == NONE:
        return reading
    labels = tuple(replace(one, definition=NONE) if one is rest else one for one in reading.labels)
    return replace(reading, labels=labels)
