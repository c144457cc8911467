"""The two sides of the comparison: stock JupyterLab, and ours; asked in the same words."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.bench.jupyter_wire import Notebook, Reply
from harness.core.records import Announcement
from tests.attacks.bait import Bait
from tests.lab.fake_proctor import FakeProctor
from tests.lab.running import BROWSER_TOKEN, EMPTY, Lab, free_port
from tests.sandbox.test_ladder import as_user

FIRST, SECOND = "practice/practice.ipynb", "practice/second.ipynb"
SERVER_SECRET = "A_SECRET_OF_THE_SERVER"
_SPEC = '{"kernelspec":{"name":"python3","display_name":"Python 3","language":"python"}}'
WITH_KERNEL = EMPTY.replace('"metadata":{}', f'"metadata":{_SPEC}')


@dataclass
class Stock(Lab):
    """JupyterLab as it comes, from the same environment, in a home of its own."""

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def start(self) -> Stock:
        (self.work / "practice").mkdir(parents=True)
        self.home.mkdir()
        (self.work / FIRST).write_text(EMPTY, encoding="utf-8")
        port = free_port()
        argv = [
            str(self.python), "-m", "jupyterlab", "--no-browser", "--allow-root",
            "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={BROWSER_TOKEN}", f"--ServerApp.root_dir={self.work}",
        ]  # fmt: skip
        with (self.folder / "lab.log").open("ab") as log:
            self.process = subprocess.Popen(
                argv, cwd=self.work, stdout=log, stderr=log, text=True,
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.home)}
                | self.environment(),
            )  # fmt: skip
        self.url = f"http://127.0.0.1:{port}/lab/tree/{FIRST}?token={BROWSER_TOKEN}"
        for _ in range(1800):
            assert self.process.poll() is None, self.log()
            try:
                status = f"http://127.0.0.1:{port}/api/status?token={BROWSER_TOKEN}"
                urllib.request.urlopen(status, timeout=5).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.log())

    def environment(self) -> dict[str, str]:
        return self.more


@dataclass
class Ours(Lab):
    """Our server, in the sandbox; as root, or as an ordinary user."""

    uid: int | None = None
    secret: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        return self.secret

    def start(self) -> Ours:
        if self.uid is None:
            super().start()
            return self
        (self.work / "practice").mkdir(parents=True)
        (self.work / FIRST).write_text(EMPTY, encoding="utf-8")
        (self.folder / "lab.json").write_text(json.dumps(self.given() | self.more))
        for place in (self.folder, *self.folder.rglob("*")):
            os.chown(place, self.uid, self.uid)
        argv = [*as_user(self.uid, self.python), str(self.python), "-B", "-m", "harness.lab"]
        with (self.folder / "lab.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*argv, str(self.folder / "lab.json")], cwd=self.folder, stderr=log, text=True,
                stdout=subprocess.PIPE, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
                | self.environment(),
            )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.log()
        self.url = json.loads(line)["url"]
        self.tick()
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        if self.uid is None or self.process is None:
            return super().stop(how)
        pid = self.process.pid  # bubblewrap, which only changed users; the server is its child
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if int(child) > 0:  # one that is just ending is told as 0, which would be us
                os.kill(int(child), how)
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return 0.0


@dataclass
class Side:
    """One side, with bait beside it.

    Attributes:
        name: "stock", "root" or "user".
        lab: the server.
        bait: what attacks are after.
        proctor: who holds our record; None on the stock side.
    """

    name: str
    lab: Stock | Ours
    bait: Bait
    proctor: FakeProctor | None = None
    browser: Callable[[], Any] | None = None
    _notebooks: dict[str, Notebook] = field(default_factory=dict)

    @property
    def work(self) -> Path:
        return self.lab.work

    def notebook(self, path: str = FIRST) -> Notebook:
        """Return an open notebook; the same one each time."""
        if path not in self._notebooks:
            (self.work / path).write_text(WITH_KERNEL, encoding="utf-8")
            if isinstance(self.lab, Ours):
                owner = (self.work / FIRST).stat()
                os.chown(self.work / path, owner.st_uid, owner.st_gid)
            opened = self._notebooks[path] = self.lab.notebook(path)
            opened._socket.close_timeout = 0.2
        return self._notebooks[path]

    def run(self, code: str, *, path: str = FIRST, within_s: float = 40) -> Reply:
        """Run a cell in which B says where the bait is."""
        head = f"import json, os, sys\nB = json.loads({json.dumps(json.dumps(self.told()))})\n"
        return self.notebook(path).run(head + code, within_s=within_s)

    def told(self) -> dict[str, Any]:
        """Return what cells know of the bait and of the server's files."""
        return self.bait.told() | {"server": str(self.lab.folder), "env": SERVER_SECRET}

    def close(self, path: str) -> None:
        """Shut a notebook and its kernel."""
        if opened := self._notebooks.pop(path, None):
            opened.close()

    def knows(self, word: str, what: Callable[[Announcement], bool] = lambda _: True) -> bool:
        """Tell whether the server's own account of the session holds a word.

        Stock's account is what it wrote into its home, IPython's history among it, and its log;
        ours is what the proctor has.
        """
        for _ in range(20):
            if self.proctor is not None:
                events = list(self.proctor.events)
                if any(what(event) and word in _whole(event) for event in events):
                    return True
            else:
                kept = [self.lab.folder / "lab.log", *(self.lab.folder / "home").rglob("*")]
                if any(word.encode() in f.read_bytes() for f in kept if f.is_file()):
                    return True
            time.sleep(0.05)
        return False

    def settle(self) -> None:
        """Wait until the folder's watch lets both kernels write again."""
        for path in list(self._notebooks):
            said = self.run(
                "import time\nfor _ in range(200):\n    try:\n"
                "        with open('probe', 'w') as file: file.write('x')\n"
                "        os.unlink('probe'); print('writes'); break\n"
                "    except OSError: time.sleep(0.1)",
                path=path,
            )
            assert "writes" in said.text, said

    def end(self) -> None:
        """Stop the server and take in the bait."""
        for path in list(self._notebooks):
            self._notebooks.pop(path)._socket.close()
        if self.lab.process is not None:
            self.lab.stop()
        self.bait.take_in()
        if self.proctor is not None:
            self.proctor.stop()


def _whole(event: Announcement) -> str:
    """Return all an event says, binary buffers decoded."""
    buffers = base64.b64decode(str(event.payload.get("buffers", "")))
    return event.model_dump_json() + buffers.decode("utf-8", "replace")
