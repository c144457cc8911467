"""An answer in pieces, as OpenAI's clients read it: server-sent events at the model's pace.

Runs in zone G. Every piece is sent only while the exercise still runs; the call is settled and
committed before the last byte, and also when whoever asked has gone in the middle.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from harness.core.errors import AuditionError
from harness.proctor import words
from harness.proctor.answers import error_value
from harness.proctor.errors import Refusal

if TYPE_CHECKING:
    from harness.proctor.desk import Desk, Flight

SEND_WITHIN_S = 60.0
"""How long a reader may leave a piece unread before it counts as gone."""
_PIECE = re.compile(r"\s*\S+|\s+\Z")
_CHARS_A_PIECE = 12


class Gone(Exception):
    """Whoever asked is no longer there."""


class EventStream(Response):
    """A completion as server-sent events.

    Args:
        completed: the whole answer on OpenAI's wire.
        headers: of the answer.
        takes_s: seconds from arrival to the last piece.
        flight: the call.
        desk: what it needs around it.
        settle: takes what the kernel got, charges the call and commits it; called exactly once.
    """

    def __init__(
        self,
        completed: dict[str, Any],
        *,
        headers: dict[str, str],
        takes_s: float,
        flight: Flight,
        desk: Desk,
        settle: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        super().__init__(
            media_type="text/event-stream", headers={**headers, "cache-control": "no-cache"}
        )
        del self.headers["content-length"]
        self._completed, self._takes_s = completed, takes_s
        self._flight, self._desk, self._settle = flight, desk, settle
        self._written = [""] * len(completed["choices"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the pieces, settle, send the end."""
        gone = asyncio.create_task(_until_gone(receive))
        refusal: Refusal | None = None
        is_gone = True
        try:
            refusal = await self._send_pieces(send, gone)
            is_gone = False
        except Gone:
            pass
        finally:
            gone.cancel()
            settling = self._desk.finish(self._settle_as_sent(refusal))
        try:
            await asyncio.shield(settling)
        except AuditionError:  # too late for a status: said in the stream
            refusal = words.models_away()
        if not is_gone:
            await self._send_end(send, refusal)

    async def _settle_as_sent(self, refusal: Refusal | None) -> None:
        value = self._completed
        if refusal is not None:
            choices = [
                {**choice, "message": {**choice["message"], "content": text}, "finish_reason": None}
                for choice, text in zip(value["choices"], self._written, strict=True)
            ]
            value = {**value, "choices": choices, **error_value(refusal)}
        await self._settle(value)

    async def _send_pieces(self, send: Send, gone: asyncio.Task[None]) -> Refusal | None:
        """Send everything but the end; return the refusal that cut it short, if one did."""
        await _give(send, {
            "type": "http.response.start", "status": self.status_code, "headers": self.raw_headers,
        })  # fmt: skip
        pieces = list(_pieces(self._completed["choices"]))
        first_s = min(self._flight.called.tier.first_token_s, self._takes_s)
        for number, (index, text) in enumerate(pieces):
            share = number / len(pieces)
            await _until(self._flight.began + first_s + share * (self._takes_s - first_s), gone)
            if self._desk.deadlines.is_over(self._flight.call.session, self._exercise):
                return words.exercise_over(self._exercise)
            delta = {"content": text} if self._written[index] else {
                "role": "assistant", "content": text, "refusal": None,
            }  # fmt: skip
            await self._send_chunk(send, index, delta, None)
            self._written[index] += text
        await _until(self._flight.began + self._takes_s, gone)
        for index, choice in enumerate(self._completed["choices"]):
            await self._send_chunk(send, index, {}, choice["finish_reason"])
        return None

    @property
    def _exercise(self) -> str:
        return self._flight.call.exercise or ""

    async def _send_chunk(
        self, send: Send, index: int, delta: dict[str, Any], finish_reason: str | None
    ) -> None:
        choice = {
            "index": index, "delta": delta, "logprobs": None, "finish_reason": finish_reason,
        }  # fmt: skip
        chunk = self._frame([choice])
        if self._flight.asked.with_usage:
            chunk["usage"] = None
        await _give(send, _event(chunk))

    async def _send_end(self, send: Send, refusal: Refusal | None) -> None:
        try:
            if refusal is not None:
                await _give(send, _event(error_value(refusal)))
            elif self._flight.asked.with_usage:
                chunk = self._frame([]) | {"usage": self._completed["usage"]}
                await _give(send, _event(chunk))
            done = {"type": "http.response.body", "body": b"data: [DONE]\n\n", "more_body": False}
            await _give(send, done)
        except Gone:
            return

    def _frame(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        kept = ("id", "created", "model", "system_fingerprint")
        frame = {name: self._completed[name] for name in kept}
        return {**frame, "object": "chat.completion.chunk", "choices": choices}


def stream_text(completed: dict[str, Any], *, with_usage: bool) -> str:
    """Return an answer as the text of its event stream, in the pieces it is sent in.

    Args:
        completed: the answer on OpenAI's wire; one with an error in it was cut short by it, and
            ends as it did.
        with_usage: whether the stream ends with its usage.
    """
    kept = ("id", "created", "model", "system_fingerprint")
    frame = {name: completed.get(name) for name in kept} | {"object": "chat.completion.chunk"}
    choices = completed.get("choices") or []
    rows: list[dict[str, Any]] = []
    begun: set[int] = set()
    for index, text in _pieces(choices):
        role = {} if index in begun else {"role": "assistant"}
        begun.add(index)
        rows.append({"index": index, "delta": role | {"content": text}, "finish_reason": None})
    if (cut := completed.get("error")) is None:
        rows += [
            {"index": index, "delta": {}, "finish_reason": choice["finish_reason"]}
            for index, choice in enumerate(choices)
        ]
    chunks = [frame | {"choices": [row]} for row in rows]
    if cut is not None:
        chunks.append({"error": cut})
    elif with_usage:
        chunks.append(frame | {"choices": [], "usage": completed.get("usage")})
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"


def _pieces(choices: list[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """Yield (choice, text) in turns; each choice's texts joined are its answer, exactly."""
    rows = [list(_cut(choice["message"]["content"])) or [""] for choice in choices]
    for turn in zip_longest(*rows):
        for index, text in enumerate(turn):
            if text is not None:
                yield index, text


def _cut(text: str) -> Iterator[str]:
    """Yield a text in pieces of a few words, each with the space before it."""
    piece = ""
    for word in _PIECE.findall(text):
        piece += word
        if len(piece) >= _CHARS_A_PIECE:
            yield piece
            piece = ""
    if piece:
        yield piece


def _event(value: dict[str, Any]) -> dict[str, Any]:
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    body = b"data: " + data.encode("utf-8") + b"\n\n"
    return {"type": "http.response.body", "body": body, "more_body": True}


async def _give(send: Send, message: dict[str, Any]) -> None:
    try:
        async with asyncio.timeout(SEND_WITHIN_S):
            await send(message)
    except (TimeoutError, OSError) as problem:
        raise Gone from problem


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _until(due: float, gone: asyncio.Task[None]) -> None:
    """Wait until a moment of the steady clock.

    Raises:
        Gone: whoever asked left before it.
    """
    left = due - time.monotonic()
    if left > 0:
        await asyncio.wait({gone}, timeout=left)
    if gone.done():
        raise Gone
