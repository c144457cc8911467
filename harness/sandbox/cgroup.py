"""Control groups: memory and processes of one sandbox together, version 1 and version 2.

Runs where kernels are started. Version 1 was run as root; the code for version 2 follows the
kernel's documentation and was run on folders that look like it, not on a machine that has it.
Source: Linux Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.
"""

from __future__ import annotations

import errno
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")
NEEDED = frozenset({"memory", "pids"})
NAME = "audition-"
_SWAP = frozenset({"memory.swap.max", "memory.memsw.limit_in_bytes"})
_END_WITHIN_S = 5.0


@dataclass(frozen=True)
class Group:
    """The control groups of one sandbox.

    Attributes:
        folders: one in version 2, one a controller in version 1.
    """

    folders: tuple[Path, ...]

    def enter(self) -> Callable[[], None]:
        """Return what puts the calling process in: for a child, before it becomes the sandbox."""
        paths = [str(folder / "cgroup.procs") for folder in self.folders]

        def join() -> None:
            for path in paths:
                handle = os.open(path, os.O_WRONLY)
                os.write(handle, b"0")
                os.close(handle)

        return join

    def memory_kills(self) -> int:
        """Return how many of its processes were ended for want of memory."""
        for folder in self.folders:
            for name in ("memory.oom_control", "memory.events"):
                for line in _read(folder / name).splitlines():
                    if line.startswith("oom_kill "):
                        return int(line.split()[1])
        return 0

    def pids(self) -> list[int]:
        """Return the processes in it now."""
        return _pids(self.folders[0])

    def remove(self) -> bool:
        """End what is still in it and beneath and take it away; False if it will not end."""
        give_up = time.monotonic() + _END_WITHIN_S
        while not self._take_away():
            if time.monotonic() > give_up:
                return False
            for folder in self.folders:
                for group in _deepest_first(folder):
                    _kill_all(group)
            time.sleep(0.02)
        return True

    def _take_away(self) -> bool:
        for folder in self.folders:
            _rmdirs(folder)
        return not any(folder.exists() for folder in self.folders)


def make(
    memory_bytes: int, processes: int, *, root: Path = ROOT, membership: Path = MEMBERSHIP
) -> Group:
    """Return a new group with these limits; groups of launchers that are no more are removed.

    Args:
        memory_bytes: of all processes together, swap included.
        processes: processes and threads.
        root: where control groups are mounted.
        membership: the file that says which we are in.

    Raises:
        OSError: this machine does not let us.
    """
    name = f"{NAME}{os.getpid()}-{secrets.token_hex(4)}"
    limits: list[tuple[Path, dict[str, int]]]
    if is_v2(root):
        place = place_v2(root, membership)
        limits = [
            (place, {"memory.max": memory_bytes, "memory.swap.max": 0, "pids.max": processes})
        ]
    else:
        # the limit with swap can only be set above the one without: the order matters
        memory = {
            "memory.limit_in_bytes": memory_bytes,
            "memory.memsw.limit_in_bytes": memory_bytes,
        }
        limits = [(root / "memory", memory), (root / "pids", {"pids.max": processes})]
    group = Group(tuple(place / name for place, _ in limits))
    try:
        for place, settings in limits:
            sweep(place)
            (place / name).mkdir()
            set_limits(place / name, settings)
    except OSError:
        group._take_away()
        raise
    return group


def why_not() -> str:
    """Return why groups cannot be made here; empty if one was made and entered."""
    try:
        group = make(64 << 20, 16)
    except OSError as problem:
        return f"control groups cannot be made here ({problem.strerror})"
    try:
        subprocess.run(["true"], preexec_fn=group.enter(), check=True, env={"PATH": os.defpath})
    except (OSError, subprocess.SubprocessError):
        return "control groups can be made here but not entered"
    finally:
        group.remove()
    return ""


def is_v2(root: Path = ROOT) -> bool:
    """Tell whether control groups here are version 2 throughout."""
    return (root / "cgroup.controllers").exists()


def place_v2(root: Path, membership: Path) -> Path:
    """Return the nearest group that hands on both controllers and lets us make groups in it.

    That is not our own as a rule: a group with processes in it hands nothing on.
    """
    for place in _above_us(root, membership):
        handed_on = set(_read(place / "cgroup.subtree_control").split())
        if NEEDED <= handed_on and os.access(place / "cgroup.procs", os.W_OK):
            return place
    raise OSError(errno.EACCES, "no control group of ours hands on memory and pids")


def _above_us(root: Path, membership: Path) -> Iterator[Path]:
    for line in _read(membership).splitlines():
        if line.startswith("0::"):
            own = root / line.removeprefix("0::").strip("/")
            yield own
            yield from (place for place in own.parents if place.is_relative_to(root))


def set_limits(folder: Path, settings: Mapping[str, int | str]) -> None:
    """Write limits into a group; swap is left out where the kernel does not count it."""
    for name, value in settings.items():
        path = folder / name
        if name in _SWAP and not path.exists():
            continue  # this kernel does not count swap
        path.write_text(str(value), encoding="ascii")


def sweep(place: Path) -> None:
    """Take away groups whose launcher was ended before it could do so itself."""
    for folder in place.glob(f"{NAME}*-*"):
        launcher = folder.name.removeprefix(NAME).split("-")[0]
        if launcher.isdigit() and not Path(f"/proc/{launcher}").exists():
            _rmdirs(folder)


def _rmdirs(folder: Path) -> None:
    for group in _deepest_first(folder):
        with suppress(OSError):  # gone already, or busy while a process is ending
            group.rmdir()


def _deepest_first(folder: Path) -> list[Path]:
    """Return a group and those beneath it; a kernel's groups lie in its server's."""
    return [Path(path) for path, _, _ in os.walk(folder, topdown=False)]


def _kill_all(group: Path) -> None:
    for pid in _pids(group):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _pids(group: Path) -> list[int]:
    """Return a group's processes; one that is just ending is told as 0, which would be us."""
    found = (int(pid) for pid in _read(group / "cgroup.procs").split())
    return [pid for pid in found if pid > 0]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""
