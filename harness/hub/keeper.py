"""Keeps one candidate's server: opens its listener, starts it behind walls, brings it back.

Runs outside the walls as root, one small process a candidate, no library is loaded; it lives on
when the hub ends. `python -I -m harness.hub.keeper KEEPER_JSON`. The server ends when we close its
stdin, and at once when we are gone.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from harness.sandbox.delegated import Bounds, Delegated, delegate
from harness.sandbox.server_walls import group_argv

LISTENER = 3
"""The handle under which the server finds its listener."""
_GRACE_S = 8.0
_MOST_STARTS, _WITHIN_S = 6, 60.0
_log = logging.getLogger("keeper")


@dataclass(frozen=True)
class Kept:
    """What keeper.json says.

    Attributes:
        socket: where the proxy finds the server.
        uid: the server's.
        walls: bubblewrap's words for its walls.
        command: what follows them.
        bounds: of the whole candidate; None where control groups cannot be had.
    """

    socket: str
    uid: int
    walls: list[str]
    command: list[str]
    bounds: Bounds | None


class Keeper:
    """One server's keeper.

    Args:
        kept: what is kept.
    """

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._asked_to_end = threading.Event()
        self._server: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """Keep the server up until SIGTERM; return the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        group = delegate(self._kept.bounds, self._kept.uid) if self._kept.bounds else None
        listener = _listen(Path(self._kept.socket))
        try:
            return self._keep(listener, group)
        finally:
            listener.close()
            Path(self._kept.socket).unlink(missing_ok=True)
            if group is not None and not group.remove():
                _log.warning("a control group could not be removed")

    def _keep(self, listener: socket.socket, group: Delegated | None) -> int:
        starts: list[float] = []
        while not self._asked_to_end.is_set():
            now = time.monotonic()
            starts = [at for at in starts if now - at < _WITHIN_S] + [now]
            if len(starts) > _MOST_STARTS:
                _log.error("the server keeps ending; giving up")
                return 1
            self._server = self._start(listener, group)
            _log.info("the server runs, start %s in a minute", len(starts))
            self._wait()
        return 0

    def _start(self, listener: socket.socket, group: Delegated | None) -> subprocess.Popen[bytes]:
        shown = group_argv(group.shown) if group else []
        enter = group.enter() if group else None

        def prepare() -> None:
            os.dup2(listener.fileno(), LISTENER)
            os.set_inheritable(LISTENER, True)
            if enter is not None:
                enter()

        return subprocess.Popen(
            [*self._kept.walls, *shown, *self._kept.command],
            stdin=subprocess.PIPE, stdout=sys.stderr, stderr=sys.stderr,
            pass_fds=(LISTENER,), preexec_fn=prepare, env={"PATH": os.defpath}, cwd="/",
        )  # fmt: skip

    def _wait(self) -> None:
        """Wait until the server has ended, by itself or because we were asked to end."""
        server = self._server
        assert server is not None
        while server.poll() is None and not self._asked_to_end.wait(0.1):
            pass
        assert server.stdin is not None
        with suppress(OSError):
            server.stdin.close()  # please end
        try:
            server.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            _log.warning("the server did not end in time")
            server.kill()
            server.wait()
        _log.info("the server has ended with %s", server.returncode)

    def _end(self, signum: int, frame: FrameType | None) -> None:
        self._asked_to_end.set()


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(128)
    return listener


def birth_of(pid: int) -> str:
    """Return when a process was started, in the kernel's ticks; empty if it is no more."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]


def read_kept(path: Path) -> Kept:
    """Return what keeper.json says; it is ours."""
    value = json.loads(path.read_text(encoding="utf-8"))
    bounds = value.pop("bounds")
    return Kept(bounds=Bounds(**bounds) if bounds else None, **value)


def main(argv: list[str]) -> int:
    """Run and return the exit code.

    Args:
        argv: the path of keeper.json.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO,
                        format="%(asctime)s %(levelname)s keeper: %(message)s")  # fmt: skip
    os.umask(0o077)
    path = Path(argv[0])
    note = path.with_name("keeper.pid")
    note.write_text(f"{os.getpid()} {birth_of(os.getpid())}", encoding="ascii")
    try:
        return Keeper(read_kept(path)).run()
    finally:
        note.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
