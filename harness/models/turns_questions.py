"""Ask the question of before anew, with another thing in the place of one of its own.

Runs in the model worker (zone G); the text is hostile. "I meant Tuesday", "and row B?", "the
second one": what is meant takes the place of a part of its own kind, of the same words, or of
like meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from harness.models.layers import Matrix
from harness.models.turns_values import COMMON, values

Encode = Callable[[Sequence[str]], Matrix]

_ALIKE = 0.35
_FRAME = re.compile(
    r"who|whom|whose|which|what|when|where|why|how|many|much|long|far|often|does|cost|costs|pay|"
    r"pays|"
    r"open|opens|close|closes|start|starts|leave|leaves|take|takes|get|gets|have|stand|stands|live|"
    r"wer|wann|wie|was|wo|viel|viele|kostet|quién|cuándo|dónde|cuánto|cuesta|combien|quand|qui",
    re.I,
)
_ORDINALS = {
    "first": 0,
    "1st": 0,
    "former": 0,
    "upper": 0,
    "top": 0,
    "second": 1,
    "2nd": 1,
    "latter": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "last": -1,
    "bottom": -1,
}
_ORDINAL = re.compile(
    r"^(?:the )?(first|1st|former|second|2nd|latter|third|3rd|fourth|4th|last|other)"
    r"(?: one| row| line| entry| item)?$",
    re.I,
)
_PREPOSITION = re.compile(
    r"^(in|on|at|for|from|to|with|by|of|until|after|before|near|over|under)\s+(\S.*)$", re.I
)


def noun_for_one(question: str, earlier: str) -> str:
    """A question with the noun of the one before for its "one": "Which one to the harbour?"."""
    noun = re.match(r"\W*(?:which|what) ([a-z][\w-]{2,20})\b", earlier, re.I)
    if not noun or COMMON & {noun[1].lower()} or _FRAME.fullmatch(noun[1]):
        return question
    return re.sub(r"^(which|what) one\b(?! of)", rf"\1 {noun[1]}", question, flags=re.I)


def asked_anew(question: str, new: str, material: str, answer: str, encode: Encode) -> str:
    """The question with another thing in the place of one of its own.

    Args:
        question: the one asked before.
        new: what is meant now: "Tuesday", "row B", "the second one", "on Sundays".
        material: the text.
        answer: what was answered, for "the other one".
        encode: vectors of words.
    """
    new = re.sub(r"^(?:about|for the|the case of)\s+", "", new.strip(" .!,"), flags=re.I)
    ordinal = _ORDINAL.match(new)
    if ordinal:
        return _by_number(question, ordinal[1].lower(), material, answer)
    led = _PREPOSITION.match(new)
    if led:
        same = re.search(
            rf"\b{led[1]}\s+((?:the |an? )?[\w'’:-]{{1,24}}(?: [A-ZÀ-Þ0-9][\w'’-]{{0,24}}){{0,2}})",
            question,
            re.I,
        )
        if same:
            return question[: same.start()] + new + question[same.end() :]
    bare = re.sub(r"^(?:the|an?|in|on|at|for|to|from|of)\s+", "", new, flags=re.I)
    place = _like(question, bare, material, encode)
    if place is None:
        return f"{question.rstrip(' ?')} {new if led else 'for ' + new}?"
    put = bare
    if re.search(r"\bones?$", bare):
        put = re.sub(r"\s*\bones?$", "", bare)
    if place[0] == 0:
        put = put[:1].upper() + put[1:]
    return question[: place[0]] + put + question[place[1] :]


def other_clause(material: str, answer: str) -> str:
    """Of a text of two like parts the one that the answer was not taken from; else empty."""
    bare = re.sub(r"^[\w ]{1,24}:\s+", "", material.strip())
    parts = [
        p.strip(" .")
        for p in re.split(r"[,;]\s+(?:and )?|(?<=[.!])\s+|\s+and\s+(?=the )|\n+", bare)
    ]
    parts = [p for p in parts if p]
    given = answer.strip(" .").lower()
    left = [p for p in parts if given not in p.lower()]
    return f"{left[0][:1].upper()}{left[0][1:]}." if len(parts) == 2 and len(left) == 1 else ""


def _by_number(question: str, ordinal: str, material: str, answer: str) -> str:
    """The second of several things that the question's name could mean."""
    for kind, a, b in sorted(values(question), key=lambda v: v[0] != "name"):
        part = question[a:b]
        if kind != "name" or (a == 0 and len(part.split()) == 1):
            continue
        found = list(
            dict.fromkeys(
                m[0]
                for m in re.finditer(
                    rf"(?:\b[A-ZÀ-Þ][\w'’-]{{1,24}} )?\b{re.escape(part)}\b(?: "
                    rf"[A-ZÀ-Þ0-9][\w'’-]{{0,24}}){{0,2}}",
                    material[:40_000],
                )
            )
        )
        if len(found) < 2:
            continue
        if ordinal == "other":
            left = [name for name in found if name.lower() not in answer.lower()]
            return question[:a] + (left or found)[0] + question[b:]
        number = _ORDINALS[ordinal]
        if number < len(found):
            return question[:a] + found[number] + question[b:]
    return f"{question.rstrip(' ?')} (the {ordinal} one)?"


def _like(question: str, new: str, material: str, encode: Encode) -> tuple[int, int] | None:
    """The part of a question that is of one kind with what is meant now."""
    kinds = [kind for kind, _, _ in values(new)]
    mine = [(k, a, b) for k, a, b in values(question) if not (k == "name" and a == 0)]
    window = _window(question, new)
    if window:
        return window
    for kind in ("day", "date", "month", "time", "number", "name"):
        if kind in kinds:
            same = [(a, b) for k, a, b in mine if k == kind]
            if same:
                return same[-1]
    head = re.sub(r"\s*\bones?$", "", new)
    spots = [
        m.span()
        for m in re.finditer(r"[\w'’-]{3,24}", question)
        if m[0].lower() not in COMMON
        and not _FRAME.fullmatch(m[0])
        and m.start() > 0
        and m[0].lower()[:5] in material.lower()
    ]
    spots = spots or [
        m.span()
        for m in re.finditer(r"[\w'’-]{3,24}", question)
        if m[0].lower() not in COMMON and not _FRAME.fullmatch(m[0])
    ]
    if not spots:
        return None
    rows = encode([head, *(question[a:b] for a, b in spots[:20])])
    near = rows[1:] @ rows[0]
    best = int(np.argmax(near))
    return spots[best] if near[best] >= _ALIKE else None


def _window(question: str, new: str) -> tuple[int, int] | None:
    """The stretch of a question that shares at least half of its words with the new one."""
    wanted = [w.lower() for w in re.findall(r"[\w'’%-]+", new)]
    tokens = [m.span() for m in re.finditer(r"[\w'’%-]+", question)]
    best, place = 0.0, None
    for width in range(2, min(len(wanted) + 1, 8)) if len(wanted) >= 2 else ():
        for at in range(len(tokens) - width + 1):
            start, end = tokens[at][0], tokens[at + width - 1][1]
            held = re.findall(r"[\w'’%-]+", question[start:end].lower())
            share = sum(w in wanted for w in held) / max(len(held), len(wanted))
            edges = held[0] in wanted or held[-1] in wanted
            if share > best and edges:
                best, place = share, (start, end)
    return place if best >= 0.5 and not all(w in question.lower().split() for w in wanted) else None
