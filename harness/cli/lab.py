"""`audition lab`: the workspace on one machine, from one command.

Runs on the operator's machine. Starts the proctor (zone G) from this environment and the
candidate's server (zone S) from the candidate's, keeps both alive, and ends both on Ctrl-C.
"""

from __future__ import annotations

import json
import secrets
import socket
import time
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from harness.cli.live import interviewer_link
from harness.cli.places import candidate_python, release_root
from harness.cli.processes import Child, Restarts
from harness.cli.proctor_client import ProctorClient
from harness.cli.services import bring_back, plain_environment, start_proctor
from harness.core.ending import interrupt_on_signals
from harness.core.errors import EnvironmentLacks
from harness.core.private import write_private
from harness.core.records import SessionCard
from harness.core.settings import Settings, load_settings
from harness.core.workfolder import lay_out
from harness.sandbox.ladder import Rung, choose, probe


@click.command()
@click.option("--level", type=click.Choice(["mid", "senior"]), default="mid", show_default=True)
@click.option("--minutes", type=click.IntRange(1, 600), help="Box of each exercise, in minutes.")
@click.option("--exercise", "exercises", multiple=True, metavar="SLUG", help="May be repeated.")
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port of JupyterLab.")
@click.option("--new", "is_new", is_flag=True, help="Begin a new session; the old one is kept.")
@click.option("--live", is_flag=True, help="Answer the questions yourself, on a page of your own.")
@click.option(
    "--i-trust-this-code", "trust_code", is_flag=True,
    help="Run cells without a sandbox where none can be had. They can read what you can.",
)  # fmt: skip
def lab(
    level: str,
    minutes: int | None,
    exercises: tuple[str, ...],
    no_browser: bool,
    port: int | None,
    is_new: bool,
    live: bool,
    trust_code: bool,
) -> None:
    """Start the workspace and print its address. Ctrl-C ends everything; work is kept."""
    settings = load_settings()
    wanted = Wanted(
        exercises=exercises or ("practice",), level=level, minutes=minutes, is_new=is_new, live=live
    )
    ladder = probe(settings.sandbox, python=candidate_python(settings))
    rung = choose(ladder, trust_code=trust_code or settings.sandbox.trust_code)
    workspace = Workspace(settings=settings, rung=rung, wanted=wanted)
    serve(workspace, port=settings.lab.port if port is None else port, no_browser=no_browser)


def serve(workspace: Workspace, *, port: int, no_browser: bool) -> None:
    """Start a workspace, print its address, keep it up until Ctrl-C, and end it.

    Args:
        workspace: not started yet.
        port: wanted port of JupyterLab.
        no_browser: whether the address is only printed.

    Raises:
        EnvironmentLacks: a service did not start, or keeps ending.
        SessionRefused: the proctor does not have an exercise.
    """
    interrupt_on_signals()
    try:
        url = workspace.start(port=port)
        _greet(workspace, url)
        if not no_browser:
            webbrowser.open(url)
        workspace.watch()
    except KeyboardInterrupt:
        click.echo("\nEnding…", err=True)
    finally:
        workspace.stop()
    click.echo(f"Everything has ended. Your work is kept in {workspace.work}.", err=True)


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line.

    Attributes:
        exercises: slugs, in order.
        level: mid or senior.
        minutes: box of each exercise; None takes the cards'.
        is_new: begin a new session even if one is there.
        live: whether a person answers questions.
    """

    exercises: tuple[str, ...]
    level: str
    minutes: int | None
    is_new: bool
    live: bool = False


class Workspace:
    """The two services of one sitting, and where they keep things.

    Args:
        settings: where state lies, and the services' own.
        rung: the walls of its kernels.
        wanted: what was asked for.
        root: holds notebooks/ and datasets/; None is where the photographs were released.

    Attributes:
        work: the candidate's work folder; None until started.
        live: the interviewer's link; None where the fact sheet answers.
        seconds_to_start: from start() to the address.
    """

    def __init__(
        self, *, settings: Settings, rung: Rung, wanted: Wanted, root: Path | None = None
    ) -> None:
        self._settings, self._rung, self._wanted = settings, rung, wanted
        self._root = root
        self._children: dict[str, Child] = {}
        self._restarts = Restarts()
        self.work: Path | None = None
        self.live: str | None = None
        self.seconds_to_start = 0.0

    @property
    def rung(self) -> Rung:
        """The sandbox rung kernels run on."""
        return self._rung

    def start(self, *, port: int) -> str:
        """Start both services and return the address to open.

        Args:
            port: wanted port of JupyterLab; 0 or a busy one takes a free one.

        Raises:
            EnvironmentLacks: a service did not start.
            SessionRefused: the proctor does not have an exercise.
        """
        began = time.monotonic()
        python = candidate_python(self._settings)
        self._children["proctor"], proctor = start_proctor(self._settings)
        client = ProctorClient.of_home(proctor["address"], self._settings.home)
        card = self.session(client)
        self.live = interviewer_link(client) if self._wanted.live else None
        home = self._settings.home
        self.work = home / "work" / card.session
        slugs = tuple(state.card.slug for state in card.exercises)
        root = self._root or release_root(self._settings)
        lay_out(self.work, slugs, root / "notebooks", root / "datasets")
        lab_json = self._write_lab_json(card, proctor, free_port(port))
        argv = [str(python), "-I", "-m", "harness.lab", str(lab_json)]
        self._children["lab"] = Child(
            name="JupyterLab",
            argv=argv,
            environment=plain_environment(),
            log=home / "lab" / card.session / "lab.log",
        )
        url = str(self._children["lab"].start()["first"])
        self.seconds_to_start = time.monotonic() - began
        return url

    def watch(self) -> None:
        """Bring back whichever service ends, until interrupted.

        Raises:
            EnvironmentLacks: one keeps ending.
        """
        while True:
            time.sleep(0.2)
            bring_back(self._children.values(), self._restarts)

    def stop(self) -> None:
        """End both, the candidate's server first, so that its last words are witnessed."""
        for child in reversed(self._children.values()):
            child.stop()

    def session(self, client: ProctorClient) -> SessionCard:
        """Return the session to sit: the one before, as long as it fits, or a new one."""
        note = self._settings.home / "lab" / "current.json"
        known = None if self._wanted.is_new else _read_note(note)
        is_live = self._wanted.live
        if known and (known["wanted"], known.get("live", False)) == (
            list(self._wanted.exercises), is_live
        ):  # fmt: skip
            card = client.session(known["session"])
            if card is not None and not _is_over(card) and self._wanted.minutes is None:
                return client.fresh_tokens(card.session)
        card = client.open_session(
            self._wanted.exercises, level=self._wanted.level, minutes=self._wanted.minutes,
            live=is_live,
        )  # fmt: skip
        kept = {"session": card.session, "wanted": list(self._wanted.exercises), "live": is_live}
        write_private(note, kept)
        return card

    def _write_lab_json(self, card: SessionCard, proctor: dict[str, Any], port: int) -> Path:
        folder = self._settings.home / "lab" / card.session
        limits, lab_settings = self._settings.sandbox, self._settings.lab
        value = {
            "session": card.session,
            "proctor": proctor["address"],
            "lab_token": card.lab_token,
            "kernel_socket": proctor["kernel_socket"],
            "kernel_token": card.kernel_token,
            "spool": str(folder / "spool"),
            "home": str(folder / "home"),
            "work": str(self.work),
            "port": port,
            "browser_token": secrets.token_urlsafe(24),
            "open_path": f"{self._wanted.exercises[0]}/{self._wanted.exercises[0]}.ipynb",
            "rung": self._rung.name,
            "sandbox": limits.model_dump(mode="json"),
            "output_message_bytes": lab_settings.output_message_bytes,
            "output_cell_bytes": lab_settings.output_cell_bytes,
            "prepared_kernel": lab_settings.prepared_kernel,
        }
        return write_private(folder / "lab.json", value)


def _greet(workspace: Workspace, url: str) -> None:
    say = [
        f"Ready in {workspace.seconds_to_start:.1f} s.",
        "  model     sim-small, sim-medium, sim-large: embedded, simulated, no key, no network",
        f"  sandbox   {workspace.rung.title}",
        f"  work      {workspace.work}",
        *([f"  questions {workspace.live}"] if workspace.live else []),
        "Ctrl-C ends everything; work is kept. Open:",
    ]
    click.echo("\n".join(say), err=True)
    click.echo(url)


def _read_note(path: Path) -> dict[str, Any] | None:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return note if {"session", "wanted"} <= set(note) else None
    except (OSError, ValueError, TypeError):
        return None


def _is_over(card: SessionCard) -> bool:
    from harness.core.clock import SystemClock

    ends = [state.hard_end_at for state in card.exercises if state.hard_end_at]
    return bool(ends) and SystemClock().now() >= max(ends)


def free_port(wanted: int) -> int:
    """Return the wanted port if it is free, one of the next twenty, or any free one."""
    for port in [*range(wanted, wanted + 20), 0] if wanted else [0]:
        with socket.socket() as probe_socket:
            try:
                probe_socket.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe_socket.getsockname()[1])
    raise EnvironmentLacks("no TCP port on 127.0.0.1 is free")
