"""The line a kernel has to the proctor, and an exercise's folder to stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.kernel.fake_proctor import Answers, FakeProctor, fake_proctor
from tests.kernel.notebooks import Folder

Serve = Callable[[Answers], FakeProctor]


@pytest.fixture(autouse=True)
def _no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUDITION_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Start a fake proctor and give this process the line to it."""
    with ExitStack() as stack:

        def start(fn: Answers) -> FakeProctor:
            proctor = stack.enter_context(fake_proctor(fn))
            monkeypatch.setenv("AUDITION_URL", proctor.address)
            monkeypatch.setenv("OPENAI_API_KEY", "kernel-token")
            return proctor

        yield start


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """The folder of an exercise with a card and no notebook yet; the current folder."""
    place = Folder(tmp_path / "practice")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(place.path)
    return place
