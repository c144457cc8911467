"""One byte form for every JSON value, and a reader that takes nothing else on trust.

Runs in every zone. What it reads may come from a candidate: size is the caller's to cap,
everything else is checked here.
"""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

from harness.core.errors import BadJournal

MAX_DEPTH = 64
"""How deep a JSON value may nest: notebooks need 12, our own records 6."""

_NO_TEXT_YET = "it is not JSON"


def canonical_json(value: object) -> bytes:
    """Return the canonical bytes: sorted keys, no spaces, UTF-8, no NaN.

    Args:
        value: any tree of dict, list, str, int, float, bool and None.

    Raises:
        BadJournal: the value has NaN, infinity, a lone surrogate or a foreign type.
    """
    try:
        text = json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
        return text.encode("utf-8")
    except (ValueError, TypeError, RecursionError) as problem:
        raise BadJournal(f"a value has no canonical JSON form: {problem}") from problem


def parse_json(data: bytes, *, what: str, max_depth: int = MAX_DEPTH) -> Any:
    """Return the value in data, refusing what two readers could read differently.

    Args:
        data: UTF-8 bytes of one JSON document.
        what: what it is, for the message ("manifest.json").
        max_depth: how deep arrays and objects may nest.

    Raises:
        BadJournal: not UTF-8, not JSON, a doubled key, NaN, a lone surrogate, too deep.
    """
    try:
        text = data.decode("utf-8")
        _refuse_depth(text, max_depth)
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # lone surrogates stop here
        return value
    except UnicodeDecodeError as problem:
        told = f"it is no UTF-8 at byte {problem.start}"
        raise BadJournal(f"{what} cannot be read: {told}") from problem
    except UnicodeEncodeError as problem:
        told = "a text in it holds half a character (a lone surrogate)"
        raise BadJournal(f"{what} cannot be read: {told}") from problem
    except (ValueError, RecursionError) as problem:
        told = str(problem) or _NO_TEXT_YET
        if "integer string conversion" in told:
            told = f"a number in it has more than {sys.get_int_max_str_digits():,} digits"
        raise BadJournal(f"{what} cannot be read: {told}") from problem


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _refuse_depth(text: str, max_depth: int) -> None:
    if text.count("[") + text.count("{") <= max_depth:
        return
    depth, in_string, escaped = 0, False, False
    for char in text:
        if in_string:
            in_string = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
            if depth > max_depth:
                raise ValueError(f"it nests deeper than {max_depth} levels")
        elif char in "]}":
            depth -= 1
