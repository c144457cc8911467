"""Fixtures of the lab's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.bench.jupyter_wire import Notebook
from tests.lab.fake_proctor import FakeProctor
from tests.lab.running import Lab, free_port


@pytest.fixture(scope="module")
def proctor() -> Iterator[FakeProctor]:
    fake = FakeProctor().start()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def lab(
    candidate_python: Path, proctor: FakeProctor, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lab]:
    """A running server, shared by the tests of one module."""
    running = Lab(candidate_python, tmp_path_factory.mktemp("lab"), proctor).start()
    yield running
    running.stop()


@pytest.fixture
def own_proctor() -> Iterator[FakeProctor]:
    """A proctor of this test alone, started."""
    fake = FakeProctor(free_port()).start()
    yield fake
    fake.stop()


@pytest.fixture
def start(
    candidate_python: Path, own_proctor: FakeProctor, tmp_path: Path
) -> Iterator[Callable[[], Lab]]:
    """Starts this test's own server; again after it was killed."""
    started: list[Lab] = []

    def go() -> Lab:
        started.append(Lab(candidate_python, tmp_path, own_proctor).start())
        return started[-1]

    yield go
    for lab in started:
        lab.stop()


@pytest.fixture
def notebook(lab: Lab) -> Iterator[Notebook]:
    """An open notebook with a kernel of its own."""
    opened = lab.notebook()
    opened._socket.close_timeout = 0.2  # unread messages would keep the farewell waiting
    yield opened
    opened.close()
