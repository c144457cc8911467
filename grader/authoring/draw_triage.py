"""The numbers of a triage exercise, drawn from its own files: requests, records, probes' uses.

Runs in T, on the author's machine. hidden/world.toml says what the system's days look like,
hidden/menu.toml which checks there are, with places for figures, hidden/triage.toml what is
planted; proctor/tools/fix.toml and replay.toml what becomes of a request. The same folder gives
the same bytes.
"""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from grader.authoring.draw_forms import read_form, read_text
from grader.authoring.draw_records import log_pages, menu_text, trace_pages
from grader.authoring.draw_requests import Formulas, Requests
from grader.authoring.draw_uses import probe_records
from grader.authoring.draw_world import WorldSheet
from grader.authoring.folder import read_exercise
from grader.scoring.triage_sheet import TriageSheet, read_triage
from grader.scoring.triage_world import World, shares
from harness.core.errors import BadExercise
from harness.proctor.tools.formula import read_formula
from harness.proctor.tools.sheet import Plain, Row, Settings, Trial

OUTSIDE_REPLAY = ("lang", "hour")
"""Columns of a request that no formula of a trial is given."""


def draw_triage(folder: Path) -> dict[str, str]:
    """Return path below the folder to text, for each file that is drawn, the probes' records too.

    It is tried out on a copy first, so that nothing has to be there but what an author writes.

    Args:
        folder: the exercise's.

    Raises:
        BadExercise: a file is not there, cannot be read, or does not fit the others.
    """
    tables = draw_tables(folder)
    with tempfile.TemporaryDirectory(prefix="aud-draw-") as aside:
        copy = Path(shutil.copytree(folder, Path(aside) / folder.name))
        for place, text in tables.items():
            (copy / place).write_text(text, encoding="utf-8")
        return tables | probe_records(read_exercise(copy))


def told_shares(folder: Path) -> str:
    """Return in words what share of the bad answers each cause makes, for triage.toml.

    Args:
        folder: the exercise's, drawn.

    Raises:
        BadExercise: a file cannot be used.
    """
    exercise = read_exercise(folder)
    triage = read_triage(exercise)
    if triage is None:
        raise BadExercise("hidden/triage.toml is not there; it says what is planted")
    found = shares(World(exercise, triage), {one.id: one.fix for one in triage.sheet.causes})
    return "share of the bad answers: " + ", ".join(f"{n} {one:.2f}" for n, one in found.items())


def draw_tables(folder: Path) -> dict[str, str]:
    """Return path below the folder to text, for each of the six tables and texts.

    Raises:
        BadExercise: as `draw_triage`.
    """
    sheet = read_form(folder, "world.toml", WorldSheet)
    triage = read_form(folder, "triage.toml", TriageSheet)
    start, formulas = _tools(folder, triage)
    mended = _mended(start, [one.fix for one in triage.causes])
    requests = Requests(sheet, formulas, start, mended)
    canary = read_text(folder / "hidden" / "world.toml").split("\n")[0]
    head = [one.name for one in sheet.columns if one.name not in OUTSIDE_REPLAY]
    return {
        "proctor/tools/metrics.csv": _csv(requests.metrics()),
        "proctor/tools/replay.csv": _csv(_rows(head, requests.rows(sheet.recorded))),
        triage.replayed.rows: f"{canary}\n" + _csv(_rows(head, requests.rows(sheet.heldout))),
        "proctor/tools/traces.md": trace_pages(sheet),
        "proctor/tools/log.md": log_pages(sheet),
        "proctor/tools/diag.toml": menu_text(read_text(folder / "hidden" / "menu.toml"), requests),
    }


def _tools(folder: Path, triage: TriageSheet) -> tuple[dict[str, dict[str, Plain]], Formulas]:
    """Return the settings at the start and the trial's formulas, of tools that an author writes."""
    room = folder / "proctor" / "tools"
    try:
        fix = Settings.model_validate(tomllib.loads(read_text(room / "fix.toml")))
        said = tomllib.loads(read_text(room / f"{triage.replayed.tool}.toml"))
        said = {**said, "rows": [{"none": 0}]}  # its rows are what is to be drawn
        said.pop("data", None)
        trial = Trial.model_validate(said)
    except (tomllib.TOMLDecodeError, ValueError) as problem:
        raise BadExercise(f"proctor/tools: {str(problem)[:300]}; mend it there") from problem
    return (
        {name: dict(one) for name, one in fix.start.items()},
        [(one.name, read_formula(one.formula)) for one in trial.columns],
    )


def _mended(
    start: dict[str, dict[str, Plain]], fixes: Iterable[dict[str, dict[str, Plain]]]
) -> dict[str, dict[str, Plain]]:
    state = {name: dict(one) for name, one in start.items()}
    for fix in fixes:
        for name, change in fix.items():
            state[name] = {**state.get(name, {}), **change}
    return state


def _rows(head: list[str], rows: Iterable[Row]) -> Iterable[list[Any]]:
    yield head
    for row in rows:
        yield [row[name] for name in head]


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
