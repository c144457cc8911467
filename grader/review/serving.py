"""The reviewer's JupyterLab: one notebook, a login token of its own, no candidate's file in reach.

Runs in T. Submissions and ratings lie outside its root; it opens nothing but review.ipynb.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from jupyterlab_server.workspaces_handler import WorkspacesManager

from grader.review.case import desk_folder, ratings_file
from grader.writing import put
from harness.cli.lab import free_port
from harness.cli.places import checkout
from harness.cli.processes import end_with_parent
from harness.cli.services import plain_environment
from harness.core.errors import EnvironmentLacks
from harness.core.settings import Settings

NOTEBOOK = "review.ipynb"
_UP_WITHIN_S = 60.0
_ENDS_WITHIN_S = 10.0
_PAGE = {
    "disabledExtensions": {
        "@jupyterlab/apputils-extension:announcements": True,
        "@jupyterlab/extensionmanager-extension": True,
        "@jupyter/nbgrader": True,
    }
}
_SPACE = "review"
_LAYOUT = {
    "layout-restorer:data": {
        "left": {"collapsed": True, "visible": True},
        "right": {"collapsed": True, "visible": True},
        "relativeSizes": [0, 1, 0],
    }
}
"""JupyterLab with both sides folded, so that the desk has the width."""


class Desk:
    """A JupyterLab that shows the review notebook.

    Args:
        settings: say where everything lies and who rates.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = desk_folder(settings)
        self._process: subprocess.Popen[bytes] | None = None
        self.ratings = ratings_file(settings)

    def start(self, port: int) -> str:
        """Start it and return the address to open, its token inside.

        Args:
            port: wanted port; the next free one is taken if it is busy.

        Raises:
            EnvironmentLacks: it did not come up, or the notebook is missing.
        """
        root, log = self._lay_out(), self._folder / "jupyterlab.log"
        token, port = secrets.token_urlsafe(24), free_port(port)
        argv = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
                f"--ServerApp.root_dir={root}", f"--ServerApp.port={port}",
                "--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0",
                "--LabApp.extension_manager=readonly",
                f"--LabApp.workspaces_dir={self._config / 'spaces'}",
                "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]  # fmt: skip
        with log.open("ab") as said:
            self._process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=root,
                env=self._environment() | {"JUPYTER_TOKEN": token}, start_new_session=True,
                preexec_fn=end_with_parent,
            )  # fmt: skip
        self._wait_until_up(f"http://127.0.0.1:{port}/api", log)
        return f"http://127.0.0.1:{port}/lab/workspaces/{_SPACE}/tree/{NOTEBOOK}?token={token}"

    def wait(self) -> None:
        """Wait until it ends by itself.

        Raises:
            EnvironmentLacks: it did.
        """
        assert self._process is not None
        self._process.wait()
        log = self._folder / "jupyterlab.log"
        raise EnvironmentLacks(f"the desk's JupyterLab ended by itself; its log is {log}")

    def stop(self) -> None:
        """End it; its kernels end with it."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _lay_out(self) -> Path:
        root = self._folder / "desk"
        source = checkout() / "notebooks" / NOTEBOOK
        try:
            data = source.read_bytes()
        except OSError as problem:
            raise EnvironmentLacks(f"{source} cannot be read: {problem.strerror}") from problem
        put(root / NOTEBOOK, data)
        put(self._config / "labconfig" / "page_config.json", json.dumps(_PAGE).encode())
        space = {"data": _LAYOUT, "metadata": {"id": _SPACE}}
        WorkspacesManager(str(self._config / "spaces")).save(_SPACE, json.dumps(space))
        return root

    @property
    def _config(self) -> Path:
        return self._folder / "jupyter"

    def _environment(self) -> dict[str, str]:
        own = self._settings
        told = {
            "AUDITION_HOME": str(own.home),
            "AUDITION_REVIEW__RATER": own.review.rater,
            "JUPYTER_CONFIG_DIR": str(self._config),
            "JUPYTER_DATA_DIR": str(self._folder / "jupyter-data"),
            "JUPYTER_RUNTIME_DIR": str(self._folder / "jupyter-runtime"),
            "IPYTHONDIR": str(self._folder / "ipython"),
            "HOME": str(self._folder),
        }
        if own.exercises:
            told["AUDITION_EXERCISES"] = os.pathsep.join(str(p.resolve()) for p in own.exercises)
        if own.public_key is not None:
            told["AUDITION_PUBLIC_KEY"] = own.public_key
        return plain_environment() | told

    def _wait_until_up(self, url: str, log: Path) -> None:
        assert self._process is not None
        ends_at = time.monotonic() + _UP_WITHIN_S
        while time.monotonic() < ends_at and self._process.poll() is None:
            try:
                with urllib.request.urlopen(url, timeout=2):  # noqa: S310  loopback, our own
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.stop()
        tail = log.read_text(encoding="utf-8", errors="replace")[-800:]
        raise EnvironmentLacks(f"the desk's JupyterLab did not start; its log {log} ends:\n{tail}")
