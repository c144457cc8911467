"""Which task a prompt's form leaves no doubt of: labels and a text, a source and a claim, a schema.

Runs in the model worker (zone G); pure; the text is hostile, capped, and every repeat is bounded.
Work that goes by words ("sort", "list", "how many") is asked after this: a text to be labelled may
say any of them. Cheap tests come first, so that a prompt without such a form costs next to nothing.
What fools it: a text that names all of the labels, and labels that nothing in the prompt offers.
"""

from __future__ import annotations

import re

from harness.models.reading import Reading
from harness.models.skills import extract, orders
from harness.models.skills.statements import marked_statement

_MOST_CHARS = 8_000
_MOST_ORDER = 2_000
_LEAST_TEXT = 20
"""Words from which on a text is one to be summed up."""
_POLAR = frozenset("y n yes no ja nein oui non sí si true false".split())
_OFFERS = re.compile(
    r"\b(?:sort(?!ed)|classif\w+|categor\w+|label(?!s?\s?:)|labels|labell?ed|tags?|route|assign|file|group|put|"
    r"triage|pick|choose|select|decide|rate|intents?|topics?|options?|classes|kinds?|moods?|tone|"
    r"sentiment|urgency|priority|severity|which of|one of|either|one (?:word|letter|label)|"
    r"(?:answer|reply|respond|return|output|give|say|write)s? (?:me )?(?:only )?(?:with )?"
    r"(?:just |only )?(?:the |a |one |its )?(?:label|letter|word|number|code|category|name)|"
    r"(?:word|letter|label|number|code|category)s? (?:only|alone)|"
    r"(?:ordne|sortiere?|einordnen|klassifizier\w*|clasifica|classe[rz]?)|"
    r"(?:is|are) (?:this|it|that|the|each|these|they)|(?:reply|answer|respond)(?: with)?)\b",
    re.I,
)
_WRITES = re.compile(
    r"\b(?:write|draft|compose|send)\b[^.\n]{0,30}\b(?:e-?mail|mail|letter|note|message|reply)\b",
    re.I,
)
_SKETCH = re.compile(
    r"\{\s{0,4}[\"']?\w{1,30}[\"']?\s{0,3}(?:[,}]|:\s{0,3}(?:[,}<{]|\[\s{0,3}[\"'<{.]|\"?\.{3}|\"<|\"\"|"
    r"(?:str(?:ing)?|number|int(?:eger)?|float|bool(?:ean)?|date|null|true or false|YYYY)\b|"
    r"\"(?:string|number|HH:MM|YYYY)))",
    re.I,
)
_BULLETS = re.compile(
    r"(?:^[ \t]{0,4}[-*•] ?[A-Za-z][\w ]{1,30}(?:\([^)\n]{1,60}\)|:[^\n]{0,80})?[ \t]*\n){2,}", re.M
)
_OF_WRITER = re.compile(
    r"^\W*(?:is|are|was|does|do|did|has|have)\b[^?\n]{0,80}\b(?:writer|sender|author|customer|guest|"
    r"patient|tenant|caller|client|user|member|message|mail|e-?mail|review|report|note|ticket|post|"
    r"comment|letter|text)\b",
    re.I,
)
_IS_THIS = re.compile(r"^\W*(?:is|was|does|did) (?:this|it|that)\b(?: [\w-]{1,16}){1,6}\?", re.I)
_SET_APART = re.compile(
    r"(?:^|[\n.:?!;)>|\]] ?|\s)[\"“„«'`\[(<]{1,3}\s*$|\n\s*$|[\w)\]\"”*][*\"”]{0,2}\s?:\**\s*$|"
    r"\W[-–—>]+\s*$|```\w*\s*$|<[A-Za-z][\w -]{0,40}>\s*$"
)


def settled_task(reading: Reading) -> str:
    """The task that the form of a prompt settles; empty where its form leaves it open.

    Args:
        reading: the prompt, understood.
    """
    if reading.task == "classify" and (offers_labels(reading) or asks_of_writer(reading)):
        return "classify"
    if reading.task == "judge" and marked_statement(reading):
        return "judge"
    if reading.task == "extract" and sketches_record(reading):
        return "extract"
    if reading.task == "summarise" and len(" ".join(reading.data).split()) >= _LEAST_TEXT:
        told = reading.prompt.directions[:_MOST_ORDER]
        return "summarise" if orders.sums_up(told) and not _WRITES.search(told) else ""
    return ""


def offers_labels(reading: Reading) -> bool:
    """Whether labels are offered beside a text that is set apart from them."""
    names = [label.name.lower() for label in reading.labels]
    messages = reading.prompt.messages
    if len(names) < 2 or _POLAR.issuperset(names) or not messages:
        return False
    said = messages[-1][1]
    texts = [text for _, text in reading.items] or list(reading.data)
    if len(said) > _MOST_CHARS or not texts or len(texts[0].split()) < 2:
        return False
    beside = _beside(reading, said, texts)
    if beside is None:
        return False
    held = "\n".join(texts).lower()
    if all(name in held for name in names):
        return False  # the text is the list itself
    low = beside.lower()
    return all(name in low for name in names) and _OFFERS.search(beside) is not None


def asks_of_writer(reading: Reading) -> bool:
    """Whether yes or no is asked of a message that stands quoted or under a line of its own."""
    if len(reading.labels) != 2 or len(reading.data) != 1 or not reading.question:
        return False
    if not _POLAR.issuperset(label.name.lower() for label in reading.labels):
        return False
    said, text = reading.prompt.messages[-1][1], reading.data[0].strip()
    at = said.find(text)
    if at < 0 or len(text.split()) < 3:
        return False
    if not (_OF_WRITER.match(reading.question) or _IS_THIS.match(reading.question)):
        return False
    return said[:at].rstrip(' \t"“„«').endswith(("\n", ":"))


def sketches_record(reading: Reading) -> bool:
    """Whether an order shows a record with nothing in it yet, beside a text that is none."""
    told = reading.prompt.directions[:_MOST_CHARS]
    if "{" not in told and reading.data and "json" in told.lower() and _BULLETS.search(told):
        return not any("{" in text for text in reading.data)
    if "{" not in told or not reading.data or any("{" in text for text in reading.data):
        return False
    return _SKETCH.search(told) is not None and extract.wants_record(reading)


def _beside(reading: Reading, said: str, texts: list[str]) -> str | None:
    """What stands beside the texts, the system message too; None where nothing sets them apart."""
    system = "\n".join(
        text for role, text in reading.prompt.messages[:-1] if role in ("system", "developer")
    )[:_MOST_CHARS]
    rest, is_apart = said, bool(reading.items)
    for text in texts[:20]:
        at = rest.find(text.strip()[:200])
        if at < 0:
            return None if not reading.items else f"{system}\n{rest}"
        front = rest[:at]
        is_apart = is_apart or _SET_APART.search(front[-80:]) is not None
        is_apart = is_apart or (bool(system) and not front.strip())
        rest = f"{front} {rest[at + len(text.strip()) :]}"
    return f"{system}\n{rest}" if is_apart else None
