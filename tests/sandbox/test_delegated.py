"""A candidate's control group: bounded as a whole, shared out inside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.sandbox import cgroup
from harness.sandbox.delegated import Bounds, delegate
from tests.conftest import lacking

UID = 61999
SMALL = Bounds(memory_bytes=64 << 20, processes=24, cpus=0.5)


@pytest.fixture
def real() -> None:
    if os.geteuid() != 0 or cgroup.why_not():
        lacking("root with control groups", "run as root where control groups can be made")


def run_in(enter: object, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60,
        preexec_fn=enter, check=False,
    )  # type: ignore[call-overload, no-any-return]  # fmt: skip


@pytest.mark.sandbox
def test_what_is_inside_cannot_take_more_memory_than_the_whole(real: None) -> None:
    group = delegate(SMALL, UID)
    done = run_in(group.enter(), "x = bytearray(200 << 20); print('had it')")

    assert group.remove()
    assert done.returncode == -9 and "had it" not in done.stdout


@pytest.mark.sandbox
def test_what_is_inside_cannot_have_more_processes_than_the_whole(real: None) -> None:
    group = delegate(SMALL, UID)
    done = run_in(
        group.enter(),
        "import os, time\nmade = 0\n"
        "try:\n    for _ in range(100):\n"
        "        if not os.fork(): os.closerange(0, 3); time.sleep(20); os._exit(0)\n"
        "        made += 1\n"
        "except OSError: print('stopped at', made)",
    )

    assert group.remove()  # and with it what was started
    assert done.stdout.startswith("stopped at") and int(done.stdout.split()[-1]) < 24


@pytest.mark.sandbox
def test_the_user_inside_may_make_groups_and_not_lift_the_bounds(real: None) -> None:
    group = delegate(SMALL, UID)
    folder = group.shown[0][0]
    code = f"""
import os
os.setgid({UID}); os.setuid({UID})
os.mkdir({str(folder / "kernel")!r})
open({str(folder / "kernel" / "cgroup.procs")!r}, "w").write("0")
print("made and entered")
for name in os.listdir({str(folder)!r}):
    path = os.path.join({str(folder)!r}, name)
    if os.path.isfile(path) and os.access(path, os.W_OK): print("open:", name)
"""
    done = run_in(group.enter(), code)

    assert group.remove()
    assert done.stdout.split("\n")[0] == "made and entered", done.stderr
    assert {line for line in done.stdout.splitlines() if line.startswith("open:")} <= {
        "open: cgroup.procs", "open: tasks", "open: cgroup.event_control",
    }  # fmt: skip


def test_version_2_hands_on_the_inside_and_keeps_the_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (("cgroup.controllers", "cpu memory pids"), ("cgroup.procs", ""),
                       ("cgroup.subtree_control", "cpu memory pids")):  # fmt: skip
        (tmp_path / name).write_text(text)
    (tmp_path / "membership").write_text("0::/\n")
    plain, owned = Path.mkdir, dict[str, int]()

    def mkdir(self: Path, *args: int, **more: bool) -> None:
        plain(self, *args, **more)
        for name in ("cgroup.procs", "cgroup.subtree_control", "cgroup.threads", "memory.swap.max"):
            (self / name).write_text("")  # as the kernel does

    monkeypatch.setattr(Path, "mkdir", mkdir)

    def chown(path: Path, uid: int, gid: int) -> None:
        owned[str(path.relative_to(tmp_path))] = uid

    monkeypatch.setattr(os, "chown", chown)
    group = delegate(SMALL, UID, root=tmp_path, membership=tmp_path / "membership")
    (folder,) = group.whole

    def text(name: str) -> str:
        return (folder / name).read_text()

    assert (text("memory.max"), text("memory.swap.max"), text("pids.max")) == (
        str(64 << 20), "0", "24",
    )  # fmt: skip
    assert text("cpu.max") == "50000 100000"
    assert text("cgroup.subtree_control") == "+memory +pids"
    assert group.entered == (folder / "server",) and group.shown == ((folder, "/sys/fs/cgroup"),)
    below = {name.partition("/")[2] for name in owned}
    assert below == {"", "server", "server/cgroup.procs", "cgroup.procs",
                     "cgroup.subtree_control", "cgroup.threads"}  # fmt: skip
    assert "memory.max" not in below


def test_a_machine_that_hands_nothing_on_says_so(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("")
    (tmp_path / "membership").write_text("0::/\n")

    with pytest.raises(OSError, match="hands on memory and pids"):
        delegate(SMALL, UID, root=tmp_path, membership=tmp_path / "membership")
