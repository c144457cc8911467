"""A candidate's suite in the sandbox, and our end of its pipe.

Runs in T. Everything that comes over the pipe is hostile: a line is parsed with caps, a wrong
one ends that run. Which model answers is decided here and told to nobody in there.
"""

from __future__ import annotations

import json
import math
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.attempt import Attempt
from grader.bench import Bench
from grader.records import Verdict
from grader.replay.replaying import lay_out
from harness.core.canonical import parse_json
from harness.core.errors import BadJournal
from harness.sandbox.job import SandboxJob
from harness.sandbox.program import Program, started

Answer = Callable[[str, int], str]
"""A model: (text, how many equal texts came before in this run) to its raw answer."""
NAMES = ("COSTS", "SAMPLE_PLAN", "VERDICT")
_INSIDE = Path(__file__).with_name("inside.py")
_MOST_CALLS = 100_000
_HEAVY = {"numpy", "pandas", "scipy", "matplotlib", "pydantic", "httpx", "openai", "tqdm"}
"""Installed libraries that are imported once for all runs; nothing else: it may be theirs."""
_IMPORT = re.compile(r"^[ \t]*(?:import|from)[ \t]+([A-Za-z_][A-Za-z0-9_]*)", re.MULTILINE)


@dataclass(frozen=True)
class Pace:
    """How long things may take, in seconds.

    Attributes:
        load_s: running the cells once.
        run_s: one run: the cells, the suite, its resamples.
        all_s: everything.
    """

    load_s: int = 30
    run_s: float = 30.0
    all_s: float = 600.0


@dataclass(frozen=True)
class Case:
    """One of the candidate's cases.

    Attributes:
        text: the message.
        expected: every label that is accepted.
        tags: the candidate's own.
        group: cases of one group belong together; None for none.
    """

    text: str
    expected: tuple[str, ...]
    tags: tuple[str, ...] = ()
    group: str | None = None


@dataclass(frozen=True)
class Loaded:
    """What the artefact cells came to.

    Attributes:
        cases: CASES, as far as they could be read.
        values: the names that were asked for as plain values; None where missing.
        has_suite: whether there is an eval_suite to call.
        functions: of those that were asked for, the ones that can be called.
        problem: what a cell raised, or why CASES could not be read; "" for nothing.
    """

    cases: tuple[Case, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    has_suite: bool = False
    functions: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Run:
    """One run of the suite.

    Attributes:
        verdict: ship, no_ship, or error.
        headline: its number; None where it gave none.
        problem: why it is an error.
        calls: texts that were really asked.
        resamples: (verdict, headline) for each resample.
        reasons: its reasons and names of metrics.
    """

    verdict: Verdict
    headline: float | None = None
    problem: str = ""
    calls: int = 0
    resamples: tuple[tuple[Verdict, float | None], ...] = ()
    reasons: tuple[str, ...] = ()


class Arena:
    """A suite that is loaded and can be run; made by `opened`."""

    def __init__(self, program: Program, pace: Pace, loaded: Loaded) -> None:
        self._program, self._pace = program, pace
        self._is_gone = False
        self.loaded = loaded

    def run(self, model: Answer, resamples: Sequence[Sequence[int]] = ()) -> Run:
        """Run the suite once against a model.

        Args:
            model: answers each text.
            resamples: indices into CASES, each a further run of the suite on those cases.
        """
        order = {"run_s": self._pace.run_s, "resamples": [list(one) for one in resamples]}
        if self._is_gone or not self._program.send(json.dumps(order).encode()):
            return self._gone()
        for _ in range(_MOST_CALLS):
            said = _parsed(self._program.receive())
            if said is None:
                return self._gone()
            if said.get("over") is True:
                return _as_run(said)
            if isinstance(said.get("ask"), str) and isinstance(said.get("turn"), int):
                answer = model(said["ask"], said["turn"])
                if not self._program.send(json.dumps({"say": answer}).encode()):
                    return self._gone()
        self._program.end()
        return self._gone()

    def call(self, function: str, each: Sequence[Sequence[Any]]) -> list[Any] | str:
        """Call a function of the cells on each list of arguments, in one child.

        Args:
            function: its name, one of `loaded.functions`.
            each: lists of arguments, plain values.

        Returns:
            Plain values, one a list; or in words why there are none.
        """
        order = {"run_s": self._pace.run_s, "call": function, "each": [list(one) for one in each]}
        said = None
        if not self._is_gone and self._program.send(json.dumps(order).encode()):
            said = _parsed(self._program.receive())
        if said is None or said.get("over") is not True:
            return self._gone().problem
        if said.get("late") is True:
            return f"{function} took longer than it may"
        done = said.get("done")
        results = done.get("results") if isinstance(done, dict) else None
        if not isinstance(results, list) or len(results) != len(each):
            why = str(done.get("problem") or "") if isinstance(done, dict) else ""
            return why[:400] or f"{function} ended its process, or spoke nonsense"
        return results

    def _gone(self) -> Run:
        self._is_gone = True
        self._program.end()
        why = "its time was over" if self._program.is_over_time else "it ended or spoke nonsense"
        return Run("error", problem=f"the suite's process is gone: {why}")


@contextmanager
def opened(
    attempt: Attempt, bench: Bench, pace: Pace | None = None, *,
    names: Sequence[str] = NAMES, functions: Sequence[str] = (),
) -> Iterator[Arena]:  # fmt: skip
    """Load an attempt's artefact cells in the sandbox; it has ended when the block is left.

    Args:
        attempt: the submission.
        bench: where it runs.
        pace: how long things may take.
        names: whose values are wanted.
        functions: which may be called.
    """
    pace = pace or Pace()
    slug = attempt.about.exercise
    with tempfile.TemporaryDirectory(prefix="aud-s-", ignore_cleanup_errors=True) as name:
        work = Path(name) / "work"
        lay_out(attempt, work)
        job = SandboxJob(rung=bench.rung.name, work=work, limits=bench.limits)
        source = _INSIDE.read_text(encoding="utf-8")
        task = {
            "cells": _cells(attempt),
            "names": list(names),
            "functions": list(functions),
            "load_s": pace.load_s,
            "imports": sorted(_imported(attempt) & _HEAVY),
            "is_walled": bench.rung.is_sandboxed,
        }
        with started(job, bench.python, source, folder=slug, wall_s=pace.all_s) as program:
            yield Arena(program, pace, _load(program, task))


def _load(program: Program, task: Mapping[str, Any]) -> Loaded:
    over = _parsed(program.receive()) if program.send(json.dumps(task).encode()) else None
    if over is not None and over.get("late") is True:
        return Loaded(problem="the artefact cells took longer than they may")
    said = over.get("done") if over is not None else None
    if not isinstance(said, dict) or not isinstance(said.get("values"), dict):
        why = str(said.get("problem") or "") if isinstance(said, dict) else ""
        return Loaded(problem=why[:400] or "the artefact cells ended their process")
    cases = said.get("cases")
    problem = str(said.get("problem") or "")[:400]
    callable_ = said.get("functions")
    if not isinstance(cases, list):
        return Loaded(problem=problem or f"CASES cannot be read: {str(cases)[:300]}")
    return Loaded(
        cases=tuple(_case(row) for row in cases if isinstance(row, dict)),
        values=said["values"],
        has_suite=said.get("has_suite") is True,
        functions=tuple(map(str, callable_)) if isinstance(callable_, list) else (),
        problem=problem,
    )


def _cells(attempt: Attempt) -> list[dict[str, str]]:
    """Return artefact cells as they stand in the notebook; the receipt has them by name."""
    place = {cell.name: cell.index for cell in reversed(attempt.cells) if cell.kind == "artefact"}
    rows = [{"name": name, "source": text} for name, text in attempt.artefacts.items()]
    return sorted(rows, key=lambda row: place.get(row["name"], len(attempt.cells)))


def _imported(attempt: Attempt) -> set[str]:
    """Return the top-level names that the artefact cells import, as far as they can be read."""
    return {one for source in attempt.artefacts.values() for one in _IMPORT.findall(source)}


def _case(row: dict[str, Any]) -> Case:
    expected, tags, group = row.get("expected"), row.get("tags"), row.get("group")
    return Case(
        text=str(row.get("text", ""))[:20_000],
        expected=tuple(map(str, expected)) if isinstance(expected, list) else (),
        tags=tuple(map(str, tags)) if isinstance(tags, list) else (),
        group=None if group is None else str(group),
    )


def _parsed(line: bytes | None) -> dict[str, Any] | None:
    if line is None:
        return None
    try:
        value = parse_json(line, what="the suite's line")
    except BadJournal:
        return None
    return value if isinstance(value, dict) else None


def _as_run(over: dict[str, Any]) -> Run:
    if over.get("late") is True:
        return Run("error", problem="the suite took longer than one run may")
    done = over.get("done") or {}
    verdict = done.get("verdict")
    if verdict not in ("ship", "no_ship"):
        told = str(done.get("problem") or "eval_suite ended its process, or spoke nonsense")
        return Run("error", problem=told[:400])
    calls, again = done.get("calls"), done.get("resamples")
    reasons = [*(done.get("reasons") or []), *(done.get("metrics") or [])]
    return Run(
        verdict=verdict,
        headline=_number(done.get("headline")),
        calls=calls if isinstance(calls, int) else 0,
        resamples=tuple(_pair(one) for one in again) if isinstance(again, list) else (),
        reasons=tuple(str(one)[:200] for one in reasons[:250]),
    )


def _pair(value: Any) -> tuple[Verdict, float | None]:
    if isinstance(value, list) and len(value) == 2 and value[0] in ("ship", "no_ship"):
        return value[0], _number(value[1])
    return "error", None


def _number(value: Any) -> float | None:
    is_one = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_one and math.isfinite(value) else None
