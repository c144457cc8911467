"""The walls: bubblewrap's command line for one kernel.

Runs where kernels are started. Everything that is not named here does not exist inside.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.core.errors import EnvironmentLacks
from harness.sandbox.run_folder import ETC, HOME

PORT = 4000
CONTROL = "/run/audition/control"
TMP_BYTES = 256 << 20
_SYSTEM = ("/usr", "/etc/ssl", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
           "/etc/alternatives", "/etc/localtime", "/etc/fonts", "/etc/ca-certificates",
           "/etc/mime.types")  # fmt: skip
_LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
INSIDE = Path(__file__).with_name("inside.py")


@dataclass(frozen=True)
class Walls:
    """What one sandbox is made of.

    Attributes:
        python: the interpreter that runs inside; its environment is mounted at its own path.
        run: a folder of ours with conn/, ipc/, control/ and etc/.
        work: the work folder; None for a test of the walls alone.
        is_work_writable: whether what runs inside may write there.
        environment: all that is set inside.
        is_root: whether we are root: then privileges are dropped inside, not mapped.
    """

    python: Path
    run: Path
    work: Path | None
    environment: Mapping[str, str] = field(default_factory=dict)
    is_root: bool = False
    is_work_writable: bool = True


def argv_of(walls: Walls) -> list[str]:
    """Return bubblewrap's command line, up to and with the closing --.

    Raises:
        EnvironmentLacks: bubblewrap is not installed, or mounting the interpreter would show
            more than the interpreter.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise EnvironmentLacks("bubblewrap is not installed; run: make system")
    trees = interpreter_trees(walls.python)
    check_trees(walls.python, trees, walls.run, walls.work)
    argv = [bwrap, *_namespaces(walls.is_root), "--die-with-parent", "--new-session", "--clearenv"]
    argv += [*system_view(), "--proc", "/proc", "--dev", "/dev"]
    for place in ("/tmp", "/dev/shm"):  # noqa: S108  inside, private and capped
        argv += ["--perms", "1777", "--size", str(TMP_BYTES), "--tmpfs", place]
    for tree in trees:
        argv += at_its_own_place(tree)
    argv += [*parents_of(INSIDE), "--ro-bind", str(INSIDE), str(INSIDE)]
    argv += ["--perms", "0755", "--dir", "/home"]
    bind = "--bind" if walls.is_work_writable else "--ro-bind"
    argv += [bind, str(walls.work), HOME] if walls.work else ["--perms", "0777", "--dir", HOME]
    argv += _runtime(walls.run)
    for name, value in walls.environment.items():
        argv += ["--setenv", name, value]
    return [*argv, "--chdir", "/", "--"]


def interpreter_trees(python: Path) -> list[Path]:
    """Return the folders an interpreter needs: its environment, and the one it was made from.

    Args:
        python: "…/bin/python" of a virtual environment or of an installation.
    """
    root = python.absolute().parent.parent
    trees = [root]
    try:
        lines = (root / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    for line in lines:
        name, _, value = line.partition("=")
        if name.strip() == "home":
            trees.append(Path(value.strip()).resolve().parent)
    return [tree for tree in dict.fromkeys(trees) if not tree.is_relative_to("/usr")]


def check_trees(python: Path, trees: list[Path], *kept_out: Path | None) -> None:
    """Refuse an interpreter installed in a folder that holds everything else as well.

    Args:
        python: the interpreter.
        trees: the folders that would be shown.
        *kept_out: folders of ours that must not be among what is shown.

    Raises:
        EnvironmentLacks: one of them is.
    """
    for tree in trees:
        for ours in kept_out:
            if ours is not None and ours.resolve().is_relative_to(tree):
                raise EnvironmentLacks(
                    f"{python} belongs to an installation in {tree}, which also holds "
                    f"{ours}; cells would see all of it. Set candidate_python to an "
                    "environment made from a Python in a folder of its own"
                )


def _namespaces(is_root: bool) -> list[str]:
    apart = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
             "--unshare-cgroup-try", "--hostname", "sandbox"]  # fmt: skip
    if is_root:  # no mapping: the kernel gets a real uid of its own, dropped to inside
        keep = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")
        kept = [word for name in keep for word in ("--cap-add", name)]
        return [*apart, "--cap-drop", "ALL", *kept]
    return ["--unshare-user", "--disable-userns", "--uid", "1000", "--gid", "1000", *apart,
            "--cap-drop", "ALL"]  # fmt: skip


def system_view() -> list[str]:
    """Return the words that show the system's programs and libraries, read-only."""
    argv = ["--perms", "0755", "--dir", "/etc"]  # left to bubblewrap it is closed to all but root
    for path in _SYSTEM:
        argv += ["--ro-bind-try", path, path]
    for name in _LINKS:
        place = Path("/") / name
        if place.is_symlink():
            argv += ["--symlink", f"usr/{name}", f"/{name}"]
        elif place.is_dir():
            argv += ["--ro-bind", str(place), str(place)]
    return argv


def at_its_own_place(tree: Path) -> list[str]:
    """Return the words that show a folder where it lies outside, read-only."""
    return [*parents_of(tree), "--ro-bind", str(tree), str(tree)]


def parents_of(path: Path) -> list[str]:
    """Every folder above, made passable: the originals may be closed to the kernel's uid."""
    above = [parent for parent in reversed(path.parents) if str(parent) != "/"]
    return [word for parent in above for word in ("--perms", "0755", "--dir", str(parent))]


def _runtime(run: Path) -> list[str]:
    argv = ["--perms", "0755", "--dir", str(run), "--ro-bind", f"{run}/conn", f"{run}/conn"]
    argv += ["--bind", f"{run}/ipc", f"{run}/ipc"]
    argv += ["--perms", "0755", "--dir", "/run", "--perms", "0755", "--dir", "/run/audition"]
    argv += ["--ro-bind", f"{run}/control", CONTROL]
    for name in ETC:
        argv += ["--ro-bind", f"{run}/etc/{name}", f"/etc/{name}"]
    return argv


def command_inside(python: Path, given: str, command: Sequence[str]) -> list[str]:
    """Return what runs behind bubblewrap's --.

    Args:
        python: the interpreter.
        given: inside.py's JSON.
        command: what inside.py becomes; its first word is a path.
    """
    return [str(python), "-I", "-S", str(INSIDE), given, *command]
