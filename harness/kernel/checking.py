"""Runs the marked cells in a clean Python, and brings back what was found.

Runs in K, in the notebook's own process. The child runs the candidate's code: what it says is
data of small size, its time is kept here, and it is ended here with everything it started. None
of this is a wall against the candidate, who owns both processes; the wall is the sandbox.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.kernel.clean_python import started
from harness.kernel.errors import CannotStart
from harness.kernel.exercise import Cell

if TYPE_CHECKING:
    from harness.core.card import ArtefactRule


_ASKED = {"name", "kind", "calls", "returns", "one_of", "keys", "model"}


@dataclass(frozen=True)
class Limits:
    """How long things may take.

    Attributes:
        cell_s: one cell, in seconds.
        name_s: one name with all its examples, in seconds.
        whole_s: everything, in seconds.
        start_s: until Python is there, in seconds.
    """

    cell_s: float = 30.0
    name_s: float = 30.0
    whole_s: float = 120.0
    start_s: float = 20.0


@dataclass(frozen=True)
class Step:
    """One thing the child does.

    Attributes:
        cell: number of the cell it runs; None when it looks at a name.
        name: the name it looks at; None when it runs a cell.
    """

    cell: int | None = None
    name: str | None = None


@dataclass(frozen=True)
class Finding:
    """What is odd about one step.

    Attributes:
        step: where.
        what: "raised", "unnamed", "magic", "exit", "missing", "kind", "word", "key", "nan",
            "infinite", "slow", "ended" (by itself) or "stopped" (by a signal).
        text: error, missing name, kind, word or place, whichever belongs to `what`.
        cell: number of the cell it came from; None when it came from none.
        line: line in that cell, from 1.
        example: which of the examples it was, from 0; None when it was none.
    """

    step: Step
    what: str
    text: str = ""
    cell: int | None = None
    line: int | None = None
    example: int | None = None


@dataclass
class Looked:
    """All that was found.

    Attributes:
        findings: in the order of the cells, then of the names.
        is_whole: False when time ran out before everything was looked at.
    """

    findings: list[Finding] = field(default_factory=list)
    is_whole: bool = True


def look(
    cells: Sequence[Cell], rules: Sequence[ArtefactRule], *, folder: Path, limits: Limits
) -> Looked:
    """Run the cells and look at the names, beginning anew without whatever ended the child.

    Args:
        cells: the marked cells, from the top.
        rules: the names looked for.
        folder: where they run.
        limits: how long things may take.

    Raises:
        CannotStart: there is no Python to run them in.
    """
    ends_at = time.monotonic() + limits.whole_s
    found: dict[Step, Finding | None] = {}
    passed_over: set[Step] = set()
    while True:
        job = _as_job(cells, rules, passed_over, limits)
        stuck = _run(job, found, folder=folder, limits=limits, ends_at=ends_at)
        if stuck is None or stuck in passed_over:
            break
        passed_over.add(stuck)
        if time.monotonic() >= ends_at:
            break
    wanted = [Step(cell=cell.number) for cell in cells] + [Step(name=one.name) for one in rules]
    findings = [finding for step in wanted if (finding := found.get(step)) is not None]
    return Looked(findings, is_whole=all(step in found for step in wanted))


def _as_job(
    cells: Sequence[Cell], rules: Sequence[ArtefactRule], without: set[Step], limits: Limits
) -> dict[str, Any]:
    return {
        "cpu_s": int(limits.whole_s) + 10,
        "cells": [
            {"number": cell.number, "source": cell.source}
            for cell in cells
            if Step(cell=cell.number) not in without
        ],
        "rules": [
            rule.model_dump(mode="json", include=_ASKED)
            for rule in rules
            if Step(name=rule.name) not in without
        ],
    }


def _run(
    job: dict[str, Any],
    found: dict[Step, Finding | None],
    *,
    folder: Path,
    limits: Limits,
    ends_at: float,
) -> Step | None:
    """Run one child to its end and note what it says; return the step it did not come out of."""
    with started(job, folder) as child:
        now: Step | None = None
        allowed_until = time.monotonic() + limits.start_s
        while True:
            said = child.listen(min(allowed_until, ends_at))
            if said is None:
                break
            if said.get("end") is True:
                return None
            if (begun := _as_step(said.get("begin"))) is not None:
                now = begun
                own_s = limits.cell_s if begun.cell is not None else limits.name_s
                allowed_until = time.monotonic() + own_s
            elif (done := _as_step(said.get("done"))) is not None:
                found.setdefault(done, _as_finding(done, said.get("found")))
        if now is None:
            raise CannotStart(child.tell_end())
        if time.monotonic() < ends_at or child.is_over:
            found[now] = Finding(now, child.tell_what())
        return now


def _as_step(value: Any) -> Step | None:
    if not isinstance(value, dict):
        return None
    cell, name = value.get("cell"), value.get("name")
    if isinstance(cell, int):
        return Step(cell=cell)
    return Step(name=name) if isinstance(name, str) else None


def _as_finding(step: Step, value: Any) -> Finding | None:
    if not isinstance(value, dict):
        return None
    text = next((value[key] for key in ("missing", "error", "got", "at") if key in value), "")
    whole = {key: value.get(key) for key in ("cell", "line", "example")}
    numbers = {key: one for key, one in whole.items() if isinstance(one, int)}
    return Finding(step, str(value.get("what", "")), text=str(text), **numbers)
