"""The part of YAML that people type in prompts: nested keys, lists, plain and quoted values.

Runs in the model worker; the text is hostile: lines and depth are capped. No anchors, tags or
block texts; a text that has them is no YAML here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

_MOST_LINES = 400
_DEEPEST = 12
_KEY = re.compile(
    r"(?P<key>\"[^\"\n]{1,80}\"|'[^'\n]{1,80}'|[^\s:#\-{}\[\],][^:\n#{}\[\]]{0,60}?)\s*:(?:\s+(?P<value>\S.*))?$"
)
_PLAIN = re.compile(r"[^\W\d_][^:#{}\[\],&*?|<>=!%@`\"'\n]*(?<!\s)")
_TRUTH = {"true": True, "false": False, "null": None, "~": None}


class NoYaml(ValueError):
    """The text is not of the part of YAML that is read."""


def read_yaml(text: str) -> object:
    """The value of a YAML text.

    Raises:
        NoYaml: the text is none, or uses what is not read.
    """
    lines = []
    for raw in text.replace("\t", "  ").split("\n"):
        bare = re.sub(r"(?:^|\s)#[^\n]*$", "", raw).rstrip()
        if bare.strip() and bare.strip() != "---":
            lines.append((len(bare) - len(bare.lstrip()), bare.strip()))
    if not lines or len(lines) > _MOST_LINES:
        raise NoYaml("no lines to read")
    value, rest = _block(lines, 0, lines[0][0], 0)
    if rest != len(lines):
        raise NoYaml("a line stands where none can")
    return value


def _block(
    lines: Sequence[tuple[int, str]], at: int, indent: int, depth: int
) -> tuple[object, int]:
    if depth > _DEEPEST:
        raise NoYaml("nested too deeply")
    if lines[at][1].startswith("- ") or lines[at][1] == "-":
        return _list(lines, at, indent, depth)
    return _map(lines, at, indent, depth)


def _list(lines: Sequence[tuple[int, str]], at: int, indent: int, depth: int) -> tuple[object, int]:
    out: list[object] = []
    while at < len(lines) and lines[at][0] == indent and re.match(r"-(?: |$)", lines[at][1]):
        body = lines[at][1][1:].lstrip()
        inner = indent + len(lines[at][1]) - len(body)
        if not body:
            value, at = (
                _block(lines, at + 1, lines[at + 1][0], depth + 1)
                if at + 1 < len(lines)
                else (None, at + 1)
            )
        elif _KEY.match(body):
            nested = [(inner, body), *lines[at + 1 :]]
            value, used = _map(nested, 0, inner, depth + 1)
            at += used
        else:
            value, at = _scalar(body), at + 1
        out.append(value)
    return out, at


def _map(lines: Sequence[tuple[int, str]], at: int, indent: int, depth: int) -> tuple[object, int]:
    out: dict[str, object] = {}
    while at < len(lines) and lines[at][0] == indent:
        mark = _KEY.match(lines[at][1])
        if mark is None:
            raise NoYaml("a line is neither key nor item")
        key = mark["key"].strip("\"'")
        at += 1
        if mark["value"] is not None:
            out[key] = _scalar(mark["value"])
            continue
        is_list = at < len(lines) and lines[at][0] == indent and lines[at][1].startswith("- ")
        if at < len(lines) and (lines[at][0] > indent or is_list):
            out[key], at = _block(lines, at, lines[at][0], depth + 1)
        else:
            out[key] = None
    if not out:
        raise NoYaml("no keys")
    return out, at


def _scalar(said: str) -> object:
    said = said.strip()
    if said.lower() in _TRUTH:
        return _TRUTH[said.lower()]
    if said[:1] in "\"'" and said[-1:] == said[:1] and len(said) > 1:
        return said[1:-1]
    if said[:1] == "[" and said[-1:] == "]":
        return [_scalar(part) for part in said[1:-1].split(",") if part.strip()]
    if said[:1] == "{" and said[-1:] == "}":
        pairs = [part.split(":", 1) for part in said[1:-1].split(",") if ":" in part]
        return {key.strip().strip("\"'"): _scalar(value) for key, value in pairs}
    if said[:1] in "|>&*!%@`":
        raise NoYaml("block texts, anchors and tags are not read")
    if re.fullmatch(r"-?(?:0|[1-9]\d{0,14})", said):
        return int(said)
    if re.fullmatch(r"-?\d{1,12}\.\d{1,12}", said):
        return float(said)
    return said


def write_yaml(value: object, indent: int = 0) -> str:
    """A value of dicts, lists and scalars as YAML."""
    pad = "  " * indent
    if isinstance(value, dict):
        lines = []
        for key, inner in value.items():
            if isinstance(inner, dict | list) and inner:
                lines.append(f"{pad}{_said(str(key))}:")
                lines.append(write_yaml(inner, indent + 1))
            else:
                lines.append(f"{pad}{_said(str(key))}: {_said(inner)}")
        return "\n".join(lines)
    if isinstance(value, list):
        lines = []
        for inner in value:
            if isinstance(inner, dict | list) and inner:
                body = write_yaml(inner, indent + 1)
                lines.append(f"{pad}- {body.lstrip()}")
            else:
                lines.append(f"{pad}- {_said(inner)}")
        return "\n".join(lines)
    return pad + _said(value)


def _said(value: object) -> str:
    if isinstance(value, str):
        is_plain = bool(_PLAIN.fullmatch(value)) and value.lower() not in (
            *_TRUTH,
            "yes",
            "no",
            "on",
            "off",
        )
        return value if is_plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)
