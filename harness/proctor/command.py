"""`audition proctor`: the witness and the purse as a service, in the foreground.

Runs in zone G. The one line on stdout says where it listens; everything else is a log without
prompts, answers, keys or names. The first SIGTERM ends it in order: nothing new is taken and what
is under way is finished, for as long as the settings say. The second one ends it at once.
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

from harness.core import logs
from harness.core.settings import Settings, load_settings
from harness.proctor.draining import Draining
from harness.proctor.errors import StoreUnusable
from harness.proctor.roles import roles_sql
from harness.proctor.server import Address, Doors
from harness.proctor.service import Service
from harness.proctor.worker import Worker

_OPEN_FILES = 8192
_log = logging.getLogger(__name__)


@click.command()
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Where state lies.")
@click.option("--print-roles", is_flag=True, help="Print the SQL that a Postgres needs once.")
@click.option("--port", type=click.IntRange(0, 65535), help="TCP port on 127.0.0.1; 0 for any.")
@click.option(
    "--log", type=click.Choice(["stderr", "file"]), default="stderr", show_default=True,
    help="Where the log goes; the file is proctor/log.jsonl in the home.",
)  # fmt: skip
def proctor(home: Path | None, port: int | None, log: str, print_roles: bool) -> None:
    """Run the proctor until SIGTERM or Ctrl-C; prints where it listens as one JSON line.

    The first signal lets calls under way finish, for proctor.drain_s at most; a second does not.
    """
    if print_roles:
        click.echo(roles_sql(), nl=False)
        return
    settings = load_settings()
    if home is not None:
        settings = settings.model_copy(update={"home": home.resolve()})
    os.umask(0o077)
    keep_log(settings.home, in_file=log == "file")
    _allow_many_files()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings, settings.proctor.port if port is None else port))


def keep_log(home: Path, *, in_file: bool) -> None:
    """Begin the log.

    Args:
        home: where state lies.
        in_file: into proctor/log.jsonl there, a few files of a bounded size; else to stderr.
    """
    folder = home / "proctor"
    if in_file:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    logs.begin(path=folder / "log.jsonl" if in_file else None)


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
    draining = Draining(settings.proctor.drain_s)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, draining.begin)
    service = Service(settings, worker=worker, draining=draining)
    doors = Doors(service)
    note = service.folder / "address"
    is_done = False
    try:
        await service.start()
        address = await doors.open(port)
        _note(note, address)
        announce(address)
        is_done = await _wait(service, doors)
    finally:
        note.unlink(missing_ok=True)
        await doors.close(at_once=not is_done)
        await service.stop()
    if service.leases.is_lost:
        raise StoreUnusable("another proctor has taken our sessions over; start again")
    _log.info("ended in order")


async def _wait(service: Service, doors: Doors) -> bool:
    """Serve until we are to end and nothing is under way, or the time for it is over.

    Returns:
        Whether nothing has to be broken off.
    """
    ended = asyncio.create_task(doors.wait())
    asked = asyncio.create_task(service.draining.wait_begun())
    lost = asyncio.create_task(service.leases.lost.wait())
    await asyncio.wait({ended, asked, lost}, return_when=asyncio.FIRST_COMPLETED)
    is_lost = lost.done()
    asked.cancel()
    lost.cancel()
    if ended.done() or is_lost:
        return ended.done()
    service.live.release()  # a page that waits for questions would be waited for
    return await service.draining.wait_done() == "idle"


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
