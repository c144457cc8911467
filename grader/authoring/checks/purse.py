"""What: the purse holds twice what the reference used.

Why: a purse that is just enough measures who wastes nothing, and no one tries anything out.
Wrong: 40 calls where the reference made 52.
Right: a `[measured]` table in a file of hidden/ (calls, tokens, usd, minutes), and room above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from grader.authoring.checks.hidden_files import tables
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

ROOM_ABOVE = 2
_NAMES = ("calls", "tokens", "usd", "minutes")


def find(room: Room) -> Iterator[Problem]:
    """Yield each amount that is too small, and that nobody measured."""
    measured = [(place, table["measured"]) for place, table in tables(room)
                if isinstance(table.get("measured"), dict)]  # fmt: skip
    if not measured and room.card.kept:
        yield Problem(
            "hidden/",
            "nobody wrote down what the reference uses of the purse",
            "put [measured] with calls, tokens and usd into a file of hidden/",
            "warning",
        )
    for place, table in measured:
        for name in _NAMES:
            yield from _of_amount(room, name, table.get(name), place)


def _of_amount(room: Room, name: str, value: Any, place: str) -> Iterator[Problem]:
    if value is None:
        return
    limit, used = getattr(room.card.purse, name), _amount(value)
    if used is None:
        what = f"measured {name} is {str(value)[:40]!r}"
        yield Problem(place, what, "write a number of 0 or more")
    elif limit is None or used > limit:
        what = f"the reference used {used} {name}, and the purse holds {limit or 0}"
        yield Problem("exercise.toml, purse", what, f"raise {name}, or make less do")
    elif used * ROOM_ABOVE > limit:
        what = f"the reference used {used} {name} of {limit}"
        remedy = f"leave {ROOM_ABOVE} times as much, so that one may try things"
        yield Problem("exercise.toml, purse", what, remedy, "warning")


def _amount(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 and not isinstance(value, bool) else None


RULE = Rule("purse", find, needs=("card", "hidden"))
