"""How the labels of several rows are laid out: under their numbers, beside short words, as a list.

Runs in the model worker; pure; the text is hostile and capped; every repeat is bounded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache

_MOST_SHORT = 4
"""Words up to which a row without a number is repeated before its label."""


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Compiled where the first rows are laid out."""
    return {
        "array": re.compile(
            r"\b(?:json|python|javascript|js) (?:array|list)\b|\b(?:array|list) of (?:labels|"
            r"strings|"
            r"names|codes)\b|\bas an array\b",
            re.I,
        ),
        "map": re.compile(
            r"\bjson\b[^.\n]{0,60}\b(?:object|map\w*|keys?|number|line|id)\b|"
            r"\{\s{0,3}[\"']?1[\"']?\s{0,3}:",
            re.I,
        ),
        "commas": re.compile(
            r"\bcomma[- ]separated\b|\bseparated by (?:a )?commas?\b|"
            r"\b(?:in|on) (?:one|a single) line\b|\bin a row\b|\bone line\b",
            re.I,
        ),
        "groups": re.compile(
            r"\b(?:group|divide|split|sort|put|separate|arrange|organi[sz]e|file)\b[^.\n]{0,40}"
            r"\b(?:into|in|by|under)\b",
            re.I,
        ),
        "numbered": re.compile(
            r"\bnumbered\b|\b(?:keep|with|use) (?:the |its |their )?number", re.I
        ),
        "text": re.compile(
            r"\b(?:line|sentence|word|item|text|name|fruit|animal)(?P<sign> ?(?:[:=–-]|->|=>|→) ?)"
            r"(?:the )?(?:label|category|language|class|tag|type|kind|verdict|code|letter)\b",
            re.I,
        ),
        "alone": re.compile(
            r"\b(?:just|only|nothing but)\b[^.\n]{0,24}\b(?:labels?|names?|letters?|words?|codes?|"
            r"numbers?|tags?|categor\w+|verdicts?)\b|\b(?:labels?|names?|letters?|codes?|"
            r"tags?)(?: \w+)? only\b|\bone (?:label|word|letter|code|tag) per (?:line|row|item|"
            r"sentence)\b|\bin (?:the )?(?:same )?order\b",
            re.I,
        ),
    }


def laid_out(told: str, rows: Sequence[tuple[str, str]], names: Sequence[str]) -> str:
    """The labels of rows in the form that the order asks for.

    Args:
        told: the order, without the rows.
        rows: (mark, text) pairs.
        names: a label for each.
    """
    asked = _patterns()
    if "array" in told or "list" in told or "json" in told.lower():
        if asked["array"].search(told):
            return json.dumps(list(names), ensure_ascii=False)
        if asked["map"].search(told):
            keys = [re.sub(r"\W", "", mark) or str(n) for n, (mark, _) in enumerate(rows, 1)]
            return json.dumps(dict(zip(keys, names, strict=True)), ensure_ascii=False)
    if asked["commas"].search(told):
        return ", ".join(names)
    is_short = all(len(text.split()) <= _MOST_SHORT for _, text in rows)
    is_alone = bool(asked["alone"].search(told))
    if is_short and not is_alone and asked["groups"].search(told):
        return _grouped(rows, names)
    if shown := asked["text"].search(told):
        heads = [re.sub(r"\W", "", mark) if re.search(r"\d", mark) else text for mark, text in rows]
        pairs = zip(heads, names, strict=True)
        return "\n".join(f"{head}{shown['sign']}{name}" for head, name in pairs)
    if asked["numbered"].search(told) and not any(mark.strip("-*•– ") for mark, _ in rows):
        return "\n".join(f"{n}. {name}" for n, name in enumerate(names, 1))
    lines: list[str] = []
    for (mark, text), name in zip(rows, names, strict=True):
        if mark.strip("-*•– "):
            lines.append(f"{mark}{' ' if mark else ''}{name}")
        elif len(text.split()) <= _MOST_SHORT and not is_alone:
            lines.append(f"{text}: {name}")
        else:
            lines.append(name)
    return "\n".join(lines)


def _grouped(rows: Sequence[tuple[str, str]], names: Sequence[str]) -> str:
    """Each label with the rows that have it, in the order in which the labels come up."""
    lines: list[str] = []
    for name in dict.fromkeys(names):
        held = [text for (_, text), given in zip(rows, names, strict=True) if given == name]
        lines.append(f"{name}: {', '.join(held)}")
    return "\n".join(lines)
