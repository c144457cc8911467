"""The stream of a provider, read strictly: one event after the other.

Runs in zone G; pure functions of bytes from outside. Only what a chunk of a chat can hold is taken
over; nothing of an event that is no chunk is passed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.proctor.completion import Piece
from harness.proctor.provider_answers import (
    ENDS,
    LONGEST_NAME,
    MOST_CALLS,
    Refuse,
    logprobs_of,
    sound,
    usage_of,
    value_of,
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One event of a provider's stream.

    Attributes:
        pieces: what it adds.
        usage: counts; None until they come.
        is_done: whether it says that nothing follows.
    """

    pieces: tuple[Piece, ...] = ()
    usage: dict[str, int] | None = None
    is_done: bool = False


def read_chunk(data: bytes, most_choices: int, refuse: Refuse) -> Chunk:
    """Return one event of a stream.

    Args:
        data: of the event.
        most_choices: how many were asked for.
        refuse: returns the refusal for an event that is no chunk.

    Raises:
        Refusal: refuse's.
    """
    if data == b"[DONE]":
        return Chunk(is_done=True)
    value = value_of(data)
    choices = value.get("choices", [] if "usage" in value else None)
    if value.get("error") or not isinstance(choices, list):
        raise refuse("with an error of its own")
    pieces = [_piece(one, most_choices, refuse) for one in choices]
    return Chunk(tuple(piece for piece in pieces if piece), usage_of(value.get("usage")))


def _piece(value: object, most_choices: int, refuse: Refuse) -> Piece | None:
    index = value.get("index") if isinstance(value, dict) else None
    delta = value.get("delta") or {} if isinstance(value, dict) else None
    if not isinstance(value, dict) or type(index) is not int or not isinstance(delta, dict):
        raise refuse("with a chunk that is none")
    reason = value.get("finish_reason")
    if not 0 <= index < most_choices or reason not in (None, *ENDS):
        raise refuse("with a chunk that is none")
    told: dict[str, Any] = {}
    for name in ("content", "refusal"):
        text = delta.get(name)
        if not isinstance(text, str | None):
            raise refuse("with a text that is none")
        if text or (text == "" and name == "content"):
            told[name] = sound(text)
    if calls := delta.get("tool_calls"):
        if not isinstance(calls, list) or len(calls) > MOST_CALLS:
            raise refuse("with a call that is none")
        told["tool_calls"] = [_call_piece(call, refuse) for call in calls]
    logprobs = logprobs_of(value.get("logprobs"), refuse)
    if not told and logprobs is None and reason is None:
        return None
    return Piece(index, told, logprobs, reason)


def _call_piece(value: object, refuse: Refuse) -> dict[str, Any]:
    about = value.get("function") or {} if isinstance(value, dict) else None
    index = value.get("index") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(about, dict) or type(index) is not int:
        raise refuse("with a call that is none")
    parts = (value.get("id"), about.get("name"), about.get("arguments"))
    if not all(isinstance(part, str | None) for part in parts) or not 0 <= index < MOST_CALLS:
        raise refuse("with a call that is none")
    call_id, name, arguments = (None if part is None else sound(part) for part in parts)
    if max(len(call_id or ""), len(name or "")) > LONGEST_NAME:
        raise refuse("with a call that is none")
    function = {"name": name, "arguments": arguments}
    told: dict[str, Any] = {"index": index}
    if call_id:
        told |= {"id": call_id, "type": "function"}
    return told | {"function": {key: part for key, part in function.items() if part is not None}}
