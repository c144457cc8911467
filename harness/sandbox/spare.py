"""One prepared kernel in a sandbox of its own, for the next start or restart to take.

Runs where kernels are started, on the event loop. It is started like any kernel, behind the same
walls, and has run nobody's code when it is taken; it is taken once. What it is for (connection
file, folder, whose calls its line carries) it is told when it is taken.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.sandbox import cgroup
from harness.sandbox.bubblewrap import CONTROL, PORT, Walls, argv_of, command_inside
from harness.sandbox.environment import inside_walls
from harness.sandbox.job import SandboxJob
from harness.sandbox.launch import WAITING
from harness.sandbox.limits import limits_of
from harness.sandbox.own import own
from harness.sandbox.run_folder import HOME, new_run, prepare_run
from harness.sandbox.splice import Splice
from harness.sandbox.voice import Voice
from harness.sandbox.waiting import READY
from harness.sandbox.walking import remove_tree

MODULES = (
    "ipykernel.kernelapp", "ipykernel.zmqshell", "ipykernel.ipkernel", "ipykernel.debugger",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "sqlite3", "psutil", "tornado.platform.asyncio",
    "pandas", "harness.kernel", "openai",
)  # fmt: skip
"""What a prepared kernel has imported.

The first lines are what a kernel imports while it begins; the debugger alone, which nobody here is
let into, takes half of that time.
"""
_log = logging.getLogger(__name__)


def command_for(
    job: SandboxJob,
    run: Path,
    python: Path,
    uid: int | None,
    folders: list[str],
    command: list[str],
) -> list[str]:
    """Return the whole command line of one kernel: the walls, the first process, the kernel.

    Args:
        job: how kernels of this session are started.
        run: the sandbox's own folder, prepared.
        python: the candidate's interpreter.
        uid: who it runs as; None is ourselves.
        folders: where it starts, inside: the first that can be entered.
        command: what the first process becomes.
    """
    walls = Walls(
        python=python,
        run=run,
        work=job.work.resolve(),
        environment=inside_walls(job, python),
        is_root=uid is not None,
    )
    given = {
        "control": f"{CONTROL}/line" if job.upstream else None,
        "port": PORT,
        "rlimits": limits_of(job),
        "uid": uid,
        "folders": folders,
    }
    return argv_of(walls) + command_inside(python, json.dumps(given), command)


@dataclass
class Spare:
    """A prepared kernel.

    Attributes:
        process: bubblewrap; its stdin is where the kernel is told what it is for.
        run: the sandbox's own folder.
        group: its control group, where there are any.
        voice: what it says.
        splice: its line to the models, which carries nobody's calls yet.
    """

    process: subprocess.Popen[bytes]
    run: Path
    group: cgroup.Group | None
    voice: Voice
    splice: Splice | None

    @property
    def is_waiting(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None

    @property
    def is_ready(self) -> bool:
        """Whether it has imported everything, so that taking it is quicker than a fresh start."""
        return self.is_waiting and READY in self.voice.last_words

    def tell(self, connection: Path, ipc: Path, folders: list[str], arguments: Sequence[str],
             uid: int | None) -> None:  # fmt: skip
        """Make a kernel of it.

        Args:
            connection: the manager's connection file; the kernel gets one of its own, which
                names its sockets as it sees them.
            ipc: the folder in which the manager looks for sockets: from now on it is the one
                the kernel writes into.
            folders: where it starts, inside.
            arguments: of the kernel's command line, without the connection file.
            uid: who it runs as; None is ourselves.

        Raises:
            OSError: it has just ended.
        """
        own_file = self.run / "conn" / "kernel.json"
        said = json.loads(connection.read_bytes())
        said["ip"] = str(self.run / "ipc" / "k")
        handle = os.open(own_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(said, file)
        if uid is not None:
            own(own_file, uid, uid)
        ipc.rmdir()
        (self.run / "ipc").rename(ipc)
        told = {"folders": folders, "arguments": ["-f", str(own_file), *arguments]}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told).encode("ascii") + b"\n")
        self.process.stdin.close()

    async def end(self) -> None:
        """End it and take down what stands around it."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.kill()
        await asyncio.to_thread(self.process.wait)
        if self.splice is not None:
            await self.splice.stop()
        self.voice.close()
        if self.group is not None:
            await asyncio.to_thread(self.group.remove)
        await asyncio.to_thread(remove_tree, self.run)


class SpareKernel:
    """Keeps one prepared kernel of a session.

    Args:
        job: reads the session's job.
        python: the candidate's interpreter.
    """

    def __init__(self, job: Callable[[], SandboxJob], python: Path) -> None:
        self._read_job, self._python = job, python
        self._spare: Spare | None = None
        self._making: asyncio.Task[None] | None = None
        self._is_over = False

    def prepare(self) -> None:
        """See to it that there is one soon."""
        has_one = self._spare is not None and self._spare.is_waiting
        if not has_one and not self._is_over and (self._making is None or self._making.done()):
            self._making = asyncio.get_running_loop().create_task(self._make())

    def take(self) -> Spare | None:
        """Return the prepared kernel, which is the caller's from now on; None if none is ready."""
        if self._spare is None or not self._spare.is_ready:
            return None
        spare, self._spare = self._spare, None
        return spare

    async def stop(self) -> None:
        """End it, and prepare no other."""
        self._is_over = True
        if self._making is not None:
            await asyncio.gather(self._making, return_exceptions=True)
        spare, self._spare = self._spare, None
        if spare is not None:
            await spare.end()

    async def _make(self) -> None:
        try:
            if self._spare is not None:
                gone, self._spare = self._spare, None
                await gone.end()
            self._spare = await start_spare(self._read_job(), self._python)
        except Exception as problem:  # kernels start without one, only later
            _log.warning("no kernel could be prepared: %s", problem)


async def start_spare(job: SandboxJob, python: Path) -> Spare:
    """Start a kernel that waits.

    Args:
        job: how kernels of this session are started; not on the rung "none".
        python: the candidate's interpreter.

    Raises:
        EnvironmentLacks: the walls cannot be had.
        OSError: likewise.
    """
    uid = job.limits.uid if os.geteuid() == 0 else None
    run = new_run()
    group: cgroup.Group | None = None
    splice: Splice | None = None
    voice = Voice()
    try:
        await asyncio.to_thread(prepare_run, run, uid)
        wait = [str(python), *WAITING, *MODULES]
        command = command_for(job, run, python, uid, [HOME, "/tmp"], wait)  # noqa: S108
        given: dict[str, Any] = {}
        if job.rung == "bwrap+cgroup":
            group = cgroup.make(job.limits.memory_bytes, job.limits.processes)
            given["preexec_fn"] = group.enter()
        if job.upstream is not None:
            splice = Splice(run / "control" / "line", job.upstream, b"")
            splice.start()
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=voice.handle, stderr=voice.handle, cwd="/",
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, start_new_session=True, **given,
        )  # fmt: skip
    except BaseException:
        voice.close()
        if splice is not None:
            await splice.stop()
        if group is not None:
            group.remove()
        shutil.rmtree(run, ignore_errors=True)
        raise
    voice.listen()
    return Spare(process, run, group, voice, splice)
