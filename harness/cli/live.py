"""`audition live`: links to the page on which an interviewer answers candidates' questions.

Runs on the operator's machine, with the operator's pass, against the proctor that is up.
"""

from __future__ import annotations

import click

from harness.cli.proctor_client import ProctorClient
from harness.core.settings import load_settings


@click.command()
@click.option("--end", is_flag=True, help="End every link and every interviewer's pass.")
def live(end: bool) -> None:
    """Print a link for one interviewer: good once, then that browser has a pass for 16 hours."""
    client = ProctorClient.running(load_settings().home)
    if end:
        count = client.post("/interviewers/end", {})["ended"]
        click.echo(f"{count} ended; what they answered stays")
        return
    click.echo(interviewer_link(client))


def interviewer_link(client: ProctorClient) -> str:
    """Return a link to the interviewer's page; what opens it stands behind the #.

    Args:
        client: of the proctor that is up.
    """
    return f"{client.address}/live#{client.post('/interviewers', {})['secret']}"
