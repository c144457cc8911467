"""The broken folders themselves: each patch fits, and the table knows each."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.folder import read_exercise
from scripts.broken_folders import broken_folders
from tests.conftest import ROOT
from tests.grader.authoring.folders import (
    BROKEN,
    base_of,
    expected,
    make_broken,
    make_tiny,
    patch_named,
)
from tests.grader.builders import everything_below


def test_there_are_forty_and_the_table_has_each() -> None:
    patches = {path.stem for path in (BROKEN / "patches").glob("*.toml")}

    assert patches == set(expected())
    assert len(patches) >= 40


def test_the_good_one_can_be_read_whole(tmp_path: Path) -> None:
    exercise = read_exercise(make_tiny(tmp_path))

    assert exercise.card.slug == "tiny" and len(exercise.cells) == 9


@pytest.mark.parametrize("name", expected())
def test_a_patch_fits_and_changes_something(name: str, tmp_path: Path) -> None:
    folder = make_broken(name, tmp_path)
    base = base_of(name)
    good = {path.removeprefix(f"{base}/"): data for path, data in everything_below([base]).items()}
    now = {p.removeprefix(f"{folder}/"): data for p, data in everything_below([folder]).items()}

    assert now != good or patch_named(name).get("released")
    assert patch_named(name)["about"].endswith(".")


def test_the_page_of_broken_folders_is_what_the_table_and_the_rules_say() -> None:
    page = ROOT / "docs" / "broken-folders.md"

    assert page.read_text(encoding="utf-8") == broken_folders()
