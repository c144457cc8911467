"""What a provider answered, read strictly: a whole answer, or an error in our own words.

Runs in zone G; pure functions of bytes from outside. Nothing of a text that is not an answer is
passed on: of an error the code and the parameter's name alone, and only if they are plain words.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from harness.proctor import words
from harness.proctor.errors import Refusal

MOST_BYTES = 8 << 20
MOST_CALLS = 128
_PLAIN = re.compile(r"[a-z][a-z_.0-9\[\]]{0,59}\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TOO_LONG = "context_length_exceeded"
ENDS = ("stop", "length", "content_filter", "tool_calls")
LONGEST_NAME = 200
Refuse = Callable[[str], Refusal]


def read_answer(alias: str, data: bytes, *, most_choices: int) -> dict[str, Any]:
    """Return the answer in the worker's form: choices and usage.

    Args:
        alias: whose.
        data: the body.
        most_choices: how many were asked for.

    Raises:
        Refusal: 502, it is not a whole answer.
    """
    return answer_of(value_of(data), most_choices, lambda how: no_answer(alias, how))


def answer_of(value: Mapping[str, Any], most_choices: int, refuse: Refuse) -> dict[str, Any]:
    """Return a parsed answer in the worker's form: choices and usage.

    Raises:
        Refusal: refuse's, it is not a whole answer.
    """
    choices = value.get("choices")
    if not isinstance(choices, list) or not 1 <= len(choices) <= most_choices:
        raise refuse("without the choices that were asked for")
    usage = usage_of(value.get("usage"))
    if usage is None:
        raise refuse("without its usage")
    told = [_choice(one, refuse) for one in choices]
    return {"choices": told, "usage": usage, "fingerprint": None}


def refused(alias: str, status: int, data: bytes) -> Refusal:
    """Return what the candidate is told for a status that is not 200.

    Args:
        alias: whose.
        status: HTTP status.
        data: the body; its text is not told.
    """
    if status == 429 or status >= 500:
        return words.models_away(retry_after_s=5.0 if status == 429 else 1.0)
    if status in (400, 413, 422):
        about = value_of(data).get("error")
        code, param = (_plain(about, name) for name in ("code", "param"))
        if code == _TOO_LONG:
            return words.too_long_for_provider(alias)
        return words.not_taken_by_provider(alias, param)
    return no_answer(alias, f"with status {status}")


def no_answer(alias: str, how: str) -> Refusal:
    """Return the 502 for an answer that is none; nothing is charged."""
    return words.provider_broken(alias, how)


def _choice(value: object, refuse: Refuse) -> dict[str, Any]:
    message = value.get("message") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(message, dict):
        raise refuse("without text")
    text, refusal = message.get("content"), message.get("refusal")
    calls = message.get("tool_calls") or []
    if not isinstance(text, str | None) or not isinstance(refusal, str | None):
        raise refuse("with a text that is none")
    if not isinstance(calls, list) or len(calls) > MOST_CALLS:
        raise refuse("with calls that are none")
    if text is None and refusal is None and not calls:
        raise refuse("without text")
    if value.get("finish_reason") not in ENDS:
        raise refuse("that does not end")
    found: dict[str, Any] = {"text": sound(text or ""), "finish_reason": value["finish_reason"]}
    if refusal:
        found["refusal"] = sound(refusal)
    if calls:
        found["tool_calls"] = [_call(call, refuse) for call in calls]
    logprobs = logprobs_of(value.get("logprobs"), refuse)
    return found | {"logprobs": logprobs} if logprobs else found


def _call(value: object, refuse: Refuse) -> dict[str, Any]:
    about = value.get("function") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(about, dict):
        raise refuse("with a call that is none")
    call_id, name, arguments = value.get("id"), about.get("name"), about.get("arguments")
    if not all(isinstance(one, str) and 0 < len(one) <= LONGEST_NAME for one in (call_id, name)):
        raise refuse("with a call that is none")
    if not isinstance(arguments, str) or value.get("type", "function") != "function":
        raise refuse("with a call that is none")
    told = {"name": sound(str(name)), "arguments": sound(arguments)}
    return {"id": sound(str(call_id)), "type": "function", "function": told}


def logprobs_of(value: object, refuse: Refuse) -> dict[str, Any] | None:
    """Return a choice's logprobs; None if there are none.

    Raises:
        Refusal: refuse's, they have another form.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise refuse("with logprobs that are none")
    told: dict[str, list[Any]] = {}
    for name in ("content", "refusal"):
        tokens = value.get(name) or []
        if not isinstance(tokens, list):
            raise refuse("with logprobs that are none")
        told[name] = [_token(one, refuse) for one in tokens]
    return {"content": told["content"], "refusal": told["refusal"] or None}


def _token(value: object, refuse: Refuse, *, is_top: bool = False) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise refuse("with logprobs that are none")
    token, logprob, octets = (value.get(name) for name in ("token", "logprob", "bytes"))
    if not isinstance(token, str) or not isinstance(logprob, int | float):
        raise refuse("with logprobs that are none")
    if isinstance(logprob, bool) or not math.isfinite(logprob):
        raise refuse("with logprobs that are none")
    if octets is not None and not (isinstance(octets, list) and all(
        type(octet) is int and 0 <= octet < 256 for octet in octets
    )):  # fmt: skip
        raise refuse("with logprobs that are none")
    told: dict[str, Any] = {"token": sound(token), "logprob": logprob, "bytes": octets}
    if is_top:
        return told
    top = value.get("top_logprobs") or []
    if not isinstance(top, list):
        raise refuse("with logprobs that are none")
    return told | {"top_logprobs": [_token(one, refuse, is_top=True) for one in top]}


def usage_of(value: object) -> dict[str, int] | None:
    """Return prompt and completion tokens; None if they are not both there."""
    counts: dict[str, int] = {}
    for name in ("prompt_tokens", "completion_tokens"):
        count = value.get(name) if isinstance(value, dict) else None
        if type(count) is not int or not 0 <= count < 1 << 40:
            return None
        counts[name] = count
    return counts


def sound(text: str) -> str:
    """Return a text without lone surrogates, which no record can hold."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def value_of(data: bytes) -> dict[str, Any]:
    """Return the JSON object in some bytes; {} if it is none."""
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _plain(about: object, name: str) -> str | None:
    found = about.get(name) if isinstance(about, dict) else None
    return found if isinstance(found, str) and _PLAIN.match(found) else None
