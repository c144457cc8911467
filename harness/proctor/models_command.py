"""`audition models`: what the operator's aliases are, and whether their routes are open.

Runs on the operator's machine; the proctor that is up answers.
"""

from __future__ import annotations

import json
from typing import Any

import click

from harness.core.settings import load_settings


@click.command()
@click.option("--open", "reopen", metavar="ALIAS", help="Open a route that was closed.")
@click.option("--acknowledge", is_flag=True, help="Make the operator's reserve whole again.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def models(reopen: str | None, acknowledge: bool, as_json: bool) -> None:
    """List providers' models of the proctor that is up, and open a route that was closed.

    What a provider takes above what was set aside is charged to the operator's reserve. When that
    is used up every route is closed until --acknowledge.
    """
    from harness.cli.proctor_client import ProctorClient
    from harness.core.errors import ProctorAway

    home = load_settings().home
    try:
        address = (home / "proctor" / "address").read_text(encoding="ascii").strip()
        client = ProctorClient.of_home(address, home)
    except OSError as problem:
        raise ProctorAway(f"no proctor is up for {home}; start: audition proctor") from problem
    if reopen is not None:
        client.post(f"/models/{reopen}/open", {})
    if acknowledge:
        client.post("/reserve/acknowledge", {})
    answer = client.get("/models")
    if as_json:
        click.echo(json.dumps(answer, indent=1))
        return
    lines = [_tell_model(one) for one in answer["models"]]
    click.echo("\n".join(lines) or "There is none yet: audition init")
    if answer["reserve"]["overruns"]:
        click.echo("\n".join(_tell_reserve(answer["reserve"])))


def _tell_reserve(reserve: dict[str, Any]) -> list[str]:
    state = "; every route is closed until --acknowledge" if reserve["is_used_up"] else ""
    head = f"reserve: ${reserve['used_usd']} of ${reserve['limit_usd']} used{state}"
    return [head] + [
        f"  {one['alias']}  {one['round'] or 'no round'}  ${one['usd']} above, "
        f"{one['calls']} call{'s' if one['calls'] > 1 else ''}"
        for one in reserve["overruns"]
    ]


def _tell_model(one: dict[str, Any]) -> str:
    state = "closed" if one["closed"] else "open"
    over = f", took ${one['overrun_usd']} above" if one["overrun_usd"] != "0" else ""
    who, where = ", ".join(one["exercises"]) or "every exercise", one["url"] or one["model"]
    return (
        f"{one['name']}  {state}{over}  {where}  ${one['usd_in_per_million']} in, "
        f"${one['usd_out_per_million']} out a million tokens  {who}"
    )
