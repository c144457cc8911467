"""`audition bench model`: the tables that prove the embedded model, and what it takes to run.

Runs on the trusted side, as whoever develops the model: the labelled files lie in a checkout's
tests and in no package.
"""

from __future__ import annotations

from pathlib import Path

from harness.bench.answers import measure_answers
from harness.bench.counter import counter_figures, read_bands, read_shop
from harness.bench.effects import law_figures
from harness.bench.figures import Figure
from harness.bench.footprint import measure_footprint
from harness.bench.reading import reading_figures
from harness.bench.shift import read_bands as read_shift_bands
from harness.bench.shift import read_messages, shift_figures
from harness.bench.witnesses import witness_figures
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


def exercise_folder() -> Path:
    """Return the author's room of exercise 2 in the checkout: its assistant is measured there.

    Raises:
        EnvironmentLacks: there is no checkout.
    """
    return checkout() / "grader" / "exercises" / "hallucination-debug"


def measure_model(settings: Settings, *, is_quick: bool = False) -> list[Figure]:
    """Return the figures of the embedded model.

    Args:
        settings: not used; every area takes them.
        is_quick: a third of the prompts and jobs, one seed, one start.

    Raises:
        UsageError: the labelled files or the room of exercise 2 are missing or cannot be read.
    """
    folder = labelled_folder()
    bank = load_bank()
    engine = Engine(bank=bank)
    bands = read_bands(folder / "counter_table.toml")
    far = read_shift_bands(folder / "shift_table.toml")
    jobs = read_jobs(folder / "work_dev.jsonl")
    return [
        *reading_figures(bank, folder, is_quick=is_quick),
        *measure_answers(engine, is_quick=is_quick),
        *law_figures(bank),
        *shift_figures(bank, read_messages(folder), far, is_quick=is_quick),
        *counter_figures(engine, read_shop(exercise_folder()), bands, is_quick=is_quick),
        *witness_figures(folder / "witnesses", is_quick=is_quick),
        *work_figures(do_jobs(engine, jobs[:: 3 if is_quick else 1]), "work_dev"),
        *measure_footprint(is_quick=is_quick),
    ]
