"""A clean Python beside the notebook's: started, listened to, and ended with all it started.

Runs in K, in the notebook's own process. The child runs the candidate's code: what it says is
data of small size, and its time is kept by whoever listens.
"""

from __future__ import annotations

import json
import os
import secrets
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from harness.kernel.errors import CannotStart
from harness.kernel.exercise import RUN_MARK

_CHILD = Path(__file__).with_name("child.py")
_MAX_SAID_BYTES = 1 << 20
_TICK_S = 0.05


class CleanPython:
    """A running child and the pipe it speaks through.

    Attributes:
        is_over: whether it ended by itself.
    """

    def __init__(self, process: subprocess.Popen[bytes], pipe: int) -> None:
        self._process, self._pipe = process, pipe
        self._said = b""
        self._heard_bytes = 0
        self._selector = selectors.DefaultSelector()
        self._selector.register(pipe, selectors.EVENT_READ)

    @property
    def is_over(self) -> bool:
        """Whether it ended by itself."""
        return self._how_it_ended() is not None

    def listen(self, until: float) -> dict[str, Any] | None:
        """Return the next line; None when time is up, it ended, or it says too much.

        The pipe's end is not waited for: whatever the child started may hold it open.
        """
        while b"\n" not in self._said:
            left_s = until - time.monotonic()
            if left_s <= 0 or self._heard_bytes > _MAX_SAID_BYTES:
                return None
            was_over = self.is_over
            if self._selector.select(min(left_s, _TICK_S)):
                data = os.read(self._pipe, 1 << 16)
                self._said += data
                self._heard_bytes += len(data)
                if data:
                    continue
                self._wait_a_moment()
                return None
            if was_over:
                return None
        line, self._said = self._said.split(b"\n", 1)
        return _as_object(line)

    def tell_what(self) -> str:
        """Return how it ended, as a finding."""
        ended = self._how_it_ended()
        if ended is None or (ended.si_code != os.CLD_EXITED and ended.si_status == signal.SIGXCPU):
            return "slow"
        return "ended" if ended.si_code == os.CLD_EXITED else "stopped"

    def tell_end(self) -> str:
        """Return how it ended, in words."""
        ended = self._how_it_ended()
        return "it did not begin in time" if ended is None else f"it ended with {ended.si_status}"

    def _how_it_ended(self) -> os.waitid_result | None:
        """Look without reaping: until then nobody else can be given its number."""
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        try:
            return os.waitid(os.P_PID, self._process.pid, flags)
        except ChildProcessError:
            return None

    def _wait_a_moment(self) -> None:
        for _ in range(20):
            if self.is_over:
                return
            time.sleep(_TICK_S)

    def close(self) -> None:
        """Let go of our end of the pipe."""
        self._selector.close()
        os.close(self._pipe)


@contextmanager
def started(job: dict[str, Any], folder: Path) -> Iterator[CleanPython]:
    """Start a child and hand it its job; at the block's end, end it with all it started.

    Args:
        job: what child.py is to do.
        folder: where it runs.

    Raises:
        CannotStart: there is no Python to start.
    """
    mark = secrets.token_hex(16)
    ours, theirs = os.pipe()
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", str(_CHILD), str(theirs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=_environment(mark),
            pass_fds=(theirs,),
            start_new_session=True,
        )
    except (OSError, ValueError) as problem:
        os.close(ours)
        raise CannotStart(getattr(problem, "strerror", None) or str(problem)) from problem
    finally:
        os.close(theirs)
    child = CleanPython(process, ours)
    try:
        assert process.stdin is not None
        with suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(json.dumps(job).encode("ascii"))
        yield child
    finally:
        _end(process, mark)
        child.close()


def _environment(mark: str) -> dict[str, str]:
    own = dict(os.environ)  # noqa: TID251  handed on whole: the way to the models is in it
    return own | {RUN_MARK: mark, "MPLBACKEND": "Agg"}


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """Kill the child's group, then whatever left the group and still carries the mark."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    sign = f"{RUN_MARK}={mark}".encode("ascii")
    for _ in range(20):
        strays = [pid for pid in _all_processes() if _carries(pid, sign)]
        for pid in strays:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if not strays:
            return
        time.sleep(0.01)


def _all_processes() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    except OSError:
        return []


def _carries(pid: int, sign: bytes) -> bool:
    try:
        return sign in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False


def _as_object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
