"""Where a service's sockets lie: in a folder that holds nothing else, so that it can be shown.

Runs in zone G and in the hub. A candidate's server behind walls of its own sees these folders and
nothing else of ours; a service that comes back is found in the same place.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from harness.core.errors import EnvironmentLacks

KERNELS, LABS, HUB = "kernel.sock", "lab.sock", "hub.sock"
_LONGEST_SOCKET_PATH = 100


def doors_folder(folder: Path) -> Path:
    """Return the folder of sockets, made if missing; it can be passed through, not listed.

    That is in folder, or, when a path in it is too long for a socket, in a private folder of ours
    whose name follows from it. The folder above is closed to everybody else either way.

    Args:
        folder: home/proctor or home/hub, for its owner alone.

    Raises:
        EnvironmentLacks: somebody else holds the private folder's name.
    """
    doors = folder / "doors"
    if len(os.fsencode(doors / KERNELS)) > _LONGEST_SOCKET_PATH:
        doors = _private(folder) / "doors"
    doors.mkdir(parents=True, exist_ok=True)
    doors.chmod(0o711)
    return doors


def leave_doors(folder: Path, *names: str) -> None:
    """Take a service's sockets away, and what was made elsewhere for them.

    Args:
        folder: home/proctor or home/hub.
        *names: of the sockets.
    """
    doors = doors_folder(folder)
    for name in names:
        (doors / name).unlink(missing_ok=True)
    if doors.parent != folder:
        with suppress(OSError):  # somebody's socket still lies there
            doors.rmdir()
            doors.parent.rmdir()


def _private(folder: Path) -> Path:
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    private = Path(tempfile.gettempdir()) / f"audition-{os.getuid()}-{name}"
    private.mkdir(mode=0o700, exist_ok=True)
    found = private.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise EnvironmentLacks(
            f"{private} is not ours alone, and {folder} is too long for a socket's path; "
            "choose a home with a shorter path"
        )
    return private
