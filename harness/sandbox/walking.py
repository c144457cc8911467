"""Walks a folder that hostile code may change at the same moment.

Runs where kernels are started, as root there or as the kernel's own user. No link is followed,
one open handle is enough for any depth, and a folder that is moved while we are in it cannot
lead the walk elsewhere.
"""

from __future__ import annotations

import errno
import os
import stat
import subprocess
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class WalkBroken(Exception):
    """The tree could not be walked whole: a part was moved meanwhile, or is closed to us."""


@dataclass(frozen=True)
class Entry:
    """One name in the tree.

    Attributes:
        folder: handle of the folder it stands in; good until the next entry is asked for.
        name: its name there.
        found: what lstat says of it.
    """

    folder: int
    name: str
    found: os.stat_result


def walk(root: Path) -> Iterator[Entry]:
    """Yield everything beneath a folder, links themselves included, the folder itself not.

    Args:
        root: the folder; itself no link.

    Raises:
        WalkBroken: what was yielded is not all.
        OSError: the root cannot be opened.
    """
    here = os.open(root, _FOLDER)
    try:
        left = yield from _list(here)
        trail = [(_identity(here), left)]
        while True:
            _, left = trail[-1]
            if left:
                there = _open(here, left.pop())
                if there is None:
                    continue
                os.close(here)
                here = there
                trail.append((_identity(here), (yield from _list(here))))
                continue
            trail.pop()
            if not trail:
                return
            there = _above(here, trail[-1][0])
            os.close(here)
            here = there
    finally:
        os.close(here)


def _list(folder: int) -> Generator[Entry, None, list[str]]:
    """Yield the entries of one folder and return the names of the folders among them."""
    folders = []
    for name in os.listdir(folder):
        try:
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            continue
        if stat.S_ISDIR(found.st_mode):
            folders.append(name)
        yield Entry(folder, name, found)
    return folders


def _open(here: int, name: str) -> int | None:
    """Return a handle of a folder below; None if it is gone or a folder no more."""
    try:
        return os.open(name, _FOLDER, dir_fd=here)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        if problem.errno == errno.ELOOP:
            return None
        raise WalkBroken(f"a folder is closed to us: {problem.strerror}") from problem


def _above(here: int, expected: tuple[int, int]) -> int:
    """Return a handle of the folder above, if it is the one we came from."""
    above = _open(here, "..")
    if above is None:
        raise WalkBroken("a folder was removed while we were in it")
    if _identity(above) != expected:
        os.close(above)
        raise WalkBroken("a folder was moved while we were in it")
    return above


def _identity(folder: int) -> tuple[int, int]:
    found = os.fstat(folder)
    return found.st_dev, found.st_ino


def remove_tree(path: Path) -> None:
    """Remove a folder, however deep hostile code has made it; a part that stays is left."""
    subprocess.run(
        ["rm", "-rf", "--one-file-system", "--", str(path)],
        check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
