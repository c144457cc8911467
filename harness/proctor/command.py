"""`audition proctor`: the witness and the purse as a service, in the foreground.

Runs in zone G. The one line on stdout says where it listens; everything else goes to stderr,
without prompts, answers, keys or names.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import signal
import sys
from pathlib import Path

import click
import uvloop

from harness.core.settings import Settings, load_settings
from harness.proctor.errors import StoreUnusable
from harness.proctor.roles import roles_sql
from harness.proctor.server import Address, Doors
from harness.proctor.service import Service
from harness.proctor.worker import Worker

_OPEN_FILES = 8192


@click.command()
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Where state lies.")
@click.option("--print-roles", is_flag=True, help="Print the SQL that a Postgres needs once.")
@click.option("--port", type=click.IntRange(0, 65535), help="TCP port on 127.0.0.1; 0 for any.")
def proctor(home: Path | None, port: int | None, print_roles: bool) -> None:
    """Run the proctor until SIGTERM or Ctrl-C; prints where it listens as one JSON line."""
    if print_roles:
        click.echo(roles_sql(), nl=False)
        return
    settings = load_settings()
    if home is not None:
        settings = settings.model_copy(update={"home": home.resolve()})
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    os.umask(0o077)
    _allow_many_files()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings, settings.proctor.port if port is None else port))


def _allow_many_files() -> None:
    """Raise our own limit of open files: a thousand connections are more than the usual one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def serve(settings: Settings, port: int, *, worker: Worker | None = None) -> None:
    """Serve until a signal, then end in order.

    Args:
        settings: home and the proctor's own.
        port: TCP port on 127.0.0.1; 0 takes a free one.
        worker: the model; None is the embedded one.

    Raises:
        EnvironmentLacks: the home is held by another proctor, a door cannot be opened, or another
            proctor has taken our sessions over.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    service = Service(settings, worker=worker)
    doors = Doors(service)
    note = service.folder / "address"
    try:
        await service.start()
        address = await doors.open(port)
        _note(note, address)
        announce(address)
        ended = asyncio.create_task(doors.wait())
        asked = asyncio.create_task(stop.wait())
        lost = asyncio.create_task(service.leases.lost.wait())
        await asyncio.wait({ended, asked, lost}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        lost.cancel()
    finally:
        note.unlink(missing_ok=True)
        await doors.close()
        await service.stop()
    if service.leases.is_lost:
        raise StoreUnusable("another proctor has taken our sessions over; start again")


def _note(path: Path, address: Address) -> None:
    """Leave our address where the operator's commands look for it."""
    part = path.with_suffix(".part")
    part.write_text(address.url + "\n", encoding="ascii")
    part.replace(path)


def announce(address: Address) -> None:
    """Print where we listen, as one JSON line."""
    line = {
        "address": address.url,
        "kernel_socket": str(address.kernel_socket),
        "lab_socket": str(address.lab_socket),
    }
    click.echo(json.dumps(line))
    sys.stdout.flush()
