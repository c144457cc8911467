"""`audition bench model`: how the embedded model reads and answers, and what it takes to run.

Runs on the trusted side, as whoever develops the model: the labelled files lie in a checkout's
tests and in no package.
"""

from __future__ import annotations

from pathlib import Path

from harness.bench.answers import measure_answers
from harness.bench.figures import Figure
from harness.bench.footprint import measure_footprint
from harness.bench.reading import reading_figures
from harness.bench.work import do_jobs, read_jobs, work_figures
from harness.cli.places import checkout
from harness.core.errors import UsageError
from harness.core.settings import Settings
from harness.models.engine import Engine
from harness.models.features import load_bank


def labelled_folder() -> Path:
    """Return the folder with the labelled prompts of the checkout.

    Raises:
        UsageError: this does not run inside a checkout with its tests.
        EnvironmentLacks: there is no checkout at all.
    """
    folder = checkout() / "tests" / "models" / "data"
    if not folder.is_dir():
        raise UsageError(f"{folder} is missing; run this inside a checkout with its tests")
    return folder


def measure_model(settings: Settings, *, is_quick: bool = False) -> list[Figure]:
    """Return the figures of the embedded model.

    Args:
        settings: not used; every area takes them.
        is_quick: a third of the prompts and jobs, one seed, one start.

    Raises:
        UsageError: the labelled files are missing or cannot be read.
    """
    folder = labelled_folder()
    bank = load_bank()
    engine = Engine(bank=bank)
    jobs = read_jobs(folder / "work_dev.jsonl")
    return [
        *reading_figures(bank, folder, is_quick=is_quick),
        *measure_answers(engine, is_quick=is_quick),
        *work_figures(do_jobs(engine, jobs[:: 3 if is_quick else 1]), "work_dev"),
        *measure_footprint(is_quick=is_quick),
    ]
