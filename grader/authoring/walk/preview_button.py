"""A button that opens an exercise's preview, and one that ends it.

Runs in T, in the author's kernel; the workspace is a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from typing import IO

import ipywidgets

from grader.page.markup import words
from harness.cli.places import checkout
from harness.cli.processes import end_with_parent

_ENDS_WITHIN_S = 20.0


class PreviewButton(ipywidgets.VBox):  # type: ignore[misc]
    """Open and end a staff run.

    Args:
        name: the exercise.
        environment: what the command gets.
    """

    def __init__(self, name: str, environment: Mapping[str, str]) -> None:
        self._name, self._environment = name, environment
        self._process: subprocess.Popen[str] | None = None
        self._begin = ipywidgets.Button(description="Open the preview")
        self._finish = ipywidgets.Button(description="End it", disabled=True)
        self._said = ipywidgets.HTML(value=f"<code>audition exercise preview {words(name)}</code>")
        self._begin.on_click(lambda _: self.begin())
        self._finish.on_click(lambda _: self.finish())
        super().__init__([ipywidgets.HBox([self._begin, self._finish]), self._said])

    @property
    def said(self) -> str:
        """What stands below the buttons, as markup."""
        return str(self._said.value)

    def begin(self) -> None:
        """Start it; the link appears when it is up."""
        argv = [sys.executable, "-m", "harness.cli", "exercise", "preview", self._name]
        log = tempfile.TemporaryFile("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [*argv, "--no-browser", "--port", "0"], cwd=checkout(), env=dict(self._environment),
            stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True,
            preexec_fn=end_with_parent,
        )  # fmt: skip
        self._begin.disabled, self._finish.disabled = True, False
        self._said.value = "Starting; a link appears here when it is up, after some seconds …"
        threading.Thread(target=self._wait, args=(self._process, log), daemon=True).start()

    def finish(self) -> None:
        """End it; what was done in it is kept in the preview's home."""
        self._finish.disabled = True
        self._said.value = "Ending; what was written is kept …"
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._begin.disabled, self._finish.disabled = False, True
        self._said.value = "Ended."

    def _wait(self, process: subprocess.Popen[str], log: IO[str]) -> None:
        """Tell how it began, then wait until it ends."""
        assert process.stdout is not None
        with log, process.stdout:
            address = process.stdout.readline().strip()
            if address.startswith("http://"):
                self._said.value = (
                    f'<a href="{words(address)}" target="_blank" rel="noopener" '
                    'style="text-decoration:underline">Open it</a> in a '
                    "new tab. It is a staff run: its record says so, and it counts nowhere. "
                    "Close that tab when you end it here."
                )
                process.wait()
                return
            process.wait()
            log.seek(0)
            self._said.value = f"<p>It did not start:</p><pre>{words(log.read(), 2000)}</pre>"
        self._begin.disabled, self._finish.disabled = False, True
