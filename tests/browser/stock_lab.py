"""Stock JupyterLab with our extension and routes, as a process that a test can look into."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.lab.handlers import labextensions_path
from tests.conftest import ROOT
from tests.lab.parts_proctor import LAB_TOKEN, PartsProctor
from tests.lab.running import free_port

TOKEN = "browser-token-browser-token"
EXTENSIONS = {"jupyterlab": True, "tests.browser.stock_extension": True}
PLAN_MAGIC = "from harness.kernel.plan import register; register(get_ipython())"


@dataclass
class StockLab:
    """One server.

    Attributes:
        python: the candidate's interpreter.
        folder: everything of it.
        proctor: who it asks for parts.
    """

    python: Path
    folder: Path
    proctor: PartsProctor
    process: subprocess.Popen[bytes] | None = None
    port: int = 0

    @property
    def url(self) -> str:
        """Address of the practice notebook."""
        return f"http://127.0.0.1:{self.port}/lab/tree/practice/practice.ipynb?token={TOKEN}&reset"

    @property
    def notebook(self) -> Path:
        return self.folder / "work" / "practice" / "practice.ipynb"

    def saved(self) -> dict[str, Any]:
        """Return the notebook as it lies on disk."""
        saved: dict[str, Any] = json.loads(self.notebook.read_text(encoding="utf-8"))
        return saved

    def sources(self) -> dict[str, str]:
        """Return the saved cells' sources by id."""
        return {cell["id"]: "".join(cell["source"]) for cell in self.saved()["cells"]}

    def say(self, **now: Any) -> None:
        """Write down how the sitting stands."""
        usual = {"connected": True, "unsent": 0, "is_self_attested": False}
        fixed = {"proctor": self.proctor.address, "lab_token": LAB_TOKEN}
        part = self._sitting.with_suffix(".part")
        part.write_text(json.dumps({**usual, **fixed, **now}), encoding="utf-8")
        part.replace(self._sitting)

    def wear(self, theme: str) -> None:
        """Set the theme of pages opened from now on; none of them asks about news."""
        folder = self.folder / "settings/@jupyterlab/apputils-extension"
        folder.mkdir(parents=True, exist_ok=True)
        for name, value in (("themes", {"theme": theme}), ("notification", {"fetchNews": "false"})):
            file = folder / f"{name}.jupyterlab-settings"
            file.write_text(json.dumps(value), encoding="utf-8")

    def start(self) -> StockLab:
        self.port = free_port()
        self.notebook.parent.mkdir(parents=True)
        startup = self.folder / "ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "plan.py").write_text(PLAN_MAGIC, encoding="utf-8")
        self.say()
        argv = [
            str(self.python), "-m", "jupyterlab", "--no-browser", "--allow-root",
            "--ip=127.0.0.1", f"--port={self.port}", "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={self.folder / 'work'}",
            f"--ServerApp.jpserver_extensions={EXTENSIONS}",
            f"--LabApp.extra_labextensions_path={labextensions_path()}",
            f"--LabApp.workspaces_dir={self.folder / 'workspaces'}",
            f"--LabApp.user_settings_dir={self.folder / 'settings'}",
        ]  # fmt: skip
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                argv, cwd=ROOT, stdout=log, stderr=log, env=self._environment()
            )
        self._wait()
        return self

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def _sitting(self) -> Path:
        return self.folder / "sitting.json"

    @property
    def _log(self) -> Path:
        return self.folder / "lab.log"

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(self.folder / "ipython"),
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_DATA_DIR": str(self.folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "AUDITION_TEST_SITTING": str(self._sitting),
        }  # fmt: skip

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process is not None and self.process.poll() is None, self._log.read_text()
            try:
                url = f"http://127.0.0.1:{self.port}/audition/api/status?token={TOKEN}"
                with urllib.request.urlopen(url, timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self._log.read_text())
