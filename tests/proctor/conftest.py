"""For every test of the proctor: coroutines run on asyncio, as the proctor does."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """The one event loop we use."""
    return "asyncio"
