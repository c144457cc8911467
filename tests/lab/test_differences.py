"""What tells a version from the notebook now: cell by cell, line by line, whatever it holds."""

from __future__ import annotations

import time
from typing import Any

import pytest

from harness.lab.differences import MOST_CELLS, MOST_LINES, Differences, differences


def cell(ident: str, source: Any, kind: str = "code") -> dict[str, Any]:
    return {"id": ident, "cell_type": kind, "source": source}


def told(found: Differences) -> list[tuple[str, int, list[str]]]:
    return [
        (one.state, one.number, [line.sign + line.text for line in one.lines])
        for one in found.cells
    ]


def test_cells_are_told_as_changed_come_back_and_gone_from_the_top() -> None:
    now = [cell("a", "one"), cell("b", "x = 1\ny = 2"), cell("mine", "print(1)")]
    then = [cell("a", "one"), cell("old", "# Words", "markdown"), cell("b", ["x = 1\n", "y = 3"])]
    found = differences(now, then)

    assert told(found) == [
        ("added", 2, ["+# Words"]),
        ("changed", 2, [" x = 1", "-y = 2", "+y = 3"]),
        ("removed", 3, ["-print(1)"]),
    ]
    assert (found.same, found.left_out, found.is_reordered) == (1, 0, False)


def test_a_version_that_is_alike_differs_in_nothing() -> None:
    cells = [cell("a", "one"), cell("b", "two")]
    outputs = [{**cells[0], "outputs": [{"output_type": "stream", "text": "1"}]}, cells[1]]

    assert differences(cells, outputs) == Differences(
        cells=[], left_out=0, same=2, is_reordered=False
    )


def test_another_order_is_said() -> None:
    found = differences([cell("a", "1"), cell("b", "2")], [cell("b", "2"), cell("a", "1")])

    assert (found.cells, found.same, found.is_reordered) == ([], 2, True)


def test_a_cell_that_became_text_has_changed() -> None:
    found = differences([cell("a", "1")], [cell("a", "1", "markdown")])

    assert told(found) == [("changed", 1, [])]


def test_lines_that_stayed_are_left_out_between_two_changes() -> None:
    lines = [f"line {n}" for n in range(40)]
    other = ["new" if n in (1, 30) else one for n, one in enumerate(lines)]
    found = differences([cell("a", "\n".join(lines))], [cell("a", "\n".join(other))])

    assert [line.sign for line in found.cells[0].lines] == [*" -+  ", "…", *"  -+  "]


def test_what_is_long_is_cut_and_said_to_be() -> None:
    many = [cell(f"c{n}", "x" * 5000) for n in range(MOST_CELLS + 3)]
    found = differences([cell("a", "")], [cell("a", "\n".join("y" * 70)), *many])

    assert found.left_out == 4
    assert (len(found.cells[0].lines), found.cells[0].left_out) == (MOST_LINES, 10)
    assert max(len(line.text) for one in found.cells for line in one.lines) == 300


@pytest.mark.parametrize(
    "odd",
    [
        [7, None, "x", []], [{}], [cell("a", None), cell("a", 7)],
        [{"id": {}, "source": [1, None]}],
    ],
)  # fmt: skip
def test_cells_that_are_none_are_compared_all_the_same(odd: list[Any]) -> None:
    assert differences(odd, odd).cells == []
    assert differences(odd, [cell("a", "x")]).cells


def test_a_notebook_made_to_be_slow_is_compared_within_seconds() -> None:
    def periodic(n: int, lines: int) -> str:
        return "\n".join(["start", *(str(one % n) for one in range(lines)), f"end {n}"])

    now = [cell(f"c{n}", periodic(2, 290)) for n in range(150)]
    then = [cell(f"c{n}", periodic(3, 290)) for n in range(150)]
    now, then = [*now, cell("big", periodic(2, 50_000))], [*then, cell("big", periodic(3, 50_000))]
    began = time.monotonic()
    found = differences(now, then)

    assert time.monotonic() - began < 20
    assert len(found.cells) == 151
    assert found.cells[-1].left_out > 99_000
