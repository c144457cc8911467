"""What waits longest begins first, so that no worker ends a parallel run alone with a slow file."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT

SLOW_FIRST = (
    "seams/test_demo.py", "browser", "proctor/test_faults.py", "exercises", "attacks",
    "lab/test_sitting_faults.py", "peers", "seams", "hub", "lab", "sandbox", "bench", "models",
)  # fmt: skip
"""Files and folders below tests/, the slowest first; the others come after them as they stand."""


def _rank(item: pytest.Item) -> int:
    place = item.path.relative_to(ROOT / "tests").as_posix()
    found = [
        n for n, slow in enumerate(SLOW_FIRST) if place == slow or place.startswith(f"{slow}/")
    ]
    return min(found, default=len(SLOW_FIRST))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put them in that order; within a file nothing moves."""
    items.sort(key=_rank)
