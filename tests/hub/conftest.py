"""One hub with two candidates, for all tests that leave it as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hub.hosting import ADA, BOB, Hosting, Visitor, hosting


@pytest.fixture(scope="session")
def up(can_host: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosting]:
    with hosting(tmp_path_factory.mktemp("hub")) as hub:
        hub.audition("round", "new", "spring", "--exercise", "practice")
        yield hub


@pytest.fixture(scope="session")
def ada(up: Hosting) -> Visitor:
    return up.visitor().enter(up.invite("spring", ADA))


@pytest.fixture(scope="session")
def bob(up: Hosting) -> Visitor:
    return up.visitor().enter(up.invite("spring", BOB))
