"""A provider's own stream, passed on as it comes; kept and charged whatever becomes of it.

Runs in zone G. The first bytes go out when the first chunk has come, so what fails before is an
error with a status of its own. Usage comes last, if at all: a stream that ends without it is
charged by rules that never take more than was set aside (docs/proctor.md).
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from harness.core.errors import AuditionError
from harness.proctor import words
from harness.proctor.answers import error_response, error_value
from harness.proctor.completion import Gathering, usage_value, whole
from harness.proctor.desk import Desk, Flight, fail, settle
from harness.proctor.errors import Refusal
from harness.proctor.spelling import Spelling
from harness.proctor.streaming import (
    MEDIA_TYPE,
    Gone,
    give,
    give_end,
    give_more,
    head,
    until_gone,
)

if TYPE_CHECKING:
    from harness.proctor.provider_chunks import Chunk
    from harness.proctor.provider_line import OpenStream
    from harness.proctor.providers import Provider


class PassedStream(Response):
    """A provider's stream as server-sent events of ours.

    Args:
        desk: what a call needs.
        flight: the call; its model is a provider's.
        provider: whom to ask.
        longest: most tokens of a choice.
        spelling: how it is told.
    """

    def __init__(
        self, desk: Desk, flight: Flight, provider: Provider, *, longest: int, spelling: Spelling
    ) -> None:
        super().__init__(
            media_type=MEDIA_TYPE,
            headers={"x-call-id": flight.call.id, "cache-control": "no-cache"},
        )
        del self.headers["content-length"]
        self._desk, self._flight, self._provider, self._longest = desk, flight, provider, longest
        self._gathered = Gathering()
        self._usage: dict[str, int] | None = None
        self._has_begun = False
        self._telling = spelling.telling(flight.asked, self._completed())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, settle, send the end; ask the provider for no more once nobody reads."""
        passing = asyncio.create_task(self._pass_on(send))
        gone = asyncio.create_task(until_gone(receive))
        gone.add_done_callback(lambda _: passing.cancel())
        refusal: Refusal | None = words.models_away()  # what an end of ours would mean
        has_left = False
        try:
            refusal = await passing
        except Gone:
            has_left, refusal = True, None
        except asyncio.CancelledError:
            if not gone.done():
                raise
            has_left, refusal = True, None
        finally:
            passing.cancel()
            gone.cancel()
            settling = self._desk.finish(self._close(refusal, has_left=has_left))
        try:
            await asyncio.shield(settling)
        except AuditionError:
            refusal = words.models_away()
        if has_left:
            return
        if refusal is not None and not self._has_begun:
            await error_response(refusal)(scope, receive, send)
        else:
            await give_end(send, self._telling.end(self._completed(), refusal))

    async def _pass_on(self, send: Send) -> Refusal | None:
        """Send everything but the end; return what cut it short, if anything did."""
        within_s, alias = self._provider.settings.answer_within_s, self._flight.call.alias
        asking = self._desk.providers.open_stream
        try:
            async with asyncio.timeout(within_s):
                stream = await asking(self._provider, self._flight.asked, self._longest)
                try:
                    return await self._pass_chunks(stream, send)
                finally:
                    self._desk.finish(stream.close())
        except Refusal as no:
            return no
        except TimeoutError:
            if self._has_begun:
                return words.stream_broken(alias, f"unfinished after {within_s:.0f} seconds")
            return words.too_slow(alias, waited_s=within_s)

    async def _pass_chunks(self, stream: OpenStream, send: Send) -> Refusal | None:
        call = self._flight.call
        exercise, alias = call.exercise or "", call.alias
        async with aclosing(stream.reads()) as reads:
            async for chunks in reads:
                if self._desk.deadlines.is_over(call.session, exercise):
                    return words.exercise_over(exercise)
                told = self._take(chunks)
                if not self._has_begun:
                    told = self._telling.begin() + told
                    await give(send, head(self))
                    self._has_begun = True
                await give_more(send, told)
        if not self._gathered.is_ended:
            return words.stream_broken(alias, "without a reason to end")
        if self._usage is None:
            return words.stream_broken(alias, "without its usage")
        return None

    def _take(self, chunks: list[Chunk]) -> bytes:
        """Keep some chunks and return how they are told."""
        for chunk in chunks:
            for piece in chunk.pieces:
                self._gathered.add(piece)
            self._usage = chunk.usage or self._usage
        return self._telling.tell(piece for chunk in chunks for piece in chunk.pieces)

    async def _close(self, refusal: Refusal | None, *, has_left: bool) -> None:
        """Charge the call, or give it back, and commit it."""
        if refusal is not None and not self._has_begun:
            await fail(self._desk, self._flight, refusal)
            return
        told = self._completed()
        if refusal is not None:
            told |= error_value(refusal)
        answer = {"usage": self._usage or self._bound(has_left=has_left)}
        await settle(self._desk, self._flight, answer, told)

    def _bound(self, *, has_left: bool) -> dict[str, int]:
        """Return the usage that is charged where the provider did not get to tell it.

        Who leaves pays what was set aside: the provider may have written all of it by then. What
        the provider broke off is paid as far as it came, each byte as a token.
        """
        asked, called = self._flight.asked, self._flight.called
        prompt = min(called.most_prompt_tokens(asked), called.tier.window)
        answer = self._flight.reservation.worst.tokens - prompt
        came = answer if has_left else min(answer, self._gathered.size_bytes)
        return {"prompt_tokens": prompt, "completion_tokens": came}

    def _completed(self) -> dict[str, Any]:
        """Return the answer as far as it has come, on OpenAI's wire; usage only as it was told."""
        call = self._flight.call
        return whole(
            call.id, self._flight.asked.model, self._gathered.choices(),
            created=int(call.at.timestamp()),
            usage=usage_value(self._usage) if self._usage else None,
            system_fingerprint=None,
        )  # fmt: skip
