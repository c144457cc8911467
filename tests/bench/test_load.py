"""The load knows a whole answer from anything else, whatever it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from harness.bench.load import MARK, Plan, Told, ask_all
from harness.bench.responder import ANSWER

pytestmark = pytest.mark.anyio
BODY = f'{{"number": "{MARK}"}}'
STREAM = (
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    b"b\r\ndata: {}\n\n\n\r\n", b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n",
)  # fmt: skip
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def asked(
    answer: Serve, *, callers: int = 2, seconds: float = 0.2
) -> tuple[Told, list[bytes]]:
    """What the load tells of a server, and the bodies it sent."""
    bodies: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                bodies.append(await reader.readexactly(len(BODY)))
                await answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        told = await ask_all(Plan(port, ("a", "b"), BODY, callers, seconds, first=7))
        return told, bodies
    finally:
        server.close()


def sends(*pieces: bytes) -> Serve:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.001)

    return answer


async def test_whole_answers_are_counted_and_no_two_requests_are_equal() -> None:
    told, bodies = await asked(sends(ANSWER))

    assert told.bad == {} and told.answers == len(bodies) > 2
    assert len(set(bodies)) == len(bodies) and b"0000000007" in bodies[0]
    assert 0 < told.p50_ms <= told.p99_ms and told.per_s > 0


async def test_an_answer_that_comes_byte_by_byte_is_one_answer() -> None:
    told, bodies = await asked(sends(*(bytes([byte]) for byte in ANSWER[:-700]), ANSWER[-700:]))

    assert told.bad == {} and told.answers == len(bodies)


async def test_a_stream_ends_with_its_last_chunk() -> None:
    told, bodies = await asked(sends(*STREAM))

    assert told.bad == {} and told.answers == len(bodies)
    assert told.sample.endswith("0\r\n\r\n")


@pytest.mark.parametrize(
    ("piece", "bad"),
    [
        (b"HTTP/1.1 500 Oh\r\ncontent-length: 2\r\n\r\nno", "HTTP/1.1 500"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 200"),
    ],
)
async def test_what_is_no_whole_200_is_counted_as_bad(piece: bytes, bad: str) -> None:
    told, _ = await asked(sends(piece))

    assert told.answers == 0 and told.bad[bad] > 0 and told.sample.encode() == piece


async def test_a_server_that_hangs_up_or_is_not_there_ends_the_load() -> None:
    async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ANSWER[:40])
        raise ConnectionError

    cut, _ = await asked(hangs_up, callers=3)
    server = await asyncio.start_server(hangs_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    away = await ask_all(Plan(port, ("a",), BODY, 3, 0.1))

    assert cut.bad == {"hung up": 3} and cut.answers == 0 and cut.p50_ms == 0.0
    assert away.bad == {"no connection": 3}
