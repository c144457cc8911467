"""Files that have no name any more and still fill the disk.

Runs where kernels are started. A hostile cell opens a file, removes its name and goes on
writing: no walk of the folder sees it. Its processes' open handles and mappings do.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable
from pathlib import Path

from harness.sandbox.own import size_of

MOST_HANDLES = 20_000
"""Looked at in one go; the kernel's limits on processes and handles allow more."""
_NAMELESS = b" (deleted)"


def bytes_without_name(
    pids: Iterable[int], folders: Collection[Path], *, file_bytes: int, seen_as: str
) -> int:
    """Return what nameless files of these folders' file systems take, each counted once.

    Handles on their way through a socket are not seen; they end with the processes.

    Args:
        pids: the sandbox's processes.
        folders: where the files once were.
        file_bytes: what a file counts for that is mapped and not open: as large as can be.
        seen_as: path of the first folder inside the sandbox.
    """
    devices = {folder.stat().st_dev for folder in folders}
    sizes: dict[int, int] = {}
    left = MOST_HANDLES
    for pid in pids:
        for found in _open_files(pid):
            left -= 1
            if found.st_nlink == 0 and found.st_dev in devices and stat.S_ISREG(found.st_mode):
                sizes[found.st_ino] = size_of(found)
        for inode in _mapped(pid, seen_as):
            sizes.setdefault(inode, file_bytes)
        if left < 0:
            break
    return sum(sizes.values())


def _open_files(pid: int) -> Iterable[os.stat_result]:
    try:
        with os.scandir(f"/proc/{pid}/fd") as found:
            handles = list(found)
    except OSError:
        return
    for handle in handles:
        try:
            yield handle.stat()  # of what it leads to, unopened
        except OSError:
            continue


def _mapped(pid: int, seen_as: str) -> Iterable[int]:
    """Yield the inodes of nameless files that a process has mapped."""
    try:
        maps = Path(f"/proc/{pid}/maps").read_bytes()
    except OSError:
        return
    if _NAMELESS not in maps:  # as mostly: hundreds of lines need not be parted
        return
    for line in maps.splitlines():
        parts = line.split(maxsplit=5)
        is_nameless = len(parts) == 6 and parts[5].endswith(_NAMELESS)
        if is_nameless and parts[5].startswith(seen_as.encode() + b"/"):
            yield int(parts[4])
