"""An answer in the spelling of /v1/responses: whole, and as its events.

Runs in zone G and in replay; pure functions. A text is one message item, each call of a function
an item of its own after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from harness.proctor.completion import Piece
from harness.proctor.errors import Refusal
from harness.proctor.spelling import Telling, event
from harness.proctor.wire import Asked


class ResponsesSpelling:
    """OpenAI's other spelling of an answer."""

    def whole(self, asked: Asked, completed: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return it as a response object."""
        return as_response(asked, completed)

    def telling(self, asked: Asked, frame: Mapping[str, Any]) -> Telling:
        """Return it as response.* events."""
        return _Events(asked, frame)


RESPONSES = ResponsesSpelling()


def as_response(asked: Asked, completed: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer in this spelling.

    Args:
        asked: the request.
        completed: the answer on the wire of chat completions; one that its reader left has no
            usage and may have no choice.
    """
    choices = completed["choices"] or [{"message": {}, "finish_reason": None}]
    choice, usage = choices[0], completed["usage"]
    is_whole = choice["finish_reason"] in ("stop", "tool_calls")
    status = "completed" if is_whole else "incomplete"
    return _response(asked, completed, status) | {
        "output": _items(_call_of(completed), choice["message"], status),
        "incomplete_details": None if is_whole else {"reason": _why(choice["finish_reason"])},
        "usage": None if usage is None else {
            "input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"],
            "total_tokens": usage["total_tokens"],
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 0},
        },
    }  # fmt: skip


class _Events:
    """response.* events of one answer."""

    def __init__(self, asked: Asked, frame: Mapping[str, Any]) -> None:
        self._asked, self._frame, self._call = asked, frame, _call_of(frame)
        self._number = 0
        self._text: _OpenText | None = None
        self._calls: dict[int, dict[str, Any]] = {}
        self._items = 0

    def begin(self) -> bytes:
        response = _response(self._asked, self._frame, "in_progress")
        return self._event("created", response=response) + self._event(
            "in_progress", response=response
        )

    def tell(self, some: Iterable[Piece]) -> bytes:
        return b"".join(self._tell(piece.delta) for piece in some if piece.index == 0)

    def end(self, completed: Mapping[str, Any], refusal: Refusal | None) -> bytes:
        if refusal is not None:
            about = {"code": refusal.code, "message": str(refusal), "param": refusal.param}
            # clients look for a code in `error`, as in every other stream
            return self._event("error", **about, error={**about, "type": refusal.kind})
        response = as_response(self._asked, completed)
        status = response["status"]
        told = self._text.done(self, status) if self._text else b""
        for number in sorted(self._calls):
            told += self._call_done(self._calls[number], status)
        return told + self._event(status, response=response)

    def _tell(self, delta: Mapping[str, Any]) -> bytes:
        told = b""
        for name in ("content", "refusal"):
            if delta.get(name):
                if self._text is None:
                    self._text = _OpenText(f"msg_{self._call}", self._place())
                told += self._text.tell(self, name, delta[name])
        for call in delta.get("tool_calls", ()):
            told += self._call_piece(call)
        return told

    def _call_piece(self, piece: Mapping[str, Any]) -> bytes:
        told, about = b"", piece.get("function") or {}
        call = self._calls.get(piece["index"])
        if call is None:
            call = self._calls[piece["index"]] = {
                "item": _call_item(self._call, piece["index"], piece.get("id") or "",
                                   about.get("name") or "", "", "in_progress"),
                "place": self._place(),
            }  # fmt: skip
            told = self._event("output_item.added", output_index=call["place"], item=call["item"])
        text = about.get("arguments")
        if not text:
            return told
        call["item"] = call["item"] | {"arguments": call["item"]["arguments"] + text}
        return told + self._event(
            "function_call_arguments.delta", item_id=call["item"]["id"],
            output_index=call["place"], delta=text,
        )  # fmt: skip

    def _call_done(self, call: Mapping[str, Any], status: str) -> bytes:
        item, place = call["item"] | {"status": status}, call["place"]
        done = self._event(
            "function_call_arguments.done", item_id=item["id"], output_index=place,
            arguments=item["arguments"], name=item["name"],
        )  # fmt: skip
        return done + self._event("output_item.done", output_index=place, item=item)

    def _place(self) -> int:
        self._items += 1
        return self._items - 1

    def _event(self, kind: str, **more: Any) -> bytes:
        name = kind if kind == "error" else f"response.{kind}"
        value = {"type": name, "sequence_number": self._number, **more}
        self._number += 1
        return event(value, name)


class _OpenText:
    """The message item while its text comes: one part for text, one for a refusal."""

    def __init__(self, item: str, place: int) -> None:
        self._item, self._place = item, place
        self._parts: dict[str, str] = {}

    def tell(self, to: _Events, name: str, text: str) -> bytes:
        """Return the events of one more piece of text."""
        told = b""
        if not self._parts:
            message = _message_item(self._item, [], "in_progress")
            told += to._event("output_item.added", output_index=self._place, item=message)
        if name not in self._parts:
            self._parts[name] = ""
            told += to._event("content_part.added", **self._at(name), part=_part(name, ""))
        self._parts[name] += text
        more: dict[str, Any] = {"logprobs": []} if name == "content" else {}
        return told + to._event(f"{_KINDS[name]}.delta", **self._at(name), delta=text, **more)

    def done(self, to: _Events, status: str) -> bytes:
        """Return the events that end it."""
        told = b""
        for name, text in self._parts.items():
            field = {"text": text, "logprobs": []} if name == "content" else {"refusal": text}
            told += to._event(f"{_KINDS[name]}.done", **self._at(name), **field)
            told += to._event("content_part.done", **self._at(name), part=_part(name, text))
        parts = [_part(name, text) for name, text in self._parts.items()]
        item = _message_item(self._item, parts, status)
        return told + to._event("output_item.done", output_index=self._place, item=item)

    def _at(self, name: str) -> dict[str, Any]:
        number = list(self._parts).index(name)
        return {"item_id": self._item, "output_index": self._place, "content_index": number}


_KINDS = {"content": "output_text", "refusal": "refusal"}


def _response(asked: Asked, frame: Mapping[str, Any], status: str) -> dict[str, Any]:
    params = asked.params
    wanted = params.get("response_format", {"type": "text"})
    form = {"type": wanted["type"], **wanted.get("json_schema", {})}
    tools = [{"type": "function", "strict": None, "parameters": None, **tool["function"]}
             for tool in params.get("tools", ())]  # fmt: skip
    choice = params.get("tool_choice", "auto")
    return {
        "id": f"resp_{_call_of(frame)}", "object": "response", "created_at": frame["created"],
        "model": frame["model"], "output": [], "error": None, "status": status,
        "incomplete_details": None, "instructions": None, "metadata": {},
        "previous_response_id": None, "store": False,
        "temperature": params.get("temperature"), "top_p": params.get("top_p"),
        "max_output_tokens": asked.max_tokens,
        "parallel_tool_calls": params.get("parallel_tool_calls", bool(tools)),
        "tool_choice": {"type": "function", **choice["function"]} if isinstance(choice, dict)
        else choice,
        "tools": tools, "truncation": "disabled", "text": {"format": form}, "usage": None,
    }  # fmt: skip


def _items(call: str, message: Mapping[str, Any], status: str) -> list[dict[str, Any]]:
    texts = {name: message.get(name) for name in ("content", "refusal")}
    calls = message.get("tool_calls") or ()
    parts = [_part(name, text) for name, text in texts.items() if text]
    if not parts and not calls:
        parts = [_part("content", "")]
    items = [_message_item(f"msg_{call}", parts, status)] if parts else []
    return items + [
        _call_item(call, number, one["id"], one["function"]["name"],
                   one["function"]["arguments"], status)
        for number, one in enumerate(calls)
    ]  # fmt: skip


def _message_item(item: str, parts: list[dict[str, Any]], status: str) -> dict[str, Any]:
    return {
        "type": "message", "id": item, "role": "assistant", "content": parts, "status": status,
    }  # fmt: skip


def _part(name: str, text: str) -> dict[str, Any]:
    if name == "refusal":
        return {"type": "refusal", "refusal": text}
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _call_item(
    call: str, number: int, call_id: str, name: str, arguments: str, status: str
) -> dict[str, Any]:
    return {
        "type": "function_call", "id": f"fc_{call}_{number}", "call_id": call_id, "name": name,
        "arguments": arguments, "status": status,
    }  # fmt: skip


def _call_of(frame: Mapping[str, Any]) -> str:
    return str(frame["id"]).removeprefix("chatcmpl-")


def _why(finish_reason: str | None) -> str | None:
    if finish_reason is None:
        return None
    return "max_output_tokens" if finish_reason == "length" else "content_filter"
