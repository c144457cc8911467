"""HTTP to OpenAI-compatible addresses: one request each, whole or streamed, within bounds.

Runs in zone G. A key goes into one header and nowhere else; no redirect is followed, no proxy of
the environment's is used, and what fails is told without a word of what was sent or answered.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import aiohttp

from harness.proctor import words
from harness.proctor.errors import Refusal
from harness.proctor.provider_answers import MOST_BYTES, no_answer, refused
from harness.proctor.provider_chunks import Chunk, read_chunk
from harness.proctor.sse import read_events

if TYPE_CHECKING:
    from harness.proctor.providers import Provider

_CONNECT_WITHIN_S = 10.0
_DRAIN_WITHIN_S = 1.0
_MOST_CONNECTIONS = 256
_log = logging.getLogger(__name__)


class ProviderLine:
    """The connections to every provider."""

    def __init__(self) -> None:
        self._client: aiohttp.ClientSession | None = None

    async def post(
        self, provider: Provider, path: str, body: dict[str, Any], *, most_bytes: int = MOST_BYTES
    ) -> bytes:
        """Return the body of a 200.

        Args:
            provider: whom to ask, once.
            path: below its address.
            body: JSON.
            most_bytes: a longer answer is none.

        Raises:
            Refusal: 400 for what it does not take, 502 for an answer that is none, 503 for an
                outage, 504 for no answer in time.
        """
        try:
            async with asyncio.timeout(provider.settings.answer_within_s):
                answer = await self._send(provider, path, body)
                data = await _read(answer, provider.alias, most_bytes)
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise translated(provider, problem) from None  # its text may hold what we sent
        _refuse_status(provider, answer.status, data)
        return data

    async def open_stream(
        self, provider: Provider, path: str, body: dict[str, Any], most_choices: int
    ) -> OpenStream:
        """Return a stream whose head says that it is one.

        Raises:
            Refusal: as for post().
        """
        try:
            answer = await self._send(provider, path, body)
            if answer.status != 200:
                data = await _read(answer, provider.alias, MOST_BYTES)
                _refuse_status(provider, answer.status, data)
        except aiohttp.ClientError as problem:
            raise translated(provider, problem) from None
        if answer.content_type != "text/event-stream":
            answer.close()
            raise no_answer(provider.alias, "without a stream")
        return OpenStream(provider, answer, most_choices)

    async def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _send(
        self, provider: Provider, path: str, body: dict[str, Any]
    ) -> aiohttp.ClientResponse:
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_MOST_CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,  # what is packed could unpack without end
                headers={"user-agent": "audition", "accept-encoding": "identity"},
            )
        settings = provider.settings
        headers = {"content-type": "application/json"}
        if provider.key:
            headers["authorization"] = f"Bearer {provider.key}"
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=_CONNECT_WITHIN_S, sock_read=settings.answer_within_s
        )
        return await self._client.post(
            str(settings.url).rstrip("/") + path,
            data=json.dumps(body).encode("ascii"),
            headers=headers,
            timeout=timeout,
            allow_redirects=False,
        )


class OpenStream:
    """A provider's stream while it comes.

    Args:
        provider: whose.
        answer: its head read.
        most_choices: how many were asked for.
    """

    def __init__(
        self, provider: Provider, answer: aiohttp.ClientResponse, most_choices: int
    ) -> None:
        self._provider, self._answer, self._most_choices = provider, answer, most_choices
        self._is_done = self._has_told = False

    async def reads(self) -> AsyncGenerator[list[Chunk], None]:
        """Yield chunks up to the last, as many at once as came at once.

        Raises:
            Refusal: 502 for what is no chunk, an end before the end, or too much; 503 and 504 for
                a line that is cut or still. What came before it was yielded.
        """
        raw = self._answer.content.iter_any()
        try:
            async with aclosing(read_events(raw, lambda: self._refuse("too long"))) as all_:
                async for events in all_:
                    found, no = self._chunks(events)
                    if found:
                        yield found
                    if no is not None:
                        raise no
                    if self._is_done:
                        return
        except aiohttp.ClientError as problem:
            if not self._has_told:
                raise translated(self._provider, problem) from None
            _log.warning("provider of %s: %s", self._provider.alias, type(problem).__name__)
            raise self._refuse("with its line cut") from None
        raise self._refuse("without its end")

    async def close(self) -> None:
        """Leave the line for the next request, or cut it where the provider would go on."""
        try:
            if self._is_done:
                async with asyncio.timeout(_DRAIN_WITHIN_S):
                    await self._answer.content.read(1)
        except (aiohttp.ClientError, TimeoutError):
            pass
        finally:
            self._answer.close()

    def _chunks(self, events: list[bytes]) -> tuple[list[Chunk], Refusal | None]:
        """Return the chunks in some events, and what is wrong with the one after them."""
        found: list[Chunk] = []
        for data in events:
            try:
                chunk = read_chunk(data, self._most_choices, self._refuse)
            except Refusal as no:
                return found, no
            if chunk.is_done:
                self._is_done = True
                break
            found.append(chunk)
            self._has_told = True
        return found, None

    def _refuse(self, how: str) -> Refusal:
        broken = words.stream_broken if self._has_told else no_answer
        return broken(self._provider.alias, how)


def translated(provider: Provider, problem: Exception) -> Refusal:
    """Return the words for a line that failed."""
    if isinstance(problem, TimeoutError):
        return words.too_slow(provider.alias, waited_s=provider.settings.answer_within_s)
    _log.warning("provider of %s: %s", provider.alias, type(problem).__name__)
    return words.models_away()


async def _read(answer: aiohttp.ClientResponse, alias: str, most_bytes: int) -> bytes:
    data = bytearray()
    try:
        async for piece in answer.content.iter_any():
            data += piece
            if len(data) > most_bytes:
                raise no_answer(alias, "too long")
    finally:
        answer.close()  # an answer read to its end has left its line open already
    return bytes(data)


def _refuse_status(provider: Provider, status: int, data: bytes) -> None:
    if status != 200:
        _log.warning("provider of %s: status %s", provider.alias, status)
        raise refused(provider.alias, status, data)
