"""The kind `data`: its truth can be counted, and what an author breaks in it is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.authoring.calibrate import measure_of
from grader.authoring.checks import Finding, check
from grader.authoring.folder import read_exercise
from grader.authoring.new import TEMPLATES
from grader.authoring.photograph import photograph
from grader.scoring.data_reading import read_table
from grader.scoring.data_truth import Table
from harness.core.errors import BadExercise
from tests.grader.builders import swap

ROOM = TEMPLATES / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the template."""
    return Path(shutil.copytree(ROOM, tmp_path / "data"))


@pytest.fixture(scope="module")
def table() -> Table:
    found = read_table(read_exercise(ROOM))
    assert found is not None
    return found


def of_rule(folder: Path, rule: str) -> list[Finding]:
    return [one for one in check(folder, fast=True) if one.rule == rule]


def test_the_templates_numbers_can_be_counted_by_hand(table: Table) -> None:
    left, lived = table.mended(), table.lived()

    assert (len(table.rows), table.reported()) == (160, 73 / 80)
    assert (sum(left.values()), len(left)) == (20, 28)
    assert (sum(lived), len(lived)) == (33, 45)
    assert sum(row.label != row.right for row in table.rows.values()) == 25
    assert len(table.clean) == 36 and len(table.clean & table.odd) == 15


def test_each_defect_moves_the_number_as_it_says(table: Table) -> None:
    moved = {
        one.id: sum(left.values()) / len(left) - table.reported()
        for one in table.sheet.defects if (left := table.mended(only=one.id))
    }  # fmt: skip

    assert {name: by > 0 for name, by in moved.items()} == {
        "D1": False, "D2": True, "D3": True, "D4": False, "D5": False, "D6": False
    }  # fmt: skip
    assert all(abs(by) > 0.005 for by in moved.values())


def test_nothing_of_the_truth_leaves_with_the_photograph(table: Table) -> None:
    shots = photograph(read_exercise(ROOM))
    every = b"\n".join(shots.values()).decode("utf-8", "replace")

    assert "labelled_160.csv" in every and "second table" not in every
    for one in (*table.sheet.defects, *table.sheet.absent):
        assert one.about not in every
    for row in table.fresh:
        assert row.text not in every


def test_a_pair_that_is_named_no_more_is_a_near_duplicate_again(folder: Path) -> None:
    sheet = folder / "hidden" / "defects.toml"
    lines = sheet.read_text(encoding="utf-8").splitlines(keepends=True)
    pairs = [line for line in lines if line.startswith("  [")]
    sheet.write_text("".join(one for one in lines if one != pairs[0]), encoding="utf-8")
    found = of_rule(folder, "near-duplicates")

    assert len(found) == 1
    assert all(name in found[0].place + found[0].what for name in pairs[0].split('"')[1:4:2])


@pytest.mark.parametrize(
    ("place", "old", "new", "told"),
    [
        ("hidden/defects.toml", '"labelled_160.csv"', '"labels.csv"', "is not in public/"),
        ("hidden/defects.toml", 'id = "D2"', 'id = "D1"', "D1 stands twice"),
        ("hidden/defects.toml", 'right = "hidden/right.csv"', 'right = "hidden/r"', "'hidden/r'"),
        ("hidden/defects.toml", 'fresh = "hidden/holdout.jsonl"', 'fresh = "x"', "second table"),
        ("hidden/defects.toml", 'effect = ["down"]', 'effect = ["sideways"]', "effect"),
        ("hidden/right.csv", "row_id,right", "row,right", "below the canary stands row_id,right"),
        ("hidden/holdout.jsonl", '"defect": "D2"', '"defect": "D9"', "there is no 'D9'"),
        ("public/labelled_160.csv", "row_id,split", "row,split", "row_id is empty"),
        ("public/labelled_160.csv", "R002,", "R001,", "stands twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_with_its_place(
    place: str, old: str, new: str, told: str, folder: Path
) -> None:
    path = folder / place
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BadExercise, match=told):
        read_table(read_exercise(folder))
    assert of_rule(folder, "planted-defects")


def all_right(folder: Path) -> None:
    """Leave no wrong label: the number is what it is."""
    sheet = folder / "hidden" / "holdout.jsonl"
    text = sheet.read_text(encoding="utf-8")
    for right in ("electrics", "textiles", "wood"):
        for pred in ("electrics", "textiles", "wood"):
            text = text.replace(
                f'"right": "{right}", "pred": "{pred}"', f'"right": "{right}", "pred": "{right}"'
            )
    sheet.write_text(text, encoding="utf-8")


def no_pair(folder: Path) -> None:
    about = 'about = "the label stands in the text"\n'
    swap(folder / "hidden" / "defects.toml", about, f'{about}pairs = [["R001", "R007"]]\n')


def lone_label(folder: Path) -> None:
    swap(folder / "hidden" / "right.csv", "row_id,right\n", "row_id,right\nR007,textiles\n")


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (all_right, {"the second table 1.00", "mended rows say 0.71"}),
        (no_pair, {"R001 and R007 are no twins"}),
        (lone_label, {"the label of R007 is wrong, and it is in no defect"}),
    ],
)
def test_a_truth_that_does_not_hold_is_named(
    harm: Callable[[Path], None], told: set[str], folder: Path
) -> None:
    harm(folder)
    found = of_rule(folder, "planted-defects")

    assert found and all(any(part in one.what for part in told) for one in found)


def test_sizes_speak_of_a_table(folder: Path) -> None:
    rows = folder / "hidden" / "holdout.jsonl"
    lines = rows.read_text(encoding="utf-8").splitlines(keepends=True)
    rows.write_text("".join(lines[:36]), encoding="utf-8")
    found = of_rule(folder, "sizes")
    full = [one.place for one in check(ROOM, grade="full", fast=True) if one.rule == "sizes"]

    assert [(one.place, one.what) for one in found] == [(
        "hidden/holdout.jsonl",
        "there are 35 countable rows of the second table where pilot asks for 40",
    )]  # fmt: skip
    assert full == ["public/labelled_160.csv", "hidden/holdout.jsonl", "hidden/probes.toml"]


def test_there_is_nothing_to_calibrate_and_that_is_said() -> None:
    with pytest.raises(BadExercise, match="nothing to calibrate: the model's answers are recorded"):
        measure_of(read_exercise(ROOM))
