"""Control groups: memory and processes of one sandbox together, version 1 and version 2.

Runs where kernels are started. Version 1 was run as root; the code for version 2 follows the
kernel's documentation and has not been run on a machine that has it.
Source: Linux Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")


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
        return [int(pid) for pid in _read(self.folders[0] / "cgroup.procs").split()]

    def remove(self) -> bool:
        """Take it away once its last process is gone; False if one stays."""
        left = list(self.folders)
        for _ in range(100):
            for folder in tuple(left):
                try:
                    folder.rmdir()
                    left.remove(folder)
                except FileNotFoundError:
                    left.remove(folder)
                except OSError:
                    continue  # busy while a process is ending
            if not left:
                return True
            time.sleep(0.02)
        return False


def make(memory_bytes: int, processes: int) -> Group:
    """Return a new group with these limits.

    Args:
        memory_bytes: of all processes together, swap included.
        processes: processes and threads.

    Raises:
        OSError: this machine does not let us.
    """
    name = f"audition-{os.getpid()}-{secrets.token_hex(4)}"
    if _is_v2():
        folder = _own_v2() / name
        folder.mkdir()
        settings = {"memory.max": memory_bytes, "memory.swap.max": 0, "pids.max": processes}
        _set(folder, settings, optional=("memory.swap.max",))
        return Group((folder,))
    folders = []
    settings_v1: tuple[tuple[str, dict[str, int]], ...] = (
        (
            "memory",
            {
                "memory.limit_in_bytes": memory_bytes,
                "memory.memsw.limit_in_bytes": memory_bytes,
            },
        ),
        ("pids", {"pids.max": processes}),
    )
    for controller, settings in settings_v1:
        folder = _ROOT / controller / name
        folder.mkdir()
        _set(folder, settings, optional=("memory.memsw.limit_in_bytes",))
        folders.append(folder)
    return Group(tuple(folders))


def why_not() -> str:
    """Return why groups cannot be made here; empty if they can."""
    try:
        group = make(64 << 20, 16)
    except OSError as problem:
        return f"control groups cannot be made here ({problem.strerror})"
    group.remove()
    return ""


def _is_v2() -> bool:
    return (_ROOT / "cgroup.controllers").exists()


def _own_v2() -> Path:
    for line in _read(Path("/proc/self/cgroup")).splitlines():
        if line.startswith("0::"):
            return _ROOT / line.removeprefix("0::").strip("/")
    raise OSError(2, "no control group of our own")


def _set(folder: Path, settings: dict[str, int], *, optional: tuple[str, ...]) -> None:
    for name, value in settings.items():
        try:
            (folder / name).write_text(str(value), encoding="ascii")
        except OSError:
            if name not in optional:
                folder.rmdir()
                raise


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""
