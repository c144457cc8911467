"""Where user namespaces are off there are no walls: doctor and lab say so.

What the workspace and the record say where code is trusted: tests/lab/test_self_attested.py.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.timeout(180)
WHY = "bwrap: Creating new namespace failed: nesting depth exceeded (ENOSPC)"


@pytest.fixture
def without_namespaces(tmp_path: Path, candidate_python: Path) -> dict[str, str]:
    """An environment in which bubblewrap says what it says where namespaces are off."""
    fake = tmp_path / "bin" / "bwrap"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\necho '{WHY}' >&2\nexit 1\n", encoding="utf-8")
    fake.chmod(0o755)
    return {
        "PATH": f"{fake.parent}:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(tmp_path),
        "AUDITION_HOME": str(tmp_path / "state"),
        "AUDITION_CANDIDATE_PYTHON": str(candidate_python),
    }  # fmt: skip


def audition(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / ".venv" / "bin" / "audition"), *words],
        env=environ, cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_doctor_names_the_reason_and_the_remedy(without_namespaces: dict[str, str]) -> None:
    done = audition(without_namespaces, "doctor")
    said = done.stdout + done.stderr

    assert done.returncode == 3
    assert "Creating new namespace failed" in said
    assert ("namespaces" if os.geteuid() == 0 else "max_user_namespaces") in said
    assert "--i-trust-this-code" in said


def test_lab_does_not_step_down_by_itself(without_namespaces: dict[str, str]) -> None:
    done = audition(without_namespaces, "lab", "--no-browser", "--port", "0")

    assert done.returncode == 3
    assert "cells cannot be put into a sandbox here" in done.stderr
    assert "Creating new namespace failed" in done.stderr
    assert done.stdout == ""
