"""One good exercise a test, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.grader.builders import make_exercise


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good exercise's folder."""
    return make_exercise(tmp_path / "exercises")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where its photograph goes."""
    path = tmp_path / "out"
    path.mkdir()
    return path
