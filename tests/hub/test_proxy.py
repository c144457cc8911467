"""The proxy closes its connections to unix sockets itself, whatever the visitor asks of his own."""

from __future__ import annotations

import http.server
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from harness.core.settings import HubSettings
from harness.hub.places import Places
from harness.hub.proxy import make_proxy
from tests.hub.hosting import until
from tests.lab.running import free_port

pytestmark = pytest.mark.sandbox


class Behind(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """A server behind the proxy that counts who comes and who has gone."""

    daemon_threads = True
    came = gone = 0


class Told(http.server.BaseHTTPRequestHandler):
    """Answers each request with the number of its connection and what it asked for."""

    protocol_version = "HTTP/1.1"
    server: Behind

    def setup(self) -> None:
        super().setup()
        self.server.came += 1
        self.number = self.server.came

    def finish(self) -> None:
        super().finish()
        self.server.gone += 1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = f"{self.number} {self.headers['Connection']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "unix"

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def behind(can_host: None, tmp_path: Path) -> Iterator[Behind]:
    places = Places(tmp_path)
    places.socket.parent.mkdir(parents=True, exist_ok=True)
    with Behind(str(places.socket), Told) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def address(behind: Behind, tmp_path: Path) -> Iterator[str]:
    hub = HubSettings(port=free_port())
    proxy = make_proxy(hub, Places(tmp_path), {"CONFIGPROXY_AUTH_TOKEN": "t" * 32})
    try:
        proxy.start()
        yield f"http://127.0.0.1:{hub.port}"
    finally:
        proxy.stop()


@pytest.mark.parametrize("asked", ["keep-alive", "close"])
def test_each_request_has_a_connection_that_its_server_may_not_close(
    behind: Behind, address: str, asked: str
) -> None:
    with httpx.Client(base_url=address, headers={"Connection": asked}) as visitor:
        answers = [visitor.post("/", content=b"x" * 100) for _ in range(20)]

    assert [answer.text for answer in answers] == [f"{n} keep-alive" for n in range(1, 21)]
    assert until(lambda: behind.gone == 20, within_s=10)
