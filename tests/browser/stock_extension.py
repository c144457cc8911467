"""A server extension for stock JupyterLab: our routes over a sitting that a test writes down.

Runs in the candidate's interpreter. `AUDITION_TEST_SITTING` names a JSON file that is read anew
at each question, so that a test can take the line down and put it up again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from harness.lab.door import ProctorDoor
from harness.lab.handlers import handlers


class WrittenSitting:
    """What the file says now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.door = ProctorDoor(self._now["proctor"], self._now["lab_token"])

    @property
    def _now(self) -> dict[str, Any]:
        now: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
        return now

    @property
    def session(self) -> str:
        return "s-1"

    @property
    def rung(self) -> str:
        return "none" if self.is_self_attested else "bwrap+rlimits"

    @property
    def is_self_attested(self) -> bool:
        return bool(self._now["is_self_attested"])

    @property
    def connected(self) -> bool:
        return bool(self._now["connected"])

    @property
    def unsent(self) -> int:
        return int(self._now["unsent"])

    @property
    def spool(self) -> SimpleNamespace:
        return SimpleNamespace(pending=())

    @property
    def titles(self) -> dict[str, str]:
        return {"practice": "Practice"}


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "tests.browser.stock_extension"}]


def _load_jupyter_server_extension(server: Any) -> None:
    sitting = WrittenSitting(Path(os.environ["AUDITION_TEST_SITTING"]))
    server.web_app.add_handlers(".*$", handlers(sitting))
