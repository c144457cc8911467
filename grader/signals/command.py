"""`audition signals SUBMISSION`: process evidence, each with its moments.

Runs in T: a thin shell over `read_signals`. Nothing of the submission is run.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from grader.opening import open_attempt
from grader.page.markup import visible
from grader.records import Moment, Signal
from grader.signals import read_signals
from harness.core.settings import load_settings


@click.command()
@click.argument("submission", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--key", "key_file", type=click.Path(path_type=Path),
    help="The proctor's public.txt, a line for each of its keys. Default: the pinned ones.",
)  # fmt: skip
def signals(submission: Path, as_json: bool, key_file: Path | None) -> None:
    """Tell how the work in SUBMISSION went. Evidence, never points."""
    attempt = open_attempt(submission, load_settings(), key_file)
    found = read_signals(attempt)
    if as_json:
        value = {
            "submission": attempt.about.submission,
            "exercise": attempt.about.exercise,
            "signals": [signal.to_value() for signal in found],
        }
        click.echo(json.dumps(value, indent=2, ensure_ascii=True))
    else:
        click.echo(visible("\n".join(tell(signal) for signal in found)))


def tell(signal: Signal) -> str:
    """Return a signal in words: what, from what, how it misleads, where to look."""
    head = f"{signal.title}: {signal.value or 'unscored'} ({signal.why})"
    lines = [head, f"  misleads: {signal.misleads}"]
    return "\n".join([*lines, *(f"  {_at(moment)}{moment.label}" for moment in signal.moments)])


def _at(moment: Moment) -> str:
    where = [] if moment.share is None else [f"{moment.share:.0%}"]
    where += [f"cell {moment.cell_id}"] if moment.cell_id else []
    return f"at {', '.join(where)}: " if where else ""
