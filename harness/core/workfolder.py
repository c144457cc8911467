"""Lay the given files of a session's exercises into the candidate's work folder, once.

Runs in S, or on the operator's machine, before a kernel starts. The sources are ours; the work
folder is not to be trusted: between two starts the candidate's code may have put links and
folders anywhere in it. So every step is taken from an opened folder, no link is followed, and
nothing that is there is ever written over. A given file that was deleted comes back.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import EnvironmentLacks, UsageError

SCRATCH = "scratch.ipynb"
"""A notebook to try things in, beside each exercise's own: recorded, never submitted."""

_SCRATCH_SOURCE = Path(__file__).with_name(SCRATCH)
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,39}\Z")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Given:
    """One given file.

    Attributes:
        source: where it lies with us, no link any more.
        place: its place in the work folder, folders first: ("practice", "data", "mails.csv").
    """

    source: Path
    place: tuple[str, ...]


def lay_out(work: Path, slugs: Sequence[str], notebooks: Path, datasets: Path) -> None:
    """Copy what each exercise gives into WORK/<slug>/ and WORK/<slug>/data/, where missing.

    Beside each exercise's notebook a scratch notebook is laid, unless it gives one of its own.

    Nothing is copied unless everything can be read. The folder above `work` is made for its
    owner alone (0700): the kernel reaches `work` only through the mount it is given.

    Args:
        work: the candidate's work folder; made if missing, mode 0755.
        slugs: the session's exercises.
        notebooks: holds <slug>/<slug>.ipynb and what lies beside it.
        datasets: holds <slug>/ with the data; an exercise may have none.

    Raises:
        UsageError: there is no such exercise.
        EnvironmentLacks: a source cannot be read, or the work folder cannot be written.
    """
    given = [one for slug in slugs for one in _given_files(slug, notebooks, datasets)]
    try:
        work.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not work.exists():
            work.mkdir()
            work.chmod(0o755)
        top = os.open(work, _FOLDER)
    except OSError as problem:
        raise EnvironmentLacks(f"the work folder {work} cannot be made: {problem}") from problem
    try:
        for one in given:
            _lay_one(top, one)
    finally:
        os.close(top)


def _given_files(slug: str, notebooks: Path, datasets: Path) -> list[Given]:
    if not _SLUG.match(slug) or not (notebooks / slug / f"{slug}.ipynb").is_file():
        raise UsageError(f"exercise {slug!r} has no notebook in {notebooks}; {_tell(notebooks)}")
    found = [Given(path, (slug, *place)) for path, place in _walk(notebooks / slug)]
    if (datasets / slug).is_dir():
        found += [Given(path, (slug, "data", *place)) for path, place in _walk(datasets / slug)]
    if (slug, SCRATCH) not in [one.place for one in found]:
        found.append(Given(_SCRATCH_SOURCE, (slug, SCRATCH)))
    return found


def _tell(notebooks: Path) -> str:
    there = sorted(path.parent.name for path in notebooks.glob("*/*.ipynb"))
    names = ", ".join(dict.fromkeys(there))
    return f"there is: {names}" if names else "there is none at all, so run this in the checkout"


def _walk(root: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield the regular files below a folder and their place in it, hidden ones left out."""
    inside = root.resolve()
    for folder, folders, names in os.walk(root, onerror=_raise):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for name in sorted(name for name in [*names, *folders] if not _is_hidden(name)):
            path = Path(folder, name)
            real = path.resolve()
            if path.is_symlink() and not (real.is_relative_to(inside) and real.is_file()):
                raise EnvironmentLacks(
                    f"{path} is a link to {path.readlink()}; only files of the exercise itself "
                    "are given out, so put the file there"
                )
            if real.is_file():
                yield real, path.relative_to(root).parts


def _raise(problem: OSError) -> None:
    raise EnvironmentLacks(f"{problem.filename} cannot be read: {problem.strerror}") from problem


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"


def _lay_one(top: int, given: Given) -> None:
    """Copy one file unless something is in its place, or in the place of a folder above it."""
    *folders, name = given.place
    shown = "/".join(given.place)
    try:
        with _Opened(top, folders) as folder:
            if not _is_there(folder, name):
                _copy(given.source, folder, name)
    except (FileExistsError, NotADirectoryError):
        _log.warning("%s is not given out: something of the candidate's is in its place", shown)
    except OSError as problem:
        raise EnvironmentLacks(f"{shown} cannot be laid out: {problem.strerror}") from problem


class _Opened:
    """Folders below an opened one, made where missing (0755), opened link by link."""

    def __init__(self, top: int, folders: Iterable[str]) -> None:
        self._here = os.dup(top)
        try:
            for name in folders:
                self._step(name)
        except BaseException:
            os.close(self._here)
            raise

    def _step(self, name: str) -> None:
        is_new = not _is_there(self._here, name)
        if is_new:
            os.mkdir(name, dir_fd=self._here)
        elif not stat.S_ISDIR(os.stat(name, dir_fd=self._here, follow_symlinks=False).st_mode):
            raise NotADirectoryError(name)
        below = os.open(name, _FOLDER, dir_fd=self._here)
        os.close(self._here)
        self._here = below
        if is_new:
            os.fchmod(below, 0o755)  # whatever the umask says

    def __enter__(self) -> int:
        return self._here

    def __exit__(self, *about: object) -> None:
        os.close(self._here)


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _copy(source: Path, folder: int, name: str) -> None:
    """Make the file whole or not at all; a file that appears meanwhile is kept."""
    part = f".{name}.{secrets.token_hex(4)}.part"
    handle = os.open(part, _NEW_FILE, 0o600, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(source.read_bytes())
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        _give_name(folder, part, name)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part, dir_fd=folder)


def _give_name(folder: int, part: str, name: str) -> None:
    """Name a finished file; by a link, since a rename would put it over what is there."""
    try:
        os.link(part, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: what is there was looked for just before
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
