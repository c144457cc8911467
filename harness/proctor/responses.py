"""OpenAI's other spelling of a chat, /v1/responses, read into the same request.

Runs in zone G and in replay; pure functions of hostile JSON. A request in this spelling is the same
call as in the other: one key, one row, one recorded answer. Nothing is stored for a later request
and nothing hosted is offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.proctor import words
from harness.proctor.wire import Asked, read_chat

_SAME = (
    "model", "temperature", "top_p", "metadata", "user", "stream", "stream_options",
    "parallel_tool_calls", "truncation",
)  # fmt: skip
_LEFT_OUT = ("safety_identifier", "prompt_cache_key", "service_tier")
"""What cannot change an answer here and is passed over."""
_ONLY = {
    "store": (False,), "background": (False,),
    "include": ([], ["reasoning.encrypted_content"]),  # there is no reasoning to include
}  # fmt: skip
"""What is taken with these values alone; each of them is as good as absent."""
_TEXTS = ("input_text", "output_text", "text")
_ITEM_FIELDS = {
    "message": frozenset({"type", "role", "content", "id", "status", "phase"}),
    "function_call": frozenset({"type", "call_id", "name", "arguments", "id", "status"}),
    "function_call_output": frozenset({"type", "call_id", "output", "id", "status"}),
}  # fmt: skip
"""Items that can be sent, each with what it may carry."""


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
        elif name == "tools":
            chat[name] = _tools(value)
        elif name == "tool_choice":
            chat[name] = _choice(value)
        elif name == "reasoning" and isinstance(value, dict) and value and not any(value.values()):
            continue  # an object of nulls
        elif name not in ("input", "instructions", *_LEFT_OUT):
            raise words.parameter_not_offered(name)
    chat["messages"] = _messages(given)
    return read_chat(chat, call_id=call_id)


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
    for number, item in enumerate(asked):
        _add(first, f"input[{number}]", item)
    return first


def _add(messages: list[dict[str, Any]], at: str, item: object) -> None:
    """Add an item of the input; calls of one answer stand in one message, as a chat has them."""
    kind = item.get("type", "message") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(kind, str) or kind not in _ITEM_FIELDS:
        raise words.no_links_or_files(at)
    for name in item:
        if name not in _ITEM_FIELDS[kind]:
            raise words.parameter_not_offered(f"{at}.{name}")
    if kind == "function_call_output":
        output = _parts(f"{at}.output", item.get("output"))
        messages.append({"role": "tool", "tool_call_id": item.get("call_id"), "content": output})
    elif kind == "function_call":
        about = {"name": item.get("name"), "arguments": item.get("arguments")}
        call = {"id": item.get("call_id"), "type": "function", "function": about}
        if not messages or messages[-1]["role"] != "assistant":
            messages.append({"role": "assistant"})
        messages[-1].setdefault("tool_calls", []).append(call)
    else:
        content = _parts(f"{at}.content", item.get("content"))
        messages.append({"role": item.get("role"), "content": content})


def _parts(at: str, content: Any) -> Any:
    if not isinstance(content, list):
        return content
    return [_part(f"{at}[{i}]", part) for i, part in enumerate(content)]


def _tools(value: object) -> Any:
    """Tools in the chat's spelling; its own rules refuse what is no function."""
    if not isinstance(value, list):
        return value
    return [
        {"type": "function",
         "function": {name: part for name, part in tool.items() if name != "type"}}
        if isinstance(tool, dict) and tool.get("type") == "function" else tool
        for tool in value
    ]  # fmt: skip


def _choice(value: object) -> Any:
    if isinstance(value, dict) and value.get("type") == "function":
        return {"type": "function", "function": {"name": value.get("name")}}
    return value


def _part(at: str, part: object) -> Any:
    """A part in the chat's spelling; its own rules refuse what is neither text nor picture."""
    if isinstance(part, dict) and part.get("type") == "input_image":
        about = {"url": part.get("image_url")}
        about |= {"detail": part["detail"]} if part.get("detail") is not None else {}
        more = {n: v for n, v in part.items() if n not in ("image_url", "detail") and v is not None}
        return more | {"type": "image_url", "image_url": about}
    if not isinstance(part, dict) or part.get("type") not in _TEXTS:
        return part
    kept = {name: value for name, value in part.items() if name not in ("annotations", "logprobs")}
    return kept | {"type": "text"}
