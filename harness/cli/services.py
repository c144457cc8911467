"""What the operator's long-running commands start their services with.

Runs on the operator's machine. A service gets a short environment, and the proctor its own
settings from it; a service that comes back comes back at the address others know. The proctor is
given the time it needs to finish what is under way.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from typing import Any

import click

from harness.cli.places import trusted_python
from harness.cli.processes import Child, Restarts
from harness.core.errors import EnvironmentLacks
from harness.core.settings import Settings

PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_RUNTIME_DIR")
"""What the services get of our environment: no key, no token, no HOME."""
_SIGN_AND_CLOSE_S = 10.0
"""What the proctor needs after the last call: events, heads, the model's process, the store."""


def plain_environment() -> dict[str, str]:
    """Return what a process of ours gets of our environment."""
    own = os.environ  # noqa: TID251  handed on by allow-list, not read as settings
    return {name: own[name] for name in PASSED_ON if name in own}


def settings_environment() -> dict[str, str]:
    """Return the variables from which a service of ours reads its own settings."""
    own = os.environ  # noqa: TID251  the proctor reads its own settings from them
    return {name: value for name, value in own.items() if name.startswith("AUDITION_")}


def start_proctor(settings: Settings) -> tuple[Child, dict[str, Any]]:
    """Start the proctor of a home; return it and its first word.

    Args:
        settings: where state and photographs lie, and how long the proctor may take to end.

    Raises:
        EnvironmentLacks: it did not start.
    """
    home = settings.home
    environment = plain_environment() | settings_environment()
    if settings.proctor.photographs is not None:  # decided here, so it holds there
        environment["AUDITION_PROCTOR__PHOTOGRAPHS"] = str(settings.proctor.photographs)
    argv = [str(trusted_python()), "-m", "harness.proctor", "--home", str(home), "--log", "file"]
    child = Child(
        name="the proctor",
        argv=argv,
        environment=environment,
        log=home / "proctor" / "proctor.log",
        end_within_s=settings.proctor.drain_s + _SIGN_AND_CLOSE_S,
    )
    word = child.start()
    child.argv = [*argv, "--port", str(word["address"]).rsplit(":", 1)[1]]
    return child, word


def bring_back(children: Iterable[Child], restarts: Restarts) -> None:
    """Start every service again that has ended by itself, sooner at first than later.

    One that does not start is said aloud and tried again; what keeps ending is given up.

    Args:
        children: the services that are kept.
        restarts: how often each came back of late.

    Raises:
        EnvironmentLacks: one keeps ending, or never starts.
    """
    for child in children:
        if not child.has_ended or not restarts.is_due(child.name):
            continue
        if not restarts.one_more(child.name):
            raise EnvironmentLacks(
                f"{child.name} keeps ending; its log is {child.log}. What was recorded and saved "
                f"is kept. Look at the end of the log, then start again."
            )
        click.echo(f"{child.name} ended by itself; starting it again. Nothing is lost.", err=True)
        began = time.monotonic()
        child.stop()
        try:
            child.start()
        except EnvironmentLacks as problem:
            click.echo(f"{problem}\nTrying again.", err=True)
        else:
            click.echo(f"{child.name} is back, {time.monotonic() - began:.1f} s later.", err=True)
