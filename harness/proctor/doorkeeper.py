"""In front of every route: counts what is under way, turns away while we end, writes one line.

Runs in zone G. A line of the log has the route as it is written in the code, never the path as
it came, and no word of a header or body: who asked is the pseudonymous session of a good pass.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.core.logs import ACCESS, stamp
from harness.proctor.access import CALLER
from harness.proctor.answers import error_response

if TYPE_CHECKING:
    from harness.proctor.draining import Draining

_FLUSH_AFTER_S = 0.2
_METHODS = frozenset({"GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "WS"})
_log = logging.getLogger(ACCESS)


class Doorkeeper:
    """ASGI middleware around the application.

    Args:
        app: what is behind it.
        draining: whether we are ending.
        lines: where a line of each request goes.
    """

    def __init__(self, app: ASGIApp, draining: Draining, lines: AccessLines) -> None:
        self._app, self._draining, self._lines = app, draining, lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or turn it away."""
        kind = scope["type"]
        if kind == "lifespan":
            await self._app(scope, receive, send)
            return
        began, status, call = time.perf_counter(), 0, ""

        async def noting(message: Message) -> None:
            nonlocal status, call
            what = message["type"]
            if what == "http.response.start" or what == "websocket.http.response.start":
                status = message["status"]
                for name, value in message.get("headers", ()):
                    if name == b"x-call-id":
                        call = value.decode("ascii")
            elif what == "websocket.accept":
                status = 101
            await send(message)

        is_http = kind == "http"
        self._draining.enter(is_counted=is_http)
        try:
            if self._draining.is_on and (not is_http or scope["method"] == "POST"):
                await error_response(self._draining.refusal())(scope, receive, noting)
            else:
                await self._app(scope, receive, noting)
        except BaseException:
            status = status or 500
            raise
        finally:
            self._draining.leave(is_counted=is_http)
            if _log.isEnabledFor(logging.INFO):
                self._lines.add(scope, status, call, (time.perf_counter() - began) * 1e3)


class AccessLines:
    """Lines on their way to the log, some at a time: a line costs less than its request."""

    def __init__(self) -> None:
        self._waiting: list[str] = []

    def add(self, scope: Scope, status: int, call: str, took_ms: float) -> None:
        """Take a line down.

        Args:
            scope: of the request, routed.
            status: as it was told; 0 if nothing was.
            call: our own id of a model call; empty for none.
            took_ms: milliseconds from its head to its last byte.
        """
        method = scope.get("method", "WS")
        if method not in _METHODS:
            method = "-"
        route, caller = scope.get("route"), scope.get(CALLER)
        line = (
            f'{{"at":"{stamp(time.time())}","level":"info","event":"request","method":"{method}",'
            f'"route":"{route.path if route else "-"}","status":{status},"ms":{took_ms:.1f}'
        )
        if caller:
            line += f',"role":"{caller.role}"'
            if caller.session:
                line += f',"session":"{caller.session}"'
        self._waiting.append(f'{line},"call":"{call}"}}' if call else line + "}")
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_later(_FLUSH_AFTER_S, self.flush)

    def flush(self) -> None:
        """Hand over what is waiting, as one record."""
        if not self._waiting:
            return
        record = _log.makeRecord(_log.name, logging.INFO, __file__, 0, "requests", (), None)
        record.__dict__["lines"] = "\n".join(self._waiting)
        self._waiting.clear()
        _log.handle(record)
