"""What the sandbox refused a cell, in one readable paragraph above the traceback.

Runs in K. Goes by kinds and numbers of errors, never by their text; the traceback stays below as
it is. Nothing here can keep an error from being shown.
"""

from __future__ import annotations

import errno
import os
import resource
from pathlib import Path
from typing import Any

from harness.kernel.above import chain, say_above

FILE_TOO_LARGE = (
    "A file here has at most {mb} MB, so the rest of it was not written. Write fewer columns or "
    "rows, or split it into several files."
)
FOLDER_FULL = (
    "The work folder is full ({mb} MB). Delete a file you made; given files can always be reset."
)
PRIVATE_FULL = (
    "{place} is full ({mb} MB). Delete what you do not need there, or write into the work folder."
)
TOO_MANY = "This cell started more than {count} processes. Use threads or a smaller pool."
TOO_MANY_THREADS = (
    "There are {count} processes and threads, and no more can be had. Use a smaller pool."
)
NO_MEMORY = (
    "This cell asked for more memory than a cell may have ({gb:g} GB), and was refused; variables "
    "are kept. Take fewer rows, or work in parts."
)
NO_MEMORY_AT_ONCE = (
    "This cell asked for more memory than there is, and was refused; variables are kept. Take "
    "fewer rows, or work in parts."
)
_MOST_ENTRIES = 20_000
_PRIVATE = ("/tmp", "/dev/shm")  # noqa: S108  what a cell sees of its own


def register(shell: Any) -> None:
    """Let an IPython shell say the paragraph above the traceback.

    Args:
        shell: IPython's shell.
    """
    say_above(shell, tell)


def tell(value: BaseException) -> str | None:
    """Return what a person needs to know about an error; None where the sandbox has no part in it.

    Args:
        value: the error.
    """
    for one in chain(value):
        said = _tell_one(one)
        if said is not None:
            return said
    return None


def _tell_one(value: BaseException) -> str | None:
    if isinstance(value, MemoryError):
        return _tell_memory()
    if isinstance(value, RuntimeError) and _is_thread_start(value):
        return TOO_MANY_THREADS.format(count=_count_tasks())
    if not isinstance(value, OSError):
        return None
    if value.errno == errno.EFBIG:
        return _tell_file()
    if value.errno in (errno.ENOSPC, errno.EDQUOT):
        return _tell_space()
    if value.errno == errno.EAGAIN and _is_process_start(value):
        return TOO_MANY.format(count=_count_tasks())
    return _tell_memory() if value.errno == errno.ENOMEM else None


def _tell_memory() -> str:
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY:
        return NO_MEMORY_AT_ONCE
    return NO_MEMORY.format(gb=round(soft / (1 << 30), 1))


def _tell_file() -> str | None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if soft == 0:  # so the folder's watch has set it
        return FOLDER_FULL.format(mb=_size_bytes(Path.home()) >> 20)
    return None if hard == resource.RLIM_INFINITY else FILE_TOO_LARGE.format(mb=soft >> 20)


def _tell_space() -> str:
    for place in _PRIVATE:
        found = os.statvfs(place)
        if found.f_bavail * found.f_frsize < 1 << 20:
            return PRIVATE_FULL.format(place=place, mb=found.f_blocks * found.f_frsize >> 20)
    return FOLDER_FULL.format(mb=_size_bytes(Path.home()) >> 20)


def _is_thread_start(value: BaseException) -> bool:
    return _innermost(value) == ("threading.py", "start")


def _is_process_start(value: BaseException) -> bool:
    """Tell whether it came from making a process: fork itself leaves no frame of Python's."""
    name, _ = _innermost(value)
    in_library = name in ("subprocess.py", "popen_fork.py", "popen_spawn_posix.py", "util.py")
    return in_library or (not value.args[2:] and isinstance(value, BlockingIOError))


def _innermost(value: BaseException) -> tuple[str, str]:
    step = value.__traceback__
    if step is None:
        return "", ""
    while step.tb_next is not None:
        step = step.tb_next
    code = step.tb_frame.f_code
    return Path(code.co_filename).name, code.co_name


def _count_tasks() -> int:
    """Return how many processes and threads there are in here."""
    found = 0
    for place in Path("/proc").glob("[0-9]*/task"):
        try:
            found += len(os.listdir(place))  # noqa: PTH208  names are enough
        except OSError:
            continue
    return found


def _size_bytes(folder: Path) -> int:
    """Return about what a folder takes, as far as its first entries go."""
    size = seen = 0
    for root, _, names in os.walk(folder):
        for name in names:
            seen += 1
            if seen > _MOST_ENTRIES:
                return size
            try:
                size += os.lstat(os.path.join(root, name)).st_size  # noqa: PTH118  quicker
            except OSError:
                continue
    return size
