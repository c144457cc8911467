"""`audition review SUBMISSION...`: cases made ready, then the desk in a JupyterLab of its own.

Runs in T, on the reviewer's machine.
"""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from grader.review.case import prepare, read_cases
from grader.review.serving import Desk
from harness.core.ending import interrupt_on_signals
from harness.core.errors import AuditionError
from harness.core.settings import Settings, load_settings


@click.command()
@click.argument("submissions", nargs=-1, type=click.Path(path_type=Path))
@click.option("--rater", metavar="PSEUDONYM", help="Who rates. Default: the setting review.rater.")
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the reviewer's JupyterLab.")
@click.option("--prepare-only", is_flag=True, help="Make the cases ready and end.")
@click.option(
    "--key", "key_file", type=click.Path(path_type=Path),
    help="The proctor's public.txt, a line for each of its keys. Default: the pinned ones.",
)  # fmt: skip
def review(
    submissions: tuple[Path, ...],
    rater: str | None,
    no_browser: bool,
    port: int | None,
    prepare_only: bool,
    key_file: Path | None,
) -> None:
    """Make SUBMISSIONS ready for rating and open the desk. Ctrl-C ends it; ratings are kept."""
    settings = _with_rater(load_settings(), rater)
    for path in submissions:
        _make_ready(path, settings, key_file)
    cases, amiss = read_cases(settings, rater=settings.review.rater)
    for told in amiss:
        click.echo(f"not on the desk: {told}", err=True)
    click.echo(f"{len(cases)} on the desk of rater {settings.review.rater}", err=True)
    if prepare_only:
        return
    _serve(settings, port=port, no_browser=no_browser)


def _with_rater(settings: Settings, rater: str | None) -> Settings:
    if rater is None:
        return settings
    value = settings.review.model_dump() | {"rater": rater}
    try:
        own = type(settings.review).model_validate(value)
    except ValueError as problem:
        raise click.BadParameter(
            "1 to 20 letters, digits and dashes, beginning with a letter or digit",
            param_hint="--rater",
        ) from problem
    return settings.model_copy(update={"review": own})


def _make_ready(path: Path, settings: Settings, key_file: Path | None) -> None:
    try:
        case, is_new = prepare(path, settings, key_file)
    except AuditionError as problem:
        problem.add_note(f"in {path}")
        raise
    word = "made ready" if is_new else "was ready"
    click.echo(f"{word}: {case.id} ({case.evidence.about.exercise})", err=True)
    if case.evidence.replay_why:
        click.echo(f"  it was not run again: {case.evidence.replay_why}", err=True)


def _serve(settings: Settings, *, port: int | None, no_browser: bool) -> None:
    desk = Desk(settings)
    interrupt_on_signals()
    try:
        url = desk.start(settings.review.port if port is None else port)
        click.echo(url)
        click.echo("Run the one cell (Shift Enter). Ctrl-C here ends the desk.", err=True)
        if not no_browser:
            webbrowser.open(url)
        desk.wait()
    except KeyboardInterrupt:
        click.echo("\nEnding…", err=True)
    finally:
        desk.stop()
    click.echo(f"Ratings are kept in {desk.ratings}.", err=True)
