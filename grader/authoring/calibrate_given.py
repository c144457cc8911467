"""The exercise's given code at work: the function that candidates judge, on texts of ours.

Runs in T; the code runs in the sandbox, as a candidate's would. Its calls to a model come out over
the pipe and are answered here by the model on trial, whomever the code asks by name.
"""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from grader.attempt import Attempt
from grader.authoring.calibrate_kept import KeptDoor, addressed
from grader.authoring.calibrate_models import RowRefused
from grader.authoring.folder import Exercise
from grader.authoring.source import Cell
from grader.bench import Bench
from grader.intake import read_attempt
from grader.scoring.arena import Arena, Pace, opened
from grader.unrecorded.files import PlainFiles
from grader.unrecorded.making import make_submission
from harness.core.errors import BadExercise

_PACE = Pace(load_s=60, run_s=1_800.0, all_s=86_400.0)
"""A provider may be slow, and the code is the author's own."""
_BEFORE = """
import json as _json, sys as _sys, types as _types

_made = _types.ModuleType("openai")
_made.ask = None


class _Said(_types.SimpleNamespace):
    pass


def _create(**asked):
    if _made.ask is None:
        raise RuntimeError("the model is called while the notebook is set up")
    whole = _json.dumps(asked, default=str)
    pieces = [whole[n : n + 15000] for n in range(0, len(whole), 15000)]
    for number, piece in enumerate(pieces[:-1]):
        _made.ask("PART" + piece)
    said = _json.loads(_made.ask("CALL" + pieces[-1]))
    if "refused" in said:
        raise RuntimeError(said["refused"])
    message = _Said(role="assistant", content=said["text"], tool_calls=None, refusal=None)
    usage = _Said(prompt_tokens=said["in"], completion_tokens=said["out"])
    return _Said(choices=[_Said(index=0, message=message, finish_reason="stop")], usage=usage)


class OpenAI:
    def __init__(self, *_, **__):
        self.chat = _Said(completions=_Said(create=_create))


_made.OpenAI = OpenAI
_sys.modules["openai"] = _made
"""
_AFTER = """
CASES = []


def eval_suite(model, cases=None):
    import json, sys

    text = json.loads(model("NEXT"))
    sys.modules["openai"].ask = model
    try:
        said = json.dumps({{"said": str({name}(text))[:15000]}})
    except Exception as problem:
        said = json.dumps({{"failed": f"{{type(problem).__name__}}: {{problem}}"[:400]}})
    model("DONE" + said)
    return {{"verdict": "ship", "headline": 0.0}}
"""


@dataclass
class Given:
    """The given function, loaded; made by `opened_given`.

    Attributes:
        name: what the notebook calls it.
        refused: text to why the model or the code gave nothing for it.
    """

    name: str
    arena: Arena
    door: KeptDoor
    exercise: Exercise
    refused: dict[str, str] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)

    def say(self, text: str) -> str:
        """Return what the function gives back for a text; "" where it failed.

        Raises:
            EnvironmentLacks: the model stopped answering.
            BadExercise: the sandbox's process is gone.
        """
        if text not in self._known:
            self._known[text] = self._run(text)
        return self._known[text]

    def failures(self) -> Counter[str]:
        """Return why texts came to nothing, with how many."""
        return Counter(why[:200] for why in self.refused.values())

    def _run(self, text: str) -> str:
        came: dict[str, Any] = {}
        parts: list[str] = []

        def answer(said: str, _: int) -> str:
            if said == "NEXT":
                return json.dumps(text)
            kind, rest = said[:4], said[4:]
            if kind == "DONE":
                came.update(json.loads(rest))
            elif kind == "PART":
                parts.append(rest)
            elif kind == "CALL":
                whole = json.loads("".join((*parts, rest)))
                parts.clear()
                return self._ask(whole)
            return ""

        run = self.arena.run(answer)
        if not came:
            raise BadExercise(
                f"the given {self.name}() could not be run: {run.problem or 'no word'}"
            )
        if "failed" in came:
            self.refused[text] = str(came["failed"])
        return str(came.get("said", ""))

    def _ask(self, asked: Mapping[str, Any]) -> str:
        profile = self.exercise.profile
        messages = addressed(self.door, profile, str(asked.get("model")), asked.get("messages", ()))
        try:
            reply = self.door.ask(messages, asked)
        except RowRefused as problem:
            return json.dumps({"refused": str(problem)})
        return json.dumps({"text": reply.text, "in": reply.tokens_in, "out": reply.tokens_out})


@contextmanager
def opened_given(exercise: Exercise, door: KeptDoor, bench: Bench) -> Iterator[Given]:
    """Load the given function in the sandbox.

    Args:
        exercise: whose notebook calls `eval_suite(NAME)` somewhere.
        door: the model on trial.
        bench: where the code runs.

    Raises:
        BadExercise: the notebook has no such function, or its cells cannot be run.
    """
    name, sources = given_code(exercise)
    cells = {"before": _BEFORE, "given": "\n".join(sources), "after": _AFTER.format(name=name)}
    attempt = replace(empty_attempt(exercise), artefacts=cells)
    with opened(attempt, bench, _PACE) as arena:
        if arena.loaded.problem or not arena.loaded.has_suite:
            why = arena.loaded.problem or "nothing came of them"
            raise BadExercise(f"source.py: the given cells cannot be run here: {why}")
        yield Given(name, arena, door, exercise)


def given_code(exercise: Exercise) -> tuple[str, list[str]]:
    """Return the name of the function that the suite judges, and the given code that makes it.

    Expressions that stand alone (a print, a trial call) are left out.

    Raises:
        BadExercise: no cell calls `eval_suite` with a function of the given code.
    """
    trees = [tree for cell in exercise.cells if (tree := _tree(cell)) is not None]
    called = [
        node.args[0].id
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        and node.func.id == "eval_suite" and node.args and isinstance(node.args[0], ast.Name)
    ]  # fmt: skip
    found: list[str] = []
    for tree in trees if called else []:
        body = [node for node in tree.body if not isinstance(node, ast.Expr)]
        found.append(ast.unparse(ast.Module(body, [])))
        if any(isinstance(node, ast.FunctionDef) and node.name == called[0] for node in body):
            return called[0], found
    raise BadExercise(
        "source.py: no given cell calls eval_suite(NAME) with a function of the given code; put "
        "such a cell after the suite, and it is clear what is judged"
    )


def _tree(cell: Cell) -> ast.Module | None:
    """Return a given code cell parsed; None for any other, and for one with magics."""
    if cell.mark.kind != "given" or cell.cell_type != "code":
        return None
    try:
        return ast.parse(cell.text)
    except SyntaxError:
        return None


def empty_attempt(exercise: Exercise) -> Attempt:
    """Return a submission of the exercise in which nothing was written."""
    return attempt_of(exercise, PlainFiles(artefacts={}, texts={}, journal=(), ledger=None))


def attempt_of(exercise: Exercise, files: PlainFiles) -> Attempt:
    """Return plain files as a submission of the exercise.

    Raises:
        BadExercise: the exercise cannot be photographed.
    """
    data = make_submission(files, exercise)
    return read_attempt(data, public=None, find_exercise=lambda _: exercise)
