"""Give files to the candidate's uid without ever following a link of theirs.

Runs as root in zone S; elsewhere it has nothing to do. The tree is hostile: a link may stand
where a file stood a moment ago.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

MOST_ENTRIES = 200_000
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def own(path: Path, uid: int, gid: int) -> bool:
    """Give one file or folder to uid and gid; False if it is a link, special, or gone.

    Args:
        path: what; its last part is not followed.
        uid: new owner.
        gid: new group.
    """
    try:
        handle = os.open(path, _OPEN)
    except OSError:
        return False
    try:
        found = os.fstat(handle)
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            return False
        if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
            return False  # a hard link may be the other name of a file that is not theirs
        os.fchown(handle, uid, gid)
        return True
    finally:
        os.close(handle)


def own_tree(root: Path, uid: int, gid: int) -> int:
    """Give a folder and all beneath it to uid and gid; return how many entries it was.

    Args:
        root: the folder; itself not a link.
        uid: new owner.
        gid: new group.
    """
    count = int(own(root, uid, gid))
    for folder, names, files, handle in os.fwalk(root, follow_symlinks=False):
        del folder
        for name in [*names, *files]:
            count += _own_at(name, handle, uid, gid)
            if count >= MOST_ENTRIES:
                return count
    return count


def _own_at(name: str, folder: int, uid: int, gid: int) -> int:
    try:
        handle = os.open(name, _OPEN, dir_fd=folder)
    except OSError:
        return 0
    try:
        found = os.fstat(handle)
        is_plain = stat.S_ISDIR(found.st_mode) or (
            stat.S_ISREG(found.st_mode) and found.st_nlink == 1
        )
        if is_plain:
            os.fchown(handle, uid, gid)
        return int(is_plain)
    finally:
        os.close(handle)


def size_of_tree(root: Path, *, most_entries: int = MOST_ENTRIES) -> int:
    """Return the sizes of all files beneath a folder together, no link followed.

    Sizes, not blocks: a file system gives blocks later than bytes.

    Args:
        root: the folder.
        most_entries: counting stops there: so many entries are too many anyway.
    """
    total, seen = 0, 0
    for _, names, files, handle in os.fwalk(root, follow_symlinks=False, onerror=None):
        for name in [*names, *files]:
            seen += 1
            if seen > most_entries:
                return total
            try:
                total += os.stat(name, dir_fd=handle, follow_symlinks=False).st_size
            except OSError:
                continue
    return total
