"""How an answer is to be sampled and what it may hold: the parameters beside the messages.

Runs in zone G and in replay; pure functions of hostile JSON. Ranges are the model's own business;
here each value gets the one form it may have, so that nothing foreign is sent on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.proctor import words
from harness.proctor.functions import read_schema

PARAMETERS = (
    "temperature", "top_p", "n", "seed", "stop", "response_format", "logprobs", "top_logprobs",
    "truncation",
)  # fmt: skip
MOST_CHOICES = 16
MOST_TOP_LOGPROBS = 20
_MOST_STOPS = 16
_SCHEMA_FIELDS = frozenset({"name", "description", "schema", "strict"})


def read_sampling(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters as they are sent on.

    Args:
        given: the body without its nulls.

    Raises:
        Refusal: 400 with the parameter's name.
    """
    found = {name: given[name] for name in PARAMETERS if name in given}
    for name in ("temperature", "top_p"):
        if name in found and (
            isinstance(found[name], bool) or not isinstance(found[name], int | float)
        ):
            raise words.bad_value(f'"{name}" should be a number.', param=name)
    whole(given, "n", 1, MOST_CHOICES)
    whole(given, "seed", -(2**63), 2**63 - 1)
    if found.get("truncation") not in (None, "auto", "disabled"):
        raise words.bad_value('"truncation" should be auto or disabled.', param="truncation")
    if found.get("truncation") == "disabled":
        del found["truncation"]
    if "stop" in found:
        _check_stop(found["stop"])
    if "response_format" in found:
        found["response_format"] = _format(found["response_format"])
    return _with_logprobs(found, given)


def whole(given: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    """Return a whole number of a body; None if it is not there.

    Raises:
        Refusal: 400, it is none or out of range.
    """
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise words.bad_value(
            f'"{name}" should be a whole number from {low} to {high}.', param=name
        )
    return value


def _with_logprobs(found: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    wanted = found.get("logprobs", False)
    if not isinstance(wanted, bool):
        raise words.bad_value('"logprobs" should be true or false.', param="logprobs")
    top = whole(given, "top_logprobs", 0, MOST_TOP_LOGPROBS)
    if not wanted:
        if top:
            raise words.bad_value('"top_logprobs" needs "logprobs": true.', param="top_logprobs")
        return {name: value for name, value in found.items() if "logprobs" not in name}
    return found


def _check_stop(value: object) -> None:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or len(texts) > _MOST_STOPS or not all(
        isinstance(text, str) and text for text in texts
    ):  # fmt: skip
        raise words.bad_value(
            f'"stop" should be a text or a list of at most {_MOST_STOPS} texts, none of them '
            "empty.",
            param="stop",
        )


def _format(value: object) -> dict[str, Any]:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or kind not in ("text", "json_object", "json_schema"):
        raise words.bad_value(
            '"response_format.type" should be text, json_object or json_schema.',
            param="response_format",
        )
    for name, field in value.items():
        if name != "type" and (name, kind) != ("json_schema", "json_schema") and field is not None:
            raise words.parameter_not_offered(f"response_format.{name}")
    if kind == "json_schema":
        _check_schema("response_format.json_schema", value.get(kind))
    return value


def _check_schema(at: str, value: object) -> None:
    if not isinstance(value, dict):
        raise words.bad_value(f'"{at}" should be an object with a schema.', param=at)
    for name, field in value.items():
        if name not in _SCHEMA_FIELDS:
            raise words.parameter_not_offered(f"{at}.{name}")
        if name == "strict" and not isinstance(field, bool | None):
            raise words.bad_value(f'"{at}.strict" should be true or false.', param=f"{at}.strict")
        if name in ("name", "description") and not isinstance(field, str | None):
            raise words.bad_value(f'"{at}.{name}" should be a text.', param=f"{at}.{name}")
    read_schema(f"{at}.schema", value.get("schema"))
