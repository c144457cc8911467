"""What attacks are after: files, sockets, processes, each holding a word that stands nowhere else."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_VICTIM = (
    "import os, sys, time; held = os.environ['HELD'] * 64; print('up', flush=True); time.sleep(600)"
)


@dataclass
class Bait:
    """Everything of one side that its cells must not reach. All of it is on this machine.

    Attributes:
        folder: beside the work folder, not in it.
        word: what every piece of bait gives to who reaches it.
        uid: who owns it all; None is who runs the tests.
    """

    folder: Path
    uid: int | None = None
    word: str = field(default_factory=lambda: "won-" + secrets.token_hex(8))
    mark: str = field(default_factory=lambda: "victim-" + secrets.token_hex(6))
    victim: subprocess.Popen[str] | None = None
    _listeners: list[socket.socket] = field(default_factory=list)

    @property
    def secret(self) -> Path:
        return self.folder / "secret.txt"

    def lay(self) -> Bait:
        """Put everything out."""
        neighbour = self.folder / "another-candidate" / "practice"
        neighbour.mkdir(parents=True)
        self.secret.write_text(self.word, encoding="utf-8")
        (neighbour / "practice.ipynb").write_text(self.word, encoding="utf-8")
        self._listen(socket.AF_INET, ("127.0.0.1", 0))
        self._listen(socket.AF_UNIX, str(self.folder / "s"))
        self._listen(socket.AF_UNIX, "\0" + self.mark)
        if self.uid is not None:
            for place in (self.folder, *self.folder.rglob("*")):
                os.chown(place, self.uid, self.uid)
        self.restore_victim()
        return self

    def restore_victim(self) -> None:
        """See to it that the process to be attacked runs."""
        if self.victim is not None and self.victim.poll() is None:
            return
        as_whom: dict[str, Any] = {}
        if self.uid is not None:
            as_whom = {"user": self.uid, "group": self.uid, "extra_groups": []}
        python = shutil.which("python3", path="/usr/bin:/usr/local/bin") or sys.executable
        self.victim = subprocess.Popen(
            [python, "-c", _VICTIM, self.mark], env={"HELD": self.word}, cwd="/", text=True,
            stdout=subprocess.PIPE, **as_whom,
        )  # fmt: skip
        assert self.victim.stdout is not None and self.victim.stdout.readline() == "up\n"
        self.victim.stdout.close()

    def told(self) -> dict[str, Any]:
        """Return where everything is, as cells know it: never the word."""
        return {
            "folder": str(self.folder),
            "secret": str(self.secret),
            "neighbour": str(self.folder / "another-candidate" / "practice" / "practice.ipynb"),
            "port": self._listeners[0].getsockname()[1],
            "socket": str(self.folder / "s"),
            "mark": self.mark,
        }

    def take_in(self) -> None:
        """End the listeners and the victim."""
        for listener in self._listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        if self.victim is not None:
            self.victim.kill()
            self.victim.wait()

    def _listen(self, family: int, address: Any) -> None:
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen()
        self._listeners.append(listener)
        threading.Thread(target=self._answer, args=(listener,), daemon=True).start()

    def _answer(self, listener: socket.socket) -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller:
                caller.sendall(self.word.encode())
