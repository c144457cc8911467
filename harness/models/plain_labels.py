"""Labels and texts that stand plainly in a prompt which was read as other work, or lost its text.

Runs in the model worker (zone G); pure; the text is hostile, capped, and every repeat is bounded.
Aliases of exercises do not come here. A numbered menu without marks and an order for the number,
at least three labels beside a text and an order for one of them, a choice between two JSON
records of true and false, and a text behind a head where the order was taken for the text.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.labels import Label
from harness.models.reading import Reading

_MOST_CHARS = 4_000
_MENU = re.compile(
    r"^[^\n]{3,200}[?:][ \t]*\n(?P<rows>"
    r"(?:[ \t]{0,4}\(?\d{1,2}[.):]?[ \t]{1,3}[A-Za-z][^\n?]{1,60}\n){2,12})",
    re.M,
)
_ROW = re.compile(r"^\s*\(?(?P<number>\d{1,2})[.):]?\s+(?P<meaning>[^\n]+)$", re.M)
_NUMBER = re.compile(
    r"\b(?:number|digit|code)s? (?:only|alone)\b|\b(?:only|just) (?:with )?(?:the|a|its|one) "
    r"(?:number|digit)\b|\b(?:answer|reply|respond|give|return|output|write)\b[^.\n]{0,20}\b(?:the|"
    r"a|its|one) (?:number|digit)\b",
    re.I,
)
ONE_OF_THEM = re.compile(
    r"\b(?:one|a|single) (?:word|label|of (?:the|these|them))\b|\b(?:with|only|just|give|return|"
    r"output|reply|answer)\b[^.\n]{0,12}\b(?:the|its|one|a) (?:[a-z]{2,16} )?(?:label|word|"
    r"category|name|class|tag|topic|section|department|queue|level|severity)\b|\b(?:label|word|category|"
    r"class|tag|name)s? (?:only|alone)\b",
    re.I,
)
_TRUTHS = re.compile(
    r"\{\s{0,3}[\"'](?P<key>\w{1,30})[\"']\s{0,3}:\s{0,3}(?:true|false)\s{0,3}(?:\}\s{0,3}(?:or|/|\||,)"
    r"\s{0,3}\{\s{0,3}[\"'](?P=key)[\"']\s{0,3}:\s{0,3}|(?:or|/|\|)\s{0,3})(?:true|false)\s{0,3}\}",
    re.I,
)
_ASKS_OF = re.compile(
    r"^\W*(?:is|are|was|were|does|do|did|has|have|can|will|would)\b[^?\n]{4,160}\?", re.I
)
_BETWEEN = (
    r"[\"'`*]{0,2}[ \t]{0,3}(?:[,|/][ \t]{0,3}(?:(?:or|and)[ \t]{1,3})?|(?:or|and)[ \t]{1,3})"
    r"[\"'`*]{0,2}"
)
_NO_NAME = re.compile(
    r"(?:from|in|that|this|the|not|no|yes|of|to|and|or|with|for|on|at|an?|it|nothing)\b|"
    r"(?:\S+\s+){3}",
    re.I,
)
_HEADED = re.compile(
    r"^[ \t]*(?:question|message|text|mail|e-?mail|request|note|review|comment|ticket|complaint|"
    r"report|call|post|input|enquiry|inquiry|query)[ \t]*:[ \t]*(?P<text>\S[^\n]{8,2000})$",
    re.M | re.I,
)
_ORDERS = re.compile(
    r"^\W*(?:please )?(?:reply|answer|respond|return|output|give|write|say|only|just|use)\b"
    r"[^\n]{0,90}$",
    re.I,
)
_MARKS = ' "“”„«»'


def with_plain_labels(reading: Reading) -> Reading:
    """The reading as work that sorts, where its form leaves no doubt of that; else as it is.

    Args:
        reading: the prompt, understood.
    """
    messages = reading.prompt.messages
    if not messages or reading.scale is not None or reading.items or reading.prompt.examples:
        return reading
    said = messages[-1][1]
    if len(said) > _MOST_CHARS or any(role == "assistant" for role, _ in messages):
        return reading
    if reading.task == "classify":
        return _with_headed_text(reading, said)
    if (
        reading.task in ("qa", "judge", "extract")
        and "{" in said
        and (mark := _TRUTHS.search(said))
    ):
        return _with_truths(reading, said, mark)
    if reading.task not in ("qa", "chat", "summarise", "rewrite", "judge"):
        return reading
    menu = _MENU.search(said) if len(messages) == 1 else None
    if menu is not None and _NUMBER.search(said):
        return _with_menu(reading, said, menu)
    return _with_offered(reading, said)


def _with_menu(reading: Reading, said: str, menu: re.Match[str]) -> Reading:
    """`Why does she write?`, numbered answers, an order for the number, and a text."""
    labels = tuple(
        Label(row["number"], row["meaning"].strip(" .,;")) for row in _ROW.finditer(menu["rows"])
    )
    numbers = [int(one.name) for one in labels]
    text = "\n".join(text for text in reading.data if text not in menu[0]).strip(_MARKS)
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or len(text.split()) < 2:
        return reading
    if any(row in text for row in menu["rows"].splitlines()):
        return reading
    return replace(reading, task="classify", labels=labels, data=(text,), coded=True, question="")


def _with_offered(reading: Reading, said: str) -> Reading:
    """At least three labels in one line of the order, which wants one of them, and a text."""
    names = [label.name.lower() for label in reading.labels]
    text = "\n".join(reading.data).strip()
    if len(set(names)) < 3 or len(text.split()) < 3 or any(map(_NO_NAME.match, names)):
        return reading
    beside = said
    for data in reading.data:
        beside = beside.replace(data, "\n")
    in_a_row = _BETWEEN.join(map(re.escape, names))
    if (
        not re.search(in_a_row, beside, re.I)
        or not ONE_OF_THEM.search(beside)
        or any(name in text.lower() for name in names)
    ):
        return reading
    return replace(reading, task="classify", data=(text.strip(_MARKS),), question="")


def _with_truths(reading: Reading, said: str, mark: re.Match[str]) -> Reading:
    """`Does the mail ask for a refund? {"refund": true} or {"refund": false}`."""
    asked = _ASKS_OF.match(said)
    text = "\n".join(reading.data).strip(_MARKS)
    if asked is None or len(text.split()) < 3 or mark[0] in text or mark.start() < asked.start():
        return reading
    labels = (Label("true"), Label("false"))
    return replace(reading, task="classify", labels=labels, question=asked[0].strip(), data=(text,))


def _with_headed_text(reading: Reading, said: str) -> Reading:
    """The text behind a head such as "Question:", where an order was taken for the text."""
    if len(reading.data) != 1 or not _ORDERS.match(reading.data[0].strip()):
        return reading
    heads = list(_HEADED.finditer(said))
    if len(heads) != 1 or heads[0]["text"].strip() in reading.data[0]:
        return reading
    return replace(reading, data=(heads[0]["text"].strip(_MARKS),), question="")
