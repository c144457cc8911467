"""Requests to providers: sent once, nothing kept between them, every failure one of httpx's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from harness.proctor.provider_transport import ProviderTransport

pytestmark = pytest.mark.anyio
GOOD = b"HTTP/1.1 200 OK\r\nset-cookie: who=you\r\ncontent-length: 2\r\n\r\n{}"
Answer = Callable[[asyncio.StreamWriter, int], Awaitable[None]]


@asynccontextmanager
async def provider(answer: Answer) -> AsyncIterator[tuple[str, list[str]]]:
    """Its address and the heads it was sent; answer gets the writer and which request it is."""
    heads: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                heads.append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower())
                await reader.readexactly(2)
                await answer(writer, len(heads))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", heads
    finally:
        server.close()


def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=ProviderTransport(), timeout=httpx.Timeout(0.5))


async def send(writer: asyncio.StreamWriter, number: int) -> None:
    writer.write(GOOD)


async def test_no_cookie_of_an_answer_comes_back_with_the_next_request() -> None:
    async with provider(send) as (url, heads), ProviderTransport() as transport:
        for _ in range(3):
            answer = await transport.handle_async_request(httpx.Request("POST", url, json={}))
            assert answer.status_code == 200 and await answer.aread() == b"{}"
            await answer.aclose()

    assert len(heads) == 3 and not any("cookie" in head for head in heads)


async def test_a_request_whose_connection_was_closed_meanwhile_is_not_sent_again() -> None:
    async def once(writer: asyncio.StreamWriter, number: int) -> None:
        if number > 1:
            raise ConnectionError
        writer.write(GOOD)

    async with provider(once) as (url, heads), client() as one:
        await one.post(url, json={})
        with pytest.raises(httpx.TransportError) as told:
            await one.post(url, json={})

    assert not isinstance(told.value, httpx.TimeoutException)
    assert len(heads) == 2


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", httpx.ReadTimeout),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}", httpx.ReadTimeout),
        (b"what is this\r\n\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000 + b"\r\n\r\n", httpx.RemoteProtocolError),
    ],
)
async def test_silence_and_nonsense_are_told_in_httpxs_words(
    data: bytes, problem: type[Exception]
) -> None:
    async def answer(writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(data)

    async with provider(answer) as (url, _), client() as one:
        with pytest.raises(problem):
            await one.post(url, json={})


async def test_a_body_that_is_cut_and_a_provider_that_is_not_there() -> None:
    async def cut(writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}")
        await writer.drain()
        raise ConnectionError

    async with provider(cut) as (url, _), client() as one:
        with pytest.raises(httpx.RemoteProtocolError):
            await one.post(url, json={})
    async with client() as one:
        with pytest.raises(httpx.ConnectError):
            await one.post("http://127.0.0.1:1/v1", json={})
