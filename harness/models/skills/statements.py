"""Tell a statement from the source that it is to be held against.

Runs in the model worker; the text is hostile and only read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.reading import Reading
from harness.models.skills.retrieval import split_passages

_SAID = (
    r"answer|claims?|response|reply|statement|summary|hypothesis|output|caption|tooltip|advice|"
    r"draft|translation|conclusion|assertion|description|post|says|wrote|told"
)
_FROM = (
    r"context|source|document|doc|text|passage|reference|evidence|article|policy|rules?|statute|"
    r"spec|conditions|terms|premise|notes?|facts|handbook|table|knowledge|material|transcript|law"
)
_LABEL = re.compile(
    rf"(?:^|[\n.?!:>)\"”] ?|\s)[<\[*#_ ]{{0,4}}(?P<lead>(?:[A-Za-z'’-]+ ){{0,4}}?)"
    rf"(?P<name>{_SAID}|{_FROM})(?P<tail>(?: (?:of|to|from|by|in)(?: [a-z]+){{1,3}})?"
    rf"(?: to (?:check|judge|verify|grade))?(?: file| text)?(?: [A-B1-2])?)[*>\]_ ]{{0,3}}[:=>]\s*",
    re.I,
)
_IS_SAID = re.compile(rf"^(?:{_SAID})$", re.I)
_QUOTED = re.compile(r"[\"“«]([^\"“”«»]{8,600})[\"”»]")


_TOLD = re.compile(
    r"\W{0,3}(?:please )?(?:true or false|right or wrong|correct or (?:incorrect|wrong)|"
    r"fact[- ]?check(?: this)?|"
    r"check this claim|supported or not)\b[^:\n]{0,60}:[ \t]{1,3}(?P<claim>[^\n]{8,240})\n[ \t]*\n"
    r"(?P<source>\S[^\0]{10,6000})$",
    re.I,
)


def statement_and_source(reading: Reading) -> tuple[str, str]:
    """The statement and what it is held against; empty texts where they cannot be told."""
    whole = "\n".join(text for role, text in reading.prompt.messages if role != "assistant")
    spans = [text for text in reading.data if text.strip()]
    if told := _TOLD.match(whole.strip()):
        return told["claim"].strip(), told["source"].strip()
    labelled = _by_labels(reading, spans)
    if labelled:
        return labelled
    quoted = [
        q for q in _QUOTED.findall(" ".join(reading.prompt.instructions)) if len(q.split()) > 2
    ]
    if len(spans) == 1 and quoted and quoted[0] not in spans[0]:
        return quoted[0], spans[0]
    if len(spans) >= 2:
        short, long = sorted(spans[:2], key=len)
        return short, long
    parts = _labelled_parts(whole)
    said = [t for name, t in parts if _IS_SAID.match(name)]
    held = [t for name, t in parts if not _IS_SAID.match(name)]
    if said and held:
        return said[-1], "\n".join(held)
    if not quoted and (lines := headed_lines(whole)):
        return lines[-1], "\n".join(lines[:-1])
    if quoted and len(whole) - len(quoted[0]) > 60:
        return quoted[0], whole.replace(quoted[0], " ")
    if len(spans) == 1:
        return _halves(spans[0])
    return "", ""


def marked_statement(reading: Reading) -> bool:
    """Whether a statement and what it is held against both stand under heads of their own."""
    whole = "\n".join(text for role, text in reading.prompt.messages if role != "assistant")
    if whole.count(":") < 2:
        return False
    sides = {bool(_IS_SAID.match(name)) for name, _ in _labelled_parts(whole)}
    return len(sides) == 2


_HEADED = re.compile(r"^[A-Z][\w' -]{1,30}:[ \t]+(\S[^\n]{6,1500})$", re.M)


def headed_lines(text: str) -> list[str]:
    """What stands on lines under heads of their own, where there are two or three."""
    lines = [mark[1].strip() for mark in _HEADED.finditer(text[:6_000])]
    return lines if 2 <= len(lines) <= 3 else []


def _by_labels(reading: Reading, spans: Sequence[str]) -> tuple[str, str] | None:
    """Spans whose own labels say which is the statement and which the source."""
    if len(spans) < 2:
        return None
    names: list[bool | None] = []
    for span in reading.prompt.spans[: len(spans)]:
        text = reading.prompt.messages[span.message][1]
        before = text[max(0, span.start - 60) : span.start]
        if re.search(rf"\b(?:{_SAID})\b[^.!?\n]{{0,26}}$", before, re.I):
            names.append(True)
        elif re.search(rf"\b(?:{_FROM})\b[^.!?\n]{{0,20}}$", before, re.I):
            names.append(False)
        else:
            names.append(None)
    said = [t for t, n in zip(spans, names, strict=False) if n]
    if not said and names.count(False) == 1 and len(spans) == 2:
        said = [t for t, n in zip(spans, names, strict=False) if n is None]
    if not said or len(said) == len(spans):
        return None
    return said[0], "\n".join(t for t in spans if t not in said[:1])


def _labelled_parts(text: str) -> list[tuple[str, str]]:
    """(name, text) for everything that stands under `Claim:`, `Source:` and the like."""
    marks = [m for m in _LABEL.finditer(text[:60_000])]
    out: list[tuple[str, str]] = []
    for i, mark in enumerate(marks):
        end = marks[i + 1].start() if i + 1 < len(marks) else len(text)
        body = text[mark.end() : end].strip()
        body = re.split(r"\n\s*\n(?=(?:Is|Does|Reply|Answer|Verdict)\b)", body)[0].strip()
        body = re.sub(
            r"</?\w{1,20}>\s*$|\s*(?:Verdict|Score|Label|Grade)\s*:?\s*$", "", body
        ).strip()
        if len(body.split()) >= 2:
            out.append((mark["name"], body))
    return out


def _halves(text: str) -> tuple[str, str]:
    """One run of text: the last sentence is the statement."""
    pieces = [p.text for p in split_passages(text)]
    return (pieces[-1], " ".join(pieces[:-1])) if len(pieces) >= 2 else ("", text)


def better_of(reading: Reading) -> tuple[tuple[tuple[str, str], ...], str]:
    """Two answers to choose between with their names, and the source; empty when there are none."""
    text = "\n".join(t for role, t in reading.prompt.messages if role != "assistant")
    marks = list(
        re.finditer(r"(?:^|\n)\s*(?:(?:answer|response|reply|output|version|option)\s+)?"
                    r"([AB12])\s*[:).]\s+(\S[^\n]{3,1500})", text, re.I)
    )  # fmt: skip
    if len(marks) < 2 or not re.search(r"\b(?:better|which|prefer|compare|best)\b", text, re.I):
        return (), ""
    first, second = marks[-2:]
    parts = [t for name, t in _labelled_parts(text[: first.start()]) if not _IS_SAID.match(name)]
    source = "\n".join(parts) or text[: first.start()]
    return ((first[1], first[2]), (second[1], second[2])), source
