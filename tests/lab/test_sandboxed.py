"""The same record with kernels in the sandbox, and what a hostile kernel cannot reach."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from harness.bench.jupyter_wire import Notebook
from harness.core.settings import SandboxSettings
from tests.conftest import lacking
from tests.lab.fake_proctor import FakeProctor
from tests.lab.running import Lab
from tests.lab.test_recording import of_cell

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def lab(
    candidate_python: Path, proctor: FakeProctor, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lab]:
    from harness.sandbox.ladder import probe

    rungs = [
        step.rung.name
        for step in probe(SandboxSettings()).steps
        if step.is_available and step.rung.is_sandboxed
    ]
    if not rungs:
        lacking("bubblewrap", "run: make system")
    folder = tmp_path_factory.mktemp("lab")
    running = Lab(candidate_python, folder, proctor, rung=rungs[0]).start()
    yield running
    running.stop()


def test_a_sandboxed_cell_is_recorded_like_any_other(
    notebook: Notebook, proctor: FakeProctor
) -> None:
    reply = notebook.run("print('inside')\n2 + 2", cell_id="inside")
    events = [event.kind for event in of_cell(proctor, "inside") if event.kind != "execute_reply"]
    kinds = [kind for kind, _ in groupby(events)]  # a slow kernel sends one print in two pieces

    assert reply.text == "inside\n4"
    assert kinds[:5] == ["execute_request", "status", "execute_input", "stream", "execute_result"]
    assert proctor.of("session_start")[0].payload["self_attested"] is False


def test_a_kernel_reads_nothing_of_the_servers(lab: Lab, notebook: Notebook) -> None:
    secrets = [lab.folder / "lab.json", lab.folder / "home" / "job.json", lab.folder / "spool"]
    reply = notebook.run(
        "import os, glob\n"
        f"print([os.path.exists(p) for p in {[str(path) for path in secrets]!r}])\n"
        "seen = ''\n"
        "for p in glob.glob('/proc/[0-9]*/environ') + glob.glob('/proc/[0-9]*/cmdline'):\n"
        "    try: seen += open(p).read()\n"
        "    except OSError: pass\n"
        "print('token' in seen.lower(), 'harness.lab' in seen)"
    )

    assert reply.text == "[False, False, False]\nFalse False\n"


def test_a_kernel_and_the_browser_write_in_the_same_folder(lab: Lab, notebook: Notebook) -> None:
    body = {"type": "file", "format": "text", "content": "from the browser"}
    lab.ask("PUT", "/api/contents/practice/shared.txt", body)
    reply = notebook.run(
        "import os\n"
        "print(os.getcwd(), open('shared.txt').read())\n"
        "_ = open('shared.txt', 'w').write('from the kernel')\n"
        "open('practice.ipynb', 'a').close()"
    )

    assert (reply.status, reply.text) == ("ok", "/home/candidate/practice from the browser\n")
    assert lab.ask("GET", "/files/practice/shared.txt") == (200, "from the kernel")
    if os.geteuid() == 0:
        assert (lab.work / "practice" / "shared.txt").stat().st_uid == SandboxSettings().uid


def test_links_a_kernel_makes_are_followed_by_no_route(lab: Lab, notebook: Notebook) -> None:
    reply = notebook.run(
        "import os; os.chdir(os.path.expanduser('~'))\n"
        f"os.symlink({str(lab.folder)!r}, 'up')\n"
        f"os.symlink({str(lab.folder / 'lab.json')!r}, 'given.json')\n"
        "os.symlink('/etc/shadow', 'shadow.txt')"
    )
    answers = [
        lab.ask("GET", f"/{route}/{path}")
        for route in ("api/contents", "files")
        for path in ("up/lab.json", "given.json", "shadow.txt")
    ]

    assert reply.status == "ok"
    assert {status for status, _ in answers} <= {403, 404}
    assert "lab_token" not in str(answers) and "root:" not in str(answers)


def test_an_interrupt_reaches_a_sandboxed_cell(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    content = {"code": "import time; time.sleep(60)", "silent": False}
    notebook._send("shell", "execute_request", content, {"cellId": "sleeper"})
    proctor.wait_for(lambda event: event.cell_id == "sleeper" and event.kind == "execute_input")
    lab.ask("POST", f"/api/kernels/{notebook.kernel_id}/interrupt")

    events = {event.kind: event for event in of_cell(proctor, "sleeper")}
    assert events["error"].payload["ename"] == "KeyboardInterrupt"


def test_a_kernel_out_of_memory_is_on_record_with_the_reason_and_the_next_is_recorded_too(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook.run(
        "x = []\nwhile True: x.append(bytearray(b'1') * (64 << 20))", cell_id="hungry", within_s=90
    )
    ended = proctor.wait_for(
        lambda event: (
            event.kernel_id == notebook.kernel_id and event.kind in ("kernel_died", "error")
        )
    )
    again = lab.notebook()
    again._socket.close_timeout = 0.2
    after = again.run("'alive'", cell_id="after-hungry")
    events = of_cell(proctor, "after-hungry")

    assert "memory" in str(ended.payload).lower()
    assert after.text == "'alive'"
    assert "execute_result" in [event.kind for event in events]


def test_a_kernel_started_again_by_itself_is_still_recorded(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook.run("import os; os._exit(1)")
    proctor.wait_for(
        lambda event: event.kind == "kernel_restart" and event.kernel_id == notebook.kernel_id
    )
    again = lab.notebook()
    again._socket.close_timeout = 0.2
    reply = again.run("'back'", cell_id="restarted")
    events = of_cell(proctor, "restarted")

    assert again.kernel_id == notebook.kernel_id
    assert reply.text == "'back'"
    assert "execute_result" in [event.kind for event in events]
