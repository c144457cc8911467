"""Steps of a script as values: what the player can be told to do.

Runs in T; pure. A written source may hold `@call:CELL:N@`: the player puts the id there that the
n-th printed line of that cell began with when it was run, so that a log can cite real calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Step = dict[str, Any]


def run(name: str, *, raises: bool = False) -> Step:
    """Return the step that runs a cell, by its name; raises: it has to end in an error."""
    return {"do": "run", "cell": name, "raises": raises}


def write(name: str, source: str) -> list[Step]:
    """Return the steps that write a cell and run it."""
    return [{"do": "write", "cell": name, "source": source}, run(name)]


def own(name: str, source: str, after: str, *, raises: bool = False) -> list[Step]:
    """Return the steps that put a cell of one's own below another and run it."""
    step = {"do": "insert", "cell": name, "source": source, "after": after}
    return [step, run(name, raises=raises)]


def texts(said: dict[str, str]) -> list[Step]:
    """Return the steps that write text cells."""
    return [{"do": "write", "cell": name, "source": text} for name, text in said.items()]


def sitting(
    opening: Sequence[Step], plan: str, work: Sequence[Step], said: dict[str, str]
) -> list[Step]:
    """Return the steps of one exercise from its first cell to its receipt.

    Args:
        opening: what is done in part one before the plan.
        plan: source of the plan's cell.
        work: what is done in part two.
        said: text cells by name.
    """
    return [
        *opening,
        *write("plan", plan),
        {"do": "parts"},
        run("tools"),
        *work,
        *texts(said),
        *hand_in(),
    ]


def hand_in() -> list[Step]:
    """Return the steps that save, check, save and submit."""
    return [{"do": "save"}, run("check"), {"do": "save"}, run("submit")]
