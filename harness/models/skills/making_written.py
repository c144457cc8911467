"""Records written down: JSON, YAML, CSV, a markdown or HTML table, lines, bullets or sentences.

Runs in the model worker; pure.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence

from harness.models.skills.making_items import in_words
from harness.models.skills.making_yaml import write_yaml


def written_cells(cells: Sequence[Sequence[str]], form: str) -> str:
    """Rows of cells, the first of them the header, as a table of the form."""
    cells = [["" if c == "column 1" else c for c in cells[0]], *cells[1:]]
    if form in ("csv", "tsv", "semicolons", "pipes", "columns"):
        out = io.StringIO()
        mark = {"csv": ",", "tsv": "\t", "semicolons": ";", "pipes": "|", "columns": "\t"}[form]
        csv.writer(out, delimiter=mark, lineterminator="\n").writerows(cells)
        return out.getvalue().rstrip("\n")
    lines = [cells[0], ["---"] * len(cells[0]), *cells[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plainly(value: object) -> str:
    """A value as a cell or a sentence has it, without quotes."""
    if isinstance(value, list):
        return ", ".join(map(plainly, value))
    if isinstance(value, dict):
        return ", ".join(f"{k}: {plainly(v)}" for k, v in value.items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def written(value: object, form: str, asked: str) -> str:
    """Dicts and lists in a form: json, yaml, csv, markdown, html, bullets, lines, sentences."""
    if form == "json":
        pretty = re.search(r"\bpretty|\bindent", asked, re.I)
        one = isinstance(value, dict) and re.search(
            r"\bjson (?:array|list)\b|\barray of\b", asked, re.I
        )
        return json.dumps(
            [value] if one else value, ensure_ascii=False, indent=2 if pretty else None
        )
    if form == "yaml":
        return write_yaml(value)
    rows = value if isinstance(value, list) and all(isinstance(r, dict) for r in value) else None
    if (
        rows is None
        and isinstance(value, dict)
        and all(isinstance(v, dict) for v in value.values())
        and value
    ):
        rows = [{"name": k, **v} for k, v in value.items() if isinstance(v, dict)]
    if form in ("csv", "tsv", "semicolons", "pipes", "columns", "markdown", "html"):
        if rows is None:
            pairs = (
                value.items()
                if isinstance(value, dict)
                else enumerate(value if isinstance(value, list) else [value], 1)
            )
            rows = (
                [dict(value)]
                if isinstance(value, dict) and form != "markdown"
                else [{"key": k, "value": v} for k, v in pairs]
            )
        names = list(dict.fromkeys(k for r in rows for k in r))
        cells = [list(map(str, names)), *[[plainly(r.get(n, "")) for n in names] for r in rows]]
        return _html(cells) if form == "html" else written_cells(cells, form)
    return _in_lines(value, rows, form, asked)


def _html(cells: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{c}</th>" for c in cells[0])
    body = "\n".join(
        "<tr>" + "".join(f"<td>{c}</td>" for c in line) + "</tr>" for line in cells[1:]
    )
    return f"<table>\n<tr>{head}</tr>\n{body}\n</table>"


def _in_lines(
    value: object, rows: Sequence[dict[str, object]] | None, form: str, asked: str
) -> str:
    if form in ("toml", "xml"):
        pairs = value if isinstance(value, dict) else (rows[0] if rows and len(rows) == 1 else {})
        if form == "toml":
            return "\n".join(
                f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in pairs.items()
            ) or write_yaml(value)
        held = [pairs] if pairs else list(rows or [])
        each = ["".join(f"<{k}>{plainly(v)}</{k}>" for k, v in row.items()) for row in held]
        return (
            each[0]
            if pairs
            else "<items>\n" + "\n".join(f"<item>{e}</item>" for e in each) + "\n</items>"
        )
    if form == "sentences":
        return _sentences(value, rows, asked)
    if rows is not None:
        said = [_row(row, form) for row in rows]
    elif isinstance(value, dict):
        said = [f"{k}: {plainly(v)}" for k, v in value.items()]
    else:
        said = [plainly(v) for v in value] if isinstance(value, list) else [plainly(value)]
    if form == "bullets":
        return "\n".join(f"- {line}" for line in said)
    if form == "numbered":
        return "\n".join(f"{i}. {line}" for i, line in enumerate(said, 1))
    return "\n".join(said)


def _row(row: dict[str, object], form: str) -> str:
    first, *rest = row.items()
    if form == "lines" and len(rest) == 1:
        return f"{plainly(first[1])}: {plainly(rest[0][1])}"
    if form in ("bullets", "numbered") and rest:
        told = (
            ", ".join(f"{k} {plainly(v)}" for k, v in rest)
            if len(rest) > 1
            else plainly(rest[0][1])
        )
        return f"{plainly(first[1])}: {told}"
    return ", ".join(f"{k}: {plainly(v)}" for k, v in row.items())


def _uncoded(row: dict[str, object], asked: str) -> dict[str, object]:
    """Without codes and numbers of order, where the order wants none."""
    if not re.search(
        r"\bno codes\b|\bwithout (?:the |any )?(?:codes|ids)\b|\bno ids\b", asked, re.I
    ):
        return row
    return {
        k: v
        for k, v in row.items()
        if not re.fullmatch(r"(?=[\dA-Z_-]*[A-Z])[A-Z0-9]+(?:[_-][A-Z0-9]+)+", str(v))
    }


def _in_german(row: dict[str, object]) -> str:
    told = []
    for key, value in row.items():
        if isinstance(value, bool):
            told.append(str(key) if value else f"nicht {key}")
            continue
        said = plainly(value)
        said = said.replace(".", ",") if isinstance(value, float) else said
        told.append(f"{str(key)[:1].upper() + str(key)[1:]}: {said}")
    return ", ".join(told) + "."


def _sentences(value: object, rows: Sequence[dict[str, object]] | None, asked: str) -> str:
    if isinstance(value, dict):
        value = _uncoded(value, asked)
        if re.search(r"\bdeutsch\w*|\bsatz\b|\bsätze\b", asked, re.I):
            return _in_german(value)
    if rows:
        lines = []
        for full in rows:
            row = _uncoded(full, asked)
            (_, name), *rest = row.items()
            facts = [
                f"the {str(k).replace('_', ' ').lower() if not str(k).isupper() else k} "
                f"is {plainly(v)}"
                for k, v in rest
                if v not in ("", None)
            ]
            lines.append(f"For {plainly(name)} {in_words(facts)}" if facts else plainly(name))
        if re.search(r"\b(?:one|a single|a) (?:\w+ )?sentence\b", asked, re.I):
            return (
                lines[0] + "".join("; " + line[:1].lower() + line[1:] for line in lines[1:]) + "."
            )
        per = (
            "\n"
            if re.search(r"\b(?:per|each|every|own) (?:row|line|entry|item)?", asked, re.I)
            else " "
        )
        return per.join(f"{line}." for line in lines)
    if isinstance(value, dict):
        facts = []
        for key, held in value.items():
            told = in_words(list(map(plainly, held))) if isinstance(held, list) else plainly(held)
            facts.append(f"{_named_key(str(key))} {_is(held)} {told}")
        said = in_words(facts)
        return said[:1].upper() + said[1:] + "."
    return (
        in_words([plainly(v) for v in value] if isinstance(value, list) else [plainly(value)]) + "."
    )


def _named_key(key: str) -> str:
    bare = key.replace("_", " ").strip()
    return bare if bare[:1].isupper() else f"the {bare}"


def _is(value: object) -> str:
    return "is" if not isinstance(value, list) or len(value) == 1 else "are"
