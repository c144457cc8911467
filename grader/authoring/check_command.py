"""`audition exercise check`: what is off in an exercise's folder, with place and next step.

Runs in T, on the author's machine: a thin shell over `checks.check`.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from grader.authoring.checks import Finding, check
from grader.authoring.checks.listing import RULES
from grader.authoring.picture_aside import draw_aside
from grader.authoring.roots import find_places, place_named
from grader.authoring.watch import Seen, changes, looked_at
from grader.page.markup import visible
from harness.cli.places import checkout
from harness.core.ending import interrupt_on_signals
from harness.core.errors import EnvironmentLacks, UsageError
from harness.core.settings import load_settings


@dataclass(frozen=True)
class Manner:
    """How to check and to tell.

    Attributes:
        grade: pilot or full.
        fast: without rules that run code.
        as_json: one JSON document instead of lines.
        is_drawn: whether the probes are drawn as well.
        pictures: folder for the pictures; None is Audition's home.
    """

    grade: str
    fast: bool
    as_json: bool
    is_drawn: bool = True
    pictures: Path | None = None


@click.command("check")
@click.argument("names", nargs=-1, metavar="SLUG|PATH ...")
@click.option("--all", "every", is_flag=True, help="Every exercise, private roots too.")
@click.option("--fast", is_flag=True, help="Leave out rules that run code in the sandbox.")
@click.option("--watch", is_flag=True, help="Check again when a file changes; Ctrl C ends it.")
@click.option(
    "--grade",
    type=click.Choice(["pilot", "full"]),
    default="pilot",
    show_default=True,
    help="How large it has to be: to try on colleagues, or to hire by.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document (a line, watched).")
@click.option("--no-picture", is_flag=True, help="Do not draw the probes.")
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to draw into. Default: pictures/SLUG in Audition's home.",
)
@click.pass_context
def check_(
    ctx: click.Context,
    names: tuple[str, ...],
    every: bool,
    fast: bool,
    watch: bool,
    grade: str,
    as_json: bool,
    no_picture: bool,
    pictures: Path | None,
) -> None:
    """Say everything that is off in exercises: rule, place, what, and what to do.

    Each is a slug, or the path of a folder. Exit 1 if there is an error; warnings alone are fine.
    """
    folders = _folders(names, every)
    manner = Manner(grade, fast, as_json, not no_picture, pictures)
    if pictures is not None and any(pictures.resolve().is_relative_to(one) for one in folders):
        raise UsageError(f"{pictures} lies in an exercise, which takes no pictures; name another")
    before: dict[Path, Seen] = {}
    if watch:
        interrupt_on_signals()
        before = looked_at(folders)
    rows = {folder: _row(folder, manner) for folder in folders}
    _tell(list(rows.values()), manner, is_line=watch)
    if watch:
        _watch(before, rows, manner)
    for lacks in filter(None, (row["lacks"] for row in rows.values())):
        raise EnvironmentLacks(lacks)
    ctx.exit(0 if all(row["is_fine"] for row in rows.values()) else 1)


def _folders(names: tuple[str, ...], every: bool) -> list[Path]:
    """Return the folders that are meant, each once.

    Raises:
        UsageError: no name or one that is neither slug nor folder.
    """
    if every == bool(names):
        raise UsageError("name exercises, by slug or by path, or say --all")
    found = [_folder(name) for name in names] if names else [p.folder for p in _places()]
    return list(dict.fromkeys(found))


def _folder(name: str) -> Path:
    path = Path(name)
    if not {"/", os.sep} & set(name) and not path.exists():
        return place_named(_places(), name).folder
    if not path.is_dir():
        raise UsageError(f"{name} is no folder; name an exercise by slug, or its folder by path")
    # the folder's own name is compared with the slug; a link to it is for the rules to name
    return path.resolve() if path.name in ("", "..") else path.absolute()


def _places() -> list[Any]:
    return find_places(checkout() / "grader" / "exercises", load_settings().exercises)


def _row(folder: Path, manner: Manner) -> dict[str, Any]:
    """Check one folder, with a bar on stderr.

    Where this machine cannot run code behind walls, what the quick rules find is told all the same.
    """
    lacks = None
    with tqdm(desc=folder.name, unit="rule", leave=False, disable=None) as bar:

        def move(done: int, total: int, code: str) -> None:
            bar.total = total
            bar.set_postfix_str(code)
            bar.update(done - bar.n)

        try:
            found = check(folder, grade=manner.grade, fast=manner.fast, progress=move)
        except EnvironmentLacks as problem:
            lacks = f"{problem}; or leave out what runs code: --fast"
            found = check(folder, grade=manner.grade, fast=True)
    if manner.is_drawn:
        may_run = not (manner.fast or lacks)
        out = manner.pictures / folder.name if manner.pictures is not None else None
        draw_aside(folder, load_settings(), may_run=may_run, out=out)
    errors = sum(one.severity == "error" for one in found)
    return {
        "slug": folder.name,
        "folder": str(folder),
        "is_fine": not errors,
        "errors": errors,
        "warnings": len(found) - errors,
        "lacks": lacks,
        "left_out": [one.code for one in RULES if one.is_slow] if manner.fast or lacks else [],
        "findings": [one.model_dump(mode="json") for one in found],
    }


def _tell(rows: list[dict[str, Any]], manner: Manner, *, is_line: bool = False) -> None:
    if manner.as_json:
        whole = {
            "schema": 1, "grade": manner.grade, "fast": manner.fast,
            "is_fine": all(row["is_fine"] for row in rows), "exercises": rows,
        }  # fmt: skip
        click.echo(json.dumps(whole, indent=None if is_line else 2, ensure_ascii=False))
        return
    for row in rows:
        click.echo(visible(_told(row)))


def _told(row: dict[str, Any]) -> str:
    left = f"; not run: {', '.join(row['left_out'])}" if row["left_out"] else ""
    lines = [f"{row['slug']}: {_count(row)}{left}"]
    for value in row["findings"]:
        one = Finding.model_validate(value)
        lines.append(f"  {one.severity:8}{one.rule}  {one.place}")
        lines += [f"          {one.what}", f"          → {one.remedy}"]
    return "\n".join(lines)


def _count(row: dict[str, Any]) -> str:
    if not row["findings"]:
        return "nothing is off"
    errors, warnings = row["errors"], row["warnings"]
    parts = [f"{errors} error{'s' * (errors != 1)}"] * bool(errors)
    parts += [f"{warnings} warning{'s' * (warnings != 1)}"] * bool(warnings)
    return ", ".join(parts)


def _watch(before: dict[Path, Seen], rows: dict[Path, dict[str, Any]], manner: Manner) -> None:
    """Check each folder again as it changes, until Ctrl C; rows hold what was found last."""
    click.echo("watching; Ctrl C ends it", err=True)
    try:
        for folder in changes(before):
            rows[folder] = _row(folder, manner)
            _tell([rows[folder]], manner, is_line=True)
    except KeyboardInterrupt:
        click.echo("", err=True)
