"""Several cases in one prompt, each under its mark, and labels given in the form that is shown.

Runs in the model worker; the text is hostile and capped, patterns are bounded. "a) … b) …",
then "a=.., b=..". Also short codes that stand before what they mean: "K2 kitchen closed".
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.labels import Label
from harness.models.reading import Reading

_MOST = 6_000
_MARKED = re.compile(
    r"^[ \t]*(?P<mark>\(?(?:[A-Za-z]|\d{1,2})[).])[ \t]+(?P<text>[^\n]{2,400})$", re.M
)
_SHOWN = re.compile(
    r"\(?\b(?P<a>[a-zA-Z]|\d{1,2})\)?(?P<sign> ?(?:=|:|->|→|–|-) ?| )(?:\.{2,}|…|_{1,}|X{1,4}|\?)"
    r"(?P<gap>\s*[,;/|]?\s*)\(?(?P<b>[a-zA-Z]|\d{1,2})\)?(?P=sign)(?:\.{2,}|…|_{1,}|X{1,4}|\?)",
)
_CODES = re.compile(
    r"(?:^|[:;,]\s+|\n)(?P<code>[A-Z]{1,4}\d|[A-Z]{2,5})(?: |\s?=\s?|: "
    r")(?P<means>[a-z][^,;\n.]{2,60})"
)


def cases_of(reading: Reading) -> tuple[tuple[str, str], ...]:
    """(mark, text) pairs that are to be labelled one by one; none for another prompt."""
    said = _said(reading)
    found = [(m["mark"], m["text"].strip()) for m in _MARKED.finditer(said)]
    if not 2 <= len(found) <= 12:
        return ()
    marks = [mark.strip("().").lower() for mark, _ in found]
    first = marks[0]
    runs = [
        str(int(first) + n) if first.isdigit() else chr(ord(first) + n) for n in range(len(marks))
    ]
    names = {label.name.lower() for label in reading.labels}
    told = tuple(f"{name}{sign}" for name in names for sign in (" (", ":", " =", " -", " –"))
    is_menu = any(text.lower() in names or text.lower().startswith(told) for _, text in found)
    return tuple(found) if marks == runs and first in ("a", "1") and not is_menu else ()


def coded_labels(reading: Reading) -> tuple[Label, ...]:
    """Labels that are codes before what they mean; none where there are not two."""
    said = _MARKED.sub(" ", _said(reading))
    said = _SHOWN.sub(" ", said)
    found = [(m["code"], m["means"].strip()) for m in _CODES.finditer(said)]
    found = list(dict.fromkeys(found))
    if len(found) < 2 or len({code for code, _ in found}) != len(found):
        return ()
    return tuple(Label(code, means) for code, means in found[:12])


def in_cases(reading: Reading) -> Reading | None:
    """The prompt as one with several items to label; None where it is none such.

    Args:
        reading: the prompt, understood; what has its items already is left.
    """
    if len(reading.prompt.messages) > 2 or len(_said(reading)) > _MOST:
        return None
    cases = cases_of(reading)
    if not cases:
        return None
    labels = coded_labels(reading) or reading.labels
    shown = _SHOWN.search(_said(reading))
    is_plain = reading.task == "classify" and labels == reading.labels
    if len(labels) < 2 or (is_plain and shown is None and reading.items):
        return None
    if reading.task != "classify" and (labels == reading.labels or shown is None):
        return None
    if any(re.fullmatch(r"(?:like )?\d+", label.name) for label in labels):
        return None
    return replace(
        reading,
        task="classify",
        labels=labels,
        items=cases,
        data=tuple(text for _, text in cases),
        scale=None,
        coded=reading.coded or labels != reading.labels,
    )


def as_shown(said: str, reading: Reading, names: list[str]) -> str:
    """The labels of several cases, joined as the prompt shows it: "a=.., b=.."."""
    shown = _SHOWN.search(_said(reading))
    if shown is None or not reading.items:
        return said
    out: list[str] = []
    has_bracket = shown[0].lstrip().startswith("(")
    for name, (mark, _) in zip(names, reading.items, strict=True):
        bare = re.sub(r"\W", "", mark)
        out.append(
            f"({bare}){shown['sign']}{name}" if has_bracket else f"{bare}{shown['sign']}{name}"
        )
    gap = shown["gap"] if shown["gap"].strip() or "\n" in shown["gap"] else " "
    return gap.join(out)


def _said(reading: Reading) -> str:
    return "\n".join(text for role, text in reading.prompt.messages if role != "assistant")
