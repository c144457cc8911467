"""What: each TOML and each JSONL file of hidden/ can be read, line by line.

Why: a file that cannot be read is met when the first submission is scored.
Wrong: a comma after the last value of a JSON line; `index = [0.5`.
Right: one JSON object a line; plain TOML.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.folder import Hidden
from grader.authoring.problem import Problem
from harness.core.canonical import parse_json
from harness.core.errors import BadJournal


def find(room: Room) -> Iterator[Problem]:
    """Yield each file and line that cannot be read."""
    for one in room.hidden:
        if one.place.endswith(".toml"):
            yield from _of_toml(one)
        elif one.place.endswith(".jsonl"):
            yield from _of_rows(one)


def _of_toml(one: Hidden) -> Iterator[Problem]:
    try:
        tomllib.loads(one.data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        yield Problem(one.place, f"it is not TOML ({str(error)[:120]})", "mend it")


def _of_rows(one: Hidden) -> Iterator[Problem]:
    for number, line in enumerate(one.data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            is_object = isinstance(parse_json(line, what="it"), dict)
        except BadJournal as error:
            is_object, why = False, str(error)[:120]
        else:
            why = "it is no object"
        if not is_object:
            yield Problem(f"{one.place}, line {number}", why, "write one JSON object a line")
            return


RULE = Rule("hidden-readable", find, needs=("hidden",))
