"""`audition bench [AREA ...]`: figures beside the peers, as a table or as JSON.

Runs on the trusted side. A figure always says whether its target was met.
"""

from __future__ import annotations

import json
from typing import Protocol

import click

from harness.bench.figures import Figure, table
from harness.bench.lab import measure_lab
from harness.bench.proctor import measure_proctor
from harness.bench.record import measure_record
from harness.bench.stakeholder import measure_stakeholder
from harness.bench.store import measure_store
from harness.core.settings import Settings, load_settings


class Measure(Protocol):
    """Measures one area."""

    def __call__(self, settings: Settings, *, is_quick: bool) -> list[Figure]:
        """Return its figures."""
        ...


AREAS: dict[str, Measure] = {
    "lab": measure_lab,
    "proctor": measure_proctor,
    "record": measure_record,
    "stakeholder": measure_stakeholder,
    "store": measure_store,
}


@click.command()
@click.argument("areas", nargs=-1, type=click.Choice(sorted(AREAS)))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--quick", "is_quick", is_flag=True, help="One short round: a first look.")
def bench(areas: tuple[str, ...], as_json: bool, is_quick: bool) -> None:
    """Measure AREA beside its peer (all areas if none is named)."""
    settings = load_settings()
    figures = [
        item for area in areas or sorted(AREAS) for item in AREAS[area](settings, is_quick=is_quick)
    ]
    if as_json:
        click.echo(json.dumps({"figures": [item.to_value() for item in figures]}, indent=2))
    else:
        click.echo(table(figures))
