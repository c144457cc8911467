"""What a provider answered, read strictly: a whole answer, or an error in our own words.

Runs in zone G; pure functions of bytes from outside. Nothing of a text that is not a whole answer
is passed on: of an error the code and the parameter's name alone, and only if they are plain words.
"""

from __future__ import annotations

import json
import re
from typing import Any

from harness.proctor import words
from harness.proctor.errors import Refusal

MOST_BYTES = 8 << 20
_PLAIN = re.compile(r"[a-z][a-z_.0-9\[\]]{0,59}\Z")
_TOO_LONG = "context_length_exceeded"


def read_answer(alias: str, data: bytes, *, most_choices: int) -> dict[str, Any]:
    """Return the answer in the worker's form: choices (text, finish_reason) and usage.

    Args:
        alias: whose.
        data: the body.
        most_choices: how many were asked for.

    Raises:
        Refusal: 502, it is not a whole answer.
    """
    value = _value(data)
    choices, usage = value.get("choices"), value.get("usage")
    if not isinstance(choices, list) or not 1 <= len(choices) <= most_choices:
        raise no_answer(alias, "without the choices that were asked for")
    counts = {}
    for name in ("prompt_tokens", "completion_tokens"):
        count = usage.get(name) if isinstance(usage, dict) else None
        if type(count) is not int or not 0 <= count < 1 << 40:
            raise no_answer(alias, "without its usage")
        counts[name] = count
    told = [_choice(alias, one) for one in choices]
    return {"choices": told, "usage": counts, "fingerprint": None}


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
        about = _value(data).get("error")
        code, param = (_plain(about, name) for name in ("code", "param"))
        if code == _TOO_LONG:
            return words.too_long_for_provider(alias)
        return words.not_taken_by_provider(alias, param)
    return no_answer(alias, f"with status {status}")


def no_answer(alias: str, how: str) -> Refusal:
    """Return the 502 for an answer that is none; nothing is charged."""
    return words.provider_broken(alias, how)


def _choice(alias: str, value: object) -> dict[str, str]:
    message = value.get("message") if isinstance(value, dict) else None
    text = message.get("content") if isinstance(message, dict) else None
    reason = value.get("finish_reason") if isinstance(value, dict) else None
    if not isinstance(text, str):
        raise no_answer(alias, "without text")
    if reason not in ("stop", "length", "content_filter"):
        raise no_answer(alias, "that does not end")
    return {"text": text, "finish_reason": reason}


def _value(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _plain(about: object, name: str) -> str | None:
    found = about.get(name) if isinstance(about, dict) else None
    return found if isinstance(found, str) and _PLAIN.match(found) else None
