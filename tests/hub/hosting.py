"""A real hub, started as an operator starts it, and what comes to it from outside."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from harness.bench.jupyter_wire import Notebook
from harness.cli.proctor_client import ProctorClient
from tests.conftest import ROOT
from tests.lab.running import free_port

ADA, BOB = "Ada of the Hills", "Bob of the Shore"
"""Whom the links are for; with spaces, so that no signature or hash can hold them by chance."""


@dataclass
class Hosting:
    """A hub that is up.

    Attributes:
        home: where it keeps its state.
        url: where candidates reach it.
        process: `audition hub` itself.
        environment: what it and every command of the operator's gets.
        visitors: who came; they have left when the hub has ended.
    """

    home: Path
    url: str
    process: subprocess.Popen[str]
    environment: dict[str, str] = field(repr=False)
    visitors: list[Visitor] = field(default_factory=list, repr=False)

    @property
    def operator(self) -> ProctorClient:
        """The operator's end of the proctor."""
        address = (self.home / "proctor" / "address").read_text().strip()
        return ProctorClient.of_home(address, self.home)

    def audition(self, *arguments: str) -> str:
        """Run one command of the operator's and return what it prints."""
        argv = [sys.executable, "-m", "harness.cli", *arguments]
        done = subprocess.run(
            argv, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def visitor(self) -> Visitor:
        """Return somebody who comes with a browser of his own."""
        self.visitors.append(Visitor(self.url))
        return self.visitors[-1]

    def invite(self, name: str, who: str, *more: str) -> str:
        """Return a new link."""
        text = self.audition("invite", "--round", name, "--candidate", who, *more)
        return next(iter(csv.DictReader(io.StringIO(text))))["link"]

    def child(self, module: str) -> psutil.Process:
        """Return the service of ours that runs this module."""
        for process in psutil.Process(self.process.pid).children():
            if module in " ".join(process.cmdline()):
                return process
        raise AssertionError(f"{module} does not run")

    def folder(self, sitting: str) -> Path:
        return self.home / "hub" / "candidates" / sitting

    def keeper(self, sitting: str) -> psutil.Process:
        pid = (self.folder(sitting) / "keeper.pid").read_text().split()[0]
        return psutil.Process(int(pid))

    def server(self, sitting: str) -> psutil.Process:
        """Return the candidate's server itself, seen from outside."""
        for process in self.keeper(sitting).children(recursive=True):
            if process.cmdline()[1:4] == ["-I", "-m", "harness.lab"]:
                return process
        raise AssertionError(f"the server of {sitting} does not run")

    def log(self) -> str:
        paths = [self.home / "errors", *(self.home / "hub").glob("*.log")]
        paths += (self.home / "hub" / "candidates").glob("*/server.log")
        return "\n".join(f"== {p}\n{p.read_text(errors='replace')[-3000:]}" for p in paths)


@contextmanager
def hosting(folder: Path, **variables: str) -> Iterator[Hosting]:
    """Start `audition hub` in a home of its own; it and all it started have ended at the end."""
    home, port = folder / "state", free_port()
    home.mkdir(mode=0o700, exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
        "AUDITION_HOME": str(home), "AUDITION_HUB__PORT": str(port),
        "AUDITION_PROCTOR__SIMULATE_LATENCY": "false", **variables,
    }  # fmt: skip
    with (home / "errors").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "harness.cli", "hub"], cwd=ROOT, env=environment,
            stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    up = Hosting(home, url, process, environment)
    try:
        assert url == f"http://127.0.0.1:{port}", up.log()
        yield up
    finally:
        for visitor in up.visitors:
            visitor.http.close()
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        process.stdout.close()


class Visitor:
    """A browser without a screen: cookies, and what the pages tell.

    Args:
        url: the hub's address.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=60)
        self.sitting = self.token = ""

    @property
    def base(self) -> str:
        return f"/user/{self.sitting}"

    @property
    def lab_url(self) -> str:
        return f"{self.url}{self.base}/lab?token={self.token}"

    def look(self, link: str) -> httpx.Response:
        """Open a link as a scanner does: GET, and no more."""
        return self.http.get(link.partition("#")[0])

    def press(self, link: str, *, ticks: bool = True) -> httpx.Response:
        """Open a link, tick the box and press the button."""
        page = self.look(link)
        found = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
        assert found, page.text[:500]
        body = {"_xsrf": html.unescape(found.group(1)), "secret": link.partition("#")[2]}
        body |= {"agree": "yes"} if ticks else {}
        return self.http.post("/hub/start", data=body)

    def enter(self, link: str) -> Visitor:
        """Press the button and wait until the workspace is there."""
        answer = self.press(link)
        assert answer.status_code == 302, answer.text[-1500:]
        return self.arrive("/hub/spawn")

    def arrive(self, path: str, *, within_s: float = 60) -> Visitor:
        """Go to a page and on until JupyterLab itself answers."""
        give_up = time.monotonic() + within_s
        while True:
            page = self.http.get(path, follow_redirects=True)
            found = re.search(
                r'id="jupyter-config-data" type="application/json">(.*?)</script>', page.text, re.S
            )
            if found:
                break
            assert time.monotonic() < give_up, f"{page.status_code} {page.url}\n{page.text[-1500:]}"
            time.sleep(0.3)
        config = json.loads(found.group(1))
        self.token = config["token"]
        self.sitting = config["baseUrl"].strip("/").rpartition("/")[2]
        return self

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Ask this visitor's own server, as JupyterLab does."""
        head = {"Authorization": f"token {self.token}"} | headers
        return self.http.request(method, self.base + path, json=body, headers=head)

    def notebook(self, slug: str = "practice") -> Notebook:
        """Open a notebook with its kernel."""
        return Notebook(self.lab_url, path=f"{slug}/{slug}.ipynb")


def until(true: Callable[[], Any], *, within_s: float = 30) -> Any:
    """Return the first value that is true; the test has failed if there is none in time."""
    give_up = time.monotonic() + within_s
    while not (found := _try(true)):
        assert time.monotonic() < give_up, "it did not come in time"
        time.sleep(0.2)
    return found


def _try(true: Callable[[], Any]) -> Any:
    try:
        return true()
    except (httpx.HTTPError, psutil.Error, AssertionError, OSError, ValueError, LookupError):
        return None
