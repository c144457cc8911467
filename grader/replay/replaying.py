"""One replay: a fresh folder, the tape's door, a sandboxed kernel, a verdict for each cell.

Runs in T. The candidate's notebook is run by the kernel alone, which is in the sandbox; here it
is values.
"""

from __future__ import annotations

import ast
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from grader.attempt import Attempt
from grader.authoring.photograph import photograph
from grader.bench import Bench
from grader.records import CellReplay, Replay
from grader.replay.comparing import compare, gone
from grader.replay.door import Answers, opened
from grader.replay.engine import Pace, Ran, run_notebook
from grader.replay.recording import Run, last_runs
from grader.replay.tape import Tape
from harness.sandbox.job import SandboxJob
from harness.sandbox.launch import KERNEL

Progress = Callable[[int, int], None]


def replay(
    attempt: Attempt, *, bench: Bench, pace: Pace | None = None, progress: Progress | None = None
) -> Replay:
    """Run a submission again, as submitted, and compare each cell with the record.

    Args:
        attempt: the submission.
        bench: where it runs.
        pace: how long things may take.
        progress: called with cells begun and cells in all.
    """
    code = [cell for cell in attempt.cells if cell.is_code]
    runs = last_runs(attempt)
    tape = Tape(attempt, runs)
    if not code:
        return _made(attempt, bench, tape, (), "error", "there is no code cell that can be read")
    begun = 0

    def before(cell_id: str) -> None:
        nonlocal begun
        begun += 1
        tape.turn_to(cell_id)
        if progress is not None:
            progress(begun, len(code))

    try:
        ran = run_book(
            attempt, as_book(attempt), bench=bench, tape=tape, pace=pace or Pace(), before=before
        )
    except (RuntimeError, OSError) as problem:
        return _made(attempt, bench, tape, (), "error", f"the kernel did not start: {problem}")
    defined = _defined_by_gone_cells(attempt, runs)
    cells = []
    for cell in code:
        now = ran.get(cell.id, Ran())
        place = (cell.id, cell.index)
        found = compare(place, cell.source, runs.get(cell.id), now, tape.account(cell.id))
        cells.append(gone(found, now, defined))
    left = [cell.cell_id for cell in cells if cell.word == "not_reached"]
    why = f"{len(left)} cells were not reached, the first of them {left[0]}" if left else ""
    return _made(attempt, bench, tape, tuple(cells), "partial" if left else "whole", why)


def _made(
    attempt: Attempt, bench: Bench, tape: Tape, cells: tuple[CellReplay, ...], status: Any, why: str
) -> Replay:
    return Replay(
        submission=attempt.about.submission,
        status=status,
        why=why,
        rung=bench.rung.name,
        cells=cells,
        recorded_calls=tape.recorded_calls,
        rekeyed_calls=tape.rekeyed_calls,
        unread_calls=tape.unread_calls,
    )


def run_book(
    attempt: Attempt,
    book: dict[str, Any],
    *,
    bench: Bench,
    tape: Tape,
    pace: Pace,
    before: Callable[[str], None],
) -> dict[str, Ran]:
    """Run a notebook in a kernel of its own; nothing of it is left afterwards.

    Args:
        attempt: the submission, whose files the kernel sees and whose tape answers.
        book: nbformat 4.5 as plain values, cell ids unique.
        bench: where it runs.
        tape: the attempt's.
        pace: how long things may take.
        before: called with a cell's id before it is run.

    Returns:
        What each code cell did, by its id.

    Raises:
        RuntimeError, OSError: the kernel did not start.
    """
    slug = attempt.about.exercise
    with tempfile.TemporaryDirectory(prefix="aud-r-", ignore_cleanup_errors=True) as name:
        top = Path(name)
        work = top / "work"
        lay_out(attempt, work)
        is_walled = bench.rung.is_sandboxed
        socket = top / "k.sock" if is_walled else None
        with opened(Answers(attempt, tape), socket) as address:
            job = SandboxJob(
                rung=bench.rung.name,
                work=work,
                upstream=socket,
                kernel_token="replay",  # noqa: S106  the line's form wants one; it opens nothing
                address=address or None,
                limits=bench.limits,
            )
            manager = _manager(bench, _write_job(top / "job.json", job))
            return run_notebook(book, manager, folder=str(work / slug), pace=pace, before=before)


def lay_out(attempt: Attempt, work: Path) -> None:
    """Write the work folder as the session's was given: the notebook, its card, its data."""
    slug = attempt.about.exercise
    folder = work / slug
    (folder / "data").mkdir(parents=True)
    (folder / f"{slug}.ipynb").write_bytes(attempt.notebook)
    if attempt.exercise is None:
        return
    for path, data in photograph(attempt.exercise).items():
        if path == f"notebooks/{slug}/card.json":
            (folder / "card.json").write_bytes(data)
        elif path.startswith(f"datasets/{slug}/"):
            (folder / "data" / Path(path).name).write_bytes(data)


def as_book(attempt: Attempt) -> dict[str, Any]:
    """Return the submitted cells as a clean notebook: sources and ids, nothing else."""
    cells: list[dict[str, Any]] = []
    for cell in attempt.cells:
        made: dict[str, Any] = {
            "cell_type": cell.cell_type, "id": cell.id, "metadata": {}, "source": cell.source,
        }  # fmt: skip
        if cell.is_code:
            made |= {"outputs": [], "execution_count": None}
        cells.append(made)
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _manager(bench: Bench, job_file: Path) -> AsyncKernelManager:
    provisioner = {"provisioner_name": "audition-sandbox", "config": {"job_file": str(job_file)}}
    manager = AsyncKernelManager(kernel_name="replay")
    manager._kernel_spec = KernelSpec(
        argv=[
            str(bench.python), *KERNEL, "-f", "{connection_file}",
            "--HistoryManager.enabled=False", "--ext=harness.kernel.startup",
        ],
        display_name="Python 3", language="python", interrupt_mode="message",
        env={"PYDEVD_DISABLE_FILE_VALIDATION": "1"},
        metadata={"kernel_provisioner": provisioner},
    )  # fmt: skip
    return manager


def _write_job(path: Path, job: SandboxJob) -> Path:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(job.model_dump(mode="json"), file)
    return path


def _defined_by_gone_cells(attempt: Attempt, runs: Mapping[str, Run]) -> dict[str, str]:
    """Return name to cell id for what cells defined that ran and are no longer there."""
    here = {cell.id for cell in attempt.cells}
    found = {}
    for run in runs.values():
        if run.cell_id not in here:
            found.update(dict.fromkeys(_names(run.source), run.cell_id))
    return found


def _names(source: str) -> set[str]:
    """Return names that a source assigns, defines or imports; empty for what is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
    return names
