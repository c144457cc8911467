"""The walls around a candidate's server, within which it puts up its kernels' own.

Runs where candidates' servers are started, as root. A network namespace with nothing in it: the
browser comes in by a listener that is passed in, and the ways out are sockets in folders that
hold nothing else. User namespaces stay on in here, for the kernels' walls; theirs close them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import EnvironmentLacks
from harness.sandbox.bubblewrap import (
    INSIDE,
    at_its_own_place,
    check_trees,
    interpreter_trees,
    parents_of,
    system_view,
)
from harness.sandbox.run_folder import ETC

SERVER, WORK, DOORS = Path("/audition/server"), Path("/audition/work"), Path("/audition/doors")
"""Inside: the server's own folder, the candidate's work, and the folders of sockets."""
GIVEN = Path("/audition/lab.json")
TMP_BYTES = 512 << 20
_PRIVILEGES = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_SYS_ADMIN")
"""Of the first process, which mounts /proc and drops to its user before anything else runs."""
_FILES = 4096


@dataclass(frozen=True)
class ServerWalls:
    """What one server's walls are made of.

    Attributes:
        python: the interpreter that runs inside.
        uid: who it runs as.
        server: its own folder, written inside; belongs to uid.
        work: the candidate's work folder; belongs to uid.
        etc: holds the few files of /etc it sees.
        doors: (name, folder of sockets): each is shown, read-only, as DOORS/name.
        given: lab.json, which the server reads and cannot write.
    """

    python: Path
    uid: int
    server: Path
    work: Path
    etc: Path
    given: Path | None = None
    doors: tuple[tuple[str, Path], ...] = ()


def walls_argv(walls: ServerWalls) -> list[str]:
    """Return bubblewrap's words for the walls, control groups apart.

    Args:
        walls: which.

    Raises:
        EnvironmentLacks: bubblewrap is not installed, or mounting the interpreter would show
            more than the interpreter.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise EnvironmentLacks("bubblewrap is not installed; run: make system")
    trees = interpreter_trees(walls.python)
    check_trees(walls.python, trees, walls.server, walls.work)
    argv = [bwrap, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
            "--hostname", "lab", "--die-with-parent", "--new-session", "--clearenv",
            "--cap-drop", "ALL"]  # fmt: skip
    argv += [word for name in _PRIVILEGES for word in ("--cap-add", name)]
    argv += [*system_view(), "--perms", "0555", "--dir", "/proc", "--dev", "/dev"]
    for place in ("/tmp", "/dev/shm"):  # noqa: S108  inside, private and capped
        argv += ["--perms", "1777", "--size", str(TMP_BYTES), "--tmpfs", place]
    for tree in trees:
        argv += at_its_own_place(tree)
    argv += [*parents_of(INSIDE), "--ro-bind", str(INSIDE), str(INSIDE)]
    return [*argv, *_folders(walls)]


def group_argv(shown: Sequence[tuple[Path, str]]) -> list[str]:
    """Return the words that show control groups to be shared out.

    Args:
        shown: (folder, place inside) of each.
    """
    argv: list[str] = []
    for folder, place in shown:
        argv += [*parents_of(Path(place)), "--perms", "0755", "--dir", place]
        argv += ["--bind", str(folder), place]
    return argv


def command_argv(walls: ServerWalls, command: Sequence[str]) -> list[str]:
    """Return what follows: the first process, which drops to the walls' user, and the command.

    Args:
        walls: which.
        command: its first word is a path; handles that are passed in stay open.
    """
    first = {
        "uid": walls.uid, "rlimits": {"CORE": 0, "NOFILE": _FILES}, "folders": [str(SERVER)],
        "may_nest": True, "mount_proc": True,
    }  # fmt: skip
    inner = [str(walls.python), "-I", "-S", str(INSIDE), json.dumps(first), *command]
    own = ["--setenv", "PATH", "/usr/bin:/bin", "--setenv", "LANG", "C.UTF-8"]
    return [*own, "--chdir", "/", "--", *inner]


def _folders(walls: ServerWalls) -> list[str]:
    argv = parents_of(SERVER)
    argv += ["--bind", str(walls.server), str(SERVER), "--bind", str(walls.work), str(WORK)]
    argv += ["--perms", "0755", "--dir", str(DOORS)]
    for name, folder in walls.doors:
        argv += ["--ro-bind", str(folder), str(DOORS / name)]
    if walls.given is not None:
        argv += ["--ro-bind", str(walls.given), str(GIVEN)]
    for name in ETC:
        argv += ["--ro-bind", str(walls.etc / name), f"/etc/{name}"]
    return argv
