"""A small client of any JupyterLab server: REST for the session, a websocket for the cells.

Runs on the trusted side, for measuring. Holds a URL and a login token, imports nothing of
the lab, and speaks as a browser does (subprotocol v1).
"""

from __future__ import annotations

import itertools
import json
import struct
import time
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from harness.core.clock import SystemClock
from harness.core.errors import EnvironmentLacks

SUBPROTOCOL = "v1.kernel.websocket.jupyter.org"
_GONE = ("dead", "restarting", "autorestarting")


@dataclass(frozen=True)
class Message:
    """One message from the kernel.

    Attributes:
        channel: shell, iopub, control or stdin.
        kind: its msg_type.
        parent: id of the request it answers.
        content: its content.
    """

    channel: str
    kind: str
    parent: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What one cell gave.

    Attributes:
        status: ok, error, aborted, or died when the kernel went away.
        text: printed text and results, joined.
        seconds: from sending to reply and idle.
    """

    status: str
    text: str
    seconds: float


class Notebook:
    """An open notebook's session on a server."""

    def __init__(self, url: str, *, path: str, kernel: str = "python3") -> None:
        parts = urlsplit(url)
        place = parts.path.replace("/audition/", "/lab/", 1)  # a first visit begins there
        below = place.partition("/lab")[0].rstrip("/")  # where a hub mounts the server
        self._base, self._host = f"{parts.scheme}://{parts.netloc}{below}", parts.netloc + below
        self._token = parse_qs(parts.query).get("token", [""])[0]
        self.path = path
        body = {"path": path, "name": path, "type": "notebook", "kernel": {"name": kernel}}
        self._session = self.ask("POST", "/api/sessions", body)
        self.kernel_id = str(self._session["kernel"]["id"])
        self._client = uuid.uuid4().hex
        self._socket = self._connect()

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Return the JSON answer to a REST request.

        Args:
            method: HTTP method.
            path: path on the server.
            body: JSON body; None sends none.
        """
        request = urllib.request.Request(  # noqa: S310  loopback, our own address
            self._base + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self._token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            data = answer.read()
        return json.loads(data) if data else None

    def run(self, code: str, *, cell_id: str | None = None, within_s: float = 60) -> Reply:
        """Run code as a cell and wait until the kernel is idle again.

        Args:
            code: the source.
            cell_id: id of the notebook cell; None makes one up.
            within_s: how long each message may take, in seconds.

        Raises:
            EnvironmentLacks: nothing came in time.
        """
        began = time.perf_counter()
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True,
        }  # fmt: skip
        metadata = {"cellId": cell_id or uuid.uuid4().hex, "deletedCells": [], "recordTiming": True}
        request = self._send("shell", "execute_request", content, metadata)
        status: str | None = None
        idle, text = False, list[str]()
        while status is None or not idle:
            message = self._receive(within_s)
            if message.kind == "status" and message.content["execution_state"] in _GONE:
                return Reply("died", "".join(text), time.perf_counter() - began)
            if message.parent != request:
                continue
            if message.kind == "execute_reply":
                status = str(message.content["status"])
            elif message.kind == "status":
                idle = message.content["execution_state"] == "idle"
            else:
                text.append(_text_of(message))
        return Reply(status=status, text="".join(text), seconds=time.perf_counter() - began)

    def close(self) -> None:
        """Leave, and end the kernel."""
        self._socket.close()
        self.ask("DELETE", f"/api/sessions/{self._session['id']}")

    def _connect(self) -> ClientConnection:
        address = f"ws://{self._host}/api/kernels/{self.kernel_id}/channels"
        return connect(
            f"{address}?session_id={self._client}",
            additional_headers={"Authorization": f"token {self._token}"},
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            max_size=None,
            compression=None,
            open_timeout=60,  # the server answers once the kernel has
            legacy=True,  # held open, not in a with block
        )

    def _send(self, channel: str, kind: str, content: object, metadata: object) -> str:
        header = {
            "msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "candidate",
            "session": self._client, "date": SystemClock().now().isoformat(), "version": "5.3",
        }  # fmt: skip
        parts = [
            channel.encode(),
            *(json.dumps(p).encode() for p in (header, {}, metadata, content)),
        ]
        offsets = [8 * (len(parts) + 2)]
        for part in parts:
            offsets.append(offsets[-1] + len(part))
        head = struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets)
        self._socket.send(head + b"".join(parts))
        return str(header["msg_id"])

    def _receive(self, within_s: float) -> Message:
        try:
            raw = self._socket.recv(timeout=within_s)
        except TimeoutError as problem:
            raise EnvironmentLacks(
                f"the kernel of {self.path} said nothing for {within_s:g} s"
            ) from problem
        assert isinstance(raw, bytes)
        (count,) = struct.unpack_from("<Q", raw)
        offsets = struct.unpack_from(f"<{count}Q", raw, 8)
        parts = [raw[a:b] for a, b in itertools.pairwise(offsets)]
        header, parent, content = (json.loads(parts[index]) for index in (1, 2, 4))
        return Message(
            channel=parts[0].decode(),
            kind=header["msg_type"],
            parent=parent.get("msg_id", ""),
            content=content,
        )


def _text_of(message: Message) -> str:
    content = message.content
    if message.kind == "stream":
        return str(content["text"])
    if message.kind in ("execute_result", "display_data"):
        return str(content["data"].get("text/plain", ""))
    if message.kind == "error":
        return f"{content['ename']}: {content['evalue']}"
    return ""
