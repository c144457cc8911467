"""Write a record down as JSON, YAML, CSV or a table, and make it meet a JSON schema.

Runs in the model worker (zone G); pure. Keys and values are hostile text: whatever a form reserves
is quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

_DEEPEST = 6
_MOST_PROPERTIES = 60
_TO_QUOTE = re.compile(
    r"[:#\[\]{}&*!|>'\"%@`\n]|^[\s?-]|^\s*$|\s$|^(?:true|false|null|yes|no|~)$", re.I
)


def form_asked(directions: str) -> str:
    """The form a prompt names: json, yaml, csv, table, or nothing."""
    head = directions[:40_000]
    named = {
        "yaml": r"\byaml\b",
        "csv": r"\bcsv\b|comma[- ]separated",
        "table": r"\b(?:markdown )?table\b(?! \w+ says)",
        "json": r"\bjson\w*\b|\{\s*[\"'`]?\w+[\"'`]?\s*[:,}]",
    }
    places = [(m.start(), form) for form, p in named.items() if (m := re.search(p, head, re.I))]
    if len(places) > 1:
        places = [p for p in places if not _is_refused(head, p[0])] or places
    return min(places)[1] if places else ""


def written(record: Mapping[str, object], form: str) -> str:
    """A record in a form; rows stand under the name "" alone."""
    value: object = record[""] if set(record) == {""} else record
    if form == "yaml":
        return "\n".join(_yaml(value, 0))
    if form in ("csv", "table"):
        return _rows(value, form)
    return json.dumps(value, ensure_ascii=False)


def fit(schema: object, value: object, depth: int = 0) -> object:
    """A value as a JSON schema wants it: types, enums, arrays and required keys; else its blank."""
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return value if depth <= _DEEPEST else None
    if "const" in schema:
        return schema["const"]
    options = schema.get("enum")
    if isinstance(options, list) and options:
        same = [o for o in options if str(o).lower() == str(value).lower()]
        return (same or ([None] if value is None and None in options else options))[0]
    for choice in ("anyOf", "oneOf"):
        choices = schema.get(choice)
        if isinstance(choices, list) and choices:
            kinds = [c for c in choices if isinstance(c, Mapping)]
            if value in (None, []) and any(c.get("type") == "null" for c in kinds):
                return None
            real = [c for c in kinds if c.get("type") != "null"] or choices
            return fit(real[0], value, depth + 1)
    kind = schema.get("type")
    if isinstance(kind, list):
        if value is None and "null" in kind:
            return None
        kind = next((k for k in kind if k != "null"), "null")
    return _fit_kind(schema, kind, value, depth)


def _fit_kind(schema: Mapping[str, object], kind: object, value: object, depth: int) -> object:
    properties = schema.get("properties")
    if kind == "object" or isinstance(properties, Mapping):
        held = value if isinstance(value, Mapping) else {}
        inner = properties if isinstance(properties, Mapping) else {}
        listed = list(inner.items())[:_MOST_PROPERTIES]
        return {str(k): fit(s, held.get(str(k)), depth + 1) for k, s in listed}
    if kind == "array":
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [fit(schema.get("items"), item, depth + 1) for item in items]
    if kind in ("number", "integer"):
        mark = re.search(r"-?\d[\d,]*(?:\.\d+)?", str(value))
        number = float(mark[0].replace(",", "")) if mark and not isinstance(value, bool) else 0.0
        return int(number) if kind == "integer" or number.is_integer() else number
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() in ("true", "yes")
    if kind == "null":
        return None
    return "" if value is None else value if isinstance(value, str) else _cell(value)


def _is_refused(text: str, at: int) -> bool:
    return bool(
        re.search(r"\b(?:no|not|never|without|instead of|rather than)\s+$", text[:at], re.I)
    )


def _yaml(value: object, depth: int) -> list[str]:
    pad = "  " * depth
    if isinstance(value, Mapping):
        lines: list[str] = []
        for key, inner in value.items():
            if isinstance(inner, Mapping | list) and inner:
                lines += [f"{pad}{key}:", *_yaml(inner, depth + 1)]
            else:
                lines.append(f"{pad}{key}: {_yaml_scalar(inner)}")
        return lines
    if isinstance(value, list):
        out: list[str] = []
        for item in value:
            if isinstance(item, Mapping) and item:
                first, *rest = _yaml(item, depth + 1)
                out += [f"{pad}- {first.strip()}", *rest]
            else:
                out.append(f"{pad}- {_yaml_scalar(item)}")
        return out or [f"{pad}[]"]
    return [f"{pad}{_yaml_scalar(value)}"]


def _yaml_scalar(value: object) -> str:
    if isinstance(value, str):
        is_number = re.fullmatch(r"[-+]?[\d.,_:]+", value)
        return (
            json.dumps(value, ensure_ascii=False) if _TO_QUOTE.search(value) or is_number else value
        )
    return json.dumps(value, ensure_ascii=False)


def _rows(value: object, form: str) -> str:
    """A header and a line for each record."""
    if isinstance(value, Mapping) and len(value) == 1:
        (only,) = value.values()
        value = only if isinstance(only, list) and only and isinstance(only[0], Mapping) else value
    records = value if isinstance(value, list) else [value]
    held = [r for r in records if isinstance(r, Mapping)]
    names = list(dict.fromkeys(str(key) for record in held for key in record))
    body = [[_cell(record.get(name)) for name in names] for record in held]
    if form == "csv":
        return "\n".join(_csv_line(line) for line in (names, *body))
    lines = [names, ["---"] * len(names), *body]
    return "\n".join(
        "| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines
    )


def _csv_line(cells: Sequence[str]) -> str:
    return ",".join(
        '"' + c.replace('"', '""') + '"' if re.search(r'[",\n]', c) else c for c in cells
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_cell(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {_cell(v)}" for k, v in value.items())
    return json.dumps(value) if isinstance(value, bool) else str(value)
