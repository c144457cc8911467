"""`audition exercise`: begin exercises, look at them, check them, list and photograph them.

Runs in T, on the author's machine: a thin shell over `new`, `preview`, `release` and `drift`.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from grader.authoring.calibrate_command import calibrate_
from grader.authoring.check_command import check_
from grader.authoring.draw_command import draw_
from grader.authoring.drift import Drift, find_drift, find_orphans
from grader.authoring.new import KINDS, choose_root, kinds_there, make_exercise
from grader.authoring.picture_aside import draw_aside
from grader.authoring.preview import open_preview
from grader.authoring.releasable import refuse_errors
from grader.authoring.release import Released, release
from grader.authoring.roots import Place, find_places, place_named, published_by, repository_of
from grader.authoring.stats_command import stats_
from grader.nbgrader_side.making import nbgrader
from harness.cli.lab import serve
from harness.cli.places import candidate_python, checkout
from harness.core.card import read_card
from harness.core.errors import BadExercise, UsageError
from harness.core.settings import load_settings
from harness.sandbox.ladder import choose, probe


@dataclass(frozen=True)
class Wanted:
    """What a release was asked for.

    Attributes:
        places: exercises to photograph.
        out: where to.
        own: whether out is the checkout and places are all of its exercises.
    """

    places: list[Place]
    out: Path
    own: bool


@click.group()
def exercise() -> None:
    """Exercises as their authors keep them."""


exercise.add_command(calibrate_)
exercise.add_command(check_)
exercise.add_command(draw_)
exercise.add_command(stats_)
exercise.add_command(nbgrader)


@exercise.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List every exercise, of this repository and of private roots.

    Exit 1 if a card cannot be read.
    """
    rows = [_row(place) for place in _places(checkout())]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    for row in rows if not as_json else []:
        click.echo(_tell_row(row))
    ctx.exit(1 if any(row["problem"] for row in rows) else 0)


@exercise.command("release")
@click.argument("slug", required=False)
@click.option("--all", "every", is_flag=True, help="Every exercise instead of one.")
@click.option("--check", is_flag=True, help="Write nothing; tell which files differ.")
@click.option("--draft", is_flag=True, help="Photograph it although the check finds errors.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to photograph into; private exercises need one. Default: this checkout.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def release_(
    ctx: click.Context, slug: str | None, every: bool, check: bool, draft: bool, out: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Photograph SLUG for candidates and proctor, by allow-list.

    What `exercise check --fast` calls an error is refused first; probes are not run. Exit 1 if an
    exercise is refused or cannot be photographed or, with --check, if a file differs.
    """
    wanted = _wanted(slug, every, out)
    found = _check(wanted) if check else _release(wanted, draft)
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        for row in found["exercises"]:
            click.echo(_tell_release(row))
    ctx.exit(0 if found["is_fine"] else 1)


def _places(root: Path) -> list[Place]:
    return find_places(root / "grader" / "exercises", load_settings().exercises)


def _wanted(slug: str | None, every: bool, out: Path | None) -> Wanted:
    if every == (slug is not None):
        raise UsageError("name one exercise, or say --all")
    root = checkout()
    places = _places(root)
    if slug is not None:
        place = place_named(places, slug)
        if place.is_private and out is None:
            raise UsageError(f"{slug} is private; say where its photograph goes: --out DIR")
        return Wanted([place], out or root, own=False)
    if out is not None:
        return Wanted(places, out, own=False)
    left = [place.slug for place in places if place.is_private]
    if left:
        click.echo(f"left out, private (they need --out DIR): {', '.join(left)}", err=True)
    return Wanted([place for place in places if not place.is_private], root, own=True)


def _release(wanted: Wanted, draft: bool) -> dict[str, Any]:
    def one(place: Place) -> dict[str, Any]:
        if not draft:
            refuse_errors(place.folder)
        return _released_row(release(place.folder, wanted.out))

    found = _gather(wanted, one)
    for place in wanted.places:
        if not place.is_private:  # what it hides stays out of a checkout, and a home may lie in one
            draw_aside(place.folder, load_settings(), may_run=False)
    return found


def _check(wanted: Wanted) -> dict[str, Any]:
    found = _gather(
        wanted, lambda place: _drift_row(place.slug, find_drift(place.folder, wanted.out))
    )
    orphans = find_orphans(wanted.out, {p.slug for p in wanted.places}) if wanted.own else []
    if orphans:
        found["exercises"].append(_drift_row("no exercise", orphans))
        found["is_fine"] = False
    return found


def _gather(wanted: Wanted, do: Any) -> dict[str, Any]:
    """Do one thing for each exercise; what stops one does not stop the next."""
    rows = []
    for place in wanted.places:
        try:
            rows.append(do(place))
        except BadExercise as problem:
            rows.append({"slug": place.slug, "is_fine": False, "problem": str(problem)})
    return {"is_fine": all(row["is_fine"] for row in rows), "exercises": rows}


def _released_row(done: Released) -> dict[str, Any]:
    return {**asdict(done), "is_fine": True, "problem": None}


def _drift_row(slug: str, drifts: list[Drift]) -> dict[str, Any]:
    rows = [asdict(drift) for drift in drifts]
    return {"slug": slug, "is_fine": not rows, "problem": None, "drift": rows}


def _tell_release(row: dict[str, Any]) -> str:
    if row["problem"]:
        return f"{row['slug']}: cannot be released\n  {row['problem']}"
    if "drift" not in row:
        changed = [f"  wrote   {name}" for name in row["written"]]
        changed += [f"  removed {name}" for name in row["removed"]]
        known = f"{row['unchanged']} files unchanged" if row["unchanged"] else "photographed"
        return "\n".join([f"{row['slug']}: {known}", *changed])
    if row["is_fine"]:
        return f"{row['slug']}: as released"
    lines = [f"{row['slug']}: {len(row['drift'])} files differ; run: audition exercise release"]
    for drift in row["drift"]:
        lines.append(f"  {drift['why']:8}{drift['path']}")
        lines += [f"    {line}" for line in drift["diff"].splitlines()]
    return "\n".join(lines)


def _row(place: Place) -> dict[str, Any]:
    row: dict[str, Any] = {
        "slug": place.slug, "version": None, "title": None, "minutes": None, "kept": None,
        "published": None, "is_private": place.is_private, "folder": str(place.folder),
        "problem": None,
    }  # fmt: skip
    try:
        card = read_card(place.folder / "exercise.toml")
    except BadExercise as problem:
        return {**row, "problem": str(problem)}
    known = card.model_dump(mode="json", include=set(row) & set(type(card).model_fields))
    return {**row, **known}


def _tell_row(row: dict[str, Any]) -> str:
    if row["problem"]:
        return f"{row['slug']:20}cannot be read: {row['problem']}"
    box = "untimed" if row["minutes"] is None else f"{row['minutes']} min"
    kind = "private" if row["is_private"] else "published" if row["published"] else "own"
    return f"{row['slug']:20}{row['version']:10}{box:10}{kind:11}{row['title']}"


@exercise.command("new")
@click.argument("name")
@click.option("--kind", required=True, metavar="KIND", help=f"One of {', '.join(KINDS)}.")
@click.option("--title", metavar="TEXT", help="What people will call it. Default: the template's.")
@click.option(
    "--root", type=click.Path(path_type=Path),
    help="Folder to make it in. Default: the private root named by `exercises`.",
)  # fmt: skip
def new(name: str, kind: str, title: str | None, root: Path | None) -> None:
    """Make the exercise NAME, whole and small, to be made your own; prints its folder."""
    settings = load_settings()
    own = (checkout() / "grader" / "exercises").resolve()
    there = choose_root(root, settings.exercises)
    taken = [place.folder for place in find_places(own, settings.exercises) if place.slug == name]
    if taken and kind in kinds_there():
        raise UsageError(f"{name} is taken by {taken[0]}; choose another name")
    click.echo(make_exercise(name, kind, there, title=title, is_published=there == own))
    known = there == own or there in {path.resolve() for path in settings.exercises}
    hint = "" if known else f'\nFirst put exercises = ["{there}"] into audition.toml.'
    repository = None if there == own else repository_of(there)
    hint += f"\n{published_by(there, repository)}" if repository is not None else ""
    click.echo(
        f"It can be released as it is. Look at it: audition exercise preview {name}{hint}", err=True
    )


@exercise.command("preview")
@click.argument("slug")
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port of JupyterLab.")
def preview(slug: str, no_browser: bool, port: int | None) -> None:
    """Open SLUG as a candidate sees it, as a staff run that counts nowhere."""
    settings = load_settings()
    place = place_named(_places(checkout()), slug)
    ladder = probe(settings.sandbox, python=candidate_python(settings))
    rung = choose(ladder, trust_code=settings.sandbox.trust_code)
    with tempfile.TemporaryDirectory(prefix="aud-preview-", ignore_cleanup_errors=True) as out:
        workspace = open_preview(place, settings, rung, Path(out))
        click.echo("A staff run: marked as one, in a home of its own, counted nowhere.", err=True)
        serve(workspace, port=settings.lab.port if port is None else port, no_browser=no_browser)
