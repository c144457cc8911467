"""The kernels' door: one line that says whose kernel it is, then plain HTTP.

Runs in zone G, on a unix socket that candidates' servers can reach; such a server splices a
kernel's connections to it and writes the first line. What follows is the kernel's own and
hostile: the line is bounded in size and time, and nothing in a header can change who it named.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from harness.proctor import words
from harness.proctor.access import LINE, Access, Line
from harness.proctor.answers import error_response, raw_answer
from harness.proctor.protocols import BoundedHttp

LINE_WITHIN_S = 2.0
LONGEST_LINE_BYTES = 512
MOST_LINES = 256
"""Open connections of one kernel token; the next one is closed."""
_LINE = re.compile(rb"AUDITION/1 ([A-Za-z0-9_\-]{1,200}) ([A-Za-z0-9_.:\-]{1,128})\r?\Z")


class KernelDoor(asyncio.Protocol):
    """One connection until its first line is read; HTTP takes over then.

    Args:
        config: of the HTTP server, loaded.
        state: of the HTTP server: its connections and tasks.
        access: knows which tokens are good.
    """

    def __init__(self, config: Config, state: ServerState, access: Access) -> None:
        self._config, self._state, self._access = config, state, access
        self._read = bytearray()
        self._transport: Any = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the line."""
        self._transport = transport
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(LINE_WITHIN_S, self._refuse)

    def data_received(self, data: bytes) -> None:
        """Read on until the line is there, whole."""
        self._read += data
        line, newline, rest = bytes(self._read).partition(b"\n")
        if newline and len(line) < LONGEST_LINE_BYTES:
            self._hand_over(line, rest)
        elif newline or len(self._read) >= LONGEST_LINE_BYTES:
            self._refuse()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_timer()

    def _hand_over(self, line: bytes, rest: bytes) -> None:
        found = _LINE.match(line)
        token = found.group(1).decode("ascii") if found else ""
        if found is None or not self._access.opens_kernel_door(token):
            self._refuse()
            return
        self._stop_timer()
        if sum(1 for other in self._state.connections if _token(other) == token) >= MOST_LINES:
            self._transport.abort()
            return
        known = Line(token=token, kernel_id=found.group(2).decode("ascii"))
        http = BoundedHttp(self._config, self._state, {LINE: known})
        self._transport.set_protocol(http)
        http.connection_made(self._transport)
        if rest:
            http.data_received(rest)

    def _refuse(self) -> None:
        self._stop_timer()
        if not self._transport.is_closing():
            self._transport.write(raw_answer(error_response(words.pass_not_good())))
            self._transport.close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _token(connection: Any) -> str | None:
    line = connection.app_state.get(LINE)
    return line.token if isinstance(line, Line) else None


async def open_kernel_door(
    path: Path, config: Config, state: ServerState, access: Access
) -> asyncio.Server:
    """Listen for kernels; who can enter the folder can connect, and needs a token all the same.

    Args:
        path: of the socket; one that a dead proctor left is replaced.
        config: of the HTTP server, loaded.
        state: of the HTTP server.
        access: knows which tokens are good.
    """
    path.unlink(missing_ok=True)
    loop = asyncio.get_running_loop()
    server = await loop.create_unix_server(lambda: KernelDoor(config, state, access), str(path))
    path.chmod(0o666)
    return server
