"""For every test: loopback only, no skipping in CI for want of an install."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"
pytest_plugins = ["tests.order", "tests.second_run"]
_connect = socket.socket.connect


class NetworkUsed(RuntimeError):
    """A test tried to leave the machine."""


def _loopback_only(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = address[0]
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise NetworkUsed(f"a test may not connect to {host}")
    return _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    socket.socket.connect = _loopback_only  # type: ignore[method-assign]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]


def lacking(what: str, remedy: str) -> None:
    """Skip a test that this machine cannot run; in CI that is a failure, not a skip."""
    if IN_CI:
        pytest.fail(f"{what} is missing and CI must not skip; {remedy}")
    pytest.skip(f"{what} is missing; {remedy}")


@pytest.fixture(scope="session")
def candidate_python() -> Path:
    """The candidate's interpreter."""
    path = ROOT / ".venv-candidate" / "bin" / "python"
    if not path.exists():
        lacking("the candidate's environment", "run: make env")
    return path


@pytest.fixture(scope="session")
def chromium() -> str:
    """Debian's Chromium."""
    path = shutil.which("chromium")
    if path is None:
        lacking("chromium", "run: make system")
    assert path is not None
    return path


@pytest.fixture(scope="session")
def can_host(candidate_python: Path) -> None:
    """Skip, with the reason, where no hub can be had."""
    from harness.core.errors import EnvironmentLacks
    from harness.core.settings import HubSettings
    from harness.hub.proxy import proxy_command
    from harness.hub.trial import try_walls

    if os.geteuid() != 0:
        lacking("root, which gives each candidate a user of its own", "run the tests as root")
    try:
        proxy_command()
        try_walls(HubSettings(), candidate_python)
    except EnvironmentLacks as problem:
        lacking("what a hub needs", str(problem))
