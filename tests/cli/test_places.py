"""What candidates are given comes from where the proctor's sides come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.places import checkout, release_root
from harness.core.settings import ProctorSettings, Settings


def _settings(photographs: Path | None) -> Settings:
    return Settings(proctor=ProctorSettings(photographs=photographs))


def test_a_release_elsewhere_is_given_out_from_there(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()

    found = release_root(_settings(tmp_path / "harness" / "proctor" / "photographs"))

    assert found == tmp_path


@pytest.mark.parametrize("below", ["harness/proctor/photographs", "sides", "", "a/b/c/d"])
def test_photographs_without_notebooks_beside_them_leave_it_at_the_checkout(
    below: str, tmp_path: Path
) -> None:
    assert release_root(_settings(tmp_path / below)) == checkout()


@pytest.mark.parametrize("photographs", [None, Path("/"), Path("/x")])
def test_the_checkout_is_where_nothing_else_is_said(photographs: Path | None) -> None:
    assert release_root(_settings(photographs)) == checkout()
