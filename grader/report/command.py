"""`audition report SUBMISSION --out FILE.html`: the page, and the same as JSON beside it.

Runs in T: a thin shell over intake, replay, signals and `render`.
"""

from __future__ import annotations

from pathlib import Path

import click
from tqdm import tqdm

from grader.attempt import Attempt
from grader.bench import Bench
from grader.opening import open_attempt
from grader.records import Replay, Score
from grader.replay import replay
from grader.report.evidence import Evidence, gather
from grader.report.rendering import render
from grader.scoring.scoring import score as score_attempt
from grader.signals import read_signals
from grader.writing import put
from harness.core.errors import EnvironmentLacks
from harness.core.settings import Settings, load_settings


@click.command()
@click.argument("submission", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="FILE.html",
    help="The page; FILE.json is written beside it.",
)  # fmt: skip
@click.option("--no-replay", is_flag=True, help="Run nothing of it: no replay, no measures.")
@click.option(
    "--key", "key_file", type=click.Path(path_type=Path),
    help="The proctor's public.txt, a line for each of its keys. Default: the pinned ones.",
)  # fmt: skip
def report(submission: Path, out: Path, no_replay: bool, key_file: Path | None) -> None:
    """Write one page about SUBMISSION that stands alone, and its evidence as JSON."""
    settings = load_settings()
    attempt = open_attempt(submission, settings, key_file)
    evidence = evidence_of(attempt, settings, is_replayed=not no_replay)
    for path in write(evidence, out):
        click.echo(path)


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
    with tqdm(desc="score", unit="run", leave=False) as bar:

        def move(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return score_attempt(attempt, bench=bench, progress=move)


def _replay(attempt: Attempt, bench: Bench) -> Replay:
    count = sum(cell.is_code for cell in attempt.cells)
    with tqdm(total=count, desc="replay", unit="cell", leave=False) as bar:

        def move(begun: int, _: int) -> None:
            bar.update(begun - bar.n)

        return replay(attempt, bench=bench, progress=move)


def write(evidence: Evidence, out: Path) -> tuple[Path, Path]:
    """Write the page and its JSON; return both paths.

    Raises:
        EnvironmentLacks: one of them cannot be written.
    """
    beside = out.with_suffix(".json")
    put(out, render(evidence).encode())
    put(beside, evidence.to_bytes() + b"\n")
    return out, beside
