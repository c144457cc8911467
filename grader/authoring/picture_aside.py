"""The picture that is drawn beside a check or a release, and that never stands in their way.

Runs in T, on the author's machine.
"""

from __future__ import annotations

from pathlib import Path

import click
from tqdm import tqdm

from grader.authoring.picture_making import make_picture
from grader.bench import Bench
from grader.page.markup import visible
from harness.core.errors import YoursToFix
from harness.core.settings import Settings


def draw_aside(
    folder: Path, settings: Settings, *, may_run: bool, out: Path | None = None
) -> Path | None:
    """Draw an exercise's probes, and say on stderr where; or why not.

    Args:
        folder: the exercise's.
        settings: name the home and the sandbox.
        may_run: whether probes may be run that were not run on this state yet.
        out: folder of the picture; None is in Audition's home.

    Returns:
        The picture's path; None where there is none.
    """
    with tqdm(desc=f"{folder.name}, picture", unit="probe", leave=False, disable=None) as bar:

        def move(done: int, total: int, name: str) -> None:
            bar.total = total
            bar.set_postfix_str(name)
            bar.update(done - bar.n)

        try:
            picture = make_picture(
                folder, settings.home, out=out, progress=move,
                bench=(lambda: Bench.of(settings)) if may_run else None,
            )  # fmt: skip
        except (YoursToFix, OSError) as problem:
            told = f"{folder.name}: no picture of the probes: {problem}"
            click.echo(visible(told[:400]), err=True)
            return None
    click.echo(f"{folder.name}: probes drawn in {picture}", err=True)
    return picture
