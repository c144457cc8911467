"""`audition exercise draw`: draw the numbers of a cost or a triage exercise anew.

Runs in T, on the author's machine. Nothing at all is written when something does not fit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from grader.authoring.draw import draw_tables
from grader.authoring.draw_triage import draw_triage, told_shares
from grader.authoring.roots import find_places, place_named
from grader.writing import put
from harness.cli.places import checkout
from harness.core.errors import UsageError
from harness.core.settings import load_settings

SHEET = Path("hidden", "cost.toml")
WORLD = Path("hidden", "world.toml")
"""What a triage exercise is drawn from."""


@click.command("draw")
@click.argument("name", metavar="SLUG")
@click.option("--check", is_flag=True, help="Write nothing; tell which files differ.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def draw_(ctx: click.Context, name: str, check: bool, as_json: bool) -> None:
    """Draw the metered day of SLUG, or its failing system, out of its own files.

    With them what its tools answer from.

    Exit 1 with --check if a file differs.
    """
    settings = load_settings()
    places = find_places(checkout() / "grader" / "exercises", settings.exercises)
    folder = place_named(places, name).folder
    is_triage = (folder / WORLD).is_file()
    has_draw = (folder / "hidden" / "draw.toml").is_file() and (folder / SHEET).is_file()
    if not is_triage and not has_draw:
        raise UsageError(
            f"{name} has no hidden/draw.toml beside its hidden/cost.toml, so there is nothing to "
            "draw; an exercise that has both is made by: audition exercise new NAME --kind cost; "
            "one with hidden/world.toml by: --kind triage"
        )
    tables = draw_triage(folder) if is_triage else draw_tables(folder)
    differ = drifted(folder, tables)
    if not check:
        write_tables(folder, {place: tables[place] for place in differ})
    if as_json:
        told = {"slug": name, "differ": differ, "files": list(tables), "wrote": not check}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        word = "differs" if check else "wrote  "
        click.echo("\n".join([f"{name}: {len(tables) - len(differ)} files as they were drawn",
                              *(f"  {word} {place}" for place in differ)]))  # fmt: skip
    if is_triage and not check:
        click.echo(told_shares(folder), err=True)
    ctx.exit(1 if check and differ else 0)


def drifted(folder: Path, tables: Mapping[str, str]) -> list[str]:
    """Return which files of the folder are not what `draw_tables` gave, or are not there."""
    return [place for place, text in tables.items() if not _holds(folder / place, text)]


def write_tables(folder: Path, tables: Mapping[str, str]) -> None:
    """Write what `draw_tables` gave into the folder, each file whole.

    Raises:
        EnvironmentLacks: it cannot be written there.
    """
    for place, text in tables.items():
        put(folder / place, text.encode())


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode()
    except OSError:
        return False
