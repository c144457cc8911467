"""Starts Jupyter kernels behind walls: found by jupyter_client under `audition-sandbox`.

Runs in zone S for candidates and in T for replay. The kernel is hostile from its first cell on:
nothing of our environment reaches it, and what it leaves behind is not trusted.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from traitlets import Unicode

from harness.core.errors import SettingsError
from harness.sandbox import cgroup
from harness.sandbox.bubblewrap import (
    CONTROL,
    HOME,
    PORT,
    Walls,
    argv_of,
    command_inside,
    prepare_run,
)
from harness.sandbox.environment import inside_walls, without_walls
from harness.sandbox.job import SandboxJob, read_job
from harness.sandbox.own import own, own_tree
from harness.sandbox.splice import Splice
from harness.sandbox.watching import FolderWatch, processes_of

_NOFILE = 1024


class SandboxProvisioner(LocalProvisioner):  # type: ignore[misc]  # untyped to us
    """A kernel's beginning and end.

    Attributes:
        ended_because: "memory", "folder", "signal N", "exit N", or None while it runs.
    """

    job_file = Unicode(help="path of the SandboxJob").tag(config=True)
    ended_because: str | None = None
    _run: Path | None = None
    _group: cgroup.Group | None = None
    _splice: Splice | None = None
    _watch: FolderWatch | None = None
    _kills_before = 0

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Build the walls' command line around the kernel's.

        Raises:
            SettingsError: the job cannot be read, or fits no kernel.
        """
        job = read_job(Path(self.job_file))
        self.ended_because = None
        if job.rung == "none":
            kwargs = await super().pre_launch(**kwargs)
            kwargs["env"] = without_walls(job, str(kwargs["cmd"][0]))
            kwargs["cwd"] = str(_below(job.work, kwargs.get("cwd")))
            return kwargs
        uid = self._uid(job)
        run = self._run = self._run or _new_run()
        prepare_run(run, uid)
        self._speak_over_files(run)
        kwargs = await super().pre_launch(**kwargs)
        if uid is not None:
            own(run / "conn" / "kernel.json", uid, uid)
            own_tree(job.work, uid, uid)
        kwargs["cmd"] = self._command(job, kwargs, run, uid)
        kwargs["cwd"] = "/"
        kwargs["env"] = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}  # bubblewrap's own
        if job.rung == "bwrap+cgroup":
            self._group = cgroup.make(job.limits.memory_bytes, job.limits.processes)
            kwargs["preexec_fn"] = self._group.enter()
        self._start_line(job, run)
        return kwargs

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start it, and begin to watch its folder."""
        info = await super().launch_kernel(cmd, **kwargs)
        job = read_job(Path(self.job_file))
        if job.rung != "none":
            root = self.process.pid
            self._watch = FolderWatch(
                work=job.work,
                limit_bytes=job.limits.folder_bytes,
                file_bytes=job.limits.file_bytes,
                pids=lambda: processes_of(root, self._group),
                end=self._end_for_folder,
                uid=self._uid(job),
            )
            self._watch.start()
        return info

    async def poll(self) -> int | None:
        """Return None while it runs; remember why it ended."""
        code: int | None = await super().poll()
        if code is not None and self.process is not None:
            self._remember_why(code)
        return code

    async def send_signal(self, signum: int) -> None:
        """Pass a signal on; an interrupt goes by message, for a signal would end the walls."""
        if signum == signal.SIGINT and self._run is not None:
            return
        await super().send_signal(signum)

    async def cleanup(self, restart: bool = False) -> None:
        """Take down what stood around the kernel."""
        await super().cleanup(restart)
        if self._watch is not None:
            await self._watch.stop()
            self._watch = None
        if self._splice is not None:
            await self._splice.stop()
            self._splice = None
        if self._group is not None:
            self._group.remove()
            self._group = None
        if not restart and self._run is not None:
            shutil.rmtree(self._run, ignore_errors=True)
            self._run = None

    def _uid(self, job: SandboxJob) -> int | None:
        return job.limits.uid if os.geteuid() == 0 else None

    def _speak_over_files(self, run: Path) -> None:
        """Let the manager use sockets in a folder: there is no network to meet on."""
        manager = self.parent
        if manager is None:
            raise SettingsError("a sandboxed kernel needs its manager")
        manager.transport = "ipc"
        manager.cache_ports = False
        manager.connection_file = str(run / "conn" / "kernel.json")
        manager.ip = str(run / "ipc" / "k")
        self.kernel_spec.interrupt_mode = "message"

    def _command(
        self, job: SandboxJob, kwargs: dict[str, Any], run: Path, uid: int | None
    ) -> list[str]:
        python = Path(kwargs["cmd"][0])
        inside = _below(job.work, kwargs.get("cwd")).relative_to(job.work.resolve())
        walls = Walls(
            python=python,
            run=run,
            work=job.work.resolve(),
            environment=inside_walls(job, python),
            folder=str(Path(HOME) / inside),
            is_root=uid is not None,
        )
        given = {
            "control": f"{CONTROL}/line" if job.upstream else None,
            "port": PORT,
            "rlimits": _rlimits(job),
            "uid": uid,
        }
        return argv_of(walls) + command_inside(python, json.dumps(given), kwargs["cmd"])

    def _start_line(self, job: SandboxJob, run: Path) -> None:
        if job.upstream is None:
            return
        greeting = f"AUDITION/1 {job.kernel_token or '-'} {self.kernel_id}\n".encode("ascii")
        self._splice = Splice(run / "control" / "line", job.upstream, greeting)
        self._splice.start()

    def _end_for_folder(self) -> None:
        self.ended_because = "folder"
        if self.process is not None:
            self.process.kill()

    def _remember_why(self, code: int) -> None:
        if self.ended_because is not None:
            return
        if self._group is not None and self._group.memory_kills():
            self.ended_because = "memory"
        elif code < 0 or code > 128:  # bubblewrap says 128 + N for a kernel ended by signal N
            self.ended_because = f"signal {-code if code < 0 else code - 128}"
        else:
            self.ended_because = f"exit {code}"


def _rlimits(job: SandboxJob) -> dict[str, int]:
    limits = {"CORE": 0, "FSIZE": job.limits.file_bytes, "NOFILE": _NOFILE}
    if job.rung == "bwrap+rlimits":
        limits |= {"AS": job.limits.memory_bytes, "NPROC": job.limits.processes}
    return limits


def _new_run() -> Path:
    """Return a new folder of ours with a short path: a socket's may have 107 bytes."""
    run = Path(tempfile.mkdtemp(prefix="aud-"))
    run.chmod(0o711)
    return run


def _below(work: Path, folder: object) -> Path:
    """Return the folder a kernel starts in: the wanted one if it lies in the work folder."""
    root = work.resolve()
    wanted = Path(str(folder or root)).resolve()
    return wanted if wanted.is_relative_to(root) and wanted.is_dir() else root
