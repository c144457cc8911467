"""`audition submit --from-dir DIR`: a submission out of plain files, marked unrecorded.

Runs in T. On the candidate's side `audition submit NOTEBOOK` is another verb of the same name.
"""

from __future__ import annotations

from pathlib import Path

import click

from grader.bench import find_exercise
from grader.unrecorded.files import read_files
from grader.unrecorded.making import make_submission
from grader.writing import put
from harness.core.errors import UsageError
from harness.core.settings import load_settings


@click.command()
@click.argument("notebook", required=False, type=click.Path(path_type=Path))
@click.option(
    "--from-dir", "folder", type=click.Path(path_type=Path), metavar="DIR",
    help="Holds artefacts.py, and texts.md, journal.jsonl, ledger.jsonl where there are any.",
)  # fmt: skip
@click.option("--exercise", "slug", metavar="SLUG", help="Which exercise it answers.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Default: DIR/submission.zip"
)
def submit(notebook: Path | None, folder: Path | None, slug: str | None, out: Path | None) -> None:
    """Make a submission from the plain files in DIR; prints where it lies.

    Nobody watched such work: it is marked unrecorded, and no proctor's key will verify it.
    """
    if notebook is not None or folder is None:
        raise UsageError(
            "from here a submission is made of plain files: audition submit --from-dir DIR "
            "--exercise SLUG. A notebook is submitted on the candidate's side, which recorded it"
        )
    if slug is None:
        raise UsageError("say which exercise it answers: --exercise SLUG")
    exercise = find_exercise(load_settings(), slug)
    if exercise is None:
        raise UsageError(f"there is no exercise {slug[:60]!r} here; see: audition exercise list")
    archive = make_submission(read_files(folder), exercise)
    path = out or folder / "submission.zip"
    put(path, archive)
    click.echo(path)
    click.echo("unrecorded: made from plain files, nobody watched", err=True)
