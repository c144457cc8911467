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
from harness.sandbox.bubblewrap import Walls, argv_of, command_inside
from harness.sandbox.run_folder import prepare_run

_WITHIN_S = 20
_DELEGATE = "start it as root, or by: systemd-run --user --scope -p Delegate=yes audition lab"
_SELF_TEST = """
import ctypes, json, os, socket, ssl, sys
def closed(path):
    try:
        os.stat(path)
    except OSError:
        return True
    return False
status = dict(x.split(":", 1) for x in open("/proc/self/status") if ":" in x)
lines = open("/proc/net/dev").read().splitlines()[2:]
libc = ctypes.CDLL(None, use_errno=True)
print(json.dumps({
    "uid": os.getuid(),
    "capabilities": int(status["CapEff"], 16) | int(status["CapBnd"], 16),
    "no_new_privileges": status["NoNewPrivs"].strip() == "1",
    "filter": status["Seccomp"].strip() == "2",
    "namespaces": libc.unshare(0x10000000) == 0,
    "devices": [x.split(":")[0].strip() for x in lines],
    "ours": [path for path in sys.argv[1:] if not closed(path)],
    "variables": sorted(set(os.environ) - {"PWD", "LC_CTYPE"}),
}))
"""
_WANTED = {
    "capabilities": 0, "no_new_privileges": True, "filter": True, "namespaces": False,
    "devices": ["lo"], "ours": [], "variables": [],
}  # fmt: skip
"""What the self-test has to find inside; who it is besides: not root."""


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
        python: interpreter to try it with, the candidate's where there is one; None is this one.
    """
    why, remedy = _try_walls((python or Path(sys.executable)).absolute(), limits)
    if why:
        lower = Step(RLIMITS, False, why, remedy)
        return Ladder((Step(CGROUP, False, why, remedy), lower, Step(NONE, True)))
    groups = cgroup.why_not()
    upper = Step(CGROUP, not groups, groups, _DELEGATE if groups else "")
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
    with tempfile.TemporaryDirectory(prefix="aud-try-") as name:
        run = Path(name)
        try:
            done = _run_inside(python, run, limits.uid if os.geteuid() == 0 else None)
        except subprocess.TimeoutExpired:
            return f"a sandbox did not start in {_WITHIN_S} s", "try again when the machine is idle"
        except EnvironmentLacks as problem:
            return str(problem), "set candidate_python"
    if done.returncode:
        return _explain(done.stderr)
    return _judge(done.stdout)


def _run_inside(python: Path, run: Path, uid: int | None) -> subprocess.CompletedProcess[str]:
    """Run the self-test behind the very walls that a kernel gets."""
    prepare_run(run, uid)
    walls = Walls(python=python, run=run, work=None, is_root=uid is not None)
    given = json.dumps({"control": None, "port": 0, "rlimits": {"CORE": 0}, "uid": uid})
    ours = [str(run / "etc" / "passwd"), f"/proc/1/cwd{run}/etc/passwd", "/etc/shadow"]
    test = [str(python), "-I", "-S", "-c", _SELF_TEST, *ours]
    return subprocess.run(
        [*argv_of(walls), *command_inside(python, given, test)],
        capture_output=True, text=True, timeout=_WITHIN_S, env={}, check=False,
    )  # fmt: skip


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
    try:
        found = json.loads(stdout)
        wrong = [name for name, wanted in _WANTED.items() if found[name] != wanted]
        wrong += ["uid"] if found["uid"] == 0 else []
    except (ValueError, KeyError, TypeError):
        return "a sandbox started, but its self-test said nothing", "report this machine to us"
    if wrong:
        told = ", ".join(f"{name} is {found[name]}" for name in wrong)
        return f"a sandbox stands but does not hold ({told})", "report this machine to us"
    return "", ""
