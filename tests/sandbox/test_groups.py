"""Ending a kernel ends nobody else: not the group we are in, not the process told as 0."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.sandbox import cgroup
from harness.sandbox.provisioner import not_ours


def test_a_child_that_made_no_group_of_its_own_is_not_ended_by_its_group() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    apart = subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1, start_new_session=True)
    try:
        assert not_ours(os.getpgid(child.pid)) is None
        assert not_ours(os.getpgid(apart.pid)) == apart.pid
    finally:
        child.kill(), apart.kill()
        child.wait(), apart.communicate()


def test_a_process_that_is_just_ending_is_not_taken_for_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, _: killed.append(pid))
    (tmp_path / "cgroup.procs").write_text("0\n4194300\n0\n")
    cgroup._kill_all(tmp_path)

    assert killed == [4194300]
