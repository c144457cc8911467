"""What: what hidden/defects.toml says of a labelled table is so, and the headline is too good.

Why: the scorer goes by it: a twin that is none, a defect without effect or a number that was right
all along would call sound work wrong.
Wrong: `effect = ["up"]` for rows that leave the number where it is; a pair that is no pair.
Right: wrong labels in the file of right ones, each in a defect; twins that resemble each other; an
effect that counting confirms; a headline .1 or more above what is so.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.likeness import are_alike, likeness, passage
from grader.authoring.checks.near_duplicates import TWINS
from grader.authoring.checks.room import WHOLE, Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.scoring.data_measures import FOUND
from grader.scoring.data_reading import read_table
from grader.scoring.data_truth import PLACE, Defect, Table
from harness.core.errors import BadExercise

TOO_GOOD = 0.1
"""So far above both readings a headline has to lie, or there is nothing to notice."""
APART = 0.15
"""Two readings of the corrected number that differ by more leave nobody a right one."""
SAME = 0.0005
_MOVES = 0.005
"""What moves a number by less has an effect that nobody knows."""


def find(room: Room) -> Iterator[Problem]:
    """Yield what cannot be read, what does not hold, and a table without anything to notice."""
    try:
        table = read_table(room.exercise())
    except BadExercise as problem:
        yield Problem(PLACE, str(problem)[:300], "mend it there")
        return
    if table is None:
        return
    for one in table.sheet.defects:
        yield from _of_pairs(table, one)
        yield from _of_effect(table, one)
    yield from _of_rows(table)
    yield from _of_number(table)


def _of_pairs(table: Table, defect: Defect) -> Iterator[Problem]:
    place, own = f"{PLACE}, {defect.id}", {*defect.rows, *defect.also}
    for one, other in defect.pairs:
        a, b = (passage(name, "", table.rows[name].text) for name in (one, other))
        if not are_alike(a, b, TWINS):
            what = f"{one} and {other} are no twins ({likeness(a, b):.2f})"
            yield Problem(place, what, "take the pair out, or make them alike")
        elif not {one, other} <= own:
            what = f"the pair {one}, {other} is not among its rows"
            yield Problem(place, what, "name both in rows or also")


def _of_effect(table: Table, defect: Defect) -> Iterator[Problem]:
    """Yield an effect that counting contradicts: what mending this alone does to the number."""
    left = table.mended(only=defect.id)
    moved = sum(left.values()) / len(left) - table.reported() if left else 0.0
    counted = "unknown" if abs(moved) < _MOVES else "up" if moved < 0 else "down"
    if counted not in defect.effect:
        what = (
            f"its effect is {' or '.join(defect.effect)}, and mending it alone moves the number "
            f"by {moved:+.3f}"
        )
        yield Problem(f"{PLACE}, {defect.id}", what, f'write effect = ["{counted}"], or more rows')


def _of_rows(table: Table) -> Iterator[Problem]:
    defects = table.sheet.defects
    planted = {row for one in defects for row in one.rows}
    for row in table.rows.values():
        if row.label != row.right and row.id not in planted:
            what = f"the label of {row.id} is wrong, and it is in no defect"
            yield Problem(table.sheet.right, what, "name it in one, or leave it out here")
    if not table.clean:
        what = "there is something wrong with every row, so that naming all costs nothing"
        yield Problem(PLACE, what, "leave some rows clean")
    for place, one in enumerate(defects):
        for other in defects[place + 1 :]:
            both = set(one.rows) & set(other.rows)
            if len(both) >= FOUND * len({*one.rows, *other.rows}):
                what = f"it has nearly the rows of {other.id}, so that one finding is both"
                yield Problem(f"{PLACE}, {one.id}", what, "plant them in other rows")


def _of_number(table: Table) -> Iterator[Problem]:
    said, counted = table.sheet.headline, table.reported()
    if abs(said - counted) > SAME:
        what = f"headline is {said:g}, and the table has {counted:.4f}"
        yield Problem(f"{PLACE}, headline", what, "write what label and pred come to in test rows")
    left, lived = table.mended(), table.lived()
    mended, truth = sum(left.values()) / len(left), sum(lived) / len(lived)
    if said - max(mended, truth) < TOO_GOOD:
        what = f"it is {said:.2f}, and mended {mended:.2f}, in the second table {truth:.2f}"
        yield Problem(f"{PLACE}, headline", what, "plant more that lifts it: a tenth at least")
    if abs(mended - truth) > APART:
        what = f"mended rows say {mended:.2f} and the second table {truth:.2f}"
        yield Problem(table.sheet.fresh, what, "bring the two nearer, or nobody can know it")


RULE = Rule("planted-defects", find, needs=WHOLE)
