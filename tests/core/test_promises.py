"""Every sentence on the pages before the work is kept by a test that is there."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from harness.core import promises, records
from tests.conftest import ROOT

ROW = re.compile(r"^\| (?P<promise>[^|`]+) \| (?P<tests>`.+`) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[a-z_/]+\.py)::(test_[a-z0-9_]+)`")
SEEN_OR_FELT = re.compile(
    "^key|typ(ed|ing)|pointer|mouse|camera|micro|screen|focus|window|paste|clipboard"
)
TABLE = {
    row["promise"].strip(): TEST.findall(row["tests"])
    for row in ROW.finditer((ROOT / "docs" / "promises.md").read_text(encoding="utf-8"))
}


def test_each_promise_has_a_row_and_each_row_a_promise() -> None:
    assert set(TABLE) == set(promises.PROMISES)


@pytest.mark.parametrize("promise", sorted(TABLE))
def test_the_tests_that_keep_it_are_there(promise: str) -> None:
    assert TABLE[promise]
    for file, name in TABLE[promise]:
        source = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {name}\(", source, re.MULTILINE), f"{file}::{name}"


def test_the_record_has_no_kind_for_keys_pictures_or_windows() -> None:
    kinds = {kind for name in ("ServerKind", "ProctorKind", "KernelKind", "EventKind")
             for kind in _kinds(getattr(records, name, None))}  # fmt: skip

    assert {"execute_request", "save"} <= kinds
    assert not [one for one in kinds if SEEN_OR_FELT.search(one)]


def _kinds(alias: object) -> set[str]:
    """Return the words of a literal, or of literals that are one of several."""
    found: set[str] = set()
    for one in get_args(alias):
        found |= {one} if isinstance(one, str) else _kinds(one)
    return found
