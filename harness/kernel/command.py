"""`audition submit NOTEBOOK`: submit() without a notebook open, from a shell or a script.

Runs on the candidate's side, in a shell with the kernel's line (AUDITION_URL, and a token in
OPENAI_API_KEY outside the sandbox). NOTEBOOK says which exercise; what is handed in is what the
proctor saw saved.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click

from harness.core.errors import UsageError
from harness.kernel import words
from harness.kernel.submit import Submitted, exercise_of, hand_in
from harness.kernel.wire import open_line


@click.command("submit")
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0.1, max=3600),
    default=120.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the receipt.",
)
@click.pass_context
def submit_command(ctx: click.Context, notebook: Path, as_json: bool, timeout_s: float) -> None:
    """Hand in the exercise of NOTEBOOK as the workspace last saw it saved.

    Exit 0 if the submission holds NOTEBOOK as it lies here; 1 if it was refused, or taken and
    NOTEBOOK has changed since; 3 if the workspace does not answer. Needs AUDITION_URL, and
    OPENAI_API_KEY where no sandbox speaks for you: the workspace's kernels have what they need.
    """
    if not notebook.is_file():
        raise UsageError(f"{notebook} is no file; name the exercise's own notebook")
    exercise = exercise_of(notebook)
    line = dataclasses.replace(open_line(), timeout_s=timeout_s)
    submitted, said = hand_in(exercise, line)
    if submitted.holds_file is False:
        said = [row for row in said if row != words.STATE_OLDER]
        said.append(words.FILE_NEWER.format(name=notebook.name))
    click.echo(_as_json(submitted) if as_json else "\n".join(said))
    ctx.exit(1 if submitted.holds_file is False else 0)


def _as_json(submitted: Submitted) -> str:
    value = {
        "holds_file": submitted.holds_file,
        "receipt": submitted.receipt,
        "receipt_file": submitted.receipt_file and str(submitted.receipt_file),
    }
    return json.dumps(value, indent=2, sort_keys=True)
