"""Give files to the candidate's uid without ever following a link of theirs.

Runs as root in zone S; elsewhere it has nothing to do. The tree is hostile: a link may stand
where a file stood a moment ago.
"""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

from harness.sandbox.walking import WalkBroken, walk

_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_ATTEMPTS = 3
_log = logging.getLogger(__name__)


def own(path: Path, uid: int, gid: int, *, beneath: Path | None = None) -> bool:
    """Give one file or folder to uid and gid; False if it is a link, special, or gone.

    Args:
        path: what.
        uid: new owner.
        gid: new group.
        beneath: a folder of ours above it; no link on the way from there is followed. None
            trusts the way and looks at the last part alone.

    Raises:
        ValueError: the path does not lie beneath that folder.
    """
    root = path.parent if beneath is None else beneath
    *folders, name = path.relative_to(root).parts
    if ".." in (*folders, name):
        raise ValueError(f"{path} climbs")
    try:
        here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        for folder in folders:
            below = os.open(folder, _OPEN | os.O_DIRECTORY, dir_fd=here)
            os.close(here)
            here = below
        return _own_at(name, here, uid, gid)
    except OSError:
        return False
    finally:
        os.close(here)


def own_tree(root: Path, uid: int, gid: int) -> int:
    """Give a folder and all beneath it to uid and gid; return how many entries it was.

    Args:
        root: the folder; itself not a link.
        uid: new owner.
        gid: new group.
    """
    for _ in range(_ATTEMPTS):
        count = int(own(root, uid, gid))
        try:
            for entry in walk(root):
                if entry.found.st_uid != uid or entry.found.st_gid != gid:
                    _own_at(entry.name, entry.folder, uid, gid)
                count += 1
            return count
        except WalkBroken as problem:
            _log.warning("a work folder changed while it was given away: %s", problem)
        except OSError:
            return count
    return count


def _own_at(name: str, folder: int, uid: int, gid: int) -> bool:
    try:
        handle = os.open(name, _OPEN, dir_fd=folder)
    except OSError:
        return False
    try:
        found = os.fstat(handle)
        is_plain = stat.S_ISDIR(found.st_mode) or (
            # a hard link may be the other name of a file that is not theirs
            stat.S_ISREG(found.st_mode) and found.st_nlink == 1
        )
        if is_plain:
            os.fchown(handle, uid, gid)
        return is_plain
    finally:
        os.close(handle)


def size_of_tree(root: Path, *, most_bytes: int | None = None) -> int:
    """Return what a folder takes on disk, no link followed.

    Of size and blocks the larger counts: a file system gives blocks later than bytes, and
    blocks can be had without bytes. Each entry counts for 4 KiB at least, so that a great many
    empty ones are something too.

    Args:
        root: the folder.
        most_bytes: counting stops above this; None counts all.

    Raises:
        WalkBroken: it could not be walked whole.
        OSError: it cannot be opened.
    """
    total = 0
    for entry in walk(root):
        total += size_of(entry.found)
        if most_bytes is not None and total > most_bytes:
            break
    return total


def size_of(found: os.stat_result) -> int:
    """Return what one entry takes on disk, in bytes; at least 4 KiB."""
    return max(found.st_size, found.st_blocks * 512, 4096)
