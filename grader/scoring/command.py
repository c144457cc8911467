"""`audition score SUBMISSION`: the measures, each with its interval.

Runs in T: a thin shell over `score`. The index is a diagnostic of this tool; no report shows it.
"""

from __future__ import annotations

import json
from pathlib import Path

import click
from tqdm import tqdm

from grader.bench import Bench
from grader.opening import open_attempt
from grader.page.markup import visible
from grader.pictures.kills import missed
from grader.records import Score
from grader.scoring.scoring import score as run_score
from grader.scoring.scoring import to_value
from harness.core.settings import load_settings


@click.command()
@click.argument("submission", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--key", "key_file", type=click.Path(path_type=Path),
    help="The proctor's public.txt, a line for each of its keys. Default: the pinned ones.",
)  # fmt: skip
def score(submission: Path, as_json: bool, key_file: Path | None) -> None:
    """Run the suite in SUBMISSION against models with planted faults, and measure it."""
    settings = load_settings()
    attempt = open_attempt(submission, settings, key_file)
    with tqdm(desc="score", unit="run", leave=False, disable=None) as bar:

        def move(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        found = run_score(attempt, bench=Bench.of(settings), progress=move)
    click.echo(json.dumps(to_value(found), indent=2) if as_json else visible(tell(found)))


def tell(found: Score) -> str:
    """Return a score in words, what was missed first."""
    lines = [f"{found.submission}, {found.exercise} {found.exercise_version}"]
    if lost := missed(found):
        lines.append("missed: " + ", ".join(run.about for run in lost))
    for name, one in found.components.items():
        value = "–" if one.value is None else f"{one.value:.2f}"
        spread = "" if one.low is None else f" ({one.low:.2f} to {one.high:.2f})"
        lines.append(f"  {name:<4} {value}{spread}  {one.why}")
    lines += [f"  {name}: {text}" for name, text in found.facts.items()]
    lines += [f"  ? {flag.message}" for flag in found.flags]
    return "\n".join(lines)
