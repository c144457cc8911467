"""A whole answer in pieces, as OpenAI's clients read it: server-sent events at the model's pace.

Runs in zone G. Every piece is sent only while the exercise still runs; the call is settled and
committed before the last byte, and also when whoever asked has gone in the middle.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from harness.core.errors import AuditionError
from harness.proctor import words
from harness.proctor.answers import error_value
from harness.proctor.completion import Gathering, choice_value, pieces
from harness.proctor.errors import Refusal
from harness.proctor.spelling import Spelling

if TYPE_CHECKING:
    from harness.proctor.desk import Desk, Flight

SEND_WITHIN_S = 60.0
"""How long a reader may leave a piece unread before it counts as gone."""
MEDIA_TYPE = "text/event-stream"


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
        spelling: how it is told.
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
        spelling: Spelling,
        settle: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        super().__init__(media_type=MEDIA_TYPE, headers={**headers, "cache-control": "no-cache"})
        del self.headers["content-length"]
        self._completed, self._takes_s = completed, takes_s
        self._flight, self._desk, self._settle = flight, desk, settle
        self._telling = spelling.telling(flight.asked, completed)
        self._written = Gathering(len(completed["choices"]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the pieces, settle, send the end."""
        gone = asyncio.create_task(until_gone(receive))
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
            await give_end(send, self._telling.end(self._completed, refusal))

    async def _settle_as_sent(self, refusal: Refusal | None) -> None:
        value = self._completed
        if refusal is not None:
            written = enumerate(self._written.choices())
            choices = [choice_value(index, choice) for index, choice in written]
            value = {**value, "choices": choices, **error_value(refusal)}
        await self._settle(value)

    async def _send_pieces(self, send: Send, gone: asyncio.Task[None]) -> Refusal | None:
        """Send everything but the end; return the refusal that cut it short, if one did."""
        exercise = self._flight.call.exercise or ""
        await give(send, head(self))
        await give_more(send, self._telling.begin())
        some = list(pieces(self._completed["choices"]))
        ends = [piece for piece in some if piece.finish_reason is not None]
        texts = some[: len(some) - len(ends)]
        first_s = min(self._flight.called.tier.first_token_s, self._takes_s)
        for number, piece in enumerate(texts):
            share = number / len(texts)
            await _until(self._flight.began + first_s + share * (self._takes_s - first_s), gone)
            if self._desk.deadlines.is_over(self._flight.call.session, exercise):
                return words.exercise_over(exercise)
            await give_more(send, self._telling.tell([piece]))
            self._written.add(piece)
        await _until(self._flight.began + self._takes_s, gone)
        await give_more(send, self._telling.tell(ends))
        return None


def head(response: Response) -> dict[str, Any]:
    """Return the message that begins an answer."""
    return {
        "type": "http.response.start", "status": response.status_code,
        "headers": response.raw_headers,
    }  # fmt: skip


async def give_more(send: Send, body: bytes) -> None:
    """Send bytes that are not the last.

    Raises:
        Gone: whoever asked is not there, or does not read.
    """
    if body:
        await give(send, {"type": "http.response.body", "body": body, "more_body": True})


async def give_end(send: Send, body: bytes) -> None:
    """Send the last bytes; nobody need be there any more."""
    try:
        await give(send, {"type": "http.response.body", "body": body, "more_body": False})
    except Gone:
        return


async def give(send: Send, message: dict[str, Any]) -> None:
    """Send one message.

    Raises:
        Gone: whoever asked is not there, or does not read.
    """
    try:
        async with asyncio.timeout(SEND_WITHIN_S):
            await send(message)
    except (TimeoutError, OSError) as problem:
        raise Gone from problem


async def until_gone(receive: Receive) -> None:
    """Return when whoever asked has gone."""
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
