"""How httpx reaches a provider: over aiohttp's connections, which cost a tenth of its own.

Runs in zone G. Imported with the first call of a provider's. A request is sent once, no redirect
is followed, no cookie is kept, nothing is unpacked; every failure is one of httpx's own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import aiohttp
import httpx

MOST_CONNECTIONS = 256


class ProviderTransport(httpx.AsyncBaseTransport):
    """A transport for httpx.AsyncClient; connections are opened with the first request."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the answer, its head read.

        Raises:
            httpx.TransportError: no connection, no answer in time, or no HTTP.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        limits = request.extensions.get("timeout", {})
        with _in_httpx_words():
            answer = await self._session.request(
                request.method,
                str(request.url),
                headers=request.headers.multi_items(),
                data=await request.aread(),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=limits.get("connect"), sock_read=limits.get("read")
                ),
            )
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=_Body(answer))

    async def aclose(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()


class _Body(httpx.AsyncByteStream):
    """An answer's body as it comes."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _in_httpx_words():
            async for piece in self._answer.content.iter_any():
                yield piece

    async def aclose(self) -> None:
        """Leave the connection for the next request; it is closed if there is more to read."""
        self._answer.release()


@contextmanager
def _in_httpx_words() -> Iterator[None]:
    try:
        yield
    except TimeoutError as problem:
        raise httpx.ReadTimeout(type(problem).__name__) from problem
    except aiohttp.ClientConnectorError as problem:
        raise httpx.ConnectError(type(problem).__name__) from problem
    except aiohttp.ClientError as problem:
        raise httpx.RemoteProtocolError(type(problem).__name__) from problem
