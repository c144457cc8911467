"""The committed photographs are what release makes today; a changed byte is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.drift import find_drift, find_orphans, short_diff
from grader.authoring.release import release
from grader.errors import NotReleasable
from tests.conftest import ROOT
from tests.grader.builders import everything_below, swap

SLUGS = sorted(path.parent.name for path in (ROOT / "grader/exercises").glob("*/exercise.toml"))


@pytest.mark.parametrize("slug", SLUGS)
def test_the_committed_photograph_is_what_release_makes(slug: str) -> None:
    assert find_drift(ROOT / "grader/exercises" / slug, ROOT) == []


def test_no_photograph_lies_here_that_no_exercise_makes() -> None:
    assert find_orphans(ROOT, set(SLUGS)) == []


def test_looking_for_drift_writes_nothing(folder: Path, out: Path) -> None:
    found = find_drift(folder, out)

    assert {drift.why for drift in found} == {"missing"}
    assert len(found) == 7
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        "notebooks/small/small.ipynb",
        "notebooks/small/card.json",
        "datasets/small/numbers.csv",
        "datasets/small/CARD.md",
        "harness/proctor/photographs/small/facts.json",
        "harness/proctor/photographs/small/part-2.json",
    ],
)
def test_one_changed_byte_names_its_file_and_line(folder: Path, out: Path, name: str) -> None:
    release(folder, out)
    data = bytearray((out / name).read_bytes())
    place = next(i for i in range(len(data) // 2, len(data)) if chr(data[i]).isalnum())
    data[place] ^= 1
    (out / name).write_bytes(bytes(data))
    found = find_drift(folder, out)

    assert [(drift.path, drift.why) for drift in found] == [(name, "changed")]
    assert "-" in found[0].diff and "+" in found[0].diff
    assert len(found[0].diff.splitlines()) <= 13


def test_a_changed_source_names_what_it_changes_and_nothing_else(folder: Path, out: Path) -> None:
    release(folder, out)
    swap(folder / "source.py", "Somebody has numbers.", "Somebody has more numbers.")
    found = find_drift(folder, out)

    assert [drift.path for drift in found] == ["notebooks/small/small.ipynb"]
    assert "Somebody has more numbers." in found[0].diff


def test_a_missing_file_an_extra_file_and_a_link_are_named(folder: Path, out: Path) -> None:
    release(folder, out)
    (out / "datasets/small/CARD.md").unlink()
    (out / "notebooks/small/answers.md").write_text("42")
    path = out / "datasets/small/numbers.csv"
    path.rename(out / "numbers.csv")
    path.symlink_to(out / "numbers.csv")
    found = {drift.path: drift.why for drift in find_drift(folder, out)}

    assert found == {
        "datasets/small/CARD.md": "missing",
        "notebooks/small/answers.md": "extra",
        "datasets/small/numbers.csv": "missing",
    }


def test_a_photograph_without_its_exercise_is_an_orphan(folder: Path, out: Path) -> None:
    release(folder, out)
    (out / "notebooks/review.ipynb").write_text("{}")

    assert find_orphans(out, {"small"}) == []
    assert [drift.path for drift in find_orphans(out, set())] == [
        "notebooks/small", "datasets/small", "harness/proctor/photographs/small",
    ]  # fmt: skip


def test_an_exercise_that_cannot_be_released_has_no_drift_to_tell(folder: Path, out: Path) -> None:
    release(folder, out)
    before = everything_below([out])
    swap(folder / "source.py", "### END SOLUTION", "### END SOLUTION S")

    with pytest.raises(NotReleasable):
        find_drift(folder, out)
    assert everything_below([out]) == before


def test_a_difference_in_line_ends_alone_is_said_in_words() -> None:
    assert "line ends" in short_diff(b"a\r\nb\r\n", b"a\nb\n")
    assert short_diff(b"a\n" * 99, b"b\n" * 99).endswith("lines more)")
