"""What: whatever needs a fact names one that the stakeholder knows.

Why: a row that hangs on a fact nobody can ask for is a row nobody can label.
Wrong: `"needs_fact": "f70"`.
Right: the id of a fact in proctor/facts.toml, in rows as in the rubric.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.authoring.checks.hidden_files import rows_in, tables
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

_NAMES = ("msg_id", "id", "code")


def find(room: Room) -> Iterator[Problem]:
    """Yield each row and each table that needs an unknown fact."""
    known = {fact.id for fact in room.facts.facts}
    remedy = f"facts are {', '.join(sorted(known))}"
    for place, value in _sources(room):
        for name, needed in _needs(value, ""):
            if needed not in known:
                where = f"{place}, {name}" if name else place
                yield Problem(where, f"it needs the fact {str(needed)[:40]!r}", remedy)


def _sources(room: Room) -> Iterator[tuple[str, Any]]:
    yield from tables(room)
    for file in room.hidden:
        if file.place.endswith(".jsonl"):
            for row in rows_in(file):
                yield file.place, row


def _needs(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield each needed fact with the name of whatever needs it."""
    if isinstance(value, list):
        for one in value:
            yield from _needs(one, name)
    if not isinstance(value, dict):
        return
    own = next((str(value[key]) for key in _NAMES if isinstance(value.get(key), str)), name)
    for key, below in value.items():
        if key == "needs_fact":
            for needed in below if isinstance(below, list) else [below]:
                if needed is not None:
                    yield own, needed
        else:
            yield from _needs(below, own)


RULE = Rule("needs-fact", find, needs=("facts", "hidden"))
