"""Services that start, say where they are, come back and end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.cli.processes import Child, Restarts
from harness.core.errors import EnvironmentLacks

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def child(tmp_path: Path, code: str, *, within_s: float = 10.0) -> Child:
    return Child(
        name="the service",
        argv=[sys.executable, "-u", "-c", code],
        environment=ENVIRONMENT,
        log=tmp_path / "service.log",
        start_within_s=within_s,
    )


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def gone_within(pid: int, seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


SLEEPER = "import time; print('{\"address\": \"here\"}'); print('a later word'); time.sleep(60)"


def test_the_first_word_is_returned_and_later_ones_go_to_the_log(tmp_path: Path) -> None:
    service = child(tmp_path, SLEEPER)
    word = service.start()
    deadline = time.monotonic() + 10
    while b"a later word" not in service.log.read_bytes() and time.monotonic() < deadline:
        time.sleep(0.02)
    service.stop()

    assert word == {"address": "here"}
    assert b"a later word" in service.log.read_bytes()


def test_nothing_of_our_environment_reaches_a_service(tmp_path: Path) -> None:
    os.environ["A_SECRET_OF_OURS"] = "1"
    try:
        service = child(tmp_path, "import json, os; print(json.dumps(dict(os.environ)))")
        word = service.start()
    finally:
        del os.environ["A_SECRET_OF_OURS"]
        service.stop()

    assert "A_SECRET_OF_OURS" not in word


@pytest.mark.parametrize(
    "code",
    [
        "import sys; sys.exit('the port is taken')",
        "print('no address here')",
        "import time, sys; sys.stderr.write('the port is taken'); time.sleep(60)",
    ],
)
def test_a_service_without_a_first_word_is_ended_and_its_log_shown(
    tmp_path: Path, code: str
) -> None:
    service = child(tmp_path, code, within_s=1.0)
    with pytest.raises(EnvironmentLacks, match=r"the service did not start") as problem:
        service.start()

    assert service.has_ended
    assert ("the port is taken" in str(problem.value)) == ("taken" in code)


def test_a_service_that_does_not_listen_is_ended_by_force_with_its_own_children(
    tmp_path: Path,
) -> None:
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print('{\"child\": %d}' % p.pid); time.sleep(60)"
    )
    service = child(tmp_path, code)
    grandchild = service.start()["child"]
    service.stop(grace_s=0.2)

    assert service.has_ended
    assert gone_within(grandchild)


def test_a_service_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    outer = (
        "import sys, time; from pathlib import Path; from harness.cli.processes import Child\n"
        "c = Child(name='s', argv=[sys.executable, '-u', '-c', sys.argv[1]], environment={},"
        " log=Path(sys.argv[2]))\n"
        "print(c.start()['pid'], flush=True); time.sleep(60)"
    )
    inner = "import os, time; print('{\"pid\": %d}' % os.getpid()); time.sleep(60)"
    parent = subprocess.Popen(
        [sys.executable, "-c", outer, inner, str(tmp_path / "log")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    assert gone_within(pid)


def test_one_restart_too_many_in_a_minute_is_refused() -> None:
    restarts = Restarts(most=3, within_s=60)

    assert [restarts.one_more() for _ in range(4)] == [True, True, True, False]


def test_each_child_has_its_own_count_and_waits_longer_each_time() -> None:
    restarts = Restarts(most=3, within_s=60, waits_s=(0.0, 30.0))
    first = restarts.is_due("one") and restarts.one_more("one")

    assert first and not restarts.is_due("one")
    assert restarts.is_due("other") and restarts.one_more("other")
