"""OpenAI's other spelling of a chat, /v1/responses: read into the same request, told in its form.

Runs in zone G and in replay; pure functions of hostile JSON. A request in this spelling is the same
call as in the other: one key, one row, one recorded answer. Nothing is stored for a later request
and nothing hosted is offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.proctor import words
from harness.proctor.wire import Asked, read_chat

_SAME = ("model", "temperature", "top_p", "metadata", "user")
_LEFT_OUT = ("parallel_tool_calls", "safety_identifier", "prompt_cache_key", "service_tier")
"""What cannot change an answer here and is passed over."""
_ONLY = {
    "store": (False,), "stream": (False,), "background": (False,), "tools": ([],),
    "include": ([], ["reasoning.encrypted_content"]),  # there is no reasoning to include
    "tool_choice": ("auto", "none"), "truncation": ("disabled",),
}  # fmt: skip
"""What is taken with these values alone; each of them is as good as absent."""
_TEXTS = ("input_text", "output_text", "text")
_ITEM_FIELDS = frozenset({"type", "role", "content", "id", "status", "phase"})


def read_response_request(body: Mapping[str, Any], *, call_id: str | None = None) -> Asked:
    """Return the chat request that a body asks for in this spelling.

    Args:
        body: the parsed JSON object; a null is as good as absent.
        call_id: of the header x-call-id, as for a chat.

    Raises:
        Refusal: 400 with the parameter's name and what to send instead.
    """
    given = {name: value for name, value in body.items() if value is not None}
    chat: dict[str, Any] = {}
    for name, value in given.items():
        if name in _SAME:
            chat[name] = value
        elif name in _ONLY:
            if value not in _ONLY[name]:
                raise words.parameter_not_offered(name)
        elif name == "max_output_tokens":
            chat["max_tokens"] = value
        elif name == "text":
            chat |= _format(value)
        elif name == "reasoning" and not any((value or {"": 1}).values()):
            continue  # an object of nulls
        elif name not in ("input", "instructions", *_LEFT_OUT):
            raise words.parameter_not_offered(name)
    chat["messages"] = _messages(given)
    return read_chat(chat, call_id=call_id)


def as_response(asked: Asked, completed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole answer in this spelling.

    Args:
        asked: the request.
        completed: the answer on the wire of chat completions.
    """
    choice, usage = completed["choices"][0], completed["usage"]
    is_whole = choice["finish_reason"] == "stop"
    call = str(completed["id"]).removeprefix("chatcmpl-")
    text = {"type": "output_text", "text": choice["message"]["content"], "annotations": [],
            "logprobs": []}  # fmt: skip
    message = {
        "type": "message", "id": f"msg_{call}", "role": "assistant", "content": [text],
        "status": "completed" if is_whole else "incomplete",
    }  # fmt: skip
    return {
        "id": f"resp_{call}", "object": "response", "created_at": completed["created"],
        "model": completed["model"], "output": [message], "error": None,
        "status": "completed" if is_whole else "incomplete",
        "incomplete_details": None if is_whole else {"reason": _why(choice["finish_reason"])},
        "instructions": None, "metadata": {}, "previous_response_id": None, "store": False,
        "temperature": asked.params.get("temperature"), "top_p": asked.params.get("top_p"),
        "max_output_tokens": asked.max_tokens, "parallel_tool_calls": False,
        "tool_choice": "auto", "tools": [], "truncation": "disabled",
        "text": {"format": {"type": "text"}},
        "usage": {
            "input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"],
            "total_tokens": usage["total_tokens"],
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 0},
        },
    }  # fmt: skip


def _why(finish_reason: str) -> str:
    return "max_output_tokens" if finish_reason == "length" else "content_filter"


def _format(value: object) -> dict[str, Any]:
    """The chat's response_format for this spelling's text.format."""
    wanted = value.get("format") if isinstance(value, dict) else None
    if not isinstance(value, dict) or set(value) - {"format", "verbosity"}:
        raise words.bad_value('"text" should be an object with a format.', param="text")
    if value.get("verbosity") not in (None, "medium"):
        raise words.parameter_not_offered("text.verbosity")
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    if wanted is None or kind == "text":
        return {}
    if not isinstance(wanted, dict):
        raise words.bad_value('"text.format" should be an object.', param="text.format")
    if kind == "json_schema":
        schema = {name: part for name, part in wanted.items() if name != "type"}
        return {"response_format": {"type": kind, "json_schema": schema}}
    return {"response_format": wanted}


def _messages(given: Mapping[str, Any]) -> list[Any]:
    told, asked = given.get("instructions"), given.get("input")
    if told is not None and not isinstance(told, str):
        raise words.bad_value('"instructions" should be a text.', param="instructions")
    first = [{"role": "system", "content": told}] if told else []
    if isinstance(asked, str):
        return [*first, {"role": "user", "content": asked}]
    if not isinstance(asked, list) or not asked:
        raise words.bad_value(
            '"input" should be a text or a list with at least one message.', param="input"
        )
    return [*first, *(_message(f"input[{i}]", item) for i, item in enumerate(asked))]


def _message(at: str, item: object) -> dict[str, Any]:
    if not isinstance(item, dict) or item.get("type", "message") != "message":
        raise words.no_links_or_files(at)
    for name in item:
        if name not in _ITEM_FIELDS:
            raise words.parameter_not_offered(f"{at}.{name}")
    content = item.get("content")
    if isinstance(content, list):
        content = [_part(f"{at}.content[{i}]", part) for i, part in enumerate(content)]
    return {"role": item.get("role"), "content": content}


def _part(at: str, part: object) -> Any:
    """A part in the chat's spelling; its own rules refuse what is no text."""
    if not isinstance(part, dict) or part.get("type") not in _TEXTS:
        return part
    kept = {name: value for name, value in part.items() if name not in ("annotations", "logprobs")}
    return kept | {"type": "text"}
