"""The kernels' door: one line that says whose kernel it is, then plain HTTP.

Runs in zone G, on a unix socket that the candidate's server alone can reach; it splices a
kernel's connections to it and writes the first line. What follows is the kernel's own and
hostile: the line is bounded in size and time, and nothing in a header can change who it named.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from harness.core.errors import EnvironmentLacks
from harness.proctor import words
from harness.proctor.access import LINE, Access, Line
from harness.proctor.answers import error_response, raw_answer
from harness.proctor.protocols import BoundedHttp

LINE_WITHIN_S = 2.0
LONGEST_LINE_BYTES = 512
MOST_LINES = 256
"""Open connections of one kernel token; the next one is closed."""
_LONGEST_SOCKET_PATH = 100
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


def socket_path(folder: Path) -> Path:
    """Return where the kernels' socket lies.

    That is in folder, or, when its path is too long for a socket, in a private folder of ours
    whose name follows from it, so that a proctor that comes back is found in the same place.

    Args:
        folder: home/proctor.

    Raises:
        EnvironmentLacks: somebody else holds the private folder's name.
    """
    path = folder / "kernel.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    private = Path(tempfile.gettempdir()) / f"audition-{os.getuid()}-{name}"
    private.mkdir(mode=0o700, exist_ok=True)
    found = private.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise EnvironmentLacks(
            f"{private} is not ours alone, and {path} is too long for a socket; "
            "choose a home with a shorter path"
        )
    return private / "kernel.sock"


async def open_kernel_door(
    path: Path, config: Config, state: ServerState, access: Access
) -> asyncio.Server:
    """Listen for kernels, mode 0600.

    Args:
        path: of the socket; one that a dead proctor left is replaced.
        config: of the HTTP server, loaded.
        state: of the HTTP server.
        access: knows which tokens are good.
    """
    path.unlink(missing_ok=True)
    loop = asyncio.get_running_loop()
    server = await loop.create_unix_server(lambda: KernelDoor(config, state, access), str(path))
    path.chmod(0o600)
    return server
