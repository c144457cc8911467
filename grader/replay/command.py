"""`audition replay SUBMISSION`: run it again from its tape and say what differs.

Runs in T: a thin shell over `replay`.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import NoReturn

import click
from tqdm import tqdm

from grader.bench import Bench
from grader.opening import open_attempt
from grader.page.markup import visible
from grader.records import CellReplay, Replay
from grader.replay.replaying import replay as run_replay
from grader.writing import put
from harness.core.settings import load_settings

_SAME = ("same", "not_run")
_MISSES_TOLD, _ROWS_TOLD, _LONGEST_ROW = 3, 8, 600


@click.command()
@click.argument("submission", type=click.Path(path_type=Path))
@click.option(
    "--kind", type=click.Choice(["submitted"]), default="submitted", show_default=True,
    help="As submitted: the notebook's cells from the top.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Also write replay.json there."
)
@click.option(
    "--key", "key_file", type=click.Path(path_type=Path),
    help="The proctor's public.txt, a line for each of its keys. Default: the pinned ones.",
)  # fmt: skip
@click.pass_context
def replay(
    ctx: click.Context,
    submission: Path,
    kind: str,
    as_json: bool,
    out: Path | None,
    key_file: Path | None,
) -> None:
    """Run SUBMISSION again, in the sandbox, with the recorded answers and no provider.

    Exit 0 if every cell does what it did; 1 if one differs; 3 without a sandbox.
    """
    settings = load_settings()
    attempt = open_attempt(submission, settings, key_file)
    bench = Bench.of(settings)
    count = sum(cell.is_code for cell in attempt.cells)
    with tqdm(total=count, desc="replay", unit="cell", leave=False, disable=None) as bar:
        found = run_replay(attempt, bench=bench, progress=lambda n, _: _move(bar, n))
    if out is not None:
        put(out / "replay.json", found.to_bytes() + b"\n")
    as_text = json.dumps(found.to_value()) if as_json else visible(tell(found))  # ASCII, or visible
    click.echo(as_text)
    is_same = found.status == "whole" and all(cell.word in _SAME for cell in found.cells)
    ctx.exit(0 if is_same else 1)


def _move(bar: tqdm[NoReturn], count: int) -> None:
    bar.update(count - bar.n)


def tell(found: Replay) -> str:
    """Return a replay in words, one line a cell that is not the same."""
    counts = Counter(cell.word for cell in found.cells)
    told = ", ".join(f"{n} {word.replace('_', ' ')}" for word, n in counts.most_common())
    lines = [f"{found.submission}: {found.status}; cells: {told or 'none'}"]
    if found.why:
        lines.append(f"  {found.why}")
    for cell in found.cells:
        if cell.word != "same" or cell.why:
            lines.append(f"  {cell.cell_id}: {cell.word.replace('_', ' ')}. {cell.why}")
            lines += _tell_misses(cell)
    misses = sum(len(cell.misses) for cell in found.cells)
    lines.append(f"  {misses} requests missed; {found.recorded_calls} on the tape; {found.rung}")
    return "\n".join([*lines, *tell_versions(found)])


def tell_versions(found: Replay) -> list[str]:
    """Return what is to be known of calls that another version keyed; nothing if there are none."""
    told = []
    if found.rekeyed_calls:
        told.append(f"  {found.rekeyed_calls} calls were keyed by another version: keyed anew")
    if found.unread_calls:
        told.append(f"  {found.unread_calls} calls are of a version that is not read here")
    return told


def _tell_misses(cell: CellReplay) -> list[str]:
    lines = []
    for miss in cell.misses[:_MISSES_TOLD]:
        if miss.nearest:
            lines.append(f"    {miss.what}, beside the nearest on record:")
            rows = miss.nearest.split("\n")
            lines += [f"      {row[:_LONGEST_ROW]}" for row in rows[:_ROWS_TOLD]]
            lines += [f"      … {len(rows) - _ROWS_TOLD} more"] * (len(rows) > _ROWS_TOLD)
    return lines
