"""`audition bench [AREA ...]`: figures beside the peers, as a table or as JSON.

Runs on the trusted side. A figure always says whether its target was met.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import click

from harness.bench.figures import Figure, table
from harness.bench.lab import measure_lab
from harness.bench.record import measure_record
from harness.bench.stakeholder import measure_stakeholder
from harness.core.settings import Settings, load_settings

AREAS: dict[str, Callable[[Settings], list[Figure]]] = {
    "lab": measure_lab,
    "record": measure_record,
    "stakeholder": measure_stakeholder,
}


@click.command()
@click.argument("areas", nargs=-1, type=click.Choice(sorted(AREAS)))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def bench(areas: tuple[str, ...], as_json: bool) -> None:
    """Measure AREA beside its peer (all areas if none is named)."""
    settings = load_settings()
    figures = [item for area in areas or sorted(AREAS) for item in AREAS[area](settings)]
    if as_json:
        click.echo(json.dumps({"figures": [item.to_value() for item in figures]}, indent=2))
    else:
        click.echo(table(figures))
