"""What the embedded model's worker takes; times are measured, not held here."""

from __future__ import annotations

import pytest

from harness.bench.figures import Figure
from harness.bench.footprint import measure_footprint


@pytest.fixture(scope="module")
def figures() -> dict[str, Figure]:
    return {
        one.name.removeprefix("embedded model, "): one for one in measure_footprint(is_quick=True)
    }


def test_each_figure_has_a_value_a_target_and_says_how(figures: dict[str, Figure]) -> None:
    assert list(figures) == [
        "start, s",
        "warm call p95, ms",
        "warm call p95, ms of processor time",
        "resident, MB",
        "files of torch mapped",
        "answers at temperature 0 that differ with another processor's arithmetic",
    ]
    assert all(one.target and one.how for one in figures.values())
    assert figures["start, s"].ours > 0.1 and figures["warm call p95, ms"].ours > 1
    assert figures["warm call p95, ms of processor time"].ours > 1


def test_it_stays_near_its_target_of_150_mb_and_loads_no_torch(figures: dict[str, Figure]) -> None:
    assert 60 < figures["resident, MB"].ours <= 156
    assert figures["files of torch mapped"].met


def test_another_processors_arithmetic_gives_the_same_bytes(figures: dict[str, Figure]) -> None:
    (last,) = [one for name, one in figures.items() if name.startswith("answers")]

    assert last.ours == 0 and last.met
