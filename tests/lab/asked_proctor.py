"""A proctor that says what a test tells it to, at every door of the candidate's pages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from harness.core.clock import to_wire
from tests.lab.fake_proctor import FakeProctor

Told = tuple[int, Any]


class AskedProctor(FakeProctor):
    """Answers from a table; lists and gives back the saves it was told of, as the real one does.

    Attributes:
        says: method and path to status and body; bytes go out as they are.
        asked: method, path, body and Authorization header of what came.
        pieces: of the record; an exception in it cuts the answer short.
        parts_delivered: of the practice.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.says: dict[tuple[str, str], Told] = {}
        self.asked: list[tuple[str, str, Any, str | None]] = []
        self.pieces: list[bytes | Exception] = []
        self.parts_delivered = 1

    def more_routes(self) -> list[Route]:
        return [
            Route("/session", self._card),
            Route("/s/record", self._record),
            Route("/s/blobs/{name}", self._give, methods=["GET"]),
            Route("/s/blobs/{name}", self._blob, methods=["PUT"]),
            Route("/s/saves/{slug}", self._saves),
            Route("/s/{path:path}", self._say, methods=["GET", "POST"]),
        ]

    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.asked]

    async def _note(self, request: Request) -> Told | None:
        path, data = request.url.path, await request.body()
        body = json.loads(data) if data else None
        self.asked.append((request.method, path, body, request.headers.get("authorization")))
        return self.says.get((request.method, path))

    async def _say(self, request: Request) -> Response:
        status, body = await self._note(request) or (200, {"path": request.url.path})
        return _answer(status, body)

    async def _card(self, request: Request) -> Response:
        card = {"slug": "practice", "title": "Practice"}
        state = {"card": card, "parts_delivered": self.parts_delivered}
        return JSONResponse({"session": "s-1", "exercises": [state]})

    async def _saves(self, request: Request) -> Response:
        if (told := await self._note(request)) is not None:
            return _answer(*told)
        slug = request.path_params["slug"]
        found = [
            {"id": event.id, "at": to_wire(event.at), "received_at": to_wire(event.at),
             "label": event.payload.get("label"),
             **{name: event.payload[name] for name in ("path", "sha256", "size_bytes")}}
            for event in self.of("save") if event.exercise == slug
        ]  # fmt: skip
        return JSONResponse({"saves": found})

    async def _give(self, request: Request) -> Response:
        if (told := await self._note(request)) is not None:
            return _answer(*told)
        data = self.blobs.get(request.path_params["name"])
        return Response(data) if data is not None else _answer(404, refusal("not_found"))

    async def _record(self, request: Request) -> Response:
        if (told := await self._note(request)) is not None:
            return _answer(*told)

        async def pieces() -> AsyncIterator[bytes]:
            for piece in self.pieces:
                if isinstance(piece, Exception):
                    raise piece
                yield piece

        return StreamingResponse(pieces(), media_type="application/zip")


def refusal(code: str, message: str = "No, and here is why.") -> dict[str, Any]:
    """An error as the proctor says it."""
    return {"error": {"message": message, "type": "x", "param": None, "code": code}}


def name_of(data: bytes) -> str:
    """SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def _answer(status: int, body: Any) -> Response:
    if isinstance(body, bytes):
        return Response(body, status_code=status)
    return JSONResponse(body, status_code=status)
