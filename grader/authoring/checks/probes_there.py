"""What: reference and empty are there, each probe has its files and its range.

Why: probes are how an exercise is tested; one that is not there is a promise.
Wrong: a range for `weak` and no folder; a reference that does not write a cell of the contract.
Right: probes/<name>/artefacts.py and `[probe.<name>]` with `index = [low, high]` for each; where
nothing is measured, reference.py and empty.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from grader.authoring.checks.hidden_files import hidden_file, table_in
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.folder import Hidden
from grader.authoring.problem import Problem

TABLE = "hidden/probes.toml"
ALWAYS = ("reference", "empty")
_CELL = re.compile(r"^# cell: *([A-Za-z_][A-Za-z0-9_\-]{0,63}) *$", re.MULTILINE)
_FOLDER = re.compile(r"hidden/probes/([^/]+)/artefacts\.py")


def find(room: Room) -> Iterator[Problem]:
    """Yield what is missing of the probes."""
    names = {cell.mark.name for cell in room.cells if cell.mark.kind == "artefact"}
    if hidden_file(room, TABLE) is not None:
        yield from _of_table(room)
    for name in ALWAYS:
        file = probe_file(room, name)
        if file is None:
            where = f"hidden/{name}.py or hidden/probes/{name}/artefacts.py"
            what = f"there is no probe {name!r}"
            yield Problem("hidden/", what, f"write {where}, each cell below '# cell: NAME'")
        else:
            yield from _of_cells(file, {one for one in names if one})


def probe_file(room: Room, name: str) -> Hidden | None:
    """Return a probe's code; None where it has none."""
    return hidden_file(room, f"hidden/probes/{name}/artefacts.py") or hidden_file(
        room, f"hidden/{name}.py"
    )


def cells_in(file: Hidden) -> dict[str, str]:
    """Return a probe's cells by name, in order; what stands above the first is nobody's."""
    pieces = _CELL.split(file.data.decode("utf-8", "replace"))
    return {name: text.strip("\n") for name, text in zip(pieces[1::2], pieces[2::2], strict=True)}


def _of_cells(file: Hidden, names: set[str]) -> Iterator[Problem]:
    there = set(cells_in(file))
    for name in sorted(names - there):
        yield Problem(file.place, f"it does not write the cell {name!r}", f"add '# cell: {name}'")
    for name in sorted(there - names):
        what = f"it writes a cell {name!r} that the notebook does not have"
        yield Problem(file.place, what, f"cells are {', '.join(sorted(names)) or 'none'}")


def _of_table(room: Room) -> Iterator[Problem]:
    table = table_in(hidden_file(room, TABLE))
    listed = table.get("probe")
    probes: dict[str, Any] = listed if isinstance(listed, dict) else {}
    folders = {match[1] for one in room.hidden if (match := _FOLDER.fullmatch(one.place))}
    for name in sorted(set(probes) - folders):
        what = f"there is a range and no hidden/probes/{name[:60]}/artefacts.py"
        yield Problem(f"{TABLE}, {name}", what, "write it, or take the range out")
    for name in sorted(folders - set(probes)):
        what = f"the probe {name!r} has no range"
        yield Problem(TABLE, what, f"add [probe.{name}] with index = [low, high]")
    for name, wanted in probes.items():
        if not isinstance(wanted, dict) or not is_range(wanted.get("index")):
            what = "its index is no range"
            yield Problem(f"{TABLE}, {name}", what, "write index = [low, high], from 0 to 100")
    for key in ("order", "zero"):
        listed = table.get(key, [])
        for name in listed if isinstance(listed, list) else [listed]:
            if name not in probes:
                what = f"{key} names {str(name)[:40]!r}, which has no range"
                yield Problem(f"{TABLE}, {key}", what, "add it, or take it out")


def is_range(value: Any) -> bool:
    """Whether a value is [low, high], two numbers in order."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)
        and value[0] <= value[1]
    )


RULE = Rule("probes-there", find, needs=("cells", "hidden"))
