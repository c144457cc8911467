"""What: an exercise that is measured by planted faults is as large as its grade asks.

Why: with fewer rows every share is luck. pilot is for colleagues, full for hiring.
Wrong: five planted faults, 30 rows in the holdout.
Right: pilot 12 given, 40 + 40 rows, 6 faults, 3 probes; full 12, 180 + 240, 18 + 6, 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.gold import GOLD, HOLDOUT
from grader.authoring.checks.hidden_files import hidden_file, rows_in, sheet_of, table_in
from grader.authoring.checks.room import WHOLE, Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.scoring.fields import place_of


def find(room: Room) -> Iterator[Problem]:
    """Yield each size that is too small."""
    sheet = sheet_of(room)
    if sheet is None:
        return
    faults = sum(one.group == "mutant" for one in sheet.models)
    rows = {place: len(list(rows_in(hidden_file(room, place)))) for place in (*GOLD, HOLDOUT)}
    probes = table_in(hidden_file(room, "hidden/probes.toml")).get("probe")
    grade = room.grade
    for place, what, there, wanted in (
        (GOLD[0], "given messages", rows[GOLD[0]], grade.given),
        (GOLD[1], "public messages", rows[GOLD[1]], grade.export),
        (HOLDOUT, "rows of the holdout", rows[HOLDOUT], grade.holdout),
        (place_of(sheet), "planted faults", faults, grade.mutants),
        (
            place_of(sheet),
            "harmless models",
            len(sheet.models) - faults,
            grade.equivalents,
        ),
        (
            "hidden/probes.toml",
            "probes",
            len(probes) if isinstance(probes, dict) else 0,
            grade.probes,
        ),
    ):
        if there < wanted:
            said = f"there are {there} {what} where {grade.name} asks for {wanted}"
            yield Problem(place, said, "write more, or check against another grade")


RULE = Rule("sizes", find, needs=WHOLE)
