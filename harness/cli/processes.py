"""Start a service, wait for its first word, keep it alive, and end it with us.

Runs on the operator's machine. A child says where it listens in one JSON line on stdout;
everything else it says goes to its log.
"""

from __future__ import annotations

import ctypes
import json
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from harness.core.errors import EnvironmentLacks

_PR_SET_PDEATHSIG = 1
_LOG_TAIL_BYTES = 2000


@dataclass
class Child:
    """One service of ours.

    Attributes:
        name: what it is called in messages.
        argv: how it is started.
        environment: all it gets.
        log: where its other words go; appended to.
        start_within_s: how long it may take until its first word.
        end_within_s: how long it may take to finish what it is doing when it is to end.
    """

    name: str
    argv: list[str]
    environment: Mapping[str, str]
    log: Path
    start_within_s: float = 60.0
    end_within_s: float = 8.0
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> dict[str, Any]:
        """Start it and return its first word.

        Raises:
            EnvironmentLacks: it ended, said nothing in time, or said something else.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=dict(self.environment),
                start_new_session=True,  # a terminal's Ctrl-C is ours to pass on, in order
                preexec_fn=end_with_parent,
            )
        assert self.process.stdout is not None
        line = _read_line(self.process.stdout, self.start_within_s)
        try:
            word = json.loads(line)
        except ValueError as problem:
            self.stop()
            self.process.stdout.close()
            raise EnvironmentLacks(
                f"{self.name} did not start; the end of its log {self.log}:\n{self._log_tail()}"
            ) from problem
        self._drain(self.process.stdout)
        if not isinstance(word, dict):
            raise EnvironmentLacks(f"{self.name} said {line[:80]!r} where its address should be")
        return word

    @property
    def has_ended(self) -> bool:
        """Whether it was started and is gone."""
        return self.process is not None and self.process.poll() is not None

    def stop(self, *, grace_s: float | None = None) -> None:
        """End it: politely, then by force; its whole process group goes.

        Args:
            grace_s: how long it may take; None is its own end_within_s.
        """
        process = self.process
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(self.end_within_s if grace_s is None else grace_s)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()

    def _drain(self, stdout: IO[bytes]) -> None:
        def run() -> None:
            with self.log.open("ab") as log, stdout:
                for line in stdout:
                    log.write(line)
                    log.flush()

        threading.Thread(target=run, daemon=True, name=f"drain {self.name}").start()

    def _log_tail(self) -> str:
        try:
            data = self.log.read_bytes()[-_LOG_TAIL_BYTES:]
        except OSError:
            return ""
        return data.decode("utf-8", "replace")


def end_with_parent() -> None:
    """Have the kernel end this child when its parent does; runs between fork and exec."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _read_line(stdout: IO[bytes], within_s: float) -> bytes:
    deadline, read = time.monotonic() + within_s, b""
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        while not read.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                return b""
            byte = os.read(stdout.fileno(), 1)
            if not byte:
                return b""
            read += byte
    return read


@dataclass
class Restarts:
    """How often each child may come back before something is plainly wrong, and how soon.

    Attributes:
        most: restarts allowed of one child.
        within_s: in so many seconds.
        waits_s: how long to wait before the first, second, … restart in that time; the last
            counts for all after it.
    """

    most: int = 6
    within_s: float = 60.0
    waits_s: tuple[float, ...] = (0.0, 0.0, 1.0, 2.0, 4.0)
    _at: dict[str, list[float]] = field(default_factory=dict)

    def one_more(self, name: str = "") -> bool:
        """Count a restart of a child; False when it was one too many."""
        recent = [*self._recent(name), time.monotonic()]
        self._at[name] = recent
        return len(recent) <= self.most

    def is_due(self, name: str = "") -> bool:
        """Tell whether it is time to restart a child, or to say that it is too often."""
        recent = self._recent(name)
        if not recent or len(recent) >= self.most:
            return True
        wait_s = self.waits_s[min(len(recent), len(self.waits_s) - 1)]
        return time.monotonic() - recent[-1] >= wait_s

    def _recent(self, name: str) -> list[float]:
        now = time.monotonic()
        return [at for at in self._at.get(name, ()) if now - at < self.within_s]
