"""Labels in forms that the reader does not take for labels: a column of words, codes, capitals.

Runs in the model worker (zone G); pure; the text is hostile, capped, and every repeat is bounded.
Aliases of exercises do not come here. A column stands under a line that ends with a colon, a code
before what it stands for ("W1 leak, W2 no water"), capitals behind an order to answer or alone.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.labels import Label
from harness.models.reading import Reading
from harness.models.skills.statements import headed_lines, marked_statement

_MOST_CHARS = 6_000
_COLUMN = re.compile(
    r"^(?P<head>[^\n]{3,200}):[ \t]*\n(?P<rows>(?:[ \t]{0,6}[-*•]?[ \t]{0,3}[A-Za-z][\w/-]{1,24}"
    r"(?: [\w/-]{1,20}){0,3}[ \t]{0,6}(?:\n|$)){2,24})",
    re.M,
)
_SORTS = re.compile(
    r"\b(?:sort\w*|rout\w+|classif\w+|categor\w+|labels?|tags?|topics?|departments?|teams?|queues?|"
    r"one of|choose|pick|assign\w*|intents?|options|classes|kinds?|types?|folders?|triage|file)\b",
    re.I,
)
_CODED = re.compile(r"[A-Z]{1,3}\d{1,2} [a-z][^,;.:\n]{2,60}(?:[,;]\s|\n)")
_CODE = re.compile(r"(?<![\w-])(?P<name>[A-Z]{1,3}\d{1,2}) (?P<meaning>[a-z][^,;.:\n]{2,60})")
_CAPS = r"[A-Z][A-Z\d]{1,15}(?:[_ -](?!OR\b)[A-Z\d]{1,15}){0,3}"
_LETTER_OR_CAPS = rf"(?:{_CAPS}|[A-Z](?![\w'’]))"
ANSWERS = re.compile(
    rf"(?:\b(?i:reply|answer|respond|output|return|say|write|give|print)(?i: me)?(?i: only| just)?"
    rf"(?i: with)?(?i: either| only| just| exactly)?:? |(?:^|[.?!:\n] ?))[\"“'`]?"
    rf"(?P<list>{_LETTER_OR_CAPS}(?:[\"”'`]?(?:, ?| ?/ ?)[\"“'`]?{_LETTER_OR_CAPS}){{0,6}}"
    rf"[\"”'`]?,? ?(?:(?i:or)|/) ?[\"“'`]?{_LETTER_OR_CAPS})[\"”'`]?"
    r"(?=[\s.,;:!?]|$)(?!\s[A-Z]{2})",
    re.M,
)
_PART = re.compile(_LETTER_OR_CAPS)
_VERDICTS = frozenset(
    "pass fail supported not_supported unsupported faithful unfaithful hallucinated correct "
    "incorrect entailed contradicted refuted grounded ungrounded".split()
)
_BETWEEN = re.compile(
    r"\b(?:decide|choose|pick|distinguish|tell|select)\b[^.\n]{0,20}\bbetween (?P<a>[\w-]{2,24}) "
    r"and (?P<b>[\w-]{2,24})\b",
    re.I,
)
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{6,5000})[\"”»“]")
_ORDERS = re.compile(r"\W*(?:answer|reply|return|respond|output|give|code|label)\b", re.I)
_HEADED = re.compile(r"[^\n:]{0,60}: *(?P<text>\S[^\0]{6,5000})$")


def with_listed(reading: Reading) -> Reading:
    """The reading with the labels that its prompt lists in one of these forms.

    Args:
        reading: the prompt, understood.
    """
    if reading.scale is not None or not reading.prompt.messages:
        return reading
    said = reading.prompt.messages[-1][1]
    system = "\n".join(
        text for role, text in reading.prompt.messages[:-1] if role in ("system", "developer")
    )
    if len(said) + len(system) > _MOST_CHARS or reading.task not in (
        "classify", "chat", "judge", "qa",
    ):  # fmt: skip
        return reading
    told = f"{system}\n{said}"
    for text in reading.data:
        told = told.replace(text, " ")
    capitals = in_capitals(told)
    shown = {answer.strip() for _, answer in reading.prompt.examples}
    if capitals and not shown & set(capitals):
        return _with_capitals(reading, capitals)
    if reading.prompt.examples:
        return reading
    if len(reading.labels) >= 2 and all(one.definition for one in reading.labels):
        return reading
    labels = _codes(told) if _CODED.search(told) else ()
    if not labels and len(reading.labels) < 2:
        labels = _column(system or said) or _pair(said)
    if len(labels) < 2:
        return reading
    text = _text_beside(reading, labels, said, has_system=bool(system))
    if len(text.split()) < 2:
        return reading
    coded = all(one.definition for one in labels)
    return replace(reading, task="classify", labels=labels, data=(text,), coded=coded, question="")


def with_verdicts(reading: Reading) -> Reading:
    """A prompt read as another task, where it allows verdicts for a statement and its source."""
    messages = reading.prompt.messages
    if not messages or reading.prompt.examples:
        return reading
    told = "\n".join(text for role, text in messages if role != "assistant")[:_MOST_CHARS]
    names = in_capitals(told)
    is_verdict = bool(names) and {n.lower().replace(" ", "_") for n in names} <= _VERDICTS
    if is_verdict and (marked_statement(reading) or headed_lines(messages[-1][1])):
        labels = tuple(map(Label, names))
        return replace(reading, task="judge", labels=labels, coded=False)
    return reading


def in_capitals(told: str) -> tuple[str, ...]:
    """The answers in capitals that a prompt allows: "Reply ALLOW or BLOCK"; empty without them."""
    for mark in ANSWERS.finditer(told[:_MOST_CHARS]):
        names = tuple(part[0].strip() for part in _PART.finditer(mark["list"]))
        names = tuple(name for name in names if name not in ("OR", "AND"))
        if 2 <= len(names) == len(set(names)) and any(len(name) > 1 for name in names):
            return names
    return ()


def _with_capitals(reading: Reading, names: tuple[str, ...]) -> Reading:
    """The reading with the words that its order allows, as a verdict where they are verdicts."""
    mine = [one.name for one in reading.labels]
    if set(mine) == set(names):
        return reading
    known = {one.name.lower(): one for one in reading.labels}
    labels = tuple(replace(known.get(name.lower(), Label(name)), name=name) for name in names)
    is_verdict = {name.lower().replace(" ", "_") for name in names} <= _VERDICTS
    messages = reading.prompt.messages
    is_held = is_verdict and (marked_statement(reading) or bool(headed_lines(messages[-1][1])))
    if reading.task == "judge" or is_held:
        return replace(reading, task="judge", labels=labels, coded=False)
    if is_verdict or not reading.data or (reading.coded and len(mine) >= len(names)):
        return reading
    if not all(len(name) > 1 for name in names) or reading.task == "qa":
        return reading
    return replace(reading, task="classify", labels=labels, coded=False, question="")


def _codes(told: str) -> tuple[Label, ...]:
    """`W1 leak in the street, W2 no water`: codes of a letter and a number with what they mean."""
    found: list[Label] = []
    end = -1
    for mark in _CODE.finditer(told):
        if end >= 0 and not 0 < mark.start() - end <= 6:
            if len(found) >= 2:
                break
            found = []
        if all(one.name != mark["name"] for one in found):
            found.append(Label(mark["name"], mark["meaning"].strip(" ()?")))
        end = mark.end()
    return tuple(found) if len(found) >= 2 else ()


def _column(where: str) -> tuple[Label, ...]:
    """Words on lines of their own, under a line that sorts and ends with a colon."""
    for mark in _COLUMN.finditer(where[:_MOST_CHARS]):
        rows = [row.strip(" \t-*•") for row in mark["rows"].splitlines() if row.strip()]
        if _SORTS.search(mark["head"]) and len({row.lower() for row in rows}) == len(rows) >= 2:
            return tuple(map(Label, rows))
    return ()


def _pair(said: str) -> tuple[Label, ...]:
    """`decide between A and B`."""
    mark = _BETWEEN.search(said)
    return (Label(mark["a"]), Label(mark["b"])) if mark else ()


def _text_beside(
    reading: Reading, labels: tuple[Label, ...], said: str, *, has_system: bool
) -> str:
    """The text to be labelled: what was read as data unless it holds the labels, or what is led."""
    quoted = max(_QUOTED.findall(said), key=len, default="")
    data = "\n".join(reading.data).strip()
    if len(quoted.split()) >= 2 and (not data or _ORDERS.match(data)):
        return str(quoted)
    if data and sum(one.name in data for one in labels) < 2:
        return data
    if has_system:
        return said.strip()
    led = _HEADED.search(said[-3_000:])
    return led["text"].strip(' "“”') if led else ""
