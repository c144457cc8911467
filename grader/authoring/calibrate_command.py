"""`audition exercise calibrate`: how an exercise behaves on a model.

Runs in T, on the author's machine: a thin shell over `calibrate`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from tqdm import tqdm

from grader.authoring.calibrate import Calibration, Progress, calibrate, estimate
from grader.authoring.calibrate_kept import KeptDoor
from grader.authoring.calibrate_models import Door, ProviderDoor, find_door
from grader.authoring.folder import read_exercise
from grader.authoring.roots import find_places, place_named
from grader.bench import Bench
from grader.page.markup import visible
from harness.cli.places import checkout
from harness.core.canonical import canonical_json
from harness.core.errors import UsageError
from harness.core.settings import Settings, load_settings


@click.command("calibrate")
@click.argument("name", metavar="SLUG")
@click.option(
    "--model",
    "alias",
    required=True,
    metavar="ALIAS",
    help="The exercise's own model, a tier (sim-small ...), or one of audition.toml.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Most rows to ask.")
@click.option("--yes", is_flag=True, help="Do not ask before a model that costs money is used.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def calibrate_(
    ctx: click.Context, name: str, alias: str, limit: int | None, yes: bool, as_json: bool
) -> None:  # fmt: skip
    """Tell how SLUG behaves on a model: what the given prompt does, and which faults show.

    Exit 1 if a share lies outside the band that it should lie in.
    """
    settings = load_settings()
    places = find_places(checkout() / "grader" / "exercises", settings.exercises)
    room = read_exercise(place_named(places, name).folder)
    with ExitStack() as stack:
        door = find_door(alias, settings, name, room.profile)
        if isinstance(door, ProviderDoor):
            stack.callback(door.close)
        kept = KeptDoor(door, _file(settings, name, door))

        def bench() -> Bench:
            return Bench.of(settings)

        if door.is_paid and not yes:
            with _bar("estimate") as move:
                will = estimate(room, door, bench, limit, move)
            known = f"; {kept.kept} answers are kept from before" if kept.kept else ""
            told = (
                f"About {will.calls} calls, {will.tokens_in:,} tokens in and {will.tokens_out:,} "
                f"out, about ${will.usd:.4f} on {alias}{known}. Go on?"
            )
            if not click.confirm(told, err=True):
                raise UsageError("nothing was asked; --limit N makes it cheaper, --yes goes on")
        with _bar(name) as move:
            found = calibrate(room, kept, bench, limit, move)
    shown = found.model_dump_json(by_alias=True, indent=2) if as_json else visible(tell(found))
    click.echo(shown)
    ctx.exit(0 if found.is_fine else 1)


def tell(found: Calibration) -> str:
    """Return a calibration as lines."""
    rows = str(found.rows) if found.rows == found.of_rows else f"{found.rows} of {found.of_rows}"
    lines = [f"{found.exercise} {found.version} on {found.model}: {rows} rows"]
    lines += [f"  {one.says}" for one in found.lines]
    lines += [f"  {one.says}" for one in found.stages]
    if found.suite_says is not None:
        lines.append(f"  {found.suite_says}")
    for one in found.faults:
        number = "" if one.headline is None else f", its number {one.headline:.3g}"
        lines.append(f"    {one.id:4}{one.came:13}{one.about} (on {one.shows_on} texts{number})")
    for why, count in found.failures.items():
        lines.append(f"  {count} texts came to nothing: {why}")
    again = found.calls - found.asked_now
    lines.append(f"  {found.asked_now} calls now, {again} kept or repeated; {found.tokens_in:,} "
                 f"tokens in, {found.tokens_out:,} out, ${found.usd:.4f}")  # fmt: skip
    return "\n".join(lines)


def _file(settings: Settings, slug: str, door: Door) -> Path | None:
    """Return where a provider's answers are kept; another model of that name has its own file."""
    if not isinstance(door, ProviderDoor):
        return None
    about = door.provider.settings
    behind = canonical_json([about.route, about.url, about.model])
    mark = hashlib.sha256(behind).hexdigest()[:8]
    return settings.home / "calibration" / slug / f"{door.alias}-{mark}.jsonl"


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    with tqdm(desc=what, unit="step", leave=False, disable=None) as bar:

        def move(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield move
