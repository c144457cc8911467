"""A small real proctor for the kernel client's tests: an HTTP server on loopback in a thread."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Says:
    """What the proctor answers: JSON, or bytes as they are."""

    value: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    pause_s: float = 0.0

    def to_bytes(self) -> bytes:
        return self.raw if self.raw is not None else json.dumps(self.value).encode()


@dataclass
class FakeProctor:
    """Where it listens, and all it was asked."""

    address: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def last(self) -> Asked:
        return self.asked[-1]


Answers = Callable[[Asked], Says]


@contextmanager
def fake_proctor(fn: Answers) -> Iterator[FakeProctor]:
    """Serve what fn answers, until the block ends."""
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            size = int(self.headers.get("content-length", "0"))
            data = self.rfile.read(size)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(data) if data else None
            asked = Asked(self.command, self.path, headers, body)
            proctor.asked.append(asked)
            says = fn(asked)
            released.wait(says.pause_s)
            self._answer(says)

        def _answer(self, says: Says) -> None:
            data = says.to_bytes()
            try:
                self.send_response(says.status)
                for name, value in says.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                return  # the client had enough

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proctor = FakeProctor(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield proctor
    finally:
        released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def refuses(status: int, code: str, message: str, **headers: str) -> Says:
    """The proctor's own form of saying no."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    error = {"message": message, "type": "refused", "param": None, "code": code}
    return Says({"error": error}, status=status, headers={"x-should-retry": "false"} | named)
