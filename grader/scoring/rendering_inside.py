"""Runs a candidate's marked cells and renders contexts. Read as text and run in the sandbox.

Runs inside, with the candidate's interpreter; standard library alone. What it says is the
candidate's claim: it holds questions and the handbook, no answers and no model, so there is
nothing here to win. One line comes in and one goes out.
"""

from __future__ import annotations

import json
import os
import sys
import types
from typing import Any

MOST_TEXT, MOST_CONTEXT, MOST_ROWS, DEEPEST = 20_000, 200_000, 200, 4
DUMPS, WRITE, EXIT = json.dumps, os.write, os._exit


def main() -> None:
    """Run the cells, call what builds the context for every question, say what came of it."""
    line = sys.stdin.buffer.readline()
    out = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(nothing, handle)
    task: dict[str, Any] = json.loads(line)
    data = DUMPS(answer(task)).encode("ascii") + b"\n"
    while data:
        data = data[WRITE(out, data) :]
    EXIT(0)


def answer(task: dict[str, Any]) -> dict[str, Any]:
    """Return what the cells come to, as plain values."""
    home = types.ModuleType("__main__")
    sys.modules["__main__"] = home
    sys.argv = [""]
    problem = None
    for cell in task["cells"]:
        try:
            code = compile(cell["source"], f"<cell {cell['name']}>", "exec")
            exec(code, vars(home))  # noqa: S102  what this process is for
        except BaseException as error:
            problem = problem or f"{cell['name']}: {type(error).__name__}: {error}"[:300]
    names = vars(home)
    template = names.get("FIXED_PROMPT")
    contexts, number, wrong = rendered(names.get("build_context"), task)
    return {
        "template": template[:MOST_TEXT] if isinstance(template, str) else None,
        "values": {name: plain(names.get(name)) for name in task["names"]},
        "contexts": contexts,
        "of": number,
        "problem": problem or wrong,
    }


def rendered(build: Any, task: dict[str, Any]) -> tuple[list[str] | None, list[int], str | None]:
    """Return the distinct contexts, which of them each question has, and what went wrong.

    None stands for the function in use, which the cells left as it is.
    """
    if build is None:
        return None, [], None
    found: dict[str, int] = {}
    number: list[int] = []
    for question in task["questions"]:
        try:
            text = build(task["doc"], question)
        except BaseException as error:
            return [], [], f"build_context: {type(error).__name__}: {error}"[:300]
        if not isinstance(text, str):
            return [], [], f"build_context gave back {type(text).__name__}, not a text"
        number.append(found.setdefault(text[:MOST_CONTEXT], len(found)))
    return list(found), number, None


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, str):
        return value[:4000]
    if value is None or isinstance(value, (bool, int)):
        return value
    if depth > DEEPEST:
        return str(value)[:200]
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        value = value.to_dict("records")
    if isinstance(value, dict):
        return {str(k)[:80]: plain(v, depth + 1) for k, v in list(value.items())[:MOST_ROWS]}
    if isinstance(value, (list, tuple, set)):
        return [plain(one, depth + 1) for one in list(value)[:MOST_ROWS]]
    return str(value)[:200]


main()
