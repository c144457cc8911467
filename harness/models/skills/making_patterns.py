"""A rule that examples show, found anew and done to the next input: letters, words, dates, frames.

Runs in the model worker; pure; the search is capped. An output is taken apart into pieces of the
input (making_features) and signs that are the same in every example; a rule counts only if all
examples obey it. Examples that need knowledge (a country and its capital) have no such rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.skills.making_features import FEATURES, Feature

_MOST_CHARS = 3_000
_MOST_STEPS = 6_000
_MOST_PAIRS = 12
_SEPARATORS = ("->", "=>", "-->", "→", ">>", "⇒", "↦", "=", "|", "::", ":", "—", "–")
_INPUT = re.compile(
    r"(?:^|\n)[ \t]*(?:\d{1,2}[.)][ \t]*)?(?P<a>input|in|q|question|before|"
    r"original|source|word|text|raw|x|from)[ \t]*(?:\d{1,2}[ \t]*)?[:=][ "
    r"\t]*(?P<in>[^\n]{1,300}?)[ \t]*(?:\n[ \t]*|[ \t]*[,;/|→]?[ \t]+(?:->|"
    r"=>)?[ \t]*)(?P<b>output|out|a|answer|after|result|target|code|label|y|"
    r"to|becomes)[ \t]*(?:\d{1,2}[ \t]*)?[:=][ "
    r"\t]*(?P<out>[^\n]{0,300})(?=\n|$)",
    re.I,
)
_OPEN = re.compile(r"^\W*(?:\?+|_+|\.{2,}|…|\[ ?\])?\W*$")
Piece = Feature | str


def completed(said: str) -> str | None:
    """What stands behind the last input of a message of examples; None where no rule fits.

    Args:
        said: the message with its examples, the last of them open.
    """
    if len(said) > _MOST_CHARS:
        return None
    for pairs, openings in _shown(said):
        known = list(dict.fromkeys(p for p in pairs if p[0] and p[1]))[:_MOST_PAIRS]
        if len(known) < 2 or not openings or len(openings) > 8:
            continue
        if len({out for _, out in known}) == 1:
            continue
        rule = _rule(known)
        if rule is None:
            continue
        said_all = [_applied(rule, one) for one in openings]
        if all(s is not None for s in said_all):
            return "\n".join(s for s in said_all if s is not None)
    return None


def _shown(said: str) -> list[tuple[list[tuple[str, str]], list[str]]]:
    """The ways to read a message as pairs of input and output, and the inputs left open."""
    out = []
    marks = list(_INPUT.finditer(said.strip("\n")))
    if len(marks) >= 2:
        pairs = [(m["in"].strip(), m["out"].strip()) for m in marks]
        done = [p for p in pairs if not _OPEN.match(p[1])]
        left = [a for a, b in pairs if _OPEN.match(b)]
        tail = re.search(
            r"\n[ \t]*(?:input|in|q|word|text|before)[ \t]*:[ \t]*([^\n]{1,300})\s*$", said, re.I
        )
        if not left and tail:
            left = [tail[1].strip()]
        out.append((done, left))
    lines = [line.strip() for line in said.split("\n") if line.strip()]
    if len(lines) < 3:
        lines = [
            p.strip()
            for p in re.split(r"\s*(?:;|\n|,(?=\s*\S+\s?(?:->|=>|→|=|:)))\s*", said)
            if p.strip()
        ]
    for mark in _SEPARATORS:
        pairs, left = _pairs(lines, mark)
        if len(pairs) >= 2 and left:
            out.append((pairs, left))
    return out


def _pairs(lines: Sequence[str], mark: str) -> tuple[list[tuple[str, str]], list[str]]:
    pairs: list[tuple[str, str]] = []
    left: list[str] = []
    for line in lines:
        if mark not in line:
            if (
                pairs
                and not left
                and len(lines) <= 14
                and line is lines[-1]
                and len(line.split()) <= 6
                and not line.endswith(".")
            ):
                left.append(line)
            continue
        front, behind = line.split(mark, 1)
        front = _bare(
            re.sub(r"^[^:\n]{3,60}:\s+(?=\S)", "", front)
            if mark != ":" and not pairs and ":" in front
            else front
        )
        if _OPEN.match(behind):
            left.append(front)
        elif not left:
            pairs.append((front, behind.strip()))
    quotes = all(b[:1] == b[-1:] == '"' for _, b in pairs)
    return ([(a, b[1:-1]) for a, b in pairs] if quotes else pairs), left


def _bare(text: str) -> str:
    text = re.sub(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+", "", text).strip()
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] and text[0] in "\"'`" else text


def _rule(known: Sequence[tuple[str, str]]) -> list[Piece] | None:
    """The pieces of which every output is made; None where there is no such row of pieces."""
    table: list[tuple[Feature, list[str]]] = []
    for feature in FEATURES:
        try:
            values = [feature(given) for given, _ in known]
        except (ValueError, IndexError, OverflowError, ZeroDivisionError):
            continue
        if all(values) and (len(set(values)) > 1 or len({g for g, _ in known}) == 1):
            table.append((feature, values))
    table.sort(key=lambda row: -min(len(v) for v in row[1]))
    outputs = [out for _, out in known]
    dead: set[tuple[int, ...]] = set()
    steps = 0

    def search(places: tuple[int, ...]) -> list[Piece] | None:
        nonlocal steps
        steps += 1
        if steps > _MOST_STEPS or places in dead:
            return None
        if all(at == len(out) for at, out in zip(places, outputs, strict=True)):
            return []
        for feature, values in table:
            if all(
                out.startswith(v, at) for v, out, at in zip(values, outputs, places, strict=True)
            ):
                rest = search(tuple(at + len(v) for at, v in zip(places, values, strict=True)))
                if rest is not None:
                    return [feature, *rest]
        signs = {out[at : at + 1] for out, at in zip(outputs, places, strict=True)}
        if len(signs) == 1 and "" not in signs:
            rest = search(tuple(at + 1 for at in places))
            if rest is not None:
                return [next(iter(signs)), *rest]
        dead.add(places)
        return None

    if max(map(len, outputs)) > 200:
        return None
    found = search(tuple(0 for _ in outputs))
    return found if found and any(callable(piece) for piece in found) else None


def _applied(rule: Sequence[Piece], given: str) -> str | None:
    out = []
    for piece in rule:
        said = piece if isinstance(piece, str) else piece(given)
        if not said:
            return None
        out.append(said)
    return "".join(out)
