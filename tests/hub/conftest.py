"""One hub with two candidates, for all tests that leave it as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.errors import EnvironmentLacks
from harness.core.settings import HubSettings
from tests.conftest import lacking
from tests.hub.hosting import Hosting, Visitor, hosting


@pytest.fixture(scope="session")
def can_host(candidate_python: Path) -> None:
    """Skip, with the reason, where no hub can be had."""
    from harness.hub.proxy import proxy_command
    from harness.hub.trial import try_walls

    if os.geteuid() != 0:
        lacking("root, which gives each candidate a user of its own", "run the tests as root")
    try:
        proxy_command()
        try_walls(HubSettings(), candidate_python)
    except EnvironmentLacks as problem:
        lacking("what a hub needs", str(problem))


@pytest.fixture(scope="session")
def up(can_host: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosting]:
    with hosting(tmp_path_factory.mktemp("hub")) as hub:
        hub.audition("round", "new", "spring", "--exercise", "practice")
        yield hub


@pytest.fixture(scope="session")
def ada(up: Hosting) -> Visitor:
    return Visitor(up.url).enter(up.invite("spring", "Ada"))


@pytest.fixture(scope="session")
def bob(up: Hosting) -> Visitor:
    return Visitor(up.url).enter(up.invite("spring", "Bob"))
