"""What the operator's long-running commands start their services with.

Runs on the operator's machine. A service gets a short environment, and the proctor its own
settings from it; a service that comes back comes back at the address others know.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from harness.cli.places import trusted_python
from harness.cli.processes import Child

PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_RUNTIME_DIR")
"""What the services get of our environment: no key, no token, no HOME."""


def plain_environment() -> dict[str, str]:
    """Return what a process of ours gets of our environment."""
    own = os.environ  # noqa: TID251  handed on by allow-list, not read as settings
    return {name: own[name] for name in PASSED_ON if name in own}


def settings_environment() -> dict[str, str]:
    """Return the variables from which a service of ours reads its own settings."""
    own = os.environ  # noqa: TID251  the proctor reads its own settings from them
    return {name: value for name, value in own.items() if name.startswith("AUDITION_")}


def start_proctor(home: Path) -> tuple[Child, dict[str, Any]]:
    """Start the proctor of a home; return it and its first word.

    Args:
        home: where state lies.

    Raises:
        EnvironmentLacks: it did not start.
    """
    argv = [str(trusted_python()), "-m", "harness.proctor", "--home", str(home)]
    child = Child(
        name="the proctor",
        argv=argv,
        environment=plain_environment() | settings_environment(),
        log=home / "proctor" / "proctor.log",
    )
    word = child.start()
    child.argv = [*argv, "--port", str(word["address"]).rsplit(":", 1)[1]]
    return child, word
