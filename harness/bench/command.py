"""`audition bench [AREA ...]`: figures beside the peers, as a table or as JSON.

Runs on the trusted side. A figure always says whether its target was met.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Protocol

import click

from harness.bench.figures import Figure, table
from harness.bench.intents import intent_figures
from harness.bench.lab import measure_lab
from harness.bench.model import measure_model
from harness.bench.proctor import measure_proctor
from harness.bench.record import measure_record
from harness.bench.sentences import file_figures
from harness.bench.stakeholder import measure_stakeholder
from harness.bench.store import measure_store
from harness.bench.work import do_jobs, read_jobs, work_figures, wrong_text
from harness.core.settings import Settings, load_settings
from harness.models.engine import Engine
from harness.models.features import load_bank
from harness.models.tiers import TIERS


class Measure(Protocol):
    """Measures one area."""

    def __call__(self, settings: Settings, *, is_quick: bool) -> list[Figure]:
        """Return its figures."""
        ...


AREAS: dict[str, Measure] = {
    "lab": measure_lab,
    "model": measure_model,
    "proctor": measure_proctor,
    "record": measure_record,
    "stakeholder": measure_stakeholder,
    "store": measure_store,
}


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("areas", nargs=-1, type=click.Choice(sorted(AREAS)))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--quick", "is_quick", is_flag=True, help="One short round: a first look.")
@click.option(
    "--intents",
    type=_FILE,
    help="Classify these texts alone: a CSV with text,label, any set; no label: fits none.",
)
@click.option(
    "--definitions", type=_FILE, help="What the labels of --intents mean: label,definition."
)
@click.option(
    "--reading",
    type=_FILE,
    multiple=True,
    help="Measure alone how this file of labelled prompts, sentences or pairs is read; repeatable.",
)
@click.option(
    "--work", type=_FILE, help="Measure alone how many of the jobs in this file are done right."
)
@click.option(
    "--tier",
    type=click.Choice(list(TIERS)),
    default="sim-medium",
    show_default=True,
    help="Who does the jobs of --work.",
)
@click.option("--show", is_flag=True, help="With --work: print the answers counted wrong.")
def bench(
    areas: tuple[str, ...],
    as_json: bool,
    is_quick: bool,
    intents: Path | None,
    definitions: Path | None,
    reading: tuple[Path, ...],
    work: Path | None,
    tier: str,
    show: bool,
) -> None:
    """Measure AREA beside its peer (all areas if none is named)."""
    if work is None and show:
        raise click.UsageError("--show goes with --work FILE")
    if work is not None:
        _work(work, tier, as_json=as_json, show=show)
        return
    if definitions is not None and intents is None:
        raise click.UsageError("--definitions goes with --intents FILE")
    if reading:
        bank = load_bank()
        figures = [item for path in reading for item in file_figures(bank, path)]
    elif intents is not None:
        figures = intent_figures(intents, definitions)
    else:
        figures = _figures(areas or tuple(sorted(AREAS)), is_quick=is_quick)
    _print(figures, as_json=as_json)


def _work(path: Path, tier: str, *, as_json: bool, show: bool) -> None:
    """Print the table of a file of jobs and, on stderr where a machine reads, what was wrong."""
    done = do_jobs(Engine(), read_jobs(path), tier=tier)
    _print(work_figures(done, path.stem, tier=tier), as_json=as_json)
    if show:
        click.echo("\n" + wrong_text(done), err=as_json)


def _print(figures: list[Figure], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"figures": [item.to_value() for item in figures]}, indent=2))
    else:
        click.echo(table(figures))


def _figures(areas: tuple[str, ...], *, is_quick: bool) -> list[Figure]:
    settings = load_settings()
    return [item for area in areas for item in AREAS[area](settings, is_quick=is_quick)]
