"""How large an exercise has to be: pilot, to try it on colleagues; full, to hire by it.

Source: the sizes of the exercises' specification (12 given, 180 + 240 rows, 18 planted faults;
480 labelled rows with six defects).
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.errors import UsageError


@dataclass(frozen=True)
class Grade:
    """Least sizes and bounds.

    Attributes:
        name: pilot or full.
        given: rows that are picked for candidates.
        export: further public rows.
        holdout: rows that nobody is given.
        mutants: planted faults.
        equivalents: harmless models.
        probes: probe submissions.
        witnesses: holdout rows that a planted fault has to change, on average over its luck.
        phrasings: ways to ask for a fact.
        least_harm_eur: what a planted fault has to cost a thousand messages.
        most_harmless_eur: what a harmless model may cost a thousand.
        day_factor: rows of a metered day for each further public row.
        changes: single changes on a pipeline's menu that save something.
        labelled: rows of a labelled table with something wrong in it.
        defects: what is planted in it.
        oddities: what only looks wrong in it.
    """

    name: str
    given: int
    export: int
    holdout: int
    mutants: int
    equivalents: int
    probes: int
    witnesses: int
    phrasings: int
    least_harm_eur: float
    most_harmless_eur: float
    day_factor: int = 10
    changes: int = 8
    labelled: int = 160
    defects: int = 4
    oddities: int = 2


PILOT = Grade("pilot", 12, 40, 40, 6, 2, 3, 2, 15, 500, 170)
FULL = Grade("full", 12, 180, 240, 18, 6, 6, 8, 15, 500, 150, changes=16, labelled=480, defects=6)
GRADES = {grade.name: grade for grade in (PILOT, FULL)}


def grade_named(name: str) -> Grade:
    """Return a grade.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in GRADES:
        raise UsageError(f"there is no grade {name!r}; grades are {', '.join(GRADES)}")
    return GRADES[name]
