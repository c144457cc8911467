"""The ladder: which walls this machine can put around a kernel, tried for real.

Runs where kernels are started, and in `audition doctor`. A rung is announced and stored with
every result; nothing steps down by itself.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import EnvironmentLacks
from harness.core.settings import SandboxSettings
from harness.sandbox import cgroup
from harness.sandbox.bubblewrap import Walls, argv_of, command_inside, prepare_run

_WITHIN_S = 20
_SELF_TEST = """
import json, os, socket, ssl
lines = open("/proc/net/dev").read().splitlines()[2:]
caps = [x.split()[1] for x in open("/proc/self/status") if x.startswith("CapEff")]
print(json.dumps({"uid": os.getuid(), "net": [x.split(":")[0].strip() for x in lines],
  "caps": caps[0], "root": os.path.exists("/root/.ssh"), "env": sorted(os.environ)}))
"""


@dataclass(frozen=True)
class Rung:
    """One set of walls.

    Attributes:
        name: what is stored with results.
        title: what a person reads.
        is_sandboxed: whether there are walls at all.
    """

    name: str
    title: str
    is_sandboxed: bool


CGROUP = Rung("bwrap+cgroup", "cells run in a sandbox; memory and processes are limited", True)
RLIMITS = Rung("bwrap+rlimits", "cells run in a sandbox; each process is limited", True)
NONE = Rung("none", "no sandbox: cells can read what you can", False)


@dataclass(frozen=True)
class Step:
    """One rung as this machine has it.

    Attributes:
        rung: which.
        is_available: whether it works here.
        why_not: what is in the way; empty if nothing is.
        remedy: what helps; empty if nothing is to be done.
    """

    rung: Rung
    is_available: bool
    why_not: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Ladder:
    """All rungs, the tightest first."""

    steps: tuple[Step, ...]


def probe(limits: SandboxSettings, *, python: Path | None = None) -> Ladder:
    """Return what this machine can do, each rung tried with a real sandbox.

    Args:
        limits: the limits it would run with.
        python: interpreter to try it with; None is this one.
    """
    why, remedy = _try_walls(python or Path(sys.executable), limits)
    if why:
        lower = Step(RLIMITS, False, why, remedy)
        return Ladder((Step(CGROUP, False, why, remedy), lower, Step(NONE, True)))
    groups = cgroup.why_not()
    upper = Step(
        CGROUP, not groups, groups, "start as root, or delegate a cgroup" if groups else ""
    )
    return Ladder((upper, Step(RLIMITS, True), Step(NONE, True)))


def choose(ladder: Ladder, *, trust_code: bool) -> Rung:
    """Return the tightest rung there is; the bottom one only where it was asked for.

    Args:
        ladder: what this machine can do.
        trust_code: whether to run without walls where none can be had.

    Raises:
        EnvironmentLacks: there are no walls here, and nobody said to do without.
    """
    for step in ladder.steps:
        if step.is_available and step.rung.is_sandboxed:
            return step.rung
    if trust_code:
        return NONE
    first = ladder.steps[0]
    raise EnvironmentLacks(
        f"cells cannot be put into a sandbox here: {first.why_not}. Next step: {first.remedy}. "
        "For your own code on your own machine only: --i-trust-this-code"
    )


def _try_walls(python: Path, limits: SandboxSettings) -> tuple[str, str]:
    """Return what keeps the walls from standing and what helps; two empty strings if they do."""
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed", "make system"
    is_root = os.geteuid() == 0
    uid = limits.uid if is_root else None
    with tempfile.TemporaryDirectory(prefix="audition-") as name:
        run = Path(name)
        run.chmod(0o711)
        prepare_run(run, uid)
        walls = Walls(python=python, run=run, work=None, is_root=is_root, environment={"A": "1"})
        given = json.dumps({"control": None, "port": 0, "rlimits": {"CORE": 0}, "uid": uid})
        command = command_inside(python, given, [str(python), "-I", "-S", "-c", _SELF_TEST])
        try:
            done = subprocess.run(
                [*argv_of(walls), *command],
                capture_output=True, text=True, timeout=_WITHIN_S, env={}, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"a sandbox did not start in {_WITHIN_S} s", "try again when the machine is idle"
    if done.returncode:
        return _explain(done.stderr)
    return _judge(done.stdout)


def _explain(stderr: str) -> tuple[str, str]:
    last = (stderr.strip().splitlines() or ["no reason given"])[-1][:200]
    if os.geteuid():
        return (
            f"a sandbox did not start ({last})",
            "allow unprivileged user namespaces: sysctl kernel.unprivileged_userns_clone=1, "
            "user.max_user_namespaces above 0, or an AppArmor profile for bwrap",
        )
    return f"a sandbox did not start ({last})", "allow this container to make namespaces"


def _judge(stdout: str) -> tuple[str, str]:
    found = json.loads(stdout)
    if found["uid"] == 0 or int(found["caps"], 16) or found["net"] != ["lo"]:
        return f"a sandbox stands but holds nothing ({found})", "report this machine to us"
    if not set(found["env"]) <= {"A", "PWD", "LC_CTYPE"}:
        return "a sandbox lets variables through", "report this machine to us"
    return "", ""
