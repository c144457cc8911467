"""Figures always say whether their target was met, and read the same as text and as JSON."""

from __future__ import annotations

import json

from click.testing import CliRunner

from harness.bench import command
from harness.bench.figures import Figure, figure, median_ms, table
from harness.core.settings import Settings

FAST = figure("round trip, ms", ours=5.0, peer=50.0, target="≤ 6 ms", met=True, how="300 cells")
ALONE = figure("start, s", ours=1.23456, peer=None, target="seconds", met=False, how="one start")


def test_a_figure_beside_a_peer_carries_the_ratio() -> None:
    assert FAST.ratio == 0.1
    assert ALONE.ratio is None
    assert ALONE.ours == 1.235


def test_the_table_says_in_words_whether_a_target_was_met() -> None:
    lines = table([FAST, ALONE]).splitlines()

    assert lines[1].split()[-1] == "met"
    assert lines[2].endswith("not met")
    assert "round trip, ms: 300 cells" in lines


def test_json_names_every_field_of_every_figure() -> None:
    def measure(settings: Settings, *, is_quick: bool) -> list[Figure]:
        return [FAST, ALONE]

    command.AREAS["lab"], kept = measure, command.AREAS["lab"]
    try:
        done = CliRunner().invoke(command.bench, ["lab", "--json"])
    finally:
        command.AREAS["lab"] = kept
    figures = json.loads(done.stdout)["figures"]

    assert [set(one) for one in figures] == [
        {"name", "ours", "peer", "ratio", "target", "met", "how"}
    ] * 2


def test_an_area_that_is_not_there_is_named() -> None:
    done = CliRunner().invoke(command.bench, ["nothing"])

    assert done.exit_code == 2
    assert "nothing" in done.output


def test_samples_in_seconds_become_a_median_in_milliseconds() -> None:
    assert median_ms([0.001, 0.002, 0.9]) == 2.0
