"""Loose notes sorted under the heads of a status report: done, in work, blocked, next.

Runs in the model worker; the text is hostile: capped, every repeat is bounded. What fits under no
head stays out, or stands under "Other" where the order has such a head.
"""

from __future__ import annotations

import re

from harness.models.needles import has_any
from harness.models.skills.rewriting_forms import begun

_MOST_CHARS = 3_000
_NEEDLES = ("done", "blocked", "doing", "progress", "to do", "todo", "next")
_KINDS = (
    (
        "blocked",
        r"blocked|stuck|waiting|on hold|blockers?|impediments?",
        r"\b(?:blocked|stuck|waiting|on hold|can['’]?t|cannot|won['’]?t (?:move|start)|"
        r"needs? (?:an? )?(?:ok|approval|answer|decision|access)|until|till|depends on)\b",
    ),
    (
        "done",
        r"done|finished|completed?|shipped|achieved",
        r"\b(?:done|fixed|deployed|finished|completed?|shipped|merged|sent|closed|released|sorted|"
        r"solved|delivered|live|signed|paid)\b",
    ),
    (
        "doing",
        r"doing|in progress|ongoing|wip|in work|working on",
        r"\b(?:half ?way|half done|working on|in progress|ongoing|started|testing|writing|"
        r"reviewing|almost|nearly|\d{1,2} ?%|still|probably|draft\w*|under way)\b",
    ),
    (
        "next",
        r"next|to ?do|to-do|planned|upcoming|plans?|open",
        r"\b(?:next|tomorrow|will|plan\w*|later|to do|todo|should|needs? to|must)\b",
    ),
    ("other", r"other|misc\w*|notes?", r""),
)
_HEADS = re.compile(
    r"(?P<heads>(?:[A-Z][\w-]*(?: [A-Za-z-]+)?)(?:\s?(?:/|,|\||and|&)\s?(?:and "
    r")?[A-Z][\w-]*(?: [a-z-]+)?){1,4})"
)
_PRIVATE = re.compile(r"\b(?:dentist|doctor|lunch|gym|birthday|haircut|school run)\b", re.I)
_SHORT = (
    (r"\bn\b", "and"),
    (r"\bsmth\b", "something"),
    (r"\bthurs\b", "Thursday"),
    (r"\btues?\b", "Tuesday"),
    (r"\bwed\b", "Wednesday"),
    (r"\bfri\b", "Friday"),
    (r"\bmon\b", "Monday"),
    (r"\bw/", "with"),
    (r"\bcant\b", "can't"),
    (r"\bwont\b", "won't"),
    (r"\bthing\b ?", ""),
    (r"\btmrw\b", "tomorrow"),
)


def status(said: str) -> str | None:
    """The notes under the heads that the order names; None where it names no such heads."""
    if len(said) > _MOST_CHARS or not has_any(said, _NEEDLES):
        return None
    order, gap, notes = said.strip().partition("\n\n")
    if not gap:
        order, gap, notes = said.strip().partition(":\n")
    heads = _heads_of(order)
    pieces = [
        p.strip(" -*•.\t")
        for p in re.split(r"(?<=[a-z\d)])[.;]\s+|\n+", notes)
        if re.search(r"\w{2}", p)
    ]
    if len(heads) < 2 or len(pieces) < 2:
        return None
    sorted_in: dict[str, list[str]] = {kind: [] for kind, _ in heads}
    for piece in pieces[:30]:
        kind = _kind_of(piece, tuple(sorted_in))
        if kind in sorted_in:
            sorted_in[kind].append(_tidied(piece))
    if sum(map(bool, sorted_in.values())) < 2:
        return None
    return "\n".join(
        f"{head}: {'; '.join(sorted_in[kind]) if sorted_in[kind] else 'nothing'}"
        for kind, head in heads
    )


def _heads_of(order: str) -> list[tuple[str, str]]:
    """(kind, head as it is written) for each head of a status report, in order."""
    out: list[tuple[str, str]] = []
    for mark in _HEADS.finditer(order):
        for head in re.split(r"\s?(?:/|,|\||\band\b|&)\s?", mark["heads"]):
            kind = next((k for k, name, _ in _KINDS if re.fullmatch(name, head.strip(), re.I)), "")
            if kind and kind not in [k for k, _ in out]:
                out.append((kind, head.strip()))
    return out if {"done", "blocked"} & {kind for kind, _ in out} else []


def _kind_of(piece: str, kinds: tuple[str, ...]) -> str:
    if _PRIVATE.search(piece):
        return "other"
    for kind, _, shows in _KINDS:
        if kind in kinds and shows and re.search(shows, piece, re.I):
            return kind
    return "other"


def _tidied(piece: str) -> str:
    for pattern, put in _SHORT:
        piece = re.sub(pattern, put, piece, flags=re.I)
    return begun(piece.strip())
