"""Starts Jupyter kernels behind walls: found by jupyter_client under `audition-sandbox`.

Runs in zone S for candidates and in T for replay. The kernel is hostile from its first cell on:
nothing of our environment reaches it, and what it leaves behind is not trusted.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from traitlets import Unicode

from harness.core.errors import EnvironmentLacks, SettingsError
from harness.sandbox import cgroup
from harness.sandbox.environment import without_walls
from harness.sandbox.job import SandboxJob, read_job
from harness.sandbox.limits import limits_alone
from harness.sandbox.notice import KernelNotice, notice_path, write_notice
from harness.sandbox.own import own, own_tree, size_of_tree
from harness.sandbox.run_folder import HOME, new_run, prepare_run
from harness.sandbox.spare import Spare, SpareKernel, command_for
from harness.sandbox.splice import Splice
from harness.sandbox.voice import Voice
from harness.sandbox.walking import WalkBroken, remove_tree
from harness.sandbox.watching import FolderLimits, FolderWatch, processes_of

_STARTS_WITHIN_S = 10.0
"""A kernel that ends sooner has most likely not started: its last words go to the log."""
_KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)
_log = logging.getLogger(__name__)


class SandboxProvisioner(LocalProvisioner):  # type: ignore[misc]  # untyped to us
    """A kernel's beginning and end.

    Attributes:
        ended_because: "memory", "folder", "time", "signal N", "exit N", or None while it runs.
        is_folder_full: whether the work folder is over its limit. Both stand in the kernel's
            notice beside the job as well.
    """

    job_file = Unicode(help="path of the SandboxJob").tag(config=True)
    ended_because: str | None = None
    is_folder_full = False
    _job: SandboxJob | None = None
    _run: Path | None = None
    _group: cgroup.Group | None = None
    _splice: Splice | None = None
    _watch: FolderWatch | None = None
    _voice: Voice | None = None
    _spare: Spare | None = None
    _folder_bytes: int | None = None
    _started_at = 0.0

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Build the walls' command line around the kernel's.

        Raises:
            SettingsError: the job cannot be read, or fits no kernel.
            EnvironmentLacks: the walls cannot be had.
        """
        job = self._job = read_job(Path(self.job_file))
        self.ended_because, self.is_folder_full = None, False
        if job.rung == "none":
            kwargs = await super().pre_launch(**kwargs)
            kwargs["env"] = without_walls(job, str(kwargs["cmd"][0]))
            kwargs["cwd"] = str(_below(job.work, kwargs.get("cwd")))
            kwargs["preexec_fn"] = limits_alone(job)
            return kwargs
        try:
            return await self._build_walls(job, kwargs)
        except BaseException:
            await self.cleanup()
            raise

    async def _build_walls(self, job: SandboxJob, kwargs: dict[str, Any]) -> dict[str, Any]:
        uid = self._uid(job)
        run = self._run = self._run or new_run()
        await asyncio.to_thread(prepare_run, run, uid)
        self._speak_over_files(run)
        kwargs = await super().pre_launch(**kwargs)
        self._folder_bytes = await asyncio.to_thread(_hand_over, job.work, uid)
        if uid is not None:
            own(run / "conn" / "kernel.json", uid, uid)
        self._spare = await self._adopt(job, kwargs)
        if self._spare is not None:
            return kwargs
        kwargs["cmd"] = self._command(job, kwargs, run, uid)
        kwargs["cwd"] = "/"
        kwargs["env"] = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}  # bubblewrap's own
        if job.rung == "bwrap+cgroup":
            self._group = _new_group(job)
            kwargs["preexec_fn"] = self._group.enter()
        return kwargs

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start it, its line to the proctor and the watch over its folder."""
        job = self._job
        assert job is not None
        if self._spare is not None:
            spare = self._spare
            self.process, self.pid, self.pgid = spare.process, spare.process.pid, None
            self._voice, self._splice, self._group = spare.voice, spare.splice, spare.group
            info = self.connection_info
        else:
            self._voice = Voice()
            kwargs["stdout"] = kwargs["stderr"] = self._voice.handle
            try:
                if self._run is not None:
                    self._start_line(job, self._run)
                info = await super().launch_kernel(cmd, **kwargs)
                self.pgid = not_ours(self.pgid)
            except BaseException:
                await self.cleanup()
                raise
            self._voice.listen()
        self._started_at = time.monotonic()
        if notice_path(Path(self.job_file), str(self.kernel_id)).exists():
            self._write_notice()  # what is said there is the kernel's before this one
        if self._run is not None:
            self._watch = self._new_watch(job, self._run)
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
        """Take down what stood around the kernel, and end what is left of it."""
        await super().cleanup(restart)
        if self._watch is not None:
            await self._watch.stop()
        if self._splice is not None:
            await self._splice.stop()
        if self._voice is not None:
            self._voice.close()
        if self._group is not None and not await asyncio.to_thread(self._group.remove):
            _log.warning("a control group could not be removed: %s", self._group.folders)
        if self._spare is not None:
            await asyncio.to_thread(remove_tree, self._spare.run)
        self._watch = self._splice = self._voice = self._group = self._spare = None
        if not restart:
            if self._run is not None:
                await asyncio.to_thread(remove_tree, self._run)
            self._run = None
            notice_path(Path(self.job_file), str(self.kernel_id)).unlink(missing_ok=True)

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
        folders = _folders_inside(job, kwargs)
        return command_for(job, run, python, uid, folders, kwargs["cmd"])

    def _take_spare(self) -> Spare | None:
        """Return a prepared kernel, where whoever starts kernels keeps one."""
        shelf = getattr(getattr(self.parent, "parent", None), "spare_kernel", None)
        return shelf.take() if isinstance(shelf, SpareKernel) else None

    async def _adopt(self, job: SandboxJob, kwargs: dict[str, Any]) -> Spare | None:
        """Make a prepared kernel the one that was asked for; None if there is none."""
        spare, run = self._take_spare(), self._run
        if spare is None or run is None:
            return None
        if spare.splice is not None:
            spare.splice.greeting = self._greeting(job)
        connection = run / "conn" / "kernel.json"
        arguments = kwargs["cmd"][kwargs["cmd"].index(str(connection)) + 1 :]
        folders, uid = _folders_inside(job, kwargs), self._uid(job)
        try:
            spare.tell(connection, run / "ipc", folders, arguments, uid)
        except OSError:  # it has just ended: one is started as if it had never been
            await spare.end()
            await asyncio.to_thread(prepare_run, run, uid)
            return None
        return spare

    def _start_line(self, job: SandboxJob, run: Path) -> None:
        if job.upstream is None:
            return
        self._splice = Splice(run / "control" / "line", job.upstream, self._greeting(job))
        self._splice.start()

    def _greeting(self, job: SandboxJob) -> bytes:
        return f"AUDITION/1 {job.kernel_token or '-'} {self.kernel_id}\n".encode("ascii")

    def _new_watch(self, job: SandboxJob, run: Path) -> FolderWatch:
        root, group = self.process.pid, self._group
        return FolderWatch(
            work=job.work,
            run=run,
            limits=FolderLimits(
                folder_bytes=job.limits.folder_bytes,
                file_bytes=job.limits.file_bytes,
                at_start_bytes=self._folder_bytes or 0,
            ),
            pids=lambda: processes_of(root, group),
            end=self._end_for_folder,
            tell=self._looked,
            uid=self._uid(job),
        )

    def _looked(self, size_bytes: int, is_full: bool) -> None:
        is_news = is_full != self.is_folder_full
        self._folder_bytes, self.is_folder_full = size_bytes, is_full
        if is_news:
            self._write_notice()

    def _end_for_folder(self) -> None:
        self.end_for("folder")

    def end_for(self, reason: str) -> None:
        """End the kernel now.

        Args:
            reason: what stands in ended_because from then on.
        """
        if self.ended_because is None:
            self.ended_because = reason
            self._write_notice()
        if self.process is not None:
            self.process.kill()

    def _remember_why(self, code: int) -> None:
        if self.ended_because is not None:
            return
        if code in _KILLED and self._group is not None and self._group.memory_kills():
            self.ended_because = "memory"
        elif code < 0 or code > 128:  # bubblewrap says 128 + N for a kernel ended by signal N
            self.ended_because = f"signal {-code if code < 0 else code - 128}"
        else:
            self.ended_because = f"exit {code}"
        self._write_notice()
        is_start = time.monotonic() - self._started_at < _STARTS_WITHIN_S
        if is_start and code and self.ended_because.startswith("exit") and self._voice:
            words = self._voice.last_words[-1000:]
            _log.warning("a kernel ended at once (%s) and said: %r", self.ended_because, words)

    def _write_notice(self) -> None:
        notice = KernelNotice(
            kernel_id=str(self.kernel_id),
            ended_because=self.ended_because,
            is_folder_full=self.is_folder_full,
            folder_bytes=self._folder_bytes,
        )
        try:
            write_notice(notice_path(Path(self.job_file), notice.kernel_id), notice)
        except OSError as problem:
            _log.warning("a kernel's notice could not be written: %s", problem.strerror)


def _new_group(job: SandboxJob) -> cgroup.Group:
    try:
        return cgroup.make(job.limits.memory_bytes, job.limits.processes)
    except OSError as problem:
        raise EnvironmentLacks(
            f"the rung {job.rung} cannot be had: no control group ({problem}); run: audition doctor"
        ) from problem


def _hand_over(work: Path, uid: int | None) -> int:
    """Give the work folder to the kernel's user; return what it takes, 0 if that is unknown."""
    if uid is not None:
        own_tree(work, uid, uid)
    try:
        return size_of_tree(work)
    except (WalkBroken, OSError):
        return 0


def not_ours(group: int | None) -> int | None:
    """Return a process group to be ended, or None for our own.

    A child that is killed before it has made its group is still in ours, and whoever ends its
    group then ends us, and whoever started us.
    """
    return None if group == os.getpgrp() else group


def _folders_inside(job: SandboxJob, kwargs: dict[str, Any]) -> list[str]:
    inside = _below(job.work, kwargs.get("cwd")).relative_to(job.work.resolve())
    return [str(Path(HOME) / inside), HOME, "/tmp"]  # noqa: S108  paths inside


def _below(work: Path, folder: object) -> Path:
    """Return the folder a kernel starts in: the wanted one if it lies in the work folder."""
    root = work.resolve()
    wanted = Path(str(folder or root)).resolve()
    return wanted if wanted.is_relative_to(root) and wanted.is_dir() else root
