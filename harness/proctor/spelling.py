"""How an answer is told: a spelling has a whole form and a form in events.

Runs in zone G and in replay; pure values. The record keeps the whole form of chat completions,
whichever spelling was asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from harness.proctor.answers import error_value
from harness.proctor.completion import Piece, pieces
from harness.proctor.errors import Refusal
from harness.proctor.wire import Asked

DONE = b"data: [DONE]\n\n"
FRAME = ("id", "created", "model", "system_fingerprint")
"""What every chunk says beside its choices."""


class Telling(Protocol):
    """One answer as server-sent events, in the order of these methods."""

    def begin(self) -> bytes:
        """Return the events before the first piece."""

    def tell(self, some: Iterable[Piece]) -> bytes:
        """Return the events of the next pieces."""

    def end(self, completed: Mapping[str, Any], refusal: Refusal | None) -> bytes:
        """Return the last events.

        Args:
            completed: the answer, as whole as it came, on the wire of chat completions.
            refusal: why it is not whole; None if it is.
        """


class Spelling(Protocol):
    """Both forms."""

    def whole(self, asked: Asked, completed: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a whole answer, given on the wire of chat completions."""

    def telling(self, asked: Asked, frame: Mapping[str, Any]) -> Telling:
        """Return an answer's events, given what every chunk of it says."""


class ChatSpelling:
    """Chat completions, the record's own."""

    def whole(self, asked: Asked, completed: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return it as it is."""
        return completed

    def telling(self, asked: Asked, frame: Mapping[str, Any]) -> Telling:
        """Return it in chunks."""
        return _Chunks(asked, frame)


class _Chunks:
    """chat.completion.chunk objects."""

    def __init__(self, asked: Asked, frame: Mapping[str, Any]) -> None:
        self._frame = {name: frame.get(name) for name in FRAME}
        self._frame["object"] = "chat.completion.chunk"
        self._with_usage = asked.with_usage
        self._begun: set[int] = set()

    def begin(self) -> bytes:
        return b""

    def tell(self, some: Iterable[Piece]) -> bytes:
        return b"".join(map(self._chunk, some))

    def end(self, completed: Mapping[str, Any], refusal: Refusal | None) -> bytes:
        if refusal is not None:
            return event(error_value(refusal)) + DONE
        if self._with_usage:
            return event(self._frame | {"choices": [], "usage": completed.get("usage")}) + DONE
        return DONE

    def _chunk(self, piece: Piece) -> bytes:
        delta = piece.delta
        if piece.index not in self._begun:
            self._begun.add(piece.index)
            delta = {"role": "assistant", "refusal": None, **delta}
        choice = {
            "index": piece.index, "delta": delta, "logprobs": piece.logprobs,
            "finish_reason": piece.finish_reason,
        }  # fmt: skip
        chunk = self._frame | {"choices": [choice]}
        return event(chunk | {"usage": None} if self._with_usage else chunk)


CHAT = ChatSpelling()


def event(value: Mapping[str, Any], name: str | None = None) -> bytes:
    """Return one server-sent event."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {data}\n\n".encode()


def as_events(spelling: Spelling, asked: Asked, completed: Mapping[str, Any]) -> bytes:
    """Return a recorded answer as its whole event stream, in the pieces it is sent in.

    Args:
        spelling: of the request.
        asked: the request.
        completed: the answer on the wire of chat completions; one that was cut short says why.
    """
    telling, why = spelling.telling(asked, completed), completed.get("error")
    some = list(pieces(completed.get("choices") or []))
    if why is None:
        return telling.begin() + telling.tell(some) + telling.end(completed, None)
    some = [piece for piece in some if piece.finish_reason is None and piece.delta]
    about = why if isinstance(why, Mapping) else {}
    refusal = Refusal(str(about.get("message")), code=str(about.get("code")))
    return telling.begin() + telling.tell(some) + telling.end(completed, refusal)
