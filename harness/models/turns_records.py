"""Give a table, a list of pairs or of sentences another layout: JSON, YAML, CSV, table, prose.

Runs in the model worker (zone G); pure; the text is hostile and capped. Prose comes from the text
that the answer was made of, where that holds all of it; nothing is added.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_MOST_CHARS = 4_000
_TARGETS: tuple[tuple[str, str], ...] = (
    ("json", r"\bjson\b"),
    ("yaml", r"\byaml\b"),
    ("csv", r"\bcsv\b|\bcomma[- ]separated (?:table|file|values)\b"),
    (
        "prose",
        r"\b(?:one|a|single|full|plain) (?:\w+ )?sentences?\b|\bprose\b|\brunning text\b|"
        r"\bplain text\b|\bas text\b|"
        r"\bsentences? instead\b|\bno (?:table|list|bullets)\b|\bnot (?:as )?a (?:table|"
        r"list)\b|\bparagraph\b|"
        r"\bwritten out\b|\bfließtext\b",
    ),
    ("table", r"\btable\b|\btabular\b|\bcolumns\b"),
    ("bullets", r"\bbullets?\b|\bbullet points\b|\bdash(?:es)?\b|\bas a list\b"),
)
_PAIR = re.compile(
    r"^[ \t]*(?:[-*•][ \t]+|\d{1,2}[.)][ \t]+)?(?P<key>[^:\n|]{1,"
    r"60}?)[ \t]*:[ \t]+(?P<value>\S[^\n]*)$"
)
_GROUP = re.compile(r"^(?P<key>[^\s:\-][^:\n]{0,60}):[ \t]*$")
_ITEM = re.compile(r"^[ \t]*[-*•][ \t]+(?P<value>\S[^\n]*)$")
_STARTS_LOW = re.compile(
    r"^(?:It|They|He|She|The|This|That|These|Those|An?|We|You|There|Then|Its|Their|His|Her|"
    r"Some|All|Every|Each|"
    r"In|On|At|From|To|By|For|With|After|Before|Bring|Please|Our|My|Your)\b"
)


@dataclass(frozen=True)
class Records:
    """What an answer lists.

    Attributes:
        header: names of the columns; empty for pairs.
        rows: cells row by row.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def records_of(answer: str) -> Records | None:
    """The table or pairs of an answer; None where it holds neither."""
    lines = [line for line in answer.strip()[:_MOST_CHARS].splitlines() if line.strip()]
    piped = [line for line in lines if line.count("|") >= 2]
    if len(piped) >= 2 and len(piped) == len(lines):
        cells = [tuple(c.strip() for c in line.strip().strip("|").split("|")) for line in piped]
        cells = [row for row in cells if not all(set(c) <= set("-: ") for c in row)]
        if len(cells) >= 2 and len({len(row) for row in cells}) == 1:
            return Records(cells[0], tuple(cells[1:]))
    grouped = _grouped(lines)
    if grouped is not None:
        return grouped
    pairs = [_PAIR.match(line) for line in lines]
    if len(lines) >= 2 and all(pairs):
        return Records((), tuple((m["key"].strip(), m["value"].strip()) for m in pairs if m))
    return None


def _grouped(lines: list[str]) -> Records | None:
    rows: list[tuple[str, ...]] = []
    key = ""
    for line in lines:
        head, item = _GROUP.match(line), _ITEM.match(line)
        if head:
            key = head["key"].strip()
        elif item and key:
            rows.append((key, item["value"].strip()))
        else:
            return None
    return Records((), tuple(rows)) if len(rows) >= 2 else None


def recast(answer: str, turn: str, material: str) -> str:
    """The answer in the layout that a turn asks for; empty where it is not one of these.

    Args:
        answer: what was said last.
        turn: what asks for another layout.
        material: the text that the answer was made of.
    """
    target = next((name for name, cue in _TARGETS if re.search(cue, turn, re.I)), "")
    if not target:
        return ""
    held = records_of(answer)
    if target == "prose":
        return _prose(answer, held, turn, material)
    if held is None:
        return ""
    if target == "json":
        return json.dumps(_as_json(held), ensure_ascii=False)
    if target == "table":
        return _as_table(held) if not held.header else ""
    if target == "csv":
        rows = ([held.header] if held.header else []) + list(held.rows)
        return "\n".join(",".join(f'"{c}"' if "," in c else c for c in row) for row in rows)
    if target == "yaml":
        return _as_yaml(held)
    return "\n".join(f"- {_said(held.header, row)}" for row in held.rows)


def _as_json(held: Records) -> object:
    if held.header:
        return [dict(zip(held.header, map(_typed, row), strict=True)) for row in held.rows]
    keys = [row[0] for row in held.rows]
    if len(set(keys)) == len(keys):
        return {row[0]: _typed(row[1]) for row in held.rows}
    out: dict[str, list[object]] = {}
    for key, value in ((row[0], row[1]) for row in held.rows):
        out.setdefault(key, []).append(_typed(value))
    return out


def _typed(cell: str) -> object:
    if re.fullmatch(r"-?(?:0|[1-9]\d{0,14})", cell):
        return int(cell)
    if re.fullmatch(r"-?\d{1,12}\.\d{1,6}", cell):
        return float(cell)
    return cell


def _as_table(held: Records) -> str:
    lines = ["| Name | Value |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in held.rows)])


def _as_yaml(held: Records) -> str:
    if held.header:
        return "\n".join(
            "\n".join(
                f"{'- ' if i == 0 else '  '}{name}: {cell}"
                for i, (name, cell) in enumerate(zip(held.header, row, strict=True))
            )
            for row in held.rows
        )
    return "\n".join(f"{row[0]}: {row[1]}" for row in held.rows)


def _said(header: tuple[str, ...], row: tuple[str, ...]) -> str:
    """A row in words: "Ana: 3 goats"."""
    if len(header) == 2 and re.fullmatch(r"[\d.,]+", row[1]):
        return f"{row[0]}: {row[1]} {header[1].lower()}"
    if len(header) > 2:
        return f"{row[0]}: " + ", ".join(
            f"{n.lower()} {c}" for n, c in zip(header[1:], row[1:], strict=True)
        )
    return f"{row[0]}: {row[1]}"


def _prose(answer: str, held: Records | None, turn: str, material: str) -> str:
    text = " ".join(material.split())
    cells = {c.lower() for row in held.rows for c in row} if held else set()
    source = re.sub(r"^[^.!?:]{0,120}:\s+", "", text)
    if held and cells and all(cell in source.lower() for cell in cells) and len(source) <= 600:
        parts = [p.strip() for p in re.split(r"(?<=[.!?])\s+", source) if p.strip()]
        return (
            one_sentence(parts)
            if len(parts) > 1 and re.search(r"\bone\b|\ba single\b", turn, re.I)
            else source
        )
    if held:
        parts = [
            _said(held.header, row).replace(": ", " has ", 1) if held.header else ": ".join(row)
            for row in held.rows
        ]
        return f"{_listed(parts)}."
    lines = [
        re.sub(r"^[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]+", "", x).strip()
        for x in answer.strip().splitlines()
    ]
    lines = [x for x in lines if x]
    if len(lines) < 2:
        return ""
    return one_sentence(lines) if any(len(x.split()) >= 3 for x in lines) else f"{_listed(lines)}."


def _listed(parts: list[str]) -> str:
    parts = [p.rstrip(" .;,") for p in parts]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def one_sentence(parts: list[str]) -> str:
    """Several sentences as one, joined by commas and a last "and"."""
    bare = [p.strip().rstrip(" .!;,") for p in parts if p.strip()]
    rest = [f"{p[:1].lower()}{p[1:]}" if _STARTS_LOW.match(p) else p for p in bare[1:]]
    return f"{_listed([bare[0], *rest])}."
