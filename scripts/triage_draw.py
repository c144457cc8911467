"""Draw the numbers of a triage exercise that was made by `exercise new --kind triage`.

    python -m scripts.triage_draw FOLDER

Reads hidden/world.toml (what the system's days look like), hidden/menu.toml (checks, with places
for figures), hidden/triage.toml and what the author wrote in proctor/tools; writes what `metrics`,
`traces`, `log`, `replay` and `diag` answer from, hidden/heldout.csv, and the record of each probe
from its uses.toml. The same folder gives the same bytes; nothing is written when something in
hidden/ does not fit, and no record when a probe's use does not. It prints what share of the bad
answers each cause makes, for triage.toml.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from grader.authoring.folder import read_exercise
from grader.scoring.triage_sheet import read_triage
from grader.scoring.triage_world import World, shares
from harness.core.errors import AuditionError, BadExercise
from harness.proctor.tools.formula import read_formula
from harness.proctor.tools.sheet import Plain, Row
from scripts.triage_records import log_pages, menu_text, trace_pages
from scripts.triage_uses import probe_records
from scripts.triage_world import Formulas, Requests, WorldSheet

_Form = TypeVar("_Form", bound=BaseModel)


def draw_tables(folder: Path) -> dict[str, str]:
    """Return path below the folder to text, for each file that is drawn but the probes' records.

    Args:
        folder: the exercise's.

    Raises:
        BadExercise: a file is not there, cannot be read, or does not fit the others.
    """
    sheet = _read(folder, "world.toml", WorldSheet)
    triage = tomllib.loads(_text(folder / "hidden" / "triage.toml"))
    start = tomllib.loads(_text(folder / "proctor" / "tools" / "fix.toml"))["start"]
    trial = tomllib.loads(_text(folder / "proctor" / "tools" / "replay.toml"))
    formulas: Formulas = [(one["name"], read_formula(one["formula"])) for one in trial["columns"]]
    mended = _mended(start, [one["fix"] for one in triage["causes"]])
    requests = Requests(sheet, formulas, start, mended)
    canary = _text(folder / "hidden" / "world.toml").split("\n")[0]
    head = [column.name for column in sheet.columns if column.name not in ("lang", "hour")]
    return {
        "proctor/tools/metrics.csv": _csv(requests.metrics()),
        "proctor/tools/replay.csv": _csv(_rows(head, requests.rows(sheet.recorded))),
        "hidden/heldout.csv": f"{canary}\n" + _csv(_rows(head, requests.rows(sheet.heldout))),
        "proctor/tools/traces.md": trace_pages(sheet),
        "proctor/tools/log.md": log_pages(sheet),
        "proctor/tools/diag.toml": menu_text(_text(folder / "hidden" / "menu.toml"), requests),
    }


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


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as problem:
        raise BadExercise(f"{path} cannot be read ({type(problem).__name__}); mend it") from problem


def _read(folder: Path, name: str, model: type[_Form]) -> _Form:
    try:
        return model.model_validate(tomllib.loads(_text(folder / "hidden" / name)))
    except (tomllib.TOMLDecodeError, ValidationError) as problem:
        raise BadExercise(f"hidden/{name}: {str(problem)[:300]}; mend it there") from problem


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def write_tables(folder: Path, drawn: dict[str, str]) -> None:
    """Write what was drawn."""
    for place, text in drawn.items():
        (folder / place).write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Draw and write; return the exit code."""
    if len(arguments) != 1:
        print(__doc__.split("\n\n")[1].strip(), file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    try:
        write_tables(folder, draw_tables(folder))
        exercise = read_exercise(folder)
        triage = read_triage(exercise)
        if triage is None:
            raise BadExercise(f"{folder}: hidden/triage.toml is not there")
        write_tables(folder, probe_records(exercise))
        found = shares(World(exercise, triage), {one.id: one.fix for one in triage.sheet.causes})
    except (AuditionError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as problem:
        print(f"nothing more was written: {problem}", file=sys.stderr)
        return 1
    print(json.dumps({name: round(one, 3) for name, one in found.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
