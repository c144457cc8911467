"""What: the reference, and the author's own solution, meet the contract. Runs code.

Why: check() would call sound work unreadable.
Wrong: `keys = ["verdict", "notes"]` where the reference gives back no notes.
Right: the contract asks for what sound work gives, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.authoring.checks.contract_look import Cells, look
from grader.authoring.checks.looking import markers_are_fine
from grader.authoring.checks.probes_there import cells_in, probe_file
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.authoring.solutions import BEGIN, END
from grader.authoring.source import Cell
from grader.bench import Bench
from harness.core.settings import load_settings


def find(room: Room) -> Iterator[Problem]:
    """Yield what check() would say to sound work."""
    if not room.card.contract or not markers_are_fine(room):
        return
    bench = Bench.of(load_settings())
    for place, sources in _sound(room):
        cells = Cells(room.card.slug, sources, room.card.contract, room.given)
        for what in look(cells, bench):
            yield Problem(place, what, "mend the work, or ask for less in the contract")


def _sound(room: Room) -> Iterator[tuple[str, Mapping[str, str]]]:
    reference = probe_file(room, "reference")
    if reference is not None:
        yield reference.place, cells_in(reference)
    own = [cell for cell in room.cells if cell.mark.kind == "artefact"]
    yield "source, the author's solution", {cell.mark.name or "": _solved(cell) for cell in own}


def _solved(cell: Cell) -> str:
    return "\n".join(line for line in cell.text.splitlines() if line.strip() not in (BEGIN, END))


RULE = Rule("reference-contract", find, needs=("card", "cells", "given", "hidden"), is_slow=True)
