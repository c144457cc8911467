"""A private root outside the checkout, and the command line as an author types it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

Audition = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty private root."""
    folder = tmp_path / "private"
    folder.mkdir()
    return folder


def audition_for(root: Path, home: Path) -> Audition:
    """Return the command line of somebody with a private root and a home."""

    def run(*arguments: object, timeout: int = 200) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(home), "AUDITION_HOME": str(home),
            "AUDITION_EXERCISES": str(root),
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, "-m", "harness.cli", *map(str, arguments)],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip

    return run


@pytest.fixture
def audition(root: Path, tmp_path: Path) -> Audition:
    """The command line."""
    return audition_for(root, tmp_path / "home")
