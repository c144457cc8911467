"""The work folder, entered without ever following a link.

Runs in zone S, often as root, on a folder that hostile code changes at the same moment. So
nothing here checks a path and uses it later: every step goes through an open folder handle
with O_NOFOLLOW, and only plain files and folders are touched.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from harness.lab.errors import RefusedPath

MAX_ENTRIES = 5000
"""How many entries of one folder are listed."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_MAX_NAMES = 32


def names_of(path: str) -> tuple[str, ...]:
    """Return the names in an API path, none of them hidden or leading upward.

    Args:
        path: separated by slashes, relative to the work folder; "" is the folder itself.

    Raises:
        RefusedPath: a name that is closed here.
    """
    names = tuple(name for name in path.split("/") if name)
    for name in names:
        if name.startswith("."):
            raise RefusedPath(f"names that begin with a dot are closed here: {name[:80]!r}")
        if "\0" in name or len(name.encode("utf-8", "surrogateescape")) > 255:
            raise RefusedPath("a name is too long, or has a zero byte in it", 400)
    if len(names) > _MAX_NAMES:
        raise RefusedPath(f"a path has more than {_MAX_NAMES} folders", 400)
    return names


class Beneath:
    """Files and folders beneath one root.

    Attributes:
        root: the folder.
    """

    def __init__(self, root: Path, *, owner: int | None) -> None:
        """Open the root.

        Args:
            root: a real folder, not a link.
            owner: uid and gid that what is written here gets; None keeps our own.
        """
        self.root = root
        self._owner = owner
        self._root = os.open(root, _FOLDER)

    def stat(self, path: str) -> os.stat_result | None:
        """Return what lies at path; None if nothing, a link, or nothing plain."""
        names = names_of(path)
        if not names:
            return os.fstat(self._root)
        try:
            with self._folder(names[:-1]) as folder:
                found = os.stat(names[-1], dir_fd=folder, follow_symlinks=False)
        except (FileNotFoundError, RefusedPath):
            return None
        return found if stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode) else None

    def read(self, path: str, *, max_bytes: int) -> tuple[bytes, os.stat_result]:
        """Return a plain file's bytes and what it is.

        Args:
            path: the file.
            max_bytes: how large it may be.

        Raises:
            RefusedPath: not there, not a plain file, too large, behind a link.
        """
        names = names_of(path)
        with self._folder(names[:-1]) as folder, self._told(path):
            handle = os.open(names[-1] if names else ".", _FILE, dir_fd=folder)
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            os.close(handle)
            raise RefusedPath(f"{path} is no plain file", 400)
        with os.fdopen(handle, "rb") as file:
            data = file.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise RefusedPath(
                f"{path} is larger than {max_bytes >> 20} MB, too large to be sent here; "
                "look at parts of it in a cell",
                413,
            )
        return data, found

    def write(self, path: str, data: bytes) -> os.stat_result:
        """Put a file in place, whole or not at all.

        Args:
            path: where; its folder must be there.
            data: its bytes.

        Raises:
            RefusedPath: a folder stands there, its folder is missing or behind a link, or the
                disk is full.
        """
        *above, name = names_of(path) or ("",)
        before = self.stat(path)
        if not name or (before and stat.S_ISDIR(before.st_mode)):
            raise RefusedPath(f"{path or 'the work folder'} is a folder", 400)
        part = f".{secrets.token_hex(8)}.part"
        with self._folder(tuple(above)) as folder, self._told(path):
            handle = os.open(part, _NEW, 0o644, dir_fd=folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    self._give(file.fileno())
                    os.fsync(file.fileno())
                    found = os.fstat(file.fileno())
                os.replace(part, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(OSError):
                    os.unlink(part, dir_fd=folder)
                raise
        return found

    def make_folder(self, path: str) -> None:
        """Make a folder; fine if it is there.

        Raises:
            RefusedPath: a file stands there, or what is above is missing or a link.
        """
        names = names_of(path)
        found = self.stat(path)
        if found is not None and not stat.S_ISDIR(found.st_mode):
            raise RefusedPath(f"{path} is a file", 400)
        if found is not None:
            return
        with self._folder(names[:-1]) as folder, self._told(path):
            os.mkdir(names[-1], 0o755, dir_fd=folder)
            handle = os.open(names[-1], _FOLDER, dir_fd=folder)
            try:
                self._give(handle)
            finally:
                os.close(handle)

    def listed(self, path: str) -> list[tuple[str, os.stat_result]]:
        """Return the plain files and folders in a folder, hidden ones and links left out.

        Raises:
            RefusedPath: no such folder.
        """
        found: list[tuple[str, os.stat_result]] = []
        with self._folder(names_of(path)) as folder, os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or len(found) >= MAX_ENTRIES:
                    continue
                try:
                    what = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                if stat.S_ISREG(what.st_mode) or stat.S_ISDIR(what.st_mode):
                    found.append((entry.name, what))
        return found

    def remove(self, path: str) -> None:
        """Delete a file, or a folder with all that is in it.

        Raises:
            RefusedPath: not there, or the work folder itself.
        """
        names = names_of(path)
        found = self.stat(path)
        if found is None or not names:
            raise RefusedPath(f"there is no {path!r} to delete", 404 if names else 400)
        with self._folder(names[:-1]) as folder, self._told(path):
            if stat.S_ISDIR(found.st_mode):
                shutil.rmtree(names[-1], dir_fd=folder)  # refuses links at every step
            else:
                os.unlink(names[-1], dir_fd=folder)

    def rename(self, old: str, new: str) -> None:
        """Move a file or folder to a name that is free.

        Raises:
            RefusedPath: nothing to move, the name is taken, or either is closed here.
        """
        was, becomes = names_of(old), names_of(new)
        if not was or not becomes or self.stat(old) is None:
            raise RefusedPath(f"there is no {old!r} to rename", 404)
        with self._folder(was[:-1]) as here, self._folder(becomes[:-1]) as there, self._told(new):
            try:
                os.stat(becomes[-1], dir_fd=there, follow_symlinks=False)
            except FileNotFoundError:
                os.rename(was[-1], becomes[-1], src_dir_fd=here, dst_dir_fd=there)
                return
        raise RefusedPath(f"{new} is there already", 409)

    @contextmanager
    def _folder(self, names: tuple[str, ...]) -> Iterator[int]:
        # "." opened anew, not dup'ed: a scan of a folder must begin at its beginning.
        handle = os.open(".", _FOLDER, dir_fd=self._root)
        try:
            for name in names:
                with self._told("/".join(names)):
                    deeper = os.open(name, _FOLDER, dir_fd=handle)
                os.close(handle)
                handle = deeper
            yield handle
        finally:
            os.close(handle)

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as problem:
            raise RefusedPath(f"there is no {path!r}", 404) from problem
        except FileExistsError as problem:
            raise RefusedPath(f"{path} is there already", 409) from problem
        except OSError as problem:
            raise RefusedPath(f"{path}: {_say(problem)}", 403) from problem

    def _give(self, handle: int) -> None:
        if self._owner is not None:
            os.fchown(handle, self._owner, self._owner)


def _say(problem: OSError) -> str:
    if problem.errno in (errno.ELOOP, errno.ENOTDIR):
        return "links are not followed here"
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the work folder is full. Delete a file you made; given files can always be reset."
    return problem.strerror or "it cannot be done"
