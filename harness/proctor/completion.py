"""An answer on OpenAI's wire: whole, in pieces, and put together again from its pieces.

Runs in zone G and in replay. A whole answer cut into pieces and gathered again is the same answer,
whoever cut it: the proctor, a provider, or the tape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

_WORDS = re.compile(r"\s*\S+|\s+\Z")
_CHARS_A_PIECE = 12
_TEXTS = ("content", "refusal")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of one choice.

    Attributes:
        index: which choice.
        delta: content, refusal or tool_calls, as a chunk has them; no role.
        logprobs: of its tokens; None for none.
        finish_reason: why the choice ends here; None while it goes on.
    """

    index: int
    delta: Mapping[str, Any]
    logprobs: Mapping[str, Any] | None = None
    finish_reason: str | None = None


@dataclass
class _Choice:
    """A choice as far as it has come."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    calls: dict[int, dict[str, Any]] = field(default_factory=dict)
    logprobs: dict[str, list[Any]] = field(default_factory=dict)
    finish_reason: str | None = None


class Gathering:
    """Pieces, put together.

    Args:
        count: how many choices there are at least, though nothing has come of one.
    """

    def __init__(self, count: int = 0) -> None:
        self._choices: dict[int, _Choice] = {index: _Choice() for index in range(count)}
        self.size_bytes = 0
        """Of all texts and arguments so far, in UTF-8."""

    def add(self, piece: Piece) -> None:
        """Take a piece."""
        choice = self._choices.setdefault(piece.index, _Choice())
        for name in _TEXTS:
            if (text := piece.delta.get(name)) is not None:
                choice.texts.setdefault(name, []).append(text)
                self.size_bytes += len(text.encode("utf-8"))
        for call in piece.delta.get("tool_calls", ()):
            self._add_call(choice, call)
        for name, tokens in (piece.logprobs or {}).items():
            choice.logprobs.setdefault(name, []).extend(tokens or ())
        choice.finish_reason = piece.finish_reason or choice.finish_reason

    @property
    def is_ended(self) -> bool:
        """Whether there is a choice, and none that goes on."""
        ends = [choice.finish_reason for choice in self._choices.values()]
        return bool(ends) and None not in ends

    def choices(self) -> list[dict[str, Any]]:
        """Return every choice as far as it has come, in the form choice_value takes."""
        return [_gathered(choice) for _, choice in sorted(self._choices.items())]

    def _add_call(self, choice: _Choice, piece: Mapping[str, Any]) -> None:
        call = choice.calls.setdefault(piece["index"], {"id": "", "name": "", "arguments": []})
        about = piece.get("function") or {}
        call["id"] = piece.get("id") or call["id"]
        call["name"] = about.get("name") or call["name"]
        call["arguments"].append(about.get("arguments") or "")
        told = call["name"] + call["arguments"][-1]
        self.size_bytes += len(told.encode("utf-8"))


def whole(
    call: str, model: str, choices: list[dict[str, Any]], *, created: int, **more: Any
) -> dict[str, Any]:
    """Return an answer on OpenAI's wire.

    Args:
        call: the call's id.
        model: the alias that was asked.
        choices: each with text and finish_reason, and refusal, tool_calls and logprobs if it has.
        created: seconds since 1970.
        **more: usage, system_fingerprint, an error.
    """
    return {
        "id": f"chatcmpl-{call}",
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": [choice_value(index, choice) for index, choice in enumerate(choices)],
        **more,
    }


def choice_value(index: int, choice: Mapping[str, Any]) -> dict[str, Any]:
    """Return one choice on OpenAI's wire; content is null where there are calls and no text."""
    text, calls, refusal = (choice.get(name) for name in ("text", "tool_calls", "refusal"))
    message: dict[str, Any] = {
        "role": "assistant",
        "content": text if text or not (calls or refusal) else None,
        "refusal": refusal,
    }
    if calls:
        message["tool_calls"] = calls
    return {
        "index": index,
        "message": message,
        "logprobs": choice.get("logprobs"),
        "finish_reason": choice["finish_reason"],
    }


def usage_value(usage: Mapping[str, int]) -> dict[str, int]:
    """Return usage on OpenAI's wire."""
    prompt, completed = usage["prompt_tokens"], usage["completion_tokens"]
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completed,
        "total_tokens": prompt + completed,
    }


def pieces(choices: list[dict[str, Any]]) -> Iterator[Piece]:
    """Yield whole choices on OpenAI's wire in pieces of a few words, side by side, ends last."""
    rows = [list(_pieces_of(index, choice)) for index, choice in enumerate(choices)]
    for turn in zip_longest(*rows):
        yield from (piece for piece in turn if piece is not None)
    for index, choice in enumerate(choices):
        yield Piece(index, {}, None, choice["finish_reason"])


def _pieces_of(index: int, choice: Mapping[str, Any]) -> Iterator[Piece]:
    message, logprobs = choice["message"], choice.get("logprobs")
    content, calls = message.get("content"), message.get("tool_calls") or ()
    refusal = message.get("refusal")
    for text in _cut(content or "") if content or not (calls or refusal) else ():
        yield Piece(index, {"content": text}, logprobs)
        logprobs = None
    if refusal:
        yield Piece(index, {"refusal": refusal}, logprobs)
    for number, call in enumerate(calls):
        about = call["function"]
        first = {
            "index": number, "id": call["id"], "type": "function",
            "function": {"name": about["name"], "arguments": ""},
        }  # fmt: skip
        yield Piece(index, {"tool_calls": [first]})
        for text in _cut(about["arguments"]):
            more = {"index": number, "function": {"arguments": text}}
            yield Piece(index, {"tool_calls": [more]})


def _cut(text: str) -> Iterator[str]:
    """Yield a text in pieces of a few words, each with the space before it; "" once for none."""
    if not text:
        yield ""
        return
    piece = ""
    for word in _WORDS.findall(text):
        piece += word
        if len(piece) >= _CHARS_A_PIECE:
            yield piece
            piece = ""
    if piece:
        yield piece


def _gathered(choice: _Choice) -> dict[str, Any]:
    texts = {name: "".join(parts) for name, parts in choice.texts.items()}
    found: dict[str, Any] = {
        "text": texts.get("content", ""), "finish_reason": choice.finish_reason,
    }  # fmt: skip
    if texts.get("refusal"):
        found["refusal"] = texts["refusal"]
    if choice.calls:
        found["tool_calls"] = [
            {"id": call["id"], "type": "function",
             "function": {"name": call["name"], "arguments": "".join(call["arguments"])}}
            for _, call in sorted(choice.calls.items())
        ]  # fmt: skip
    if choice.logprobs:
        found["logprobs"] = choice.logprobs
    return found
