"""`audition round`, `audition invite`, `audition sittings`: who is asked to sit what, and who did.

A round's money is told by harness.cli.round_purse.

Runs on the operator's machine, with the operator's pass, against the proctor that is up.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from harness.cli.proctor_client import ProctorClient
from harness.cli.round_purse import cap_options, read_cap, tell_card
from harness.core.errors import UsageError
from harness.core.settings import Settings, load_settings

_LONGEST_CSV = 2 << 20
_COLUMN = "candidate"
_HEADINGS = (_COLUMN, "invite", "expires_at", "link")


@click.group("round")
def round_() -> None:
    """Make and list hiring rounds: what everybody in one sits."""


@round_.command("new")
@click.argument("name")
@click.option("--exercise", "exercises", multiple=True, required=True, metavar="SLUG",
              help="May be repeated; in this order.")  # fmt: skip
@click.option("--level", type=click.Choice(["mid", "senior"]), default="mid", show_default=True)
@click.option("--minutes", type=click.IntRange(1, 600), help="Box of each exercise, in minutes.")
@click.option("--days", type=click.IntRange(1, 365), default=14, show_default=True,
              help="How long a link is good.")  # fmt: skip
@click.option("--pause-minutes", type=click.IntRange(0, 600), default=10, show_default=True,
              help="How long each candidate's clock may stand still, in all.")  # fmt: skip
@click.option("--live", is_flag=True, help="A person answers questions: see audition live.")
@cap_options
def new_round(
    name: str, exercises: tuple[str, ...], level: str, minutes: int | None, days: int,
    pause_minutes: int, live: bool, **cap: str | None,
) -> None:  # fmt: skip
    """Make the round NAME. What is in it stays, also when an exercise changes later."""
    body = {"round": name, "exercises": list(exercises), "level": level, "days": days,
            "pause_minutes": pause_minutes, "cap": read_cap(cap)}  # fmt: skip
    body |= {"minutes": minutes} if minutes else {}
    made = _client().post("/rounds", body | ({"live": True} if live else {}))
    who = ", questions to a person" if live else ""
    click.echo(f"round {made['round']}: {_tell_exercises(made)}{who}, links good for {days} days")


@round_.command("set")
@click.argument("name")
@click.option("--pause-minutes", type=click.IntRange(0, 600),
              help="How long each candidate's clock may stand still, in all.")  # fmt: skip
@cap_options
def set_round(name: str, pause_minutes: int | None, **cap: str | None) -> None:
    """Change what the round NAME may spend in all, or its pauses; on record, and at once."""
    body = read_cap(cap) | ({"pause_minutes": pause_minutes} if pause_minutes is not None else {})
    if not body:
        raise UsageError("name what is to be set, such as --usd 60")
    click.echo("\n".join(tell_card(_client().post(f"/rounds/{name}/set", body))))


@round_.command("release")
@click.argument("name")
def release_round(name: str) -> None:
    """Charge the round NAME no longer with calls whose end was never seen; on record.

    They were under way when the proctor died, and the provider may have been paid for them.
    """
    click.echo("\n".join(tell_card(_client().post(f"/rounds/{name}/release", {}))))


@round_.command("show")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show_round(name: str | None, as_json: bool) -> None:
    """List the rounds, or show what the round NAME spends, and its links without secrets."""
    client = _client()
    if name is None:
        rounds = client.get("/rounds")["rounds"]
        rows = [[one["round"], one["level"], "live" if one["live"] else "fact sheet",
                 _tell_exercises(one)] for one in rounds]  # fmt: skip
        head = ["round", "level", "questions", "exercises"]
        _show({"rounds": rounds}, head, rows, "There is no round yet: "
              "audition round new NAME --exercise SLUG", as_json=as_json)  # fmt: skip
        return
    card = client.get(f"/rounds/{name}")
    found = client.get(f"/rounds/{name}/invites")["invites"]
    if not as_json:
        click.echo("\n".join(tell_card(card)) + "\n")
    head = ["invite", "candidate", "state", "expires_at"]
    rows = [[one[key] for key in head] for one in found]
    document = {"invites": found, "card": card}
    _show(document, head, rows, "Nobody is invited yet.", as_json=as_json)


@click.command()
@click.option("--round", "name", metavar="NAME", help="The round.")
@click.option("--candidate", metavar="NAME", help="One candidate, as you write them.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path),
              help=f"Many: a CSV file with a column {_COLUMN!r}.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="New CSV file for the links.")
@click.option("--extra-time", metavar="FACTOR",
              help="Boxes 1.25 times as long, say; no reviewer sees it.")  # fmt: skip
@click.option("--again", is_flag=True, help="A new link for whoever has one; the old one ends.")
@click.option("--revoke", metavar="INVITE", help="End one link, by its id.")
def invite(
    name: str | None, candidate: str | None, csv_file: Path | None, out: Path | None,
    extra_time: str | None, again: bool, revoke: str | None,
) -> None:  # fmt: skip
    """Make one-time links. They are shown once: keep them as you keep a key."""
    if revoke is not None:
        if name or candidate or csv_file or out or again or extra_time:
            raise UsageError("--revoke INVITE stands alone")
        _client().post(f"/invites/{revoke}/revoke", {})
        click.echo(f"{revoke} opens nothing any more; what was begun with it goes on")
        return
    if name is None or (candidate is None) == (csv_file is None):
        raise UsageError("give --round NAME and either --candidate NAME or --csv FILE")
    if out is not None and out.exists():
        raise UsageError(f"{out} is there already; choose another name")
    names = [candidate] if candidate is not None else read_names(csv_file)
    settings = load_settings()
    body = {"candidates": names, "again": again}
    body |= {"extra_time": extra_time} if extra_time is not None else {}
    made = _client(settings).post(f"/rounds/{name}/invites", body)["invites"]
    rows = [
        [who, one["invite"], one["expires_at"], f"{settings.hub.url}/hub/start#{one['secret']}"]
        for who, one in zip(names, made, strict=True)
    ]
    _hand_out(rows, out)


def read_names(path: Path | None) -> list[str]:
    """Return the candidates of a CSV file, in its order.

    Args:
        path: UTF-8, a head line with the column `candidate`; other columns are passed over.

    Raises:
        UsageError: it cannot be read, is too large, has no such column, or a row without a name.
    """
    assert path is not None
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST_CSV + 1)
        if len(data) > _LONGEST_CSV:
            raise UsageError(f"{path} is larger than 2 MiB; is it the right file?")
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}") from problem
    except (UnicodeDecodeError, csv.Error) as problem:
        raise UsageError(f"{path} is not CSV in UTF-8: {problem}") from problem
    if not rows or _COLUMN not in rows[0]:
        raise UsageError(f"{path} needs a head line with the column {_COLUMN!r}, and a row below")
    names = [(row[_COLUMN] or "").strip() for row in rows]
    if "" in names:
        raise UsageError(f"{path}, row {names.index('') + 2}: no {_COLUMN}")
    return names


@click.command()
@click.option("--extend", metavar="SITTING", help="Give what runs in it more time; on record.")
@click.option("--minutes", type=click.IntRange(1, 600), help="How much more.")
@click.option("--staff", is_flag=True, help="Staff runs too, such as previews.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def sittings(extend: str | None, minutes: int | None, staff: bool, as_json: bool) -> None:
    """List who sat what, by pseudonymous ids, oldest first; staff runs are left out."""
    if (extend is None) != (minutes is None):
        raise UsageError("give both or neither: audition sittings --extend SITTING --minutes 10")
    if extend is not None:
        answer = _client().post(f"/sittings/{extend}/extend", {"minutes": minutes})
        told = "one exercise ends" if answer["extended"] == 1 else "its exercises end"
        click.echo(f"{extend}: {told} {minutes} minutes later")
        return
    found = [one for one in _client().get("/sittings")["sittings"] if staff or not one["staff"]]
    head = ["sitting", "round", "candidate", "begun_at", "session", "submissions"]
    rows = [[*(str(one[key] or "–") for key in head[:-1]), ", ".join(one["submissions"]) or "–"]
            for one in found]  # fmt: skip
    _show({"sittings": found}, head, rows, "Nobody has begun yet.", as_json=as_json)


def _client(settings: Settings | None = None) -> ProctorClient:
    return ProctorClient.running((settings or load_settings()).home)


def _hand_out(rows: Sequence[Sequence[str]], out: Path | None) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([_HEADINGS, *rows])
    if out is None:
        click.echo(text.getvalue(), nl=False)
        return
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text.getvalue())
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        click.echo(text.getvalue(), nl=False)  # the secrets are told once: here, then
        raise UsageError(f"{out} cannot be written: {problem.strerror}") from problem
    click.echo(out)


def _tell_exercises(one: dict[str, Any]) -> str:
    return ", ".join(f"{held['slug']} {held['version']}" for held in one["exercises"])


def _show(
    document: dict[str, Any], head: list[str], rows: list[list[str]], nothing: str, *, as_json: bool
) -> None:
    if as_json:
        click.echo(json.dumps(document, indent=1))
        return
    if not rows:
        click.echo(nothing)
        return
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    for row in [head, *rows]:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())
