"""Labels that stand in a list of conditions alone: "if they scold it is a complaint, otherwise …".

Runs in the model worker (zone G); pure; the text is hostile and capped. Aliases of exercises do not
come here. A list of verbs inside a condition ("they fetch, keep or lend something") is no list of
choices; a list that stands beside the conditions is one, and wins. What fools it: conditions that
sort nothing, in a prompt that wants one word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from harness.models.branches import LEFT, Branch, noun_branches
from harness.models.label_blocks import beside
from harness.models.labels import Label
from harness.models.plain_labels import ONE_OF_THEM
from harness.models.reading import Reading

_MOST_CHARS = 4_000
_MOST_ORDER = 8
"""Words of an order for one word or label that was taken for the text."""
_TASKS = ("classify", "chat", "qa", "judge")
_SORTS = re.compile(r"\b(?:sort|classif|categor|label|tag)\w*", re.I)
_ORDER = re.compile(
    r"^\W*(?:\w[^.!\n]{0,40}\b(?:word|label|name)(?: only| alone)?[.!](?:\s+|$))?"
    r"(?:[A-Z][\w ]{1,24}:\s+)?"
)
"""What may stand between the conditions and the text: an order for one word, a head."""


def by_conditions(reading: Reading, quote: tuple[int, int] | None) -> Reading | None:
    """The reading with the labels that its conditions name; None where others hold.

    Args:
        reading: the prompt, understood.
        quote: where its last message holds a quotation that may be the text to sort.
    """
    said = reading.prompt.messages[-1][1]
    system = "\n".join(
        text for role, text in reading.prompt.messages[:-1] if role in ("system", "developer")
    )
    if reading.task not in _TASKS or reading.scale is not None or len(said) > _MOST_CHARS:
        return None
    for where in (said, system):
        found = noun_branches(where)
        if where is said and quote:
            found = tuple(one for one in found if not quote[0] <= one.start < quote[1])
        if not _is_set(found) or not _are_inside(reading.labels, found, where):
            continue
        if not _wants_label(reading, where, found):
            continue
        text = said.strip() if where is system else _text(reading, said, found, quote)
        if re.search(r"\w", text):
            return replace(
                reading, task="classify", labels=_labels_of(found), data=(text,), question="",
                coded=False, bound=True,
            )  # fmt: skip
    return None


def ordered(system: str) -> tuple[Label, ...]:
    """The labels that the conditions of a system message name, where it orders one word or label.

    Args:
        system: the system messages, joined.
    """
    return _labels_of(noun_branches(system)) if ONE_OF_THEM.search(system) else ()


def _labels_of(found: Sequence[Branch]) -> tuple[Label, ...]:
    """The labels of branches with their conditions; the one for the rest says what it is itself."""
    meant: dict[str, Label] = {}
    for one in found:
        meaning = "" if one.meaning == LEFT else one.meaning
        meant.setdefault(one.name.lower(), Label(one.name, meaning))
    return tuple(meant.values())


def _is_set(found: Sequence[Branch]) -> bool:
    return len({one.name.lower() for one in found}) >= 2


def _are_inside(labels: Sequence[Label], found: Sequence[Branch], where: str) -> bool:
    """Whether the labels that were read are parts of the conditions, or too few of their names."""
    named = {one.name.lower() for one in found}
    others = [one.name for one in labels if one.name.lower() not in named]
    if not others:
        return len(labels) < len(named)
    told = "\n".join(where[one.start : one.end] for one in found)
    return all(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", told) for name in others)


def _wants_label(reading: Reading, where: str, found: Sequence[Branch]) -> bool:
    """Whether one word or label is ordered, or the prompt sorts a text that stands apart."""
    told = where
    for one in reversed(found):
        told = f"{told[: one.start]} {told[one.end :]}"
    if ONE_OF_THEM.search(told):
        return reading.task == "classify" or not reading.prompt.question
    sorts = reading.task == "classify" and (len(reading.labels) >= 2 or _SORTS.search(told))
    return bool(sorts and _data_apart(reading, where, found))


def _data_apart(reading: Reading, where: str, found: Sequence[Branch]) -> str:
    """What was read as data; empty where it reaches into a condition, or is the order."""
    told = [where[one.start : one.end] for one in found]
    for text in reading.data:
        start = where.find(text)
        end = start + len(text)
        if any(one in text for one in told) or any(
            start >= 0 and one.start < end and start < one.end for one in found
        ):
            return ""
    data = "\n".join(reading.data).lstrip(" .,;:)\n").strip()
    is_order = len(data.split()) <= _MOST_ORDER and ONE_OF_THEM.search(data)
    return "" if is_order or len(data.split()) < 2 else data


def _text(
    reading: Reading, said: str, found: Sequence[Branch], quote: tuple[int, int] | None
) -> str:
    """The quotation, what was read as data, or what stands below the conditions or above them."""
    data = _data_apart(reading, said, found)
    quoted = said[slice(*quote)].strip(' "“”„«»') if quote else ""
    is_said = any(quote and one.start <= quote[0] < one.end for one in found)
    if data and (is_said or quoted in data):
        return data
    if quoted and not is_said:
        return quoted
    below = _ORDER.sub("", said[found[-1].end :], count=1).strip()
    above = said[: found[0].start].strip()
    above = above.rpartition("\n")[0] or above  # a line that leads to the conditions is no text
    return (beside(below) if "\n" in below else below) or beside(above)
