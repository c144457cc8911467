"""What: an exercise is as large as its grade asks, by what it is measured by.

Why: with fewer rows every share is luck. pilot is for colleagues, full for hiring.
Wrong: five planted faults, 30 rows in the holdout; a metered day of 100 mails; a table with three
defects.
Right: faults: pilot 12 given, 40 + 40 rows, 6 faults, 3 probes; full 12, 180 + 240, 18 + 6, 6. A
pipeline: 40 messages, a day of 400, 8 changes that save, 3 probes; full 180, 1,800, 16, 6. A table:
160 rows, 40 of a second table, 4 defects, 2 oddities, 3 probes; full 480, 240, 6, 2, 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.gold import GOLD, HOLDOUT
from grader.authoring.checks.hidden_files import hidden_file, rows_in, sheet_of, table_in
from grader.authoring.checks.room import WHOLE, Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.scoring import cost_truth, data_truth
from grader.scoring.cost_pricing import changes, offers
from grader.scoring.cost_truth import read_truth
from grader.scoring.data_reading import read_table
from grader.scoring.fields import place_of
from harness.core.errors import BadExercise

SAVES = 0.01
"""A change that saves less of a day's cost is none."""
_PROBES = "hidden/probes.toml"
Size = tuple[str, str, int, int]
"""Place, what is counted, how many there are, how many are wanted."""


def find(room: Room) -> Iterator[Problem]:
    """Yield each size that is too small."""
    for place, what, there, wanted in (*_of_faults(room), *_of_day(room), *_of_table(room)):
        if there < wanted:
            said = f"there are {there} {what} where {room.grade.name} asks for {wanted}"
            yield Problem(place, said, "write more, or check against another grade")


def _of_faults(room: Room) -> Iterator[Size]:
    """Yield the sizes of an exercise with planted faults."""
    sheet = sheet_of(room)
    if sheet is None:
        return
    faults = sum(one.group == "mutant" for one in sheet.models)
    rows = {place: len(list(rows_in(hidden_file(room, place)))) for place in (*GOLD, HOLDOUT)}
    grade = room.grade
    yield GOLD[0], "given messages", rows[GOLD[0]], grade.given
    yield GOLD[1], "public messages", rows[GOLD[1]], grade.export
    yield HOLDOUT, "rows of the holdout", rows[HOLDOUT], grade.holdout
    yield place_of(sheet), "planted faults", faults, grade.mutants
    yield place_of(sheet), "harmless models", len(sheet.models) - faults, grade.equivalents
    yield _PROBES, "probes", _probes(room), grade.probes


def _of_day(room: Room) -> Iterator[Size]:
    """Yield the sizes of a pipeline; nothing where `metered-day` tells what is off with it."""
    try:
        truth = read_truth(room.exercise())
    except BadExercise:
        return
    if truth is None:
        return
    sheet, grade = truth.sheet, room.grade
    single = offers(truth)[: len(list(changes(sheet)))]
    saving = sum(one.saving > SAVES for one in single)
    if sheet.own_logic is not None:
        mails = [one.rows for one in room.given if one.said.name == sheet.own_logic.mails]
        place = f"public/{sheet.own_logic.mails}"
        yield place, "public messages", sum(mails), grade.export
    yield sheet.day, "rows of the metered day", truth.day.rows, grade.day_factor * grade.export
    yield cost_truth.PLACE, "changes of the plan that save something", saving, grade.changes
    yield _PROBES, "probes", _probes(room), grade.probes


def _of_table(room: Room) -> Iterator[Size]:
    """Yield the sizes of a labelled table; nothing where `planted-defects` tells what is off."""
    try:
        table = read_table(room.exercise())
    except BadExercise:
        return
    if table is None:
        return
    sheet, grade = table.sheet, room.grade
    yield f"public/{sheet.table}", "labelled rows", len(table.rows), grade.labelled
    yield sheet.fresh, "countable rows of the second table", len(table.lived()), grade.holdout
    yield data_truth.PLACE, "planted defects", len(sheet.defects), grade.defects
    yield data_truth.PLACE, "harmless oddities", len(sheet.oddities), grade.oddities
    yield _PROBES, "probes", _probes(room), grade.probes


def _probes(room: Room) -> int:
    probes = table_in(hidden_file(room, _PROBES)).get("probe")
    return len(probes) if isinstance(probes, dict) else 0


RULE = Rule("sizes", find, needs=WHOLE)
