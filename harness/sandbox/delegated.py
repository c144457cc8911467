"""One candidate's control group: bounded as a whole, shared out inside among server and kernels.

Runs where candidates' servers are started, as root. The limits of the whole stay ours; beneath
them the server's user may make groups, which is how its kernels get theirs. Version 1 was run;
the code for version 2 follows the kernel's documentation and was run on folders that look like it.
Source: Linux Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst, section "Delegation".
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.sandbox.cgroup import (
    MEMBERSHIP,
    NAME,
    ROOT,
    Group,
    is_v2,
    place_v2,
    set_limits,
    sweep,
)

_PERIOD_US = 100_000
_SERVER = "server"
_HANDED_ON_V2 = ("cgroup.procs", "cgroup.subtree_control", "cgroup.threads")


@dataclass(frozen=True)
class Bounds:
    """What one candidate may take, server and kernels together.

    Attributes:
        memory_bytes: swap included.
        processes: processes and threads.
        cpus: as many whole processors at most; fractions allowed.
    """

    memory_bytes: int
    processes: int
    cpus: float


@dataclass(frozen=True)
class Delegated:
    """The group as it stands.

    Attributes:
        whole: its folders: one in version 2, one a controller in version 1.
        entered: the folders its server is put into.
        shown: (folder, place inside the server's walls) of what it may share out.
    """

    whole: tuple[Path, ...]
    entered: tuple[Path, ...]
    shown: tuple[tuple[Path, str], ...]

    def enter(self) -> Callable[[], None]:
        """Return what puts the calling process in: for a child, before it becomes the server."""
        return Group(self.entered).enter()

    def remove(self) -> bool:
        """End what is in it and take it away; False if something will not end."""
        return Group(self.whole).remove()


def delegate(
    bounds: Bounds, uid: int, *, root: Path = ROOT, membership: Path = MEMBERSHIP
) -> Delegated:
    """Return a new group whose inside belongs to uid.

    Args:
        bounds: of the whole.
        uid: the server's user.
        root: where control groups are mounted.
        membership: the file that says which we are in.

    Raises:
        OSError: this machine does not let us.
    """
    name = f"{NAME}{os.getpid()}-{secrets.token_hex(4)}"
    make = _version_2 if is_v2(root) else _version_1
    return make(bounds, uid, name, root, membership)


def _version_1(bounds: Bounds, uid: int, name: str, root: Path, _: Path) -> Delegated:
    quota = {"cpu.cfs_period_us": _PERIOD_US, "cpu.cfs_quota_us": int(bounds.cpus * _PERIOD_US)}
    memory = {
        "memory.limit_in_bytes": bounds.memory_bytes,
        "memory.memsw.limit_in_bytes": bounds.memory_bytes,
    }
    limits = {"memory": memory, "pids": {"pids.max": bounds.processes}, "cpu": quota}
    group = Group(tuple(root / controller / name for controller in limits))
    try:
        for folder, settings in zip(group.folders, limits.values(), strict=True):
            sweep(folder.parent)
            folder.mkdir()
            set_limits(folder, settings)
        shared = group.folders[:2]
        for folder in shared:
            (folder / _SERVER).mkdir()
            os.chown(folder, uid, uid)
    except OSError:
        group.remove()
        raise
    return Delegated(
        whole=group.folders,
        entered=(*(folder / _SERVER for folder in shared), group.folders[2]),
        shown=tuple((folder, f"{ROOT}/{folder.parent.name}") for folder in shared),
    )


def _version_2(bounds: Bounds, uid: int, name: str, root: Path, membership: Path) -> Delegated:
    place = place_v2(root, membership)
    group = Group((place / name,))
    has_cpu = "cpu" in (place / "cgroup.subtree_control").read_text(encoding="ascii").split()
    limits: dict[str, int | str] = {
        "memory.max": bounds.memory_bytes, "memory.swap.max": 0, "pids.max": bounds.processes,
    }  # fmt: skip
    if has_cpu:
        limits["cpu.max"] = f"{int(bounds.cpus * _PERIOD_US)} {_PERIOD_US}"
    try:
        sweep(place)
        whole = place / name
        whole.mkdir()
        set_limits(whole, limits)
        (whole / "cgroup.subtree_control").write_text("+memory +pids", encoding="ascii")
        (whole / _SERVER).mkdir()
        for path in (whole, whole / _SERVER, whole / _SERVER / "cgroup.procs"):
            os.chown(path, uid, uid)
        for handed_on in _HANDED_ON_V2:
            os.chown(whole / handed_on, uid, uid)
    except OSError:
        group.remove()
        raise
    return Delegated(
        whole=(whole,), entered=(whole / _SERVER,), shown=((whole, str(ROOT)),)
    )  # fmt: skip
