"""What: no given cell opens a file outside the exercise's own folder.

Why: such a path works on the author's machine alone, and tells where that is.
Wrong: `open("/home/ann/data.csv")`, `open(f"{DATA}/../x.csv")`.
Right: `open(f"{DATA}/data.csv")`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from grader.authoring.checks.python import trees
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

_LEAVES = re.compile(r"^(?:/|~|[A-Za-z]:[\\/])|(?:^|[\\/])\.\.(?:[\\/]|$)")


def find(room: Room) -> Iterator[Problem]:
    """Yield each path in code that leaves the folder."""
    for cell, tree in trees(room):
        for text in whole_strings(tree):
            if "\n" not in text and _LEAVES.search(text):
                yield Problem(
                    cell.place,
                    f"the path {text[:60]!r} leaves the exercise's folder",
                    "read from data/, beside the notebook",
                )


def whole_strings(tree: ast.Module) -> Iterator[str]:
    """Yield each string as it will be; what an f-string fills in is a name inside the folder."""
    pieces = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pieces |= {id(value) for value in node.values}
            yield "".join(
                str(value.value) if isinstance(value, ast.Constant) else "filled-in"
                for value in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in pieces:
                yield node.value


RULE = Rule("paths", find, needs=("cells",))
