"""Every way a cell or its kernel can end: one stated message, its reason on record, a usable lab.

Real signals to real processes behind a real server. The table in docs/endings.md names these
tests.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.bench.jupyter_wire import Message, Notebook
from harness.core.records import Announcement
from harness.core.settings import SandboxSettings
from tests.conftest import ROOT, lacking
from tests.lab.fake_proctor import FakeProctor
from tests.lab.running import Lab

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(240)]

LIMIT_S = 3.0


@pytest.fixture(scope="module")
def lab(
    candidate_python: Path, proctor: FakeProctor, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lab]:
    """A server whose cells may run for three seconds."""
    from harness.sandbox.ladder import choose, probe

    try:
        rung = choose(probe(SandboxSettings()), trust_code=False).name
    except Exception as problem:
        lacking("a sandbox", str(problem))
    limits = SandboxSettings(
        memory_bytes=512 << 20,
        folder_bytes=8 << 20,
        file_bytes=4 << 20,
        cell_minutes=LIMIT_S / 60,
        processes=48,  # so few that they are used up within the three seconds on a busy machine
    )
    more = {"sandbox": limits.model_dump(mode="json"), "prepared_kernel": True}
    running = Lab(
        candidate_python, tmp_path_factory.mktemp("endings"), proctor, rung=rung, more=more
    ).start()
    yield running
    running.stop()


class Cell:
    """A cell that was sent, and all that comes back for it."""

    def __init__(self, notebook: Notebook, code: str, cell_id: str) -> None:
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True,
        }  # fmt: skip
        self._notebook, self.cell_id = notebook, cell_id
        self.request = notebook._send("shell", "execute_request", content, {"cellId": cell_id})
        self.messages: list[Message] = []

    def until(self, what: Callable[[Message], bool], *, within_s: float = 60) -> None:
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            message = self._notebook._receive(max(0.1, deadline - time.monotonic()))
            if message.parent == self.request:
                self.messages.append(message)
                if what(message):
                    return
        raise AssertionError([(m.kind, m.content) for m in self.messages])

    def runs(self) -> None:
        self.until(lambda message: message.kind == "execute_input")

    def ends(self) -> None:
        self.until(lambda message: message.content.get("execution_state") == "idle")

    @property
    def told(self) -> str:
        """What stands below it on stderr."""
        return "".join(
            m.content["text"]
            for m in self.messages
            if m.kind == "stream" and m.content["name"] == "stderr"
        )

    @property
    def kinds(self) -> list[str]:
        return [m.kind for m in self.messages]


def reconnected(lab: Lab, notebook: Notebook) -> Notebook:
    """Come back to the same notebook, as JupyterLab does when its kernel was started again."""
    again = lab.notebook(notebook.path)
    again._socket.close_timeout = 0.2
    return again


def of_kernel(proctor: FakeProctor, notebook: Notebook, *kinds: str) -> list[Announcement]:
    return [event for event in proctor.of(*kinds) if event.kernel_id == notebook.kernel_id]


def kernel_process(lab: Lab) -> list[int]:
    """Return the pids of bubblewrap that the server started."""
    assert lab.process is not None
    found = []
    for task in Path(f"/proc/{lab.process.pid}/task").iterdir():
        found += [int(pid) for pid in (task / "children").read_text().split()]
    return [pid for pid in found if pid > 0]  # one that is just ending is told as 0


def test_an_interrupt_stops_the_cell_and_keeps_variables(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook.run("kept = 'here'")
    cell = Cell(notebook, "import time; time.sleep(60)", "e-interrupt")
    cell.runs()
    lab.ask("POST", f"/api/kernels/{notebook.kernel_id}/interrupt")
    cell.ends()

    assert [m.content["ename"] for m in cell.messages if m.kind == "error"] == ["KeyboardInterrupt"]
    assert cell.told == ""
    assert notebook.run("print(kept)").text == "here\n"
    asked = of_kernel(proctor, notebook, "interrupt_request")[-1]
    assert asked.payload["from"] == "browser"


def test_a_restart_gives_a_fresh_kernel_and_is_on_record(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook.run("kept = 'here'")
    cell = Cell(notebook, "import time; time.sleep(60)", "e-restart")
    cell.runs()
    status, _ = lab.ask("POST", f"/api/kernels/{notebook.kernel_id}/restart")
    again = reconnected(lab, notebook)

    assert status == 200
    assert again.kernel_id == notebook.kernel_id
    assert "NameError" in again.run("kept").text
    assert of_kernel(proctor, notebook, "kernel_restart")[-1].payload == {"automatic": False}
    assert of_kernel(proctor, notebook, "kernel_died") == []


def test_a_shutdown_ends_everything_and_the_notebook_starts_anew(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook.run("import subprocess; p = subprocess.Popen(['sleep', '86399'])")
    first = notebook.kernel_id
    lab.ask("DELETE", f"/api/sessions/{notebook._session['id']}")
    again = reconnected(lab, notebook)
    reply = again.run("print('anew')")

    assert again.kernel_id != first
    assert reply.text == "anew\n"
    assert "86399" not in "".join(
        p.read_text(errors="replace") for p in Path("/proc").glob("[0-9]*/cmdline") if p.exists()
    )
    assert of_kernel(proctor, notebook, "kernel_stop") != []
    notebook._session = again._session  # the fixture closes what is there


def test_a_cell_over_its_time_is_interrupted_and_variables_are_kept(
    notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook.run("kept = 'here'")
    cell = Cell(notebook, "import time\nwhile True: time.sleep(0.1)", "e-time")
    cell.ends()
    kinds = [kind for kind in cell.kinds if kind in ("stream", "error")]

    assert cell.told == (
        "This cell ran for 3 seconds and was stopped; variables are kept. "
        "Try it on fewer rows, or print as you go.\n"
    )
    assert kinds == ["stream", "error"]  # the words first, the traceback below
    assert notebook.run("print(kept)").text == "here\n"
    asked = of_kernel(proctor, notebook, "interrupt_request")[-1]
    assert (asked.payload["from"], asked.payload["why"]) == ("server", "time")
    assert asked.msg_id == cell.request


def test_cells_that_wait_their_turn_have_time_of_their_own(
    notebook: Notebook, proctor: FakeProctor
) -> None:
    cells = [Cell(notebook, "import time; time.sleep(1.6)", f"e-turn-{n}") for n in range(3)]
    cells[-1].ends()

    assert of_kernel(proctor, notebook, "interrupt_request") == []


def test_a_cell_that_no_interrupt_stops_ends_with_its_kernel(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    cell = Cell(
        notebook,
        "import time\nwhile True:\n    try:\n        while True: time.sleep(0.05)\n"
        "    except KeyboardInterrupt: pass",
        "e-stubborn",
    )
    cell.ends()
    after = reconnected(lab, notebook).run("print('usable')", within_s=60)

    assert cell.told == (
        "This cell ran for 3 seconds and could not be interrupted, so the kernel was stopped. "
        "Your notebook and files are safe; a new kernel is there: run the cells above again.\n"
    )
    assert after.text == "usable\n"
    assert of_kernel(proctor, notebook, "kernel_died")[-1].payload == {"reason": "time"}


BY_ITSELF = (
    "The kernel stopped by itself. Your notebook and files are safe; a new kernel is there: run "
    "the cells above again.\n"
)


@pytest.mark.parametrize(
    ("name", "code", "reason", "words"),
    [
        ("memory", "x = []\nwhile True:\n    try: x.append(bytearray(b'1') * (32 << 20))\n"
         "    except KeyboardInterrupt: pass", "memory",
         "This cell needed more than 0.5 GB of memory, so the kernel was stopped. Your notebook "
         "and files are safe; a new kernel is there: run the cells above again.\n"),
        ("exit", "import os; os._exit(3)", "exit 3", BY_ITSELF),
        ("crash", "import ctypes; ctypes.string_at(0)", "signal 11", BY_ITSELF),
        ("folder", "import resource as r, time\nmost = r.getrlimit(r.RLIMIT_FSIZE)[1]\nn = 0\n"
         "while True:\n    r.setrlimit(r.RLIMIT_FSIZE, (most, most))\n    n += 1\n"
         "    try: open(f'f{n}', 'wb').write(bytes(1 << 20)); time.sleep(0.05)\n"
         "    except KeyboardInterrupt: pass  # its time may be over first", "folder",
         "The work folder is full (8 MB), so the kernel was stopped. Delete a file you made; given "
         "files can always be reset. Your notebook and files are safe; a new kernel is there: run "
         "the cells above again.\n"),
    ],
    ids=["memory", "exit", "crash", "folder"],
)  # fmt: skip
def test_a_kernel_that_dies_says_why_once_and_is_there_again(
    lab: Lab,
    notebook: Notebook,
    proctor: FakeProctor,
    name: str,
    code: str,
    reason: str,
    words: str,
) -> None:
    if name == "memory" and lab.rung != "bwrap+cgroup":
        pytest.skip("without control groups memory is refused, not taken away")
    (lab.work / "practice" / "mine.txt").write_text("mine", encoding="utf-8")
    cell = Cell(notebook, code, f"e-{name}")
    cell.ends()
    after = reconnected(lab, notebook).run("print('usable')", within_s=60)
    for made in (lab.work / "practice").glob("f[0-9]*"):
        made.unlink()

    assert cell.told == words
    assert after.text == "usable\n"
    assert (lab.work / "practice" / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert of_kernel(proctor, notebook, "kernel_died")[-1].payload == {"reason": reason}


def test_a_kernel_killed_from_outside_says_so_and_is_there_again(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    cell = Cell(notebook, "import time; time.sleep(2.5)", "e-killed")
    cell.runs()
    for pid in kernel_process(lab):
        os.kill(pid, signal.SIGKILL)
    cell.ends()
    after = reconnected(lab, notebook).run("print('usable')", within_s=60)

    assert cell.told == BY_ITSELF
    assert after.text == "usable\n"
    assert of_kernel(proctor, notebook, "kernel_died")[-1].payload == {"reason": "signal 9"}


def test_a_kernel_that_keeps_dying_says_so_and_the_toolbar_brings_it_back(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    def gave_up() -> list[Announcement]:
        stops = of_kernel(proctor, notebook, "kernel_stop")
        return [event for event in stops if event.payload.get("reason") == "it kept dying"]

    deadline = time.monotonic() + 120
    while not gave_up() and time.monotonic() < deadline:
        for pid in kernel_process(lab):
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)
    told = ""
    while "several times" not in told:
        message = notebook._receive(20)
        told = message.content.get("text", "") if message.kind == "stream" else told
    status, _ = lab.ask("POST", f"/api/kernels/{notebook.kernel_id}/restart")
    after = reconnected(lab, notebook).run("print('usable')", within_s=60)

    assert len(gave_up()) == 1
    assert "restart it in the toolbar" in told
    assert (status, after.text) == (200, "usable\n")


@pytest.mark.parametrize(
    ("code", "words", "ename"),
    [
        ("open('big', 'wb').write(bytes(5 << 20))",
         "A file here has at most 4 MB, so the rest of it was not written.", "OSError"),
        ("import os\nchildren = []\ntry:\n    for _ in range(400):\n        pid = os.fork()\n"
         "        if pid == 0: import time; time.sleep(600); os._exit(0)\n"
         "        children.append(pid)\n"
         "except OSError:\n    raise\n", "This cell started more than", "BlockingIOError"),
        ("import threading, time\nfor _ in range(400):\n"
         "    threading.Thread(target=time.sleep, args=(2,), daemon=True).start()",
         "processes and threads, and no more can be had", "RuntimeError"),
        ("bytearray(1 << 62)", "This cell asked for more memory than", "MemoryError"),
    ],
    ids=["file", "processes", "threads", "memory"],
)  # fmt: skip
def test_what_the_sandbox_refuses_a_cell_is_one_paragraph_above_the_traceback(
    lab: Lab, notebook: Notebook, code: str, words: str, ename: str
) -> None:
    cell = Cell(notebook, code, "e-refused")
    cell.ends()
    errors = [m.content for m in cell.messages if m.kind == "error"]
    notebook.run("import os, signal\nfor p in globals().get('children', []): os.kill(p, 9)")
    (lab.work / "practice" / "big").unlink(missing_ok=True)

    assert [error["ename"] for error in errors] == [ename], [
        (m.kind, m.content) for m in cell.messages
    ]
    assert words in errors[0]["traceback"][0]
    assert any("Traceback" in line or "cell" in line.lower() for line in errors[0]["traceback"][1:])
    assert notebook.run("print('usable')").text == "usable\n"


def test_a_full_work_folder_is_one_paragraph(lab: Lab, notebook: Notebook) -> None:
    notebook.run(
        "import os, time\nfor n in range(5):\n"
        "    with open(f'part{n}', 'wb') as file: file.write(os.urandom(2 << 20))"
    )
    deadline, traceback = time.monotonic() + 20, ""
    while "work folder is full" not in traceback and time.monotonic() < deadline:
        cell = Cell(notebook, "open('more', 'wb').write(b'x' * 100_000)", "e-full")
        cell.ends()
        traceback = "".join(m.content["traceback"][0] for m in cell.messages if m.kind == "error")
        time.sleep(0.3)
    notebook.run("import os, glob\nfor p in glob.glob('part*') + ['more']:\n"
                 "    if os.path.exists(p): os.unlink(p)")  # fmt: skip

    assert "The work folder is full (10 MB). Delete a file you made" in traceback


def test_a_file_called_like_a_module_does_not_keep_a_kernel_from_starting(
    lab: Lab, notebook: Notebook
) -> None:
    names = ("random.py", "json.py", "typing.py", "ipykernel_launcher.py", "IPython.py")
    for name in names:
        (lab.work / "practice" / name).write_text("mine = 1", encoding="utf-8")
    lab.ask("POST", f"/api/kernels/{notebook.kernel_id}/restart")
    again = reconnected(lab, notebook)
    reply = again.run("import sys; print('usable', '' in sys.path)")
    for name in names:
        (lab.work / "practice" / name).unlink()

    assert reply.text == "usable True\n"


def test_the_table_names_every_test_here() -> None:
    page: Any = (ROOT / "docs" / "endings.md").read_text(encoding="utf-8")
    tests = [name for name in globals() if name.startswith("test_")]

    assert [name for name in tests if name != test_the_table_names_every_test_here.__name__
            and f"`{name}`" not in page] == []  # fmt: skip
