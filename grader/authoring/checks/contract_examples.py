"""What: examples of the contract can be read: calls as JSON lists, `example` as Python.

Why: check() tries the calls and prints the example to whoever is stuck.
Wrong: `calls = ["('text',)"]`, an example with a bracket missing.
Right: `calls = ['["some text"]']`, `example = 'return "question"'`.
"""

from __future__ import annotations

import ast
import json
import textwrap
from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from harness.core.card import ArtefactRule


def find(room: Room) -> Iterator[Problem]:
    """Yield each example that cannot be used."""
    for rule in room.card.contract:
        place = f"exercise.toml, contract {rule.name!r}"
        for call in rule.calls:
            yield from _of_call(call, rule, place)
        if rule.example and not _is_python(rule.example):
            yield Problem(
                place,
                f"the example {rule.example[:60]!r} is not Python",
                "write what a person could write, like 'return \"question\"'",
            )


def _of_call(call: str, rule: ArtefactRule, place: str) -> Iterator[Problem]:
    try:
        arguments = json.loads(call)
    except (ValueError, RecursionError):
        what = f"the example {call[:60]!r} is not JSON"
        yield Problem(place, what, "write a list, like '[\"some text\"]'")
        return
    if not isinstance(arguments, list) or rule.kind != "function":
        yield Problem(
            place,
            f"the example {call[:60]!r} is no list of arguments of a function",
            "write a list, and only for functions",
        )


def _is_python(example: str) -> bool:
    """Tell whether an example is Python as it stands, or as the body of a function."""
    for text in (example, "def f():\n" + textwrap.indent(example, "    ")):
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        return True
    return False


RULE = Rule("contract-examples", find, needs=("card",))
