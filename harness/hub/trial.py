"""Which walls a kernel can have inside its server's walls on this machine, tried for real.

Runs where the hub is started, as root. The trial puts up a server's walls and, inside them, has the
ladder try a kernel's, with the self-test that every rung has to pass.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import EnvironmentLacks
from harness.core.settings import HubSettings
from harness.sandbox.delegated import Bounds, Delegated, delegate
from harness.sandbox.run_folder import lay_etc
from harness.sandbox.server_walls import ServerWalls, command_argv, group_argv, walls_argv

_WITHIN_S = 60
_PROGRAM = """
import json
from harness.core.settings import SandboxSettings
from harness.sandbox.ladder import probe
steps = probe(SandboxSettings()).steps
print(json.dumps([[s.rung.name, s.is_available, s.why_not] for s in steps if s.rung.is_sandboxed]))
"""


@dataclass(frozen=True)
class Trial:
    """What was found.

    Attributes:
        rung: the tightest rung a kernel gets inside.
        why_no_groups: why a candidate as a whole is not bounded; empty if it is.
    """

    rung: str
    why_no_groups: str


def bounds_of(hub: HubSettings) -> Bounds:
    """Return what one candidate may take."""
    return Bounds(memory_bytes=hub.memory_bytes, processes=hub.processes, cpus=hub.cpus)


def try_walls(hub: HubSettings, python: Path) -> Trial:
    """Return which walls there are, one inside the other.

    Args:
        hub: the hub's settings.
        python: the candidate's interpreter.

    Raises:
        EnvironmentLacks: not root, or no walls can be had.
    """
    if os.geteuid() != 0:
        raise EnvironmentLacks(
            "audition hub gives each candidate a user of its own, which takes root; start it with: "
            "sudo .venv/bin/audition hub"
        )
    try:
        group, why = delegate(bounds_of(hub), hub.first_uid), ""
    except OSError as problem:
        group, why = None, f"control groups cannot be made here ({problem.strerror})"
    try:
        steps = _steps(hub, python, group)
    finally:
        if group is not None:
            group.remove()
    for name, is_available, _ in steps:
        if is_available and (group is not None or name != "bwrap+cgroup"):
            return Trial(rung=name, why_no_groups=why)
    raise EnvironmentLacks(
        f"cells cannot be put into a sandbox inside a candidate's server: {steps[0][2]}. Next "
        "step: allow unprivileged user namespaces, then run: audition doctor"
    )


def _steps(hub: HubSettings, python: Path, group: Delegated | None) -> list[tuple[str, bool, str]]:
    with tempfile.TemporaryDirectory(prefix="aud-hub-") as name:
        folder = Path(name)
        folder.chmod(0o700)
        server, work, etc = (folder / part for part in ("server", "work", "etc"))
        for place in (server, work, etc):
            place.mkdir()
        for place in (server, work):
            os.chown(place, hub.first_uid, hub.first_uid)
        lay_etc(etc, hub.first_uid)
        walls = ServerWalls(python=python, uid=hub.first_uid, server=server, work=work, etc=etc)
        argv = walls_argv(walls) + group_argv(group.shown if group else ())
        argv += command_argv(walls, [str(python), "-I", "-c", _PROGRAM])
        try:
            done = subprocess.run(
                argv, capture_output=True, text=True, timeout=_WITHIN_S, check=False,
                env={"PATH": os.defpath}, preexec_fn=group.enter() if group else None,
            )  # fmt: skip
        except subprocess.TimeoutExpired as problem:
            raise EnvironmentLacks(
                f"a candidate's walls did not stand within {_WITHIN_S} s; try again when idle"
            ) from problem
    try:
        return [(str(a), bool(b), str(c)) for a, b, c in json.loads(done.stdout)]
    except ValueError as problem:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1][:200]
        raise EnvironmentLacks(f"a candidate's walls do not stand here ({last})") from problem
