"""`python -m harness.bench.responder`: an OpenAI-compatible address that answers at once.

Runs as a process of its own on loopback. It is the upstream that both gateways call, and, asked
by the load alone, the measure of how fast the load can ask at all. It prints its port.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import uvloop

from harness.bench.instant import COMPLETION_TOKENS, PROMPT_TOKENS, TEXT

_END_OF_HEAD = b"\r\n\r\n"
_BODY = json.dumps(
    {
        "id": "chatcmpl-instant", "object": "chat.completion", "created": 1, "model": "instant",
        "choices": [{"index": 0, "finish_reason": "stop", "logprobs": None,
                     "message": {"role": "assistant", "content": TEXT, "refusal": None}}],
        "usage": {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": COMPLETION_TOKENS,
                  "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS},
    }
).encode()  # fmt: skip
ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
    b"content-length: " + str(len(_BODY)).encode() + _END_OF_HEAD + _BODY
)


class _Responder(asyncio.Protocol):
    """One connection: every whole request gets the same answer."""

    def __init__(self) -> None:
        self._got = bytearray()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        got = self._got
        got += data
        while (end := got.find(_END_OF_HEAD)) >= 0:
            head = bytes(got[:end]).lower()
            at = head.find(b"content-length:")
            stated = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            whole = end + len(_END_OF_HEAD) + stated
            if len(got) < whole:
                return
            del got[:whole]
            self._transport.write(ANSWER)


async def serve() -> None:
    """Listen on a free port, print it, answer until the process is ended."""
    server = await asyncio.get_running_loop().create_server(_Responder, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


def main() -> None:
    """Serve."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())


if __name__ == "__main__":
    main()
