"""The real server as a real process, and what a test does to it from outside."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from harness.bench.jupyter_wire import SUBPROTOCOL, Notebook
from harness.core.settings import SandboxSettings
from tests.conftest import ROOT
from tests.lab.fake_proctor import LAB_TOKEN, FakeProctor

EMPTY = '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}'
BROWSER_TOKEN = "browser-token-browser-token"


@dataclass
class Lab:
    """One sitting's server.

    Attributes:
        python: the candidate's interpreter.
        folder: everything of this sitting.
        proctor: who it speaks to.
        rung: the sandbox rung.
        more: further fields of lab.json.
        has_read: whether the box of the page before the workspace is ticked at once.
    """

    python: Path
    folder: Path
    proctor: FakeProctor
    rung: str = "none"
    more: dict[str, Any] = field(default_factory=dict)
    has_read: bool = True
    process: subprocess.Popen[str] | None = None
    url: str = ""

    @property
    def work(self) -> Path:
        return self.folder / "work"

    def start(self) -> Lab:
        (self.work / "practice").mkdir(parents=True, exist_ok=True)
        notebook = self.work / "practice" / "practice.ipynb"
        if not notebook.exists():
            notebook.write_text(EMPTY, encoding="utf-8")
        path = self.folder / "lab.json"
        path.write_text(json.dumps(self.given() | self.more), encoding="utf-8")
        argv = [str(self.python), "-m", "harness.lab", str(path)]
        with (self.folder / "lab.log").open("ab") as log:
            self.process = subprocess.Popen(
                argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True,
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | self.environment(),
            )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.log()
        self.url = json.loads(line)["url"]
        if self.has_read:
            self.tick()
        return self

    def tick(self) -> None:
        """Tick the box of the page before the workspace."""
        assert self.ask("POST", "/audition/api/prebrief/read", {})[0] == 204

    def environment(self) -> dict[str, str]:
        return {}

    def given(self) -> dict[str, Any]:
        limits = SandboxSettings(memory_bytes=1024 << 20).model_dump(mode="json")
        return {
            "session": "s-1",
            "proctor": self.proctor.address,
            "lab_token": LAB_TOKEN,
            "kernel_socket": str(self.folder / "kernel.sock"),
            "kernel_token": "kernel-token-kernel-token",
            "spool": str(self.folder / "spool"),
            "home": str(self.folder / "home"),
            "work": str(self.work),
            "port": free_port(),
            "browser_token": BROWSER_TOKEN,
            "open_path": "practice/practice.ipynb",
            "rung": self.rung,
            "sandbox": limits,
            "output_message_bytes": 64 * 1024,
            "output_cell_bytes": 1 << 20,
        }

    def log(self) -> str:
        return (self.folder / "lab.log").read_text(encoding="utf-8", errors="replace")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """End it and return how many seconds that took."""
        assert self.process is not None
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(20)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return time.monotonic() - began

    def notebook(self, path: str = "practice/practice.ipynb") -> Notebook:
        return Notebook(self.url, path=path)

    def ask(
        self, method: str, path: str, body: object = None, *, token: str = BROWSER_TOKEN
    ) -> tuple[int, Any]:
        """Return status and answer of a REST request."""
        base = self.url.split("/lab/", 1)[0]
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"token {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(base + path, method=method, data=data, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, _read(answer.read())
        except urllib.error.HTTPError as no:
            with no:
                return no.code, _read(no.read())

    def socket_to(self, kernel_id: str, *, legacy: bool = False) -> ClientConnection:
        """Open one more websocket to a kernel, as another tab or an old client would."""
        host = self.url.split("/lab/", 1)[0].removeprefix("http://")
        address = f"ws://{host}/api/kernels/{kernel_id}/channels"
        return connect(
            f"{address}?session_id={uuid.uuid4().hex}&token={BROWSER_TOKEN}",
            subprotocols=None if legacy else [SUBPROTOCOL],  # type: ignore[list-item]
            max_size=None,
            compression=None,
        )


def legacy_request(code: str, *, cell_id: str = "old-cell", **header: str) -> dict[str, Any]:
    """An execute_request as clients before the binary protocol send it."""
    head = {
        "msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "username": "u",
        "session": "old", "date": "2026-01-01T00:00:00Z", "version": "5.3",
    }  # fmt: skip
    content = {
        "code": code, "silent": False, "store_history": True, "user_expressions": {},
        "allow_stdin": False, "stop_on_error": True,
    }  # fmt: skip
    return {
        "channel": "shell", "header": head | header, "parent_header": {},
        "metadata": {"cellId": cell_id}, "content": content, "buffers": [],
    }  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _read(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data.decode("utf-8", "replace")
