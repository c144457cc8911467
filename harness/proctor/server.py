"""The proctor's listeners: a loopback port, the labs' socket and the kernels', one application.

Runs in zone G. The port is bound before anything slow, so that whoever started us can be told
where we listen; all doors share one list of connections, so that they end together.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from harness.core.doors import KERNELS, LABS, doors_folder, leave_doors
from harness.core.errors import EnvironmentLacks
from harness.proctor.access import DOOR
from harness.proctor.app import make_app
from harness.proctor.kernel_door import open_kernel_door
from harness.proctor.protocols import BoundedHttp
from harness.proctor.service import Service

_FINISH_WITHIN_S = 4
_KEEP_ALIVE_S = 75
_LONGEST_MESSAGE = 32 << 20
_log = logging.getLogger(__name__)


class _Quiet(uvicorn.Server):
    """uvicorn's server without its signal handlers: the process has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


@dataclass(frozen=True)
class Address:
    """Where the proctor listens.

    Attributes:
        url: "http://127.0.0.1:PORT".
        kernel_socket: absolute path of the kernels' socket.
        lab_socket: absolute path of the socket for servers that have no network.
    """

    url: str
    kernel_socket: Path
    lab_socket: Path


class Doors:
    """All listeners of one service.

    Args:
        service: started already.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._app = make_app(service)
        config = uvicorn.Config(
            self._app,
            http=BoundedHttp,
            ws="websockets-sansio",
            ws_max_size=_LONGEST_MESSAGE,
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_FINISH_WITHIN_S,
        )
        config.load()
        self._config, self._http = config, _Quiet(config)
        self._sockets: list[asyncio.Server] = []
        self._serving: asyncio.Task[None] | None = None

    async def open(self, port: int) -> Address:
        """Listen on all and return where.

        Args:
            port: TCP port on 127.0.0.1; 0 takes a free one.

        Raises:
            EnvironmentLacks: the port is taken, or a socket cannot be made.
        """
        listener = _bind(port)
        folder = doors_folder(self._service.folder)
        try:
            await self._open_sockets(folder)
        except OSError as problem:
            listener.close()
            raise EnvironmentLacks(f"{folder} cannot be listened in: {problem}") from problem
        self._serving = asyncio.create_task(self._http.serve(sockets=[listener]), name="http")
        while not self._http.started and not self._serving.done():
            await asyncio.sleep(0.001)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        return Address(url, folder / KERNELS, folder / LABS)

    async def wait(self) -> None:
        """Wait until the HTTP server ends by itself, which it should not."""
        assert self._serving is not None
        await asyncio.shield(self._serving)

    async def close(self, *, at_once: bool = False) -> None:
        """Take no more connections, finish the requests under way, and end.

        Args:
            at_once: break off what is under way; it is settled as if whoever asked had gone.
        """
        self._service.live.release()  # who waits for an answer asks again when we are back
        for server in self._sockets:
            server.close()
        if at_once:
            self._config.timeout_graceful_shutdown = 0
        self._http.should_exit = True
        if self._serving is not None:
            await self._serving
        await self._service.draining.wait_left(_FINISH_WITHIN_S)
        self._app.state.lines.flush()
        leave_doors(self._service.folder, KERNELS, LABS)

    async def _open_sockets(self, folder: Path) -> None:
        config, state = self._config, self._http.server_state
        kernels = await open_kernel_door(folder / KERNELS, config, state, self._service.access)
        self._sockets.append(kernels)
        path = folder / LABS
        path.unlink(missing_ok=True)
        loop = asyncio.get_running_loop()
        labs = await loop.create_unix_server(
            lambda: BoundedHttp(config, state, {DOOR: LABS}), str(path)
        )
        path.chmod(0o666)
        self._sockets.append(labs)


def _bind(port: int) -> socket.socket:
    # the protocol is named so that asyncio sets TCP_NODELAY on what is accepted
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(1024)
    except OSError as problem:
        listener.close()
        raise EnvironmentLacks(
            f"port {port} on 127.0.0.1 cannot be had ({problem.strerror}); choose another with "
            "--port, or 0 for a free one"
        ) from problem
    return listener
