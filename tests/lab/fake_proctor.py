"""A small real proctor: history, blobs and the session's card, over HTTP and websocket."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from harness.core.records import Announcement

LAB_TOKEN = "lab-token-lab-token-lab-token"


class FakeProctor:
    """Takes announcements, in memory.

    Attributes:
        events: by order of first arrival, each id once.
        arrivals: ids as they came, repeats too.
        messages: of the line, each of one event or several.
        blobs: by hash.
        blob_waits: how long some take to be taken, by hash, in seconds.
        takes: decides on each announcement: True commits, False refuses, None says nothing.
        speaks: whether anything is answered at all.
        loses: how many saves it will still answer with "their bytes are not here".
    """

    def __init__(self, port: int = 0) -> None:
        self.events: list[Announcement] = []
        self.arrivals: list[str] = []
        self.messages: list[str] = []
        self.blobs: dict[str, bytes] = {}
        self.blob_waits: dict[str, float] = {}
        self.takes: Callable[[Announcement], bool] = lambda event: True
        self.speaks = True
        self.loses = 0
        self._ids: set[str] = set()
        self._port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> FakeProctor:
        app = Starlette(
            routes=[
                *self.more_routes(),
                Route("/session", self._session),
                Route("/s/parts/{slug}/{n}", self._part),
                Route("/s/blobs/{name}", self._blob, methods=["PUT"]),
                Route("/s/clock", self._clock),
                Route("/s/{act}", self._clock, methods=["POST"]),
                WebSocketRoute("/s/history", self._history),
            ]
        )
        config = uvicorn.Config(
            app, host="127.0.0.1", port=self._port, log_level="error", ws="websockets-sansio",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self._port = self._server.servers[0].sockets[0].getsockname()[1]
        return self

    def more_routes(self) -> list[Route]:
        """Return doors that a test has besides; they come first."""
        return []

    def stop(self) -> None:
        """Go away; what was taken is kept for the next start."""
        assert self._server is not None and self._thread is not None
        self._server.should_exit = True
        self._thread.join(5)

    def of(self, *kinds: str) -> list[Announcement]:
        return [event for event in list(self.events) if event.kind in kinds]

    def wait_for(
        self, what: Callable[[Announcement], bool], *, within_s: float = 15.0
    ) -> Announcement:
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            for event in list(self.events):
                if what(event):
                    return event
            time.sleep(0.02)
        kinds = [event.kind for event in self.events[-30:]]
        raise AssertionError(f"it did not come within {within_s} s; the last were {kinds}")

    async def _session(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {LAB_TOKEN}":
            return _no(401, "invalid_api_key")
        card = {"slug": "practice", "title": "Practice"}
        return JSONResponse({"session": "s-1", "exercises": [{"card": card}]})

    async def _clock(self, request: Request) -> Response:
        return JSONResponse({"error": {"code": "not_found"}}, status_code=404)

    async def _part(self, request: Request) -> Response:
        return _no(409, "plan_first")

    async def _blob(self, request: Request) -> Response:
        data, name = await request.body(), request.path_params["name"]
        if hashlib.sha256(data).hexdigest() != name:
            return _no(400, "bad_hash")
        await asyncio.sleep(self.blob_waits.get(name, 0))
        self.blobs[name] = data
        return JSONResponse({}, status_code=201)

    async def _history(self, socket: WebSocket) -> None:
        if socket.headers.get("authorization") != f"Bearer {LAB_TOKEN}":
            await socket.close(4401)
            return
        await socket.accept()
        try:
            while True:
                message = await socket.receive_text()
                self.messages.append(message)
                for line in message.split("\n"):
                    await self._take(socket, Announcement.model_validate_json(line))
        except (WebSocketDisconnect, asyncio.CancelledError):
            return

    async def _take(self, socket: WebSocket, event: Announcement) -> None:
        self.arrivals.append(event.id)
        if not self.speaks:
            return
        if not self.takes(event):
            await socket.send_text(json.dumps({"refused": event.id, "error": {"code": "no"}}))
            return
        if event.kind == "save" and self.loses:
            self.loses -= 1
            self.blobs.pop(str(event.payload["sha256"]), None)
            error = {"code": "blob_missing", "message": "send the bytes", "should_retry": True}
            await socket.send_text(json.dumps({"refused": event.id, "error": error}))
            return
        if event.id not in self._ids:
            if event.kind == "save":
                assert event.payload["sha256"] in self.blobs, "a save came before its bytes"
            self._ids.add(event.id)
            self.events.append(event)
        await socket.send_text(json.dumps({"received": event.id}))
        await socket.send_text(json.dumps({"durable": [event.id]}))


def _no(status: int, code: str) -> Response:
    error: dict[str, Any] = {"message": code, "type": "x", "param": None, "code": code}
    return JSONResponse({"error": error}, status_code=status)
