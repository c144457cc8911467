"""A provider on loopback that answers as told: well, badly, late, or not at all."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from harness.proctor.completion import pieces

SECRET = "sk-TESTSECRET0123456789"


def good(text: str = "well answered", **usage: int) -> dict[str, Any]:
    """A whole answer on OpenAI's wire."""
    return {
        "id": "up-1", "object": "chat.completion", "created": 1, "model": "up",
        "choices": [{"index": 0, "finish_reason": "stop", "logprobs": None,
                     "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10} | usage,
    }  # fmt: skip


def streamed(whole: dict[str, Any], *, with_usage: bool = True) -> list[Any]:
    """A whole answer as the events of a stream, a word or so each."""
    frame = {"id": "up-1", "object": "chat.completion.chunk", "created": 1, "model": "up"}
    rows = [frame | {"choices": [{
        "index": piece.index, "delta": dict(piece.delta), "logprobs": piece.logprobs,
        "finish_reason": piece.finish_reason}]} for piece in pieces(whole["choices"])]  # fmt: skip
    if with_usage:
        rows.append(frame | {"choices": [], "usage": whole["usage"]})
    return [*rows, b"data: [DONE]\n\n"]


@dataclass
class Upstream:
    """What it answers and what it was asked.

    Attributes:
        url: with /v1.
        status: of the next answers.
        body: bytes, or a value told as JSON.
        headers: further ones of an unstreamed answer, each with its line end.
        pause_s: before the answer.
        drip_s: between one byte of an unstreamed answer's body and the next.
        cut_after: bytes after which the connection is cut; None sends all.
        stream: what a streamed request gets: bytes as they are, numbers as pauses in seconds,
            values as events; None streams the body.
        asked: (path, headers, body) of each request, oldest first.
        left: how many streams were left in the middle by who asked.
    """

    url: str = ""
    status: int = 200
    body: Any = field(default_factory=good)
    headers: str = ""
    pause_s: float = 0.0
    drip_s: float = 0.0
    cut_after: int | None = None
    stream: list[Any] | None = None
    left: int = 0
    asked: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:])}
            data = await reader.readexactly(int(headers.get("content-length", "0")))
            self.asked.append((head[0].split()[1], headers, json.loads(data)))
            await asyncio.sleep(self.pause_s)
            wants_stream = isinstance(self.asked[-1][2], dict) and self.asked[-1][2].get("stream")
            if wants_stream and self.status == 200 and (self.stream or not isinstance(
                self.body, bytes
            )):  # fmt: skip
                await self._stream(reader, writer)
                return
            body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
            answer = (
                f"HTTP/1.1 {self.status} X\r\ncontent-type: application/json\r\n{self.headers}"
                f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
            ).encode() + body
            for number in range(len(body) if self.drip_s else 0):
                writer.write(answer[: -len(body)] if number == 0 else body[number : number + 1])
                await writer.drain()
                await asyncio.sleep(self.drip_s)
            writer.write(answer if self.cut_after is None else answer[: self.cut_after])
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
        )
        leaving = asyncio.create_task(reader.read())
        events = streamed(self.body) if self.stream is None else self.stream
        try:
            for one in events:
                if isinstance(one, float):
                    await asyncio.wait({leaving}, timeout=one)
                elif isinstance(one, bytes):
                    writer.write(one)
                else:
                    writer.write(b"data: " + json.dumps(one).encode() + b"\n\n")
                await writer.drain()
                if leaving.done():
                    self.left += 1
                    return
        finally:
            leaving.cancel()


@asynccontextmanager
async def upstream(**about: Any) -> AsyncIterator[Upstream]:
    """Start one on a free port of loopback."""
    up = Upstream(**about)
    server = await asyncio.start_server(up.serve, "127.0.0.1", 0)
    up.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield up
    finally:
        server.close()


@contextmanager
def upstream_in_a_thread(**about: Any) -> Iterator[Upstream]:
    """Start one with an event loop of its own, for who has none."""
    loop, found, stop = asyncio.new_event_loop(), list[Upstream](), asyncio.Event()
    up = threading.Event()

    async def serve() -> None:
        async with upstream(**about) as one:
            found.append(one)
            up.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert up.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
