"""Watches one sandbox's folders while it runs: are they full.

Runs outside, on the event loop of whoever started the kernel; what takes time runs in a thread.
"""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.sandbox.cgroup import Group
from harness.sandbox.nameless import bytes_without_name
from harness.sandbox.own import size_of_tree
from harness.sandbox.run_folder import HOME, seal_sockets
from harness.sandbox.walking import WalkBroken

SOONEST_S, LATEST_S = 0.5, 2.0
"""Between two looks: twenty times what a look takes, within these bounds. Before the later one
there is none while the disk holds what it held: asking it that costs a thousandth of a look."""
SETTLED_AFTER_S = 3.0
"""From the last socket made to a kernel that is up; one that may write no file does not start."""
_SLACK_BYTES = 1 << 20
_GROWN_BYTES = 1 << 20
"""So much less room on the disk is worth a look."""
_ATTEMPTS = 3
_MOST_BROKEN = 5
"""Looks in a row that could not be finished; then someone is hiding something."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FolderLimits:
    """What the folders of one sandbox may take.

    Attributes:
        folder_bytes: all files together.
        file_bytes: the usual limit of one file, given back when there is room again.
        at_start_bytes: what they took when the kernel started; more than allowed is not held
            against a kernel that may be there to tidy up.
    """

    folder_bytes: int
    file_bytes: int
    at_start_bytes: int = 0

    @property
    def end_bytes(self) -> int:
        """Above this the kernel is ended."""
        most = max(2 * self.folder_bytes, self.at_start_bytes + _SLACK_BYTES)
        return min(most, 4 * self.folder_bytes)


@dataclass
class FolderWatch:
    """Keeps the work folder within its limit.

    Over the limit the processes of the sandbox may write no file byte more: their soft limit on
    file size becomes 0. Code that means harm can raise a soft limit again; over twice the folder's
    limit, or when the folder cannot be measured, the kernel is ended.

    Attributes:
        work: the folder.
        run: the sandbox's own folder, where the sockets are; None for none.
        limits: what they may take.
        pids: tells the sandbox's processes.
        end: ends the kernel.
        tell: hears of each look: bytes, and whether that is too much.
        uid: who the processes run as; None is ourselves.
    """

    work: Path
    run: Path | None
    limits: FolderLimits
    pids: Callable[[], list[int]]
    end: Callable[[], None]
    tell: Callable[[int, bool], None]
    uid: int | None = None
    is_full: bool = False
    _broken: int = 0
    _sealed_at: float | None = None
    _looked_at: float = field(default=float("-inf"), repr=False)
    _room_bytes: int = field(default=0, repr=False)
    _task: asyncio.Task[None] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Begin to look, every two seconds at least."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def look(self, *, may_limit: bool = True) -> int | None:
        """Look once and do what has to be done.

        Args:
            may_limit: whether the kernel is up, so that it may be kept from writing.

        Returns:
            What the folders take, in bytes, counted to where it is too much; None if they could
            not be measured.
        """
        size = await asyncio.to_thread(self._measure)
        self._broken = self._broken + 1 if size is None else 0
        if size is None:
            if self._broken >= _MOST_BROKEN:
                _log.warning("a work folder cannot be measured; its kernel is ended")
                self.end()
            return None
        if size > self.limits.end_bytes:
            _log.warning("a work folder has %s bytes; its kernel is ended", size)
            self.end()
        was_full, self.is_full = self.is_full, size > self.limits.folder_bytes
        if may_limit and (self.is_full or was_full):
            limit = 0 if self.is_full else self.limits.file_bytes
            await asyncio.to_thread(_limit_files, self.pids(), limit, self.uid)
        self.tell(size, self.is_full)
        return size

    def _measure(self) -> int | None:
        folders = self._folders()
        most = self.limits.end_bytes
        nameless = bytes_without_name(
            self.pids(), folders, file_bytes=self.limits.file_bytes, seen_as=HOME
        )
        for _ in range(_ATTEMPTS):
            try:
                return nameless + sum(size_of_tree(one, most_bytes=most) for one in folders)
            except WalkBroken:
                continue
        return None

    async def _run(self) -> None:
        while True:
            began, took_s = time.monotonic(), 0.0
            try:
                if self._sealed_at is None and self.run is not None and seal_sockets(self.run):
                    self._sealed_at = began
                if self._is_due(began):
                    await self.look(may_limit=self._is_settled(began))
                    took_s = time.monotonic() - began
            except Exception:  # a watch that hostile code can end is none
                _log.exception("a work folder could not be looked at")
            soonest_s = SOONEST_S if self._sealed_at is not None else 0.1
            await asyncio.sleep(min(max(20 * took_s, soonest_s), LATEST_S))

    def _is_due(self, now: float) -> bool:
        """Whether to look now: there is less room on the disk, or the last look is long ago."""
        rooms = [_room(one) for one in self._folders()]
        room_bytes = sum(rooms)
        has_grown = 0 in rooms or room_bytes < self._room_bytes - _GROWN_BYTES
        is_quiet = not has_grown and not self.is_full and not self._broken
        if is_quiet and self._sealed_at is not None and now - self._looked_at < LATEST_S - 0.1:
            return False
        self._looked_at, self._room_bytes = now, room_bytes
        return True

    def _folders(self) -> list[Path]:
        return [self.work] if self.run is None else [self.work, self.run / "ipc"]

    def _is_settled(self, now: float) -> bool:
        return self._sealed_at is not None and now - self._sealed_at > SETTLED_AFTER_S


def _room(folder: Path) -> int:
    """Return the free bytes of the disk a folder lies on; what is about to be written is not.

    None are told of a folder that cannot be asked for, so that it is looked at.
    """
    try:
        disk = os.statvfs(folder)
    except OSError:
        return 0
    return disk.f_bfree * disk.f_frsize


def _limit_files(pids: list[int], limit: int, uid: int | None) -> None:
    """Set the soft limit on file size of processes."""
    for pid in pids:
        try:
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
        except ProcessLookupError:
            continue
        except (PermissionError, ValueError):
            _limit_as(pid, limit, uid)


def _limit_as(pid: int, limit: int, uid: int | None) -> None:
    """Do the same as the user it runs as: a root with few capabilities may not."""
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
        found = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text(encoding="ascii").split()
        ]
        return [child for child in found if child > 0]  # one that is just ending is told as 0: us
    except OSError:
        return []
