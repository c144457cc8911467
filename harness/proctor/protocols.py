"""HTTP on a connection of ours, with the bounds the library leaves open.

Runs in zone G. uvicorn's parser takes heads of any size and any number of connections; what a
stranger can make us hold is bounded here, before a byte of it reaches the application.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from harness.proctor import words
from harness.proctor.answers import error_response, raw_answer

MOST_HEAD_BYTES = 64 << 10
"""Request line and headers of one request together, give or take one read."""
MOST_MESSAGE_BYTES = 80 << 20
"""One request with everything around its body: chunk marks, trailers."""
MOST_CONNECTIONS = 1_000
"""Open HTTP connections of all doors together; the next one is closed at once."""


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's HTTP with a bound on heads, messages and connections."""

    _is_in_head = True
    _head_bytes = 0
    _message_bytes = 0

    def connection_made(self, transport: Any) -> None:
        """Take a connection, or close it when there are too many."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        """Pass bytes on, and close on a head or a message that does not end."""
        super().data_received(data)
        self._message_bytes += len(data)
        self._head_bytes += len(data) if self._is_in_head else 0
        if self._head_bytes > MOST_HEAD_BYTES or self._message_bytes > MOST_MESSAGE_BYTES:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._is_in_head, self._head_bytes, self._message_bytes = True, 0, 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; a trailer after the body is dropped, nobody reads it."""
        if self._is_in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Stop counting the head: what follows is the body, which its handler bounds."""
        self._is_in_head = False
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, in the words every error has."""
        refusal = words.bad_value("What came is not an HTTP request.")
        self.transport.write(raw_answer(error_response(refusal)))
        self.transport.close()
