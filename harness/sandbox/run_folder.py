"""The folder of one sandbox: connection file, sockets, and the few files of /etc it sees.

Runs where kernels are started. Only we may enter it; inside, its parts are mounted one by one.
The folder of sockets is written by hostile code.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from harness.sandbox.walking import remove_tree

HOME = "/home/candidate"
ETC = ("passwd", "group", "hosts", "nsswitch.conf", "resolv.conf")
SOCKETS = 5
"""Shell, iopub, stdin, control, heartbeat."""
_NAME = "aud-"
_LONGEST = 60
"""Characters of the folder's path: a socket's path may have 107 bytes."""


def new_run() -> Path:
    """Return a new folder that only we may enter; those of launchers that are no more go."""
    place = Path(tempfile.gettempdir())
    if len(str(place)) > _LONGEST - 20:
        place = Path("/tmp")  # noqa: S108  a folder of mode 0700 is made in it
    _sweep(place)
    return Path(tempfile.mkdtemp(prefix=f"{_NAME}{os.getpid()}-", dir=place))


def prepare_run(run: Path, uid: int | None) -> None:
    """Make what belongs into the folder: what is written inside belongs to uid, the rest to us.

    Args:
        run: the folder; kept on a restart, what a kernel left in it is not.
        uid: who the kernel runs as; None is ourselves.
    """
    run.mkdir(exist_ok=True, mode=0o700)
    for name in ("ipc", "control"):
        remove_tree(run / name)
    for name, mode in (("conn", 0o755), ("ipc", 0o700), ("control", 0o755), ("etc", 0o755)):
        (run / name).mkdir(exist_ok=True)
        (run / name).chmod(mode)
    if uid is not None:
        os.chown(run / "ipc", uid, uid)
    lay_etc(run / "etc", 1000 if uid is None else uid)


def lay_etc(folder: Path, uid: int) -> None:
    """Write the few files of /etc that are seen inside.

    Args:
        folder: where, made already.
        uid: who the candidate is inside.
    """
    files = {
        "passwd": f"candidate:x:{uid}:{uid}:candidate:{HOME}:/bin/sh\n",
        "group": f"candidate:x:{uid}:\n",
        "hosts": "127.0.0.1 localhost\n::1 localhost\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
        "resolv.conf": "",
    }
    for name in ETC:
        (folder / name).write_text(files[name], encoding="utf-8")
        (folder / name).chmod(0o644)  # whatever the umask says


def seal_sockets(run: Path) -> bool:
    """Take the folder of sockets from the kernel once it has made them all; True when done.

    From then on it can neither keep files there nor put a link in a socket's place. Only root
    can do that to another user: without root the folder stays the kernel's, and is measured.

    Args:
        run: the folder.
    """
    folder = run / "ipc"
    with os.scandir(folder) as found:
        modes = [entry.stat(follow_symlinks=False).st_mode for entry in found]
    if len(modes) < SOCKETS or not all(map(stat.S_ISSOCK, modes)):
        return False
    if os.geteuid() == 0:
        os.chown(folder, 0, 0)
        folder.chmod(0o755)
    return True


def _sweep(place: Path) -> None:
    for folder in place.glob(f"{_NAME}*-*"):
        launcher = folder.name.removeprefix(_NAME).split("-")[0]
        if not launcher.isdigit() or Path(f"/proc/{launcher}").exists():
            continue
        try:
            is_ours = folder.lstat().st_uid == os.geteuid()
        except OSError:
            continue
        if is_ours:
            remove_tree(folder)
