"""What: one plan cell, begun by `%%plan`, ends part one; one text may follow it.

Why: the plan is the open question that all else is read against. Without a cell below it
JupyterLab puts an empty one there as the plan runs.
Wrong: no plan, two of them, or a plan whose first line is anything else.
Right: a code cell marked `{"kind": "plan", "part": 1}`, its first line `%%plan`.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

PLAN_MAGIC = "%%plan"


def find(room: Room) -> Iterator[Problem]:
    """Yield what keeps the plan from being the open end of part one."""
    plans = [cell for cell in room.cells if cell.mark.kind == "plan"]
    if len(plans) != 1:
        yield Problem(
            "source",
            f"there are {len(plans)} plan cells",
            'have one: a code cell marked {"kind": "plan", "part": 1}, its first line %%plan',
        )
        return
    plan = plans[0]
    one = [cell for cell in room.cells if cell.part == 1]
    after = one[one.index(plan) + 1 :] if plan in one else []
    if plan.cell_type != "code" or plan.text.split("\n")[0].rstrip() != PLAN_MAGIC:
        begins = "the plan cell does not begin with %%plan"
        yield Problem(plan.place, begins, "make it its first line")
    if plan.part != 1 or len(after) > 1 or any(cell.cell_type == "code" for cell in after):
        yield Problem(
            plan.place,
            "the plan is not at the end of part one",
            "put it there; one text cell may follow it",
        )


RULE = Rule("plan", find, needs=("cells",))
