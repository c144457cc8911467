"""The practice notebook is run from top to bottom, as given, beside a small proctor of our own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness.core.card import ExerciseCard
from harness.core.workfolder import lay_out
from harness.proctor.tools.handlers import listing
from harness.proctor.tools.kinds import answer
from harness.proctor.tools.request import read_use
from harness.proctor.tools.sheet import ToolSheet
from tests.conftest import ROOT

INNER = ROOT / "harness/proctor/photographs/practice"
PROBES = ROOT / "grader/exercises/practice/hidden"
RUN = """
import json, sys
space = {}
for source in json.loads(sys.stdin.read()):
    exec(compile(source, "<cell>", "exec"), space)
"""


class SmallProctor(BaseHTTPRequestHandler):
    """Answers what the practice asks, by the wires of docs/design/001."""

    def do_GET(self) -> None:
        if self.path == "/tools":
            card = ExerciseCard.model_validate_json((INNER / "card.json").read_text())
            self._answer(listing(card, card.tools, Decimal(0)))
            return
        self._answer(
            {
                "exercise": "practice", "usd_limit": "0.50", "usd_spent": "0.01",
                "usd_reserved": "0", "calls_limit": 400, "calls_made": 7, "tokens_limit": 2000000,
                "tokens_used": 512, "last_call_usd": "0.001",
            }
        )  # fmt: skip

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = self.path
        if path == "/v1/chat/completions":
            self._answer(_chat(body))
        elif path == "/k/ask":
            self._answer({"answers": [], "nearest": [], "text": "To Jon, I should think."})
        elif path == "/tools/desk_book":
            sheet = ToolSheet.model_validate_json((INNER / "tools.json").read_text())
            card = ExerciseCard.model_validate_json((INNER / "card.json").read_text())
            done = answer(sheet.tools["desk_book"], read_use(card.tools[0], body), {}, None)
            took = {"calls": 0, "tokens": 0, "minutes": "2"}
            self._answer({"result": done.result, "took": took, "minutes_left": "18"})
        elif path == "/k/hypothesis":
            self._answer({"id": "h1", "at": "2026-01-01T00:00:00Z"})
        elif path == "/k/submit":
            self._answer(_receipt(body["exercise"]))
        else:
            self._answer({})

    def _answer(self, value: Any) -> None:
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


def _chat(body: dict[str, Any]) -> dict[str, Any]:
    prompt = body["messages"][0]["content"]
    said = "complaint" if "froze" in prompt else "request" if "atlas" in prompt else "question"
    return {
        "id": "c1", "object": "chat.completion", "created": 0, "model": body["model"],
        "choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": said}}],
        "usage": {"prompt_tokens": 20, "completion_tokens": 1, "total_tokens": 21},
    }  # fmt: skip


def _receipt(exercise: str) -> dict[str, Any]:
    return {
        "schema": 1, "submission": "sub1", "session": "s1", "exercise": exercise,
        "exercise_version": "1.0.0", "number": 1, "at": "2026-01-01T00:00:01Z",
        "saved_at": "2026-01-01T00:00:00Z", "manifest_sha256": "0" * 64, "head_seq": 3,
        "head_hash": "1" * 64, "key_id": "k", "signature": "",
    }  # fmt: skip


@dataclass(frozen=True)
class Workspace:
    """A work folder with the practice in it, and the way to a proctor.

    Attributes:
        work: the folder.
        address: the proctor's.
    """

    work: Path
    address: str

    @property
    def folder(self) -> Path:
        """The practice's own folder."""
        return self.work / "practice"

    def add_part_two(self, artefacts: dict[str, str]) -> None:
        """Append part two as the server does, with these artefact cells."""
        path = self.folder / "practice.ipynb"
        book = json.loads(path.read_text())
        part = json.loads((ROOT / "harness/proctor/photographs/practice/part-2.json").read_text())
        for cell in part["cells"]:
            name = cell["metadata"]["audition"].get("name")
            cell["source"] = artefacts.get(name, cell["source"])
        book["cells"] += part["cells"]
        path.write_text(json.dumps(book))

    def code_cells(self) -> list[str]:
        """Sources of the code cells but the plan, from the top."""
        book = json.loads((self.folder / "practice.ipynb").read_text())
        sources = ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code"]
        return [source for source in sources if not source.startswith("%%")]

    def run(self, sources: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run cells in a Python of their own."""
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.work), "LANG": "C.UTF-8",
            "AUDITION_URL": self.address, "OPENAI_BASE_URL": f"{self.address}/v1",
            "OPENAI_API_KEY": "sandbox-needs-no-key",
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, "-I", "-c", RUN], input=json.dumps(sources), cwd=cwd,
            env=environment, capture_output=True, text=True, timeout=90,
        )  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    work = tmp_path / "home" / "work"
    lay_out(work, ["practice"], ROOT / "notebooks", ROOT / "datasets")
    with ThreadingHTTPServer(("127.0.0.1", 0), SmallProctor) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield Workspace(work, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def _probe(name: str) -> dict[str, str]:
    pieces = (PROBES / f"{name}.py").read_text().split("# cell: ")[1:]
    return dict(piece.split("\n", 1) for piece in pieces)


def test_part_one_runs_as_given_from_its_folder(workspace: Workspace) -> None:
    done = workspace.run(workspace.code_cells(), workspace.folder)

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("It ran: this is what it shows.")
    assert lines[1] == "L1  Could you keep the new atlas of birds for me? Card 2217."
    assert lines[-1] == "request"
    assert len(lines) == 8


def test_the_whole_notebook_runs_with_the_reference_and_check_can_read_it(
    workspace: Workspace,
) -> None:
    workspace.add_part_two(_probe("reference"))
    done = workspace.run(workspace.code_cells(), workspace.folder)

    assert done.returncode == 0, done.stderr
    assert "To Jon, I should think." in done.stdout
    assert "L3  complaint  The heating" in done.stdout
    assert "We can read what your marked cells define" in done.stdout
    assert "Submitted: Practice: a morning's mail" in done.stdout
    assert (workspace.folder / "receipt.json").exists()


def test_an_untouched_part_two_still_runs_and_check_says_what_to_look_at(
    workspace: Workspace,
) -> None:
    workspace.add_part_two({})
    done = workspace.run(workspace.code_cells(), workspace.folder)

    assert done.returncode == 0, done.stderr
    assert "2 to look at:" in done.stdout
    assert "\x1b[1mclassify\x1b[0m should give back text" in done.stdout
    assert "There is no \x1b[1mCONFIDENCE\x1b[0m yet. Define it in cell 23" in done.stdout


def test_check_before_part_two_names_nothing(workspace: Workspace) -> None:
    done = workspace.run(["from harness.kernel import check\ncheck()"], workspace.folder)

    assert done.returncode == 0, done.stderr
    assert "part two" in done.stdout
    assert "classify" not in done.stdout and "CONFIDENCE" not in done.stdout
