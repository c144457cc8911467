"""One submission graded: cells put right, run again from the tape, the contract looked at.

Runs in T; what is a candidate's runs in the sandbox. Pure but for that: nothing is written here.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.attempt import Attempt
from grader.authoring.photograph import released_id
from grader.bench import Bench
from grader.nbgrader_side.contract import Looked, look_at_contract
from grader.nbgrader_side.outputs import Room, as_result, as_stdout, fenced, harmless
from grader.nbgrader_side.restoring import restore
from grader.replay.engine import Pace, Ran
from grader.replay.recording import last_runs
from grader.replay.replaying import run_book
from grader.replay.tape import Tape
from harness.core.errors import EnvironmentLacks

NOTES = "audition-notes"
"""Id of the cell that tells a grader what intake found; no candidate sees it."""


@dataclass(frozen=True)
class Graded:
    """What a submission comes to before a person has read it.

    Attributes:
        submitted: the notebook as handed in, put right, without outputs.
        replayed: the same with what its cells show, and the points of check cells.
        points: check cell's id to points.
        looked: what came of the contract.
        findings: what a grader should know, in sentences.
    """

    submitted: bytes
    replayed: bytes
    points: Mapping[str, float]
    looked: Looked
    findings: tuple[str, ...] = field(default=())


def grade(
    attempt: Attempt,
    released: list[dict[str, Any]],
    *,
    bench: Bench,
    pace: Pace | None = None,
    progress: Callable[[], None] | None = None,
) -> Graded:
    """Grade a submission against the release version of its exercise.

    Args:
        attempt: the submission.
        released: the release version's cells, sources as texts.
        bench: where it runs.
        pace: how long things may take.
        progress: called before each cell.

    Raises:
        EnvironmentLacks: no kernel started.
    """
    cells = restore(attempt, released)
    ran = _run(attempt, cells, bench, pace or Pace(), progress or (lambda: None))
    looked = look_at_contract(attempt, bench)
    shown = _with_outputs(cells, ran)
    points = {}
    for cell in shown:
        mark = cell["metadata"].get("audition", {})
        if mark.get("kind") == "check":
            points[cell["id"]] = _award(cell, looked)
        elif mark.get("kind") == "artefact":
            mark["unread"] = _unread(attempt, str(mark.get("name")), looked)
    findings = _findings(attempt, looked)
    notes = _notes(findings)
    return Graded(
        submitted=_as_book([*notes, *cells]),
        replayed=_as_book([*notes, *shown]),
        points=points,
        looked=looked,
        findings=findings,
    )


def _run(
    attempt: Attempt,
    cells: list[dict[str, Any]],
    bench: Bench,
    pace: Pace,
    progress: Callable[[], None],
) -> dict[str, Ran]:
    tape = Tape(attempt, last_runs(attempt))
    plain = [{**copy.deepcopy(cell), "metadata": {}} for cell in cells]
    book = {"cells": plain, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}

    def before(cell_id: str) -> None:
        tape.turn_to(cell_id)
        progress()

    try:
        return run_book(attempt, book, bench=bench, tape=tape, pace=pace, before=before)
    except (RuntimeError, OSError) as problem:
        raise EnvironmentLacks(f"the kernel did not start: {problem}") from problem


def _with_outputs(cells: list[dict[str, Any]], ran: Mapping[str, Ran]) -> list[dict[str, Any]]:
    room, shown = Room(), []
    for cell in cells:
        made = copy.deepcopy(cell)
        if made["cell_type"] == "code":
            now = ran.get(made["id"], Ran())
            made["outputs"] = harmless(now.outputs, end=now.end, cut_bytes=now.cut_bytes, room=room)
        shown.append(made)
    return shown


def _award(cell: dict[str, Any], looked: Looked) -> float:
    """Put the contract's outcome into a check cell as nbgrader reads points; return them.

    Whatever the cell itself showed is gone: points come from here alone.
    """
    most = float(cell["metadata"]["nbgrader"]["points"])
    points = min(most, round(most * looked.share, 2))
    cell["metadata"]["audition"]["looked"] = {
        "names": list(looked.names),
        "readable": sorted(looked.readable),
        "said": [one.text for one in looked.said],
        "trouble": looked.trouble,
    }
    cell["outputs"] = [as_stdout(tell(looked) + "\n"), as_result(repr(points))]
    return points


def tell(looked: Looked) -> str:
    """Return what came of the contract, in lines."""
    if looked.trouble:
        return f"Nothing is known of the contract: {looked.trouble}. A person decides."
    count = f"{len(looked.readable)} of {len(looked.names)} names can be read."
    return "\n".join([count, *(f"- {one.text}" for one in looked.said)])


def _unread(attempt: Attempt, artefact: str, looked: Looked) -> list[str]:
    rules = attempt.card.contract if attempt.card else ()
    return [
        rule.name for rule in rules if rule.cell == artefact and rule.name not in looked.readable
    ]


def _findings(attempt: Attempt, looked: Looked) -> tuple[str, ...]:
    found = [finding.message for finding in attempt.findings if finding.level != "stop"]
    if any(finding.code == "given_cells_edited" for finding in attempt.findings):
        found.append("the given text was put back before anything was run")
    if attempt.exercise is not None:
        known = {released_id(attempt.exercise, cell) for cell in attempt.exercise.cells}
        copies = [
            cell.id for cell in attempt.cells
            if cell.id not in known and cell.kind in ("artefact", "text", "check", "plan")
        ]  # fmt: skip
        if copies:
            found.append(
                f"cells were copied with their marks ({', '.join(copies[:6])}); the one with the "
                "given id carries the points"
            )
    if looked.trouble:
        found.append(f"nothing is known of the contract: {looked.trouble}; a person decides")
    return tuple(found)


def _notes(findings: Iterable[str]) -> list[dict[str, Any]]:
    rows = [f"- {one}" for one in findings]
    if not rows:
        return []
    text = "For whoever grades, not part of the feedback:\n\n" + fenced("\n".join(rows))
    mark = {"audition": {"kind": "notes"}}
    return [{"cell_type": "markdown", "id": NOTES, "metadata": mark, "source": text}]


def _as_book(cells: list[dict[str, Any]]) -> bytes:
    book = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(book, indent=1, sort_keys=True) + "\n").encode()
