"""A tool request: a body into arguments, by what the card declares; canonical and keyed.

Runs in zone G and in replay; what comes in is hostile JSON that was parsed strictly and capped.
Left-out arguments are filled in and a number is a float, so that two spellings of one use are one
request.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.core.tools import Argument, Tool
from harness.proctor import words
from harness.proctor.tools import words as tool_words
from harness.proctor.wire import call_id_of, request_key

TOOLS = "tools"
"""The endpoint's name in a key."""
ALIAS = "tool:"
"""How a tool's alias begins in the ledger."""
_LARGEST = 2**53
"""Whole numbers beyond this are no longer the same in every reader of JSON."""
_KINDS = {
    "string": "a text", "integer": "a whole number", "number": "a number",
    "boolean": "true or false", "array": "a list of texts", "object": "an object",
}  # fmt: skip


@dataclass(frozen=True)
class Use:
    """A use of a tool that can be answered.

    Attributes:
        tool: its declaration.
        arguments: every argument by name, as declared.
        canonical: all that can change the answer.
        key: "k1:" and a SHA-256.
    """

    tool: Tool
    arguments: dict[str, Any]
    canonical: dict[str, Any]
    key: str


def find_tool(tools: Sequence[Tool], name: str) -> Tool:
    """Return the tool of a name.

    Raises:
        Refusal: 404, with the names there are.
    """
    for tool in tools:
        if tool.name == name:
            return tool
    raise tool_words.no_such_tool(name, tuple(tool.name for tool in tools))


def read_use(tool: Tool, body: Mapping[str, Any], *, call_id: str | None = None) -> Use:
    """Return the use in a body.

    Args:
        tool: its declaration.
        body: the arguments by name; a null is as good as absent.
        call_id: of the header x-call-id, as for a chat; it joins the key.

    Raises:
        Refusal: 400 naming the argument and what to send instead.
    """
    arguments = _read_fields("", tool.arguments, body)
    canonical: dict[str, Any] = {"tool": tool.name, "arguments": arguments}
    if call_id is not None:
        canonical["call_id"] = call_id_of(call_id)
    return Use(tool, arguments, canonical, request_key(canonical, TOOLS))


def _read_fields(at: str, declared: Sequence[Argument], given: Mapping[str, Any]) -> dict[str, Any]:
    names = [one.name for one in declared]
    for name, value in given.items():
        if name not in names and value is not None:
            raise tool_words.no_such_argument(f"{at}{name}", tuple(names))
    found = {}
    for one in declared:
        value = given.get(one.name)
        value = one.default if value is None else value
        if value is None:
            raise words.bad_value(
                f'"{at}{one.name}" is missing. {_wanted(one)}', param=f"{at}{one.name}"
            )
        found[one.name] = _read(f"{at}{one.name}", one, value)
    return found


def _read(at: str, one: Argument, value: Any) -> Any:
    reader = _READERS[one.type]
    found = reader(at, one, value)
    if found is None:
        raise words.bad_value(f'"{at}" cannot be used as it is. {_wanted(one)}', param=at)
    return found


def _string(at: str, one: Argument, value: Any) -> str | None:
    if not isinstance(value, str) or (one.choices and value not in one.choices):
        return None
    return value if len(value) <= one.longest else None


def _integer(at: str, one: Argument, value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
        return None
    return value if _is_between(one, value) else None


def _number(at: str, one: Argument, value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300:
        return None
    found = float(value)
    return found if math.isfinite(found) and _is_between(one, found) else None


def _boolean(at: str, one: Argument, value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _array(at: str, one: Argument, value: Any) -> list[str] | None:
    if not isinstance(value, list) or len(value) > one.longest:
        return None
    is_fine = all(
        isinstance(each, str) and len(each) <= 200 and (not one.choices or each in one.choices)
        for each in value
    )
    return value if is_fine else None


def _object(at: str, one: Argument, value: Any) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        return None
    if one.fields:
        return _read_fields(f"{at}.", one.fields, value)
    is_fine = len(value) <= one.longest and all(
        len(name) <= 200 and _is_plain(each) for name, each in value.items()
    )
    return value if is_fine else None


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 200
    if isinstance(value, bool):
        return True
    return isinstance(value, int | float) and abs(value) <= _LARGEST and math.isfinite(value)


def _is_between(one: Argument, value: float) -> bool:
    above = one.minimum is None or value >= one.minimum
    return above and (one.maximum is None or value <= one.maximum)


def _wanted(one: Argument) -> str:
    """Return what to send: "Send a whole number from 1 to 40."."""
    kind = _KINDS[one.type]
    if one.choices:
        each = "one of" if one.type == "string" else "a list of"
        shown = ", ".join(one.choices[:30])
        return f"Send {each}: {shown}{' …' if len(one.choices) > 30 else ''}."
    if one.minimum is not None or one.maximum is not None:
        low = "" if one.minimum is None else f" from {one.minimum:g}"
        high = "" if one.maximum is None else f" to {one.maximum:g}"
        return f"Send {kind}{low}{high}."
    if one.type == "string":
        return f"Send {kind} of at most {one.longest} characters."
    if one.type == "array":
        return f"Send {kind}, at most {one.longest}."
    if one.type == "object" and not one.fields:
        return f"Send {kind} of at most {one.longest} plain values."
    return f"Send {kind}."


_READERS = {
    "string": _string, "integer": _integer, "number": _number, "boolean": _boolean,
    "array": _array, "object": _object,
}  # fmt: skip
