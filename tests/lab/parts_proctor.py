"""The proctor's one door for parts, as small as it can be and as real as HTTP."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LAB_TOKEN = "lab-token-lab-token-lab-token"
PLAN_FIRST = "Write your plan below the first line of the plan cell, and run the cell."


def part_cells() -> list[dict[str, Any]]:
    """Part two: a heading, a marked cell and a text."""

    def audition(**more: Any) -> dict[str, Any]:
        return {"audition": {"part": 2, **more}}

    code: dict[str, Any] = {"cell_type": "code", "execution_count": None, "outputs": []}
    return [
        {"cell_type": "markdown", "id": "p2-head", "source": "## Part two\n\nThank you.",
         "metadata": audition(kind="given")},
        {**code, "id": "p2-suite", "source": "SUITE = []",
         "metadata": audition(kind="artefact", name="suite")},
        {"cell_type": "markdown", "id": "p2-words", "source": "Write what you would say.",
         "metadata": audition(kind="text")},
    ]  # fmt: skip


class PartsProctor:
    """Gives part two once it may.

    Attributes:
        gives: whether the plan is on record.
        answer: status and body to give instead of all else; None for the usual ones.
        slow_s: how long it thinks.
        asked: paths it was asked for with the right token.
    """

    def __init__(self) -> None:
        self.gives = True
        self.answer: tuple[int, bytes] | None = None
        self.slow_s = 0.0
        self.asked: list[str] = []
        self._port = 0
        self._server: ThreadingHTTPServer | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> PartsProctor:
        """Listen; a second time on the same port."""
        ThreadingHTTPServer.allow_reuse_address = True
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), _handler(self))
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Be away."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def reply(self, path: str, token: str | None) -> tuple[int, bytes]:
        """Return status and body."""
        time.sleep(self.slow_s)
        if token != f"Bearer {LAB_TOKEN}":
            return _error(401, "invalid_api_key", "This session's pass is no longer good.")
        self.asked.append(path)
        if self.answer is not None:
            return self.answer
        if path != "/s/parts/practice/2":
            return _error(404, "no_such_part", "There is no such part.")
        if not self.gives:
            return _error(409, "plan_first", PLAN_FIRST)
        return 200, json.dumps({"cells": part_cells()}).encode()


def _error(status: int, code: str, message: str) -> tuple[int, bytes]:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return status, json.dumps({"error": error}).encode()


def _handler(proctor: PartsProctor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = proctor.reply(self.path, self.headers.get("Authorization"))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler
