"""The real workspace, started as a newcomer starts it, and what the proctor holds of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.cli.proctor_client import ProctorClient
from harness.core.journal import Break, open_link, read_chain
from harness.core.records import Event
from harness.core.submission import Opened, open_submission
from tests.conftest import ROOT


@dataclass(frozen=True)
class Started:
    """A workspace that is up.

    Attributes:
        url: address with its login token.
        home: where it keeps its state.
        process: `audition lab` itself.
    """

    url: str
    home: Path
    process: subprocess.Popen[str]

    @property
    def client(self) -> ProctorClient:
        """The operator's end of this workspace's proctor."""
        given = json.loads(next((self.home / "lab").glob("*/lab.json")).read_text())
        return ProctorClient.of_home(given["proctor"], self.home)

    def newest(self) -> bytes:
        """Return the newest submission's bytes, as the grader gets them."""
        client = self.client
        return client.submission(client.submissions()[-1]["submission"])


def notebook_address(url: str, home: Path) -> str:
    """Return the first notebook's address, also where a first visit begins elsewhere."""
    given = json.loads(next((home / "lab").glob("*/lab.json")).read_text())
    base, token = url.partition("/audition/")[0].partition("/lab/")[0], url.split("token=")[1]
    return f"{base}/lab/tree/{given['open_path']}?token={token}"


def tick(url: str) -> None:
    """Tick the box of the page before the workspace, as its button does."""
    base, token = url.partition("/lab/")[0], url.split("token=")[1]
    headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
    address = f"{base}/audition/api/prebrief/read"
    asked = urllib.request.Request(address, method="POST", data=b"{}", headers=headers)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        assert answer.status == 204


@contextmanager
def started(
    folder: Path, *arguments: str, ticks: bool = True, **variables: str
) -> Iterator[Started]:
    """Start `audition lab` in a home of its own; it has ended when the block is left."""
    home = folder / "state"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "AUDITION_HOME": str(home),
        "AUDITION_PROCTOR__SIMULATE_LATENCY": "false",
        **variables,
    }
    argv = [sys.executable, "-m", "harness.cli", "lab", "--no-browser", "--port", "0", *arguments]
    errors = folder / "lab-errors.txt"
    with errors.open("w") as said:
        process = subprocess.Popen(
            argv, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=said, text=True
        )
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            assert url.startswith("http://127.0.0.1:"), errors.read_text()
            address = notebook_address(url, home)
            if ticks:
                tick(address)
            yield Started(url=address, home=home, process=process)
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()


def events_of(opened: Opened) -> list[Event]:
    """Return a submission's journal, opened, oldest first; it must hold from end to end."""
    assert opened.key is not None
    links = list(read_chain(opened.members["journal.jsonl"], session=opened.manifest.session))
    assert not [found for found in links if isinstance(found, Break)]
    return [open_link(found, opened.key) for found in links if not isinstance(found, Break)]


def submitted(lab: Started) -> Opened:
    """Return the newest submission, opened."""
    return open_submission(lab.newest())
