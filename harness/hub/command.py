"""`audition hub`: the hosted workspace on one machine, from one command.

Runs on the operator's machine, as root. Keeps proctor, proxy and hub up, each for itself: the hub
may end and come back while candidates work. Ctrl-C ends everything in order; work is kept.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import sys
import time
from pathlib import Path
from types import FrameType

import click

from harness.cli.places import candidate_python, release_root, trusted_python
from harness.cli.processes import Child, Restarts
from harness.cli.proctor_client import ProctorClient
from harness.cli.services import bring_back, plain_environment, start_proctor
from harness.core.doors import KERNELS, LABS, doors_folder
from harness.core.errors import AuditionError
from harness.core.private import write_private
from harness.core.settings import Settings, load_settings
from harness.hub.keeper import birth_of
from harness.hub.places import HubGiven, Places
from harness.hub.proxy import make_proxy
from harness.hub.trial import Trial, try_walls

_END_WITHIN_S = 15.0


@click.command()
def hub() -> None:
    """Start the hosted workspace: proctor, proxy, hub. Ctrl-C ends everything; work is kept.

    SIGHUP starts the hub alone anew; candidates go on working meanwhile.
    """
    settings = load_settings()
    trial = try_walls(settings.hub, candidate_python(settings))
    hosted = Hosted(settings, trial)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    signal.signal(signal.SIGHUP, hosted.ask_for_new_hub)
    try:
        hosted.start()
        _greet(hosted, trial)
        hosted.watch()
    except KeyboardInterrupt:
        click.echo("\nEnding…", err=True)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # what has begun to end, ends in order
        hosted.stop()
    click.echo(f"Everything has ended. Work is kept in {hosted.places.folder}.", err=True)


def _leave(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class Hosted:
    """The services of one hub.

    Args:
        settings: the settings.
        trial: which walls were found.

    Attributes:
        places: where things lie.
        seconds_to_start: of start().
    """

    def __init__(self, settings: Settings, trial: Trial) -> None:
        self._settings, self._trial = settings, trial
        self.places = Places(settings.home)
        self._children: dict[str, Child] = {}
        self._restarts = Restarts()
        self._wants_new_hub = False
        self.seconds_to_start = 0.0

    def start(self) -> None:
        """Start what is not up yet: proctor, proxy, hub.

        Raises:
            EnvironmentLacks: one of them did not start.
        """
        began = time.monotonic()
        self.places.make()
        address = self._proctor()
        token = secrets.token_urlsafe(32)
        environment = plain_environment() | {"CONFIGPROXY_AUTH_TOKEN": token}
        self._children["proxy"] = make_proxy(self._settings.hub, self.places, environment)
        self._children["proxy"].start()
        given = given_of(self._settings, self._trial, address, token)
        path = write_private(self.places.folder / "hub.json", given.model_dump(mode="json"))
        self._children["hub"] = Child(
            name="the hub",
            argv=[str(trusted_python()), "-m", "harness.hub.app", str(path)],
            environment=plain_environment(),
            log=self.places.folder / "hub.log",
            start_within_s=90.0,
        )
        self._children["hub"].start()
        self.seconds_to_start = time.monotonic() - began

    def watch(self) -> None:
        """Bring back whichever service ends, until interrupted.

        Raises:
            EnvironmentLacks: one keeps ending.
        """
        while True:
            time.sleep(0.3)
            if self._wants_new_hub:
                self._wants_new_hub = False
                click.echo("Starting the hub anew; candidates go on working.", err=True)
                self._children["hub"].stop()
                self._children["hub"].start()
            bring_back(self._children.values(), self._restarts)

    def ask_for_new_hub(self, signum: int, frame: FrameType | None) -> None:
        """Note that the hub is to be started anew."""
        self._wants_new_hub = True

    def stop(self) -> None:
        """End the hub, the candidates' servers, the proxy, and the proctor last of all."""
        order = ("hub", "servers", "proxy", "proctor")
        for name in order:
            if name == "servers":
                end_keepers(self.places)
            elif name in self._children:
                self._children[name].stop()
        self.places.leave()

    def _proctor(self) -> str:
        """Return the address of the proctor that is up, or of one started now."""
        home = self._settings.home
        with contextlib.suppress(OSError, AuditionError):
            address = (home / "proctor" / "address").read_text(encoding="ascii").strip()
            ProctorClient.of_home(address, home).get("/rounds")
            return address
        self._children["proctor"], word = start_proctor(self._settings)
        return str(word["address"])


def given_of(settings: Settings, trial: Trial, proctor: str, token: str) -> HubGiven:
    """Return what the hub is started with.

    Args:
        settings: the settings; where photographs are taken from a release outside the checkout,
            candidates are given that release's notebooks and data.
        trial: which walls were found.
        proctor: its address.
        token: the proxy's.
    """
    doors = doors_folder(settings.home / "proctor")
    return HubGiven(
        settings=settings,
        proctor=proctor,
        kernel_socket=doors / KERNELS,
        lab_socket=doors / LABS,
        candidate_python=candidate_python(settings),
        checkout=release_root(settings),
        rung=trial.rung,
        has_groups=not trial.why_no_groups,
        proxy_token=token,
    )


def end_keepers(places: Places) -> None:
    """End every candidate's server in order, and wait for it.

    Args:
        places: of the hub.
    """
    running = [pid for note in places.candidates.glob("*/keeper.pid") if (pid := _alive(note))]
    give_up = time.monotonic() + _END_WITHIN_S
    for pid in running:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    while any(birth_of(pid) for pid in running) and time.monotonic() < give_up:
        time.sleep(0.1)
    for pid in running:
        if birth_of(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _alive(note: Path) -> int:
    """Return the process a keeper's note names, 0 if it is no more that keeper."""
    try:
        pid, birth = note.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return 0
    return int(pid) if birth_of(int(pid)) == birth else 0


def _greet(hosted: Hosted, trial: Trial) -> None:
    hub = load_settings().hub
    bound = f"{hub.memory_bytes >> 20} MiB and {hub.cpus:g} processors a candidate"
    say = [
        f"Ready in {hosted.seconds_to_start:.1f} s.",
        "  model     sim-small, sim-medium, sim-large: embedded, simulated, no key, no network",
        f"  walls     a server for each candidate, kernels inside it ({trial.rung})",
        f"  limits    {trial.why_no_groups or bound}",
        f"  kept in   {hosted.places.folder}",
        "Next: audition round new NAME --exercise SLUG",
        "      audition invite --round NAME --candidate WHO",
        "Ctrl-C ends everything; work is kept. Candidates reach it at:",
    ]
    click.echo("\n".join(say), err=True)
    click.echo(hub.url)
    sys.stdout.flush()
