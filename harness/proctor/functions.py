"""Function tools on OpenAI's wire: offered, chosen and called; nothing hosted, nothing linked.

Runs in zone G and in replay; pure functions of hostile JSON. A function runs in the caller's own
code: what passes here is its name, its schema and its arguments as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.core.canonical import canonical_json
from harness.core.errors import BadJournal
from harness.proctor import words

PARAMETERS = ("tools", "tool_choice", "parallel_tool_calls")
MOST_FUNCTIONS = 128
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_ID = 200
_FIELDS = frozenset({"name", "description", "parameters", "strict"})
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_PREAMBLE_TOKENS, _EACH_TOKENS = 1024, 64
"""What a provider may say around the functions, and around each of them."""


def read_functions(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return tools, tool_choice and parallel_tool_calls as they are sent on; {} without tools.

    Args:
        given: the body without its nulls.

    Raises:
        Refusal: 400 with the parameter's name.
    """
    choice, parallel = given.get("tool_choice", "auto"), given.get("parallel_tool_calls", True)
    if not isinstance(parallel, bool):
        raise words.bad_value(
            '"parallel_tool_calls" should be true or false.', param="parallel_tool_calls"
        )
    tools = _tools(given.get("tools", []))
    if not tools:
        if choice not in ("auto", "none"):
            raise words.bad_value('"tool_choice" needs "tools" beside it.', param="tool_choice")
        return {}
    found: dict[str, Any] = {"tools": tools}
    if "tool_choice" in given:
        found["tool_choice"] = _choice(choice, [tool["function"]["name"] for tool in tools])
    if "parallel_tool_calls" in given:
        found["parallel_tool_calls"] = parallel
    return found


def read_calls(at: str, value: object) -> list[dict[str, Any]]:
    """Return the calls that an assistant's message carries.

    Args:
        at: where they stand, for the refusal.
        value: the parsed JSON.

    Raises:
        Refusal: 400 naming what is off.
    """
    if not isinstance(value, list) or len(value) > MOST_FUNCTIONS:
        raise words.bad_value(
            f'"{at}" should be a list of at most {MOST_FUNCTIONS} calls.', param=at
        )
    return [_call(f"{at}[{i}]", call) for i, call in enumerate(value)]


def read_schema(at: str, value: object) -> dict[str, Any]:
    """Return a JSON schema that points nowhere but into itself.

    Raises:
        Refusal: 400, it is no object, or one of its references leads elsewhere.
    """
    if not isinstance(value, dict):
        raise words.bad_value(f'"{at}" should be a JSON schema, an object.', param=at)
    waiting: list[Any] = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            for name in _REFERENCES:
                target = part.get(name)
                if isinstance(target, str) and not target.startswith("#"):
                    raise words.no_links_or_files(at)
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return value


def most_tokens(params: Mapping[str, Any]) -> int:
    """Return an upper bound of the prompt tokens that functions and a wanted schema take.

    A provider writes schemas out in a form of its own, so each byte counts twice.
    """
    parts = [params[name] for name in ("tools", "response_format") if name in params]
    if not parts:
        return 0
    each = _EACH_TOKENS * len(params.get("tools", ()))
    return 2 * json_bytes(parts) + each + _PREAMBLE_TOKENS


def json_bytes(value: object) -> int:
    """Return the length of a value as JSON.

    Raises:
        Refusal: 400, a number or a text in it has no JSON form.
    """
    try:
        return len(canonical_json(value))
    except BadJournal as problem:
        raise words.bad_value("A value in the request cannot be kept as JSON.") from problem


def _tools(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > MOST_FUNCTIONS:
        raise words.bad_value(
            f'"tools" should be a list of at most {MOST_FUNCTIONS} functions.', param="tools"
        )
    tools = [_tool(f"tools[{i}]", tool) for i, tool in enumerate(value)]
    names = [tool["function"]["name"] for tool in tools]
    if len(set(names)) < len(names):
        raise words.bad_value('Two functions in "tools" have one name.', param="tools")
    return tools


def _tool(at: str, value: object) -> dict[str, Any]:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str):
        raise words.bad_value(f'"{at}" should be an object with a type.', param=at)
    if kind != "function":
        raise words.functions_only(at)
    for name in value:
        if name not in ("type", "function"):
            raise words.parameter_not_offered(f"{at}.{name}")
    return {"type": "function", "function": _function(f"{at}.function", value.get("function"))}


def _function(at: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise words.bad_value(f'"{at}" should be an object with a name.', param=at)
    clean: dict[str, Any] = {"name": _name(f"{at}.name", value.get("name"))}
    for name, field in value.items():
        where = f"{at}.{name}"
        if name not in _FIELDS:
            raise words.parameter_not_offered(where)
        if field is None or name == "name":
            continue
        if name == "parameters":
            clean[name] = read_schema(where, field)
        elif not isinstance(field, bool if name == "strict" else str):
            form = "true or false" if name == "strict" else "a text"
            raise words.bad_value(f'"{where}" should be {form}.', param=where)
        else:
            clean[name] = field
    return clean


def _choice(value: object, names: list[str]) -> str | dict[str, Any]:
    if value in ("none", "auto", "required"):
        return str(value)
    about = value.get("function") if isinstance(value, dict) else None
    name = about.get("name") if isinstance(about, dict) else None
    if isinstance(value, dict) and value.get("type") not in (None, "function"):
        raise words.functions_only("tool_choice")
    if name not in names:
        raise words.bad_value(
            '"tool_choice" should be none, auto, required, or name a function of "tools".',
            param="tool_choice",
        )
    return {"type": "function", "function": {"name": name}}


def _call(at: str, value: object) -> dict[str, Any]:
    about = value.get("function") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(about, dict):
        raise words.bad_value(f'"{at}" should be an object with id and function.', param=at)
    if value.get("type", "function") != "function":
        raise words.functions_only(at)
    call_id, arguments = value.get("id"), about.get("arguments")
    if not isinstance(call_id, str) or not 0 < len(call_id) <= _LONGEST_ID:
        raise words.bad_value(
            f'"{at}.id" should be a text of 1 to {_LONGEST_ID} characters.', param=f"{at}.id"
        )
    if not isinstance(arguments, str):
        where = f"{at}.function.arguments"
        raise words.bad_value(f'"{where}" should be JSON as text.', param=where)
    name = _name(f"{at}.function.name", about.get("name"))
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def _name(at: str, value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise words.bad_value(f'"{at}" should be 1 to 64 letters, digits, _ and -.', param=at)
    return value
