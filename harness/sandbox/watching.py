"""Watches one sandbox while it runs: is the folder full, and why did the kernel end.

Runs outside, on the event loop of whoever started the kernel.
"""

from __future__ import annotations

import asyncio
import logging
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.sandbox.cgroup import Group
from harness.sandbox.own import size_of_tree

EVERY_S = 2.0
_log = logging.getLogger(__name__)


@dataclass
class FolderWatch:
    """Keeps the work folder within its limit.

    Over the limit the processes of the sandbox may write no file byte more: their soft limit on
    file size becomes 0. Code that means harm can raise a soft limit again; over twice the folder's
    limit the kernel is ended.

    Attributes:
        work: the folder.
        limit_bytes: all files together.
        file_bytes: the usual limit of one file, given back when there is room again.
        pids: tells the sandbox's processes.
        end: ends the kernel.
        uid: who the processes run as; None is ourselves.
    """

    work: Path
    limit_bytes: int
    file_bytes: int
    pids: Callable[[], list[int]]
    end: Callable[[], None]
    uid: int | None = None
    is_full: bool = False
    _task: asyncio.Task[None] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Begin to look, every two seconds."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def look(self) -> int:
        """Look once and do what has to be done; return the folder's size in bytes."""
        size = await asyncio.to_thread(size_of_tree, self.work)
        if size > 2 * self.limit_bytes:
            _log.warning("a work folder has %s bytes; its kernel is ended", size)
            self.end()
        was_full, self.is_full = self.is_full, size > self.limit_bytes
        if self.is_full or was_full:
            limit = 0 if self.is_full else self.file_bytes
            await asyncio.to_thread(self._limit_all, limit)
        return size

    def _limit_all(self, limit: int) -> None:
        for pid in self.pids():
            _limit_files(pid, limit, self.uid)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.look()
            except OSError as problem:
                _log.warning("a work folder could not be measured: %s", problem.strerror)


def _limit_files(pid: int, limit: int, uid: int | None) -> None:
    """Set a process's soft limit on file size, as the user it runs as: root may not."""
    as_whom: dict[str, Any] = {} if uid is None else {"user": uid, "group": uid, "extra_groups": []}
    command = ["prlimit", "--pid", str(pid), f"--fsize={limit}:"]
    subprocess.run(
        command, check=False, cwd="/", env={"PATH": "/usr/bin:/bin"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=5, **as_whom,
    )  # fmt: skip


def processes_of(root: int, group: Group | None) -> list[int]:
    """Return the processes of a sandbox.

    Args:
        root: bubblewrap's own process.
        group: its control group; None walks the tree of processes.
    """
    if group is not None:
        return [pid for pid in group.pids() if pid != root]
    found, left = [], [root]
    while left:
        children = _children(left.pop())
        found += children
        left += children
    return found


def _children(pid: int) -> list[int]:
    try:
        return [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text(encoding="ascii").split()
        ]
    except OSError:
        return []
