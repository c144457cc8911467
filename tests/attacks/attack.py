"""What one attack is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.attacks.sides import Side


@dataclass(frozen=True)
class Attack:
    """One attack, tried in the same way on every side.

    Attributes:
        name: stands in docs/attacks.md.
        tries: what it is after.
        stopped_by: what keeps it from that in our lab.
        act: does it and returns what was won; "" if nothing was.
    """

    name: str
    tries: str
    stopped_by: str
    act: Callable[[Side], str]


def cell(name: str, tries: str, stopped_by: str, code: str) -> Attack:
    """Return an attack that is a cell's code; it won when the bait's word comes out of it."""

    def act(side: Side) -> str:
        said = side.run(code).text
        return said if side.bait.word in said else ""

    return Attack(name, tries, stopped_by, act)
