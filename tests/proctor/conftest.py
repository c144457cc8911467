"""For every test of the proctor: coroutines run on asyncio, as the proctor does.

A test marked `both_stores` runs on SQLite and on a Postgres of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.bench.postgres import Postgres
from harness.core.errors import EnvironmentLacks
from tests.conftest import lacking
from tests.proctor import builders


@pytest.fixture
def anyio_backend() -> str:
    """The one event loop we use."""
    return "asyncio"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a marked test once on each engine."""
    if metafunc.definition.get_closest_marker("both_stores"):
        metafunc.fixturenames.append("store")
        metafunc.parametrize("store", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A cluster of this run's own."""
    try:
        with Postgres(fsync="off") as cluster:
            yield cluster
    except EnvironmentLacks as problem:
        lacking("Postgres", str(problem))


@pytest.fixture
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a fresh database, which settings_for() then names; empty for SQLite."""
    url = ""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").database()
    builders.database_url = url
    yield url
    builders.database_url = ""


@pytest.fixture
def database_url(postgres: Postgres) -> Iterator[str]:
    """The URL of a fresh database of Postgres', which settings_for() then names."""
    builders.database_url = postgres.database()
    yield builders.database_url
    builders.database_url = ""
