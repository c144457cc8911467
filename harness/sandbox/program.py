"""One program behind the walls that kernels get, its stdin and stdout a pipe to us.

Runs where untrusted code is started (zone T). The program is hostile from its first line on; what
it writes is bytes. It has no line to anybody but the pipe, and ends with the block it was
started in.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.core.errors import EnvironmentLacks
from harness.sandbox import cgroup
from harness.sandbox.bubblewrap import PORT, Walls, argv_of, command_inside
from harness.sandbox.environment import inside_walls, without_walls
from harness.sandbox.job import SandboxJob
from harness.sandbox.limits import limits_alone, limits_of
from harness.sandbox.own import own_tree
from harness.sandbox.run_folder import HOME, new_run, prepare_run
from harness.sandbox.walking import remove_tree

LONGEST_LINE_BYTES = 16 << 20


@dataclass
class Program:
    """A program that runs.

    Attributes:
        process: bubblewrap, or the program itself on the bottom rung.
        is_over_time: whether it was ended because its time was over.
    """

    process: subprocess.Popen[bytes]
    is_over_time: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, line: bytes) -> bool:
        """Write a line to its stdin; False when it has ended."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(line + b"\n")
            self.process.stdin.flush()
        except OSError:
            return False
        return True

    def receive(self) -> bytes | None:
        """Return its next line without the newline; None when it has ended or says too much."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline(LONGEST_LINE_BYTES)
        return line[:-1] if line.endswith(b"\n") else None

    def end(self) -> None:
        """End it now, with everything it started."""
        with self._lock:
            if self.process.poll() is None:
                self.process.kill()

    def end_over_time(self) -> None:
        """End it because its time is over."""
        self.is_over_time = True
        self.end()


@contextmanager
def started(
    job: SandboxJob, python: Path, source: str, *, folder: str, wall_s: float
) -> Iterator[Program]:
    """Run Python source behind the job's walls until the block is left.

    Args:
        job: rung, work folder (the program's user can read it, and write nothing there), limits.
        python: the candidate's interpreter.
        source: the program.
        folder: where it starts, below the work folder.
        wall_s: how long it may run, in seconds.

    Raises:
        EnvironmentLacks: the walls cannot be had.
    """
    uid = job.limits.uid if os.geteuid() == 0 else None
    run = new_run()
    group = _group(job)
    process: subprocess.Popen[bytes] | None = None
    try:
        prepare_run(run, uid)
        if uid is not None and job.rung != "none":
            own_tree(job.work, uid, uid)
        process = subprocess.Popen(
            **_call(job, python, run, (source, folder), uid, group),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        program = Program(process)
        timer = threading.Timer(wall_s, program.end_over_time)
        timer.daemon = True
        timer.start()
        try:
            yield program
        finally:
            timer.cancel()
            program.end()
    finally:
        if process is not None:
            _close(process)
        if group is not None:
            group.remove()
        remove_tree(run)


def _close(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # what was not flushed has nobody to read it
                continue


def _group(job: SandboxJob) -> cgroup.Group | None:
    if job.rung != "bwrap+cgroup":
        return None
    try:
        return cgroup.make(job.limits.memory_bytes, job.limits.processes)
    except OSError as problem:
        raise EnvironmentLacks(
            f"the rung {job.rung} cannot be had: no control group ({problem}); run: audition doctor"
        ) from problem


def _call(
    job: SandboxJob,
    python: Path,
    run: Path,
    what: tuple[str, str],
    uid: int | None,
    group: cgroup.Group | None,
) -> dict[str, Any]:
    source, folder = what
    command = [str(python), "-I", "-c", source]
    if job.rung == "none":
        return {
            "args": command, "cwd": str(job.work / folder), "preexec_fn": limits_alone(job),
            "env": without_walls(job, str(python)),
        }  # fmt: skip
    walls = Walls(
        python=python,
        run=run,
        work=job.work.resolve(),
        environment=inside_walls(job, python),
        is_root=uid is not None,
        is_work_writable=False,
    )
    given = {
        "control": None,
        "port": PORT,
        "rlimits": limits_of(job),
        "uid": uid,
        "folders": [str(Path(HOME) / folder), HOME],
    }
    return {
        "args": argv_of(walls) + command_inside(python, json.dumps(given), command),
        "cwd": "/",
        "env": {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        "preexec_fn": None if group is None else group.enter(),
    }
