"""`audition report SUBMISSION... --out FILE.html`: the page, and the same as JSON beside it.

Runs in T: a thin shell over intake, replay, signals and `render`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from tqdm import tqdm

from grader.attempt import Attempt
from grader.bench import Bench
from grader.opening import open_attempt, read_opened
from grader.records import Replay, Score
from grader.replay import replay
from grader.report.evidence import Evidence, gather
from grader.report.rendering import render_sitting
from grader.report.sitting import SittingEvidence
from grader.scoring.scoring import score as score_attempt
from grader.signals import read_signals
from grader.writing import put
from harness.cli.proctor_client import ProctorClient
from harness.core.errors import EnvironmentLacks, UsageError
from harness.core.settings import Settings, load_settings


@click.command()
@click.argument("submissions", nargs=-1, type=click.Path(path_type=Path), metavar="SUBMISSION...")
@click.option(
    "--sitting", metavar="ID",
    help="What counts of a sitting, from the proctor that is up; the session's id will do.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="FILE.html",
    help="The page; FILE.json is written beside it.",
)  # fmt: skip
@click.option("--no-replay", is_flag=True, help="Run nothing of it: no replay, no measures.")
@click.option(
    "--key", "key_file", type=click.Path(path_type=Path),
    help="The proctor's public.txt, a line for each of its keys. Default: the pinned ones.",
)  # fmt: skip
def report(
    submissions: tuple[Path, ...], sitting: str | None, out: Path, no_replay: bool,
    key_file: Path | None,
) -> None:  # fmt: skip
    """Write one page about a sitting that stands alone, and its evidence as JSON.

    Give its SUBMISSION files, one an exercise, or --sitting ID. One file makes the page of that
    exercise alone.
    """
    if bool(submissions) == (sitting is not None):
        raise UsageError("give SUBMISSION files or --sitting ID, not both: audition report --help")
    settings = load_settings()
    if sitting is not None:
        data = newest_of(ProctorClient.running(settings.home), sitting)
        attempts = [read_opened(one, settings, key_file) for one in data]
    else:
        attempts = [open_attempt(path, settings, key_file) for path in submissions]
    SittingEvidence.check([attempt.about for attempt in attempts])
    found = [evidence_of(one, settings, is_replayed=not no_replay) for one in attempts]
    for path in write(found, out):
        click.echo(path)


def newest_of(client: ProctorClient, sitting: str) -> list[bytes]:
    """Return the newest submission of each exercise of a sitting, in the order first handed in.

    Args:
        client: the operator's, of a proctor that is up.
        sitting: a sitting's id, or its session's.

    Raises:
        UsageError: nothing was handed in under that id.
    """
    sessions = {one["sitting"]: one["session"] for one in client.get("/sittings")["sittings"]}
    session = sessions.get(sitting) or sitting
    newest = {
        row["exercise"]: row["submission"]
        for row in client.submissions()
        if row["session"] == session
    }
    if not newest:
        raise UsageError(
            f"nothing was handed in under {sitting[:60]!r}; `audition sittings` and `audition "
            "submissions` list what there is"
        )
    return [client.submission(name) for name in newest.values()]


def evidence_of(attempt: Attempt, settings: Settings, *, is_replayed: bool = True) -> Evidence:
    """Return the evidence of an attempt, its replay run now.

    Args:
        attempt: the submission.
        settings: say which sandbox.
        is_replayed: whether to run it again.
    """
    found, score, why = None, None, "it was not asked for"
    if is_replayed:
        try:
            bench = Bench.of(settings)
            found, score, why = _replay(attempt, bench), _score(attempt, bench), ""
        except EnvironmentLacks as problem:
            why = str(problem)
    return gather(
        attempt, signals=read_signals(attempt), replay=found, score=score, replay_why=why
    )  # fmt: skip


def _score(attempt: Attempt, bench: Bench) -> Score:
    with tqdm(desc="score", unit="run", leave=False, disable=None) as bar:

        def move(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return score_attempt(attempt, bench=bench, progress=move)


def _replay(attempt: Attempt, bench: Bench) -> Replay:
    count = sum(cell.is_code for cell in attempt.cells)
    with tqdm(total=count, desc="replay", unit="cell", leave=False, disable=None) as bar:

        def move(begun: int, _: int) -> None:
            bar.update(begun - bar.n)

        return replay(attempt, bench=bench, progress=move)


def write(found: Sequence[Evidence], out: Path) -> tuple[Path, Path]:
    """Write the page and its JSON; return both paths.

    Args:
        found: the evidence of each exercise of one sitting; the JSON of one alone is its own.
        out: the page; the JSON lies beside it.

    Raises:
        EnvironmentLacks: one of them cannot be written.
    """
    beside = out.with_suffix(".json")
    sitting = SittingEvidence.of(found)
    put(out, render_sitting(sitting).encode())
    put(beside, (found[0] if len(found) == 1 else sitting).to_bytes() + b"\n")
    return out, beside
