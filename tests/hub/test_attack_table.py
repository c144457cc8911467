"""The tables in the docs are the attacks that are run."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.hub.attacks import FROM_CELL, FROM_CELL_OR_SERVER, FROM_SERVER, Attack

ON = {
    "other": "the other candidate", "hub": "the hub", "proctor": "the proctor",
    "grader": "the grader", "machine": "the machine",
}  # fmt: skip


def rows(attacks: tuple[Attack, ...]) -> list[str]:
    """The table's rows as the docs have them."""
    return [f"| {attack.name} | {ON[attack.on]} |" for attack in attacks]


@pytest.mark.parametrize(
    ("heading", "attacks"),
    [("from a cell and from a server that was taken over", FROM_CELL_OR_SERVER),
     ("from a server that was taken over, with its own tokens", FROM_SERVER),
     ("from a cell", FROM_CELL)],
)  # fmt: skip
def test_the_docs_list_every_attack_and_no_other(heading: str, attacks: tuple[Attack, ...]) -> None:
    page = (ROOT / "docs/hosting.md").read_text()
    found = re.search(
        rf"^\| {re.escape(heading)} \| aimed at \|\n\|---\|---\|\n((?:\|.*\n)+)", page, re.M
    )

    assert found and found.group(1).splitlines() == rows(attacks)
