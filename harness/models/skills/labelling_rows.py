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
        "column": re.compile(
            r"\bcolumn\b(?: called| named)? ?[`\"'“](?P<name>\w{1,24})[`\"'”]|"
            r"\bcolumn\b(?: called| named|:) (?P<called>\w{2,24})|"
            r"[`\"'“](?P<quoted>\w{2,24})[`\"'”] column\b|\b(?P<last>\w{3,24}) column\b|\bcolumn\b",
            re.I,
        ),
        "table": re.compile(r"\b(?:markdown |md )?table\b", re.I),
        "columns": re.compile(
            r"\bcolumns?:? [`\"'“]?(?P<a>\w{1,20})[`\"'”]?(?:,| and|,? \|) [`\"'“]?(?P<b>\w{1,20})",
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
    if rows[0][0].count(",") and (column := asked["column"].search(told)):
        return _with_column(told, rows, names, _column_name(column))
    if "table" in told and asked["table"].search(told):
        return _as_table(told, rows, names)
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


def _column_name(mark: re.Match[str]) -> str:
    name = mark["name"] or mark["called"] or mark["quoted"] or mark["last"] or ""
    return "label" if name.lower() in ("", "new", "extra", "another", "one", "third") else name


def _with_column(
    told: str, rows: Sequence[tuple[str, str]], names: Sequence[str], column: str
) -> str:
    """The lines of a table as they stand, with one more cell each."""
    commas = rows[0][0].count(",")
    heads = [line for line in told.split("\n") if line.count(",") == commas]
    heads = [line for line in heads if not re.search(r"\d|\.", line)]
    lines = [f"{heads[-1].strip()},{column}"] if heads else []
    lines += [f"{line},{name}" for (line, _), name in zip(rows, names, strict=True)]
    return "\n".join(lines)


def _as_table(told: str, rows: Sequence[tuple[str, str]], names: Sequence[str]) -> str:
    """A markdown table of the rows, by their numbers where these are asked for, and labels."""
    shown = _patterns()["columns"].search(told)
    first, second = (shown["a"], shown["b"]) if shown else ("item", "label")
    is_mark = first.lower() in ("line", "number", "no", "id", "nr", "row", "#")
    heads = [re.sub(r"\W", "", mark) if is_mark and mark else text for mark, text in rows]
    lines = [f"| {first} | {second} |", "|---|---|"]
    lines += [f"| {head} | {name} |" for head, name in zip(heads, names, strict=True)]
    return "\n".join(lines)
