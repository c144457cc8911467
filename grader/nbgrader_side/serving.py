"""formgrader, nbgrader's own, over a course: on loopback, with a login, and nothing beside it.

Runs in T: a Jupyter server without JupyterLab, kernels and terminals, so that a page of it can do
no more than grade. What candidates wrote was made harmless before; the policy is the second wall.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from grader.nbgrader_side.course import Course
from grader.writing import put
from harness.cli.lab import free_port
from harness.cli.processes import end_with_parent
from harness.cli.services import plain_environment
from harness.core.errors import EnvironmentLacks

_UP_WITHIN_S, _ENDS_WITHIN_S = 60.0, 10.0
_PACKAGES = Path(__file__).resolve().parents[2]
_OTHERS = (
    "jupyterlab", "notebook", "notebook_shim", "jupyter_lsp", "jupyter_server_terminals",
    "nbgrader.server_extensions.assignment_list", "nbgrader.server_extensions.course_list",
    "nbgrader.server_extensions.validate_assignment", "jupyterhub", "jupytext",
    "harness.lab",
)  # fmt: skip
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""formgrader's pages need their own inline scripts; nothing of them talks to anybody else."""


class Formgrader:
    """A formgrader that serves one course.

    Args:
        course: the folder.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._folder = Path(tempfile.mkdtemp(prefix="aud-f-"))
        self._process: subprocess.Popen[bytes] | None = None
        self.log = self._folder / "log"

    def start(self, port: int) -> str:
        """Start it and return the address to open, its token inside.

        Args:
            port: wanted port; the next free one is taken if it is busy.

        Raises:
            EnvironmentLacks: it did not come up.
        """
        token, port = secrets.token_urlsafe(24), free_port(port)
        put(self._folder / "config" / "jupyter_server_config.json", _config(self._course, port))
        with self.log.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyter_server"],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=self._course.root,
                env=self._environment() | {"JUPYTER_TOKEN": token}, start_new_session=True,
                preexec_fn=end_with_parent,
            )  # fmt: skip
        self._wait_until_up(f"http://127.0.0.1:{port}/api")
        return f"http://127.0.0.1:{port}/formgrader/gradebook?token={token}"

    def wait(self) -> None:
        """Wait until it ends by itself.

        Raises:
            EnvironmentLacks: it did.
        """
        assert self._process is not None
        self._process.wait()
        raise EnvironmentLacks(f"formgrader ended by itself; its log ends:\n{self._tail()}")

    def stop(self) -> None:
        """End it; nothing of it is left but the course."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        base = plain_environment()
        own = {
            "HOME": str(self._folder),
            "JUPYTER_CONFIG_DIR": str(self._folder / "config"),
            "JUPYTER_DATA_DIR": str(self._folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self._folder / "runtime"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{base.get('PATH', os.defpath)}",
            "PYTHONPATH": str(_PACKAGES),  # nbgrader_config.py names our steps
            "PYTHONSAFEPATH": "1",
        }
        return base | own

    def _wait_until_up(self, url: str) -> None:
        assert self._process is not None
        ends_at = time.monotonic() + _UP_WITHIN_S
        while time.monotonic() < ends_at and self._process.poll() is None:
            try:
                with urllib.request.urlopen(url, timeout=2):  # noqa: S310  loopback, our own
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        tail = self._tail()
        self.stop()
        raise EnvironmentLacks(f"formgrader did not start; its log ends:\n{tail}")

    def _tail(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-800:]


def _config(course: Course, port: int) -> bytes:
    extensions = dict.fromkeys(_OTHERS, False) | {"nbgrader.server_extensions.formgrader": True}
    value = {
        "ServerApp": {
            "allow_root": True,
            "ip": "127.0.0.1",
            "jpserver_extensions": extensions,
            "kernel_manager_class": "grader.nbgrader_side.no_kernels.NoKernels",
            "open_browser": False,
            "port": port,
            "port_retries": 0,
            "root_dir": str(course.root),
            "terminals_enabled": False,
            "tornado_settings": {"headers": {"Content-Security-Policy": POLICY}},
        },
    }
    return json.dumps(value, indent=1).encode()
