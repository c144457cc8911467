"""What: who takes simulated minutes takes them of an allowance, and an allowance has a taker.

Why: a tool without an allowance refuses everybody; an allowance without a tool puzzles everybody.
Wrong: `price = { minutes = 2 }` and no `minutes` under `[purse]`.
Right: both, or neither.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield a price without an allowance, and the reverse."""
    card = room.card
    takers = [tool.name for tool in card.tools if tool.price.minutes or tool.price.varies]
    if takers and card.purse.minutes is None:
        yield Problem(
            f"exercise.toml, tool {takers[0]!r}",
            "it takes simulated minutes and there is no allowance",
            "write minutes under [purse]",
        )
    if card.purse.minutes is not None and not takers:
        yield Problem(
            "exercise.toml, purse",
            "minutes is set and no tool takes any",
            "price a tool in minutes, or leave it out",
        )


RULE = Rule("tool-minutes", find, needs=("card",))
