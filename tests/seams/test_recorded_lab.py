"""The whole river without a browser: what a hostile kernel does, and what the proctor holds of it.

A client with a URL and a login token plays a sitting against the real workspace; then the
submission is opened as the grader would, and compared with what was really run.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.bench.jupyter_wire import Notebook, Reply
from harness.core.records import Event
from harness.core.signing import PublicKey
from harness.core.submission import Opened, open_call
from harness.core.verify import verify_submission
from tests.workspace import Started, events_of, started, submitted

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]

PLAN = "%%plan\nRead the six, label them by hand first, then compare with the model."
ASK_MODEL = (
    "from openai import OpenAI\n"
    "r = OpenAI().chat.completions.create(model='sim-medium', temperature=0, messages=[\n"
    "    {'role': 'user', 'content': 'complaint or question? Message: Where do I park?'}])\n"
    "print(r.choices[0].message.content)"
)
FORGE = (
    "import copy\n"
    "s = get_ipython().kernel.session\n"
    "k = get_ipython().kernel\n"
    "parent = copy.deepcopy(k.get_parent())\n"
    "parent['header']['msg_id'] = 'forged-request'\n"
    "given = {'code': 'print(\"I wrote this\")', 'execution_count': 1}\n"
    "printed = {'name': 'stdout', 'text': 'FORGED'}\n"
    "for kind, content in [('execute_input', given), ('stream', printed)]:\n"
    "    s.send(k.iopub_socket, kind, content, parent=parent, ident=kind.encode())\n"
    "print('sent')"
)
REWRITE = (
    "ip = get_ipython()\n"
    "for name in ('pre_run_cell', 'post_run_cell', 'pre_execute', 'post_execute'):\n"
    "    ip.events.callbacks[name][:] = []\n"
    "ip.input_transformers_cleanup.append(lambda lines: ['pass\\n'])\n"
    "print('rewired')"
)
AFTER_REWRITE = "print('this source must be on record as it was sent')"


@dataclass
class Sitting:
    """What was run, and what came of it.

    Attributes:
        cells: cell id to the source that was sent.
        replies: cell id to the reply.
        opened: the submission, opened.
        data: its bytes.
    """

    cells: dict[str, str] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)
    opened: Opened | None = None
    data: bytes = b""

    def run(self, notebook: Notebook, cell_id: str, source: str) -> Reply:
        self.cells[cell_id] = source
        self.replies[cell_id] = notebook.run(source, cell_id=cell_id)
        return self.replies[cell_id]

    @property
    def events(self) -> list[Event]:
        assert self.opened is not None
        return events_of(self.opened)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Started]:
    with started(tmp_path_factory.mktemp("lab")) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def sat(lab: Started) -> Sitting:
    sitting = Sitting()
    notebook = Notebook(lab.url, path="practice/practice.ipynb")
    sitting.run(notebook, "plan", PLAN)
    sitting.run(notebook, "model", ASK_MODEL)
    sitting.run(notebook, "reset", "x = 1\nget_ipython().run_line_magic('reset', '-f')")
    sitting.run(notebook, "forge", FORGE)
    sitting.run(notebook, "rewrite", REWRITE)
    sitting.run(notebook, "after", AFTER_REWRITE)
    part_two = _post(lab, "/audition/api/parts", {"path": "practice/practice.ipynb"})
    assert part_two["added"] > 0
    fresh = Notebook(lab.url, path="practice/second.ipynb")
    sitting.run(fresh, "submit", "from harness.kernel import submit\nsubmit()")
    fresh.close()
    notebook.close()
    sitting.data = lab.newest()
    sitting.opened = submitted(lab)
    return sitting


def _post(lab: Started, path: str, body: object) -> dict[str, int]:
    base, _, query = lab.url.partition("?")
    root = base.split("/lab", 1)[0]
    request = urllib.request.Request(
        f"{root}{path}?{query}",
        method="POST",
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"token {query.removeprefix('token=')}",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, int] = json.loads(answer.read())
    return found


def _recorded(sitting: Sitting, cell_id: str) -> list[Event]:
    return [e for e in sitting.events if e.kind == "execute_request" and e.cell_id == cell_id]


def _source(event: Event) -> str:
    return str(event.payload.get("source", event.payload.get("code")))


def test_every_cell_is_on_record_as_it_was_sent(sat: Sitting) -> None:
    recorded = {cell: [_source(e) for e in _recorded(sat, cell)] for cell in sat.cells}

    assert recorded == {cell: [source] for cell, source in sat.cells.items()}


def test_the_call_is_bound_to_the_cell_that_made_it_and_was_paid_for(sat: Sitting) -> None:
    assert sat.opened is not None and sat.opened.key is not None
    calls = [open_call(x, sat.opened.key) for x in sat.opened.members["ledger.jsonl"].splitlines()]
    request = _recorded(sat, "model")[0]

    assert [call.status for call in calls] == ["settled"]
    assert (calls[0].cell_id, calls[0].msg_id) == ("model", request.msg_id)
    assert calls[0].usage is not None and calls[0].usage.cost_usd > 0
    assert sat.replies["model"].text.strip() in json.dumps(calls[0].response)


def test_the_call_stands_in_the_record_between_its_cells_request_and_reply(sat: Sitting) -> None:
    call = next(e for e in sat.events if e.kind == "llm_call")
    request = _recorded(sat, "model")[0]
    reply = next(e for e in sat.events if e.kind == "execute_reply" and e.msg_id == request.msg_id)

    assert request.seq < call.seq < reply.seq


def test_rewiring_the_shell_changes_what_runs_but_not_what_is_on_record(sat: Sitting) -> None:
    assert sat.replies["rewrite"].text.strip() == "rewired"
    assert "on record" not in sat.replies["after"].text
    assert [_source(e) for e in _recorded(sat, "after")] == [AFTER_REWRITE]


def test_a_forged_input_is_marked_as_the_kernels_own_doing(sat: Sitting) -> None:
    assert sat.replies["forge"].text.strip().endswith("sent")
    forged = [e for e in sat.events if "I wrote this" in json.dumps(e.payload)]
    kinds = {e.kind for e in forged if _source(e) != FORGE and e.cell_id != "forge"}

    assert "execute_request" not in kinds
    assert "self_executed" in kinds


def test_the_plan_precedes_part_two_and_the_delivery_is_a_save(sat: Sitting) -> None:
    plan = _recorded(sat, "plan")[0]
    part = next(e for e in sat.events if e.kind == "part_delivered")
    saves = [e for e in sat.events if e.kind == "save" and e.seq > part.seq]

    assert plan.seq < part.seq
    assert saves
    assert sat.opened is not None
    cells = json.loads(sat.opened.opened("notebook.sealed"))["cells"]
    assert [c for c in cells if c["metadata"].get("audition", {}).get("part") == 2]


def test_the_submission_is_whole_sandboxed_and_not_self_attested(
    lab: Started, sat: Sitting
) -> None:
    line = (lab.home / "proctor/keys/public.txt").read_text()

    assert verify_submission(sat.data, PublicKey.from_text(line)).is_whole
    assert sat.opened is not None
    assert sat.opened.manifest.rung.startswith("bwrap")
    assert not sat.opened.manifest.self_attested


DEATHS = {
    "exit 3": ("import os; os._exit(3)", "The kernel stopped by itself."),
    "signal 9": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "stopped by itself"),
    "memory": (
        "x = bytearray(6 << 30)\nfor i in range(0, len(x), 4096): x[i] = 1",
        "This cell needed more than 2 GB of memory, so the kernel was stopped.",
    ),
}


@pytest.mark.parametrize("reason", DEATHS)
def test_a_kernel_that_dies_says_so_below_its_cell_and_comes_back(
    lab: Started, reason: str
) -> None:
    source, words = DEATHS[reason]
    notebook = Notebook(lab.url, path="practice/dies.ipynb")
    died = notebook.run(source, cell_id="dies")
    notebook.close()
    again = Notebook(lab.url, path="practice/dies.ipynb")
    reply = again.run("print(6 * 7)", cell_id="after-death")
    again.close()

    assert died.status == "error"
    assert words in died.text
    assert "Your notebook and files are safe" in died.text
    assert reply.text.strip() == "42"


def test_the_proctor_killed_in_mid_sitting_comes_back_and_nothing_is_lost(
    lab: Started, sat: Sitting
) -> None:
    found = subprocess.run(
        ["pgrep", "-f", f"harness.proctor --home {lab.home}"], capture_output=True, text=True
    )
    notebook = Notebook(lab.url, path="practice/practice.ipynb")
    for pid in found.stdout.split():
        os.kill(int(pid), signal.SIGKILL)
    during = notebook.run("print('while it was away')", cell_id="away")
    deadline = time.monotonic() + 60
    answer = Reply(status="error", text="", seconds=0)
    while answer.status != "ok" and time.monotonic() < deadline:
        answer = notebook.run(ASK_MODEL, cell_id="back")
    notebook.run("from harness.kernel import submit\nsubmit()", cell_id="submit-again")
    notebook.close()
    opened = submitted(lab)
    events = events_of(opened)

    assert during.text.strip() == "while it was away"
    assert answer.status == "ok"
    assert [e.cell_id for e in events if e.kind == "execute_request"].count("away") == 1
    assert opened.receipt.number == 2
    reasons = [e.payload["reason"] for e in events if e.kind == "kernel_died"]
    assert reasons == list(DEATHS)


def test_a_request_without_the_login_token_gets_nothing(lab: Started) -> None:
    found = {}
    for path in (
        "/api/contents",
        "/api/kernels",
        "/audition/api/status",
        "/files/practice/card.json",
    ):
        asked = http.client.HTTPConnection("127.0.0.1", urlsplit(lab.url).port, timeout=10)
        asked.request("GET", path)
        answer = asked.getresponse()
        found[path] = (answer.status, b"practice" in answer.read().replace(path.encode(), b""))
        asked.close()

    assert {status for status, _ in found.values()} <= {302, 401, 403, 404}, found
    assert not any(told for _, told in found.values()), found
