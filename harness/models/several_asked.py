"""Prompts that want every label that fits: which words ask for several, and the labels offered.

Runs in the model worker (zone G); pure; the text is hostile and capped; every repeat is bounded.
Aliases of exercises do not come here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from harness.models.labels import Label
from harness.models.reading import Reading

_MOST_CHARS = 6_000
_CUES = ("all ", "every", "any ", "several", "multi", "more than one", "which ", "one or more",
         "as many", "separated", "comma", "tags", "topics", "labels", "zero or")  # fmt: skip
_NAME = r"[\"“'`#]{0,2}[A-Za-z][\w-]{0,24}(?:[ /&][\w-]{1,20}){0,2}[\"”'`]?"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Compiled where the first prompt asks for several labels."""
    noun = (
        r"(?:labels?|tags?|topics?|categor(?:y|ies)|themes?|aspects?|subjects?|areas?|issues?|"
        r"departments?|intents?|codes?)"
    )
    return {
        "several": re.compile(
            rf"\ball (?:the )?(?:\w+ )?(?:labels|tags|topics|categories|that (?:apply|fit|"
            rf"match))\b|"
            rf"\bseveral (?:labels |tags )?(?:(?:are|is|may be) )?(?:possible|allowed|ok)\b|"
            rf"\bmore than one (?:is |may |can (?:be )?)?(?:possible|"
            rf"apply|fit|allowed|ok)\w*|\bmultiple {noun}?(?: are| is)? ?(?:possible|allowed|ok|"
            rf"can)?\b|"
            rf"\b(?:all|every|any|each|whatever|whichever)\b(?: \w+){{0,3}} that (?:apply|"
            rf"applies|fit|fits|match|"
            rf"matches|is mentioned|are mentioned)\b|\bmulti-?(?:label|select|choice)\b|\bone or "
            rf"(?:more|several)\b|\bzero or more\b|\bas many (?:\w+ )?as\b|\bcan (?:have|carry|"
            rf"get) (?:several|"
            rf"more than one)\b|\b(?:pick|choose|select|tick|use) (?:any|all|every|several)\b|"
            rf"\bwhich of (?:these|the(?: following)?|my|our) (?:\w+ )?(?:labels|tags|topics|"
            rf"categories|"
            rf"themes|aspects|subjects|areas|issues|departments)\b|\b(?:which|what) (?:labels|"
            rf"tags|topics|categories|themes|"
            rf"aspects|subjects|areas|issues|departments)\b",
            re.I,
        ),
        "listed": re.compile(
            r"\b(?:comma[- ]separated|separated by (?:a )?(?:commas?|semicolons?))\b", re.I
        ),
        "plural": re.compile(
            r"\b(?:labels|tags|topics|categories|themes|aspects)\b", re.I
        ),
        "bracket": re.compile(rf"\[\s?(?P<list>{_NAME}(?:\s?[,|;/]\s?{_NAME}){{1,14}})\s?\]"),
        "colon": re.compile(
            rf"\b{noun}\b[^:.?\n]{{0,40}}[:?]\s{{1,3}}(?P<list>{_NAME}(?:, (?:and |or "
            rf")?{_NAME}){{1,14}}(?:,? (?:and|"
            rf"or) {_NAME})?)(?=\s?[.;\n?)]|$)",
            re.I,
        ),
        "no_name": re.compile(
            r"^(?:multi-?\w+|labels?|tags?|topics?|task|text|review|mail|message|output|answer)$",
            re.I,
        ),
    }  # fmt: skip


def wants_several(told: str) -> bool:
    """Whether an order wants every label that fits.

    Args:
        told: the prompt less the text.
    """
    head = told[:_MOST_CHARS]
    low = head.lower()
    if not any(cue in low for cue in _CUES):
        return False
    asked = _patterns()
    if asked["several"].search(head):
        return True
    return bool(asked["listed"].search(head) and asked["plural"].search(head))


def with_several(reading: Reading) -> Reading:
    """The reading with the labels of which several are wanted, where it missed them.

    Args:
        reading: the prompt, understood.
    """
    messages = reading.prompt.messages
    if not messages or reading.said or reading.items or reading.scale is not None:
        return reading
    if reading.prompt.examples or any(role == "assistant" for role, _ in messages):
        return reading
    if reading.task not in ("classify", "qa", "chat", "extract", "summarise", "judge"):
        return reading
    told = "\n".join(text for _, text in messages)[:_MOST_CHARS]
    text = "\n".join(reading.data).strip() or _quoted(messages[-1][1])
    for part in [*reading.data, text]:
        told = told.replace(part, " ") if len(part) > 12 else told
    if not text or not wants_several(told):
        return reading
    asked = _patterns()
    kept = tuple(one for one in reading.labels if not asked["no_name"].match(one.name))
    listed = asked["bracket"].search(told) or asked["colon"].search(told)
    if reading.task == "classify" and len(kept) >= 2 and not (listed and len(kept) < 3):
        return replace(reading, labels=kept, bound=True)
    if listed is None or re.search(r"\bextract\b|\bjson (?:with|keys)\b", told, re.I):
        return reading
    names = [p.strip(" \"“”'`") for p in re.split(r"\s?[,|;/]\s?|,? (?:and|or) ", listed["list"])]
    names = [re.sub(r"^(?:and|or) ", "", name) for name in names if name]
    low = text.lower()
    if len(set(names)) < 3 or sum(name.lower() in low for name in names) == len(names):
        return reading
    labels = tuple(map(Label, names))
    return replace(
        reading, task="classify", labels=labels, data=(text,), question="", coded=False, bound=True
    )


def _quoted(said: str) -> str:
    marks = re.findall(r"[\"“„«]([^\"“”«»]{12,4000})[\"”»]", said[:_MOST_CHARS])
    return max(marks, key=len, default="").strip()
