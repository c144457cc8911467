"""What: what is left of a code cell when solutions are cut is still Python.

Why: else a candidate's first run meets our syntax error.
Wrong: a function whose whole body is the solution.
Right: a docstring or a value outside the markers.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.looking import given
from grader.authoring.checks.python import code_cells, parsed
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield each cell that does not compile."""
    for cell in code_cells(room):
        try:
            parsed(given(cell) or "")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
            line = getattr(problem, "lineno", None)
            yield Problem(
                cell.place + (f", line {line}" if line else ""),
                f"once solutions are cut it is not Python ({problem})",
                "leave a docstring or a value outside the solution",
            )


RULE = Rule("given-code", find, needs=("cells",))
