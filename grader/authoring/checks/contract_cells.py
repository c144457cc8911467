"""What: each name of the contract belongs to an artefact cell, and a check cell says check().

Why: check() would tell every candidate that a name is missing which nobody can give.
Wrong: `cell = "sorting"` where the artefact cell is called "sorter".
Right: the name in the cell's audition mark.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield names without a cell, and a contract that nothing checks."""
    artefacts = {cell.mark.name for cell in room.cells if cell.mark.kind == "artefact"}
    if room.card.contract and not any(cell.mark.kind == "check" for cell in room.cells):
        yield Problem("source", "there is a contract and no check cell", "add one")
    for rule in room.card.contract:
        if rule.cell not in artefacts:
            yield Problem(
                f"exercise.toml, contract {rule.name!r}",
                f"there is no artefact cell {rule.cell!r}",
                f"artefact cells are {', '.join(sorted(filter(None, artefacts))) or 'none'}",
            )


RULE = Rule("contract-cells", find, needs=("card", "cells"))
