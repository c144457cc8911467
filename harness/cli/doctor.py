"""`audition doctor`: what this machine can do, and what to do about what it cannot.

Runs on the operator's machine; looks, changes nothing. Exit 3 if Audition cannot run here.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from harness.cli.places import candidate_python, postgres_programs
from harness.core.errors import EnvironmentLacks
from harness.core.settings import Settings, load_settings
from harness.sandbox.ladder import probe

NEEDED, WANTED = "needed", "wanted"
_MIB = 1 << 20


@dataclass(frozen=True)
class Check:
    """One thing looked at.

    Attributes:
        name: what.
        is_fine: whether it is there and works.
        weight: "needed" (without it Audition cannot run) or "wanted" (something skips).
        says: what was found, in plain words.
        remedy: the next step; empty when fine.
    """

    name: str
    is_fine: bool
    weight: str
    says: str
    remedy: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Say what this machine can do: environments, sandbox rung, browser, disk."""
    checks = examine(load_settings())
    can_run = all(check.is_fine for check in checks if check.weight == NEEDED)
    if as_json:
        value = {"can_run": can_run, "checks": [asdict(check) for check in checks]}
        click.echo(json.dumps(value, indent=2))
    else:
        click.echo("\n".join(line for check in checks for line in _lines(check)))
        click.echo("Audition can run here." if can_run else "Audition cannot run here yet.")
    ctx.exit(0 if can_run else 3)


def examine(settings: Settings) -> list[Check]:
    """Return every check, in the order a person would set things up."""
    steps: list[Callable[[Settings], Check]] = [
        _python, _candidate, _rung, _hosting, _home, _disk, _memory, _chromium, _postgres, _who,
    ]  # fmt: skip
    return [step(settings) for step in steps]


def _lines(check: Check) -> list[str]:
    sign = "ok" if check.is_fine else ("--" if check.weight == WANTED else "!!")
    lines = [f"{sign}  {check.name:<25}{check.says}"]
    return [*lines, f"    {'':<25}→ {check.remedy}"] if check.remedy else lines


def _python(settings: Settings) -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info >= (3, 11)
    remedy = "" if fine else "install Python 3.11 or newer, then: make clean env"
    return Check("Python", fine, NEEDED, version, remedy)


def _candidate(settings: Settings) -> Check:
    name = "candidate's environment"
    try:
        python = candidate_python(settings)
    except EnvironmentLacks as problem:
        return Check(name, False, NEEDED, str(problem), "make env")
    code = "import harness.kernel, harness.lab, jupyterlab; print(jupyterlab.__version__)"
    found = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True)
    if found.returncode:
        last = found.stderr.strip().splitlines()[-1:]
        return Check(name, False, NEEDED, f"does not import: {' '.join(last)}", "make clean env")
    return Check(name, True, NEEDED, f"JupyterLab {found.stdout.strip()}")


def _rung(settings: Settings) -> Check:
    try:
        python: Path | None = candidate_python(settings)
    except EnvironmentLacks:
        python = None  # said by another check
    ladder = probe(settings.sandbox, python=python)
    best = next(
        (step for step in ladder.steps if step.is_available and step.rung.name != "none"), None
    )
    if best is not None:
        return Check("sandbox", True, NEEDED, f"{best.rung.title} ({best.rung.name})")
    why = "; ".join(f"{step.rung.name}: {step.why_not}" for step in ladder.steps if step.why_not)
    remedy = next((step.remedy for step in ladder.steps if step.remedy), "make system")
    return Check(
        "sandbox", False, NEEDED, why, f"{remedy}; or, for your own code only, --i-trust-this-code"
    )


def _hosting(settings: Settings) -> Check:
    """Say whether `audition hub` can run: its parts are a wheel of their own."""
    if importlib.util.find_spec("harness.hub") is None:
        return Check("hub", False, WANTED, "not installed", "install the wheel audition-hub")
    from harness.hub.proxy import proxy_command
    from harness.hub.trial import try_walls

    try:
        proxy_command()
        found = try_walls(settings.hub, candidate_python(settings))
    except EnvironmentLacks as problem:
        return Check("hub", False, WANTED, f"one machine for many cannot be had: {problem}")
    bound = found.why_no_groups or "each candidate bounded as a whole"
    return Check("hub", True, WANTED, f"a walled server for each candidate ({found.rung}); {bound}")


def _home(settings: Settings) -> Check:
    home = settings.home
    base = home if home.exists() else home.parent
    fine = os.access(base, os.W_OK)
    says = str(home) + ("" if home.exists() else " (made at the first start)")
    return Check("home", fine, NEEDED, says, "" if fine else f"make {base} writable, or set home")


def _disk(settings: Settings) -> Check:
    base = settings.home if settings.home.exists() else settings.home.parent
    free = shutil.disk_usage(base).free
    fine = free > 1024 * _MIB
    return Check("disk", fine, NEEDED, f"{free / 2**30:.1f} GiB free", "" if fine else "free 1 GiB")


def _memory(settings: Settings) -> Check:
    pages, size = os.sysconf("SC_AVPHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    free, needed = pages * size, settings.sandbox.memory_bytes
    says = f"{free / 2**30:.1f} GiB free; a kernel may take {needed / 2**30:.1f}"
    fine = free > needed
    return Check("memory", fine, WANTED, says, "" if fine else "lower sandbox.memory_bytes")


def _chromium(settings: Settings) -> Check:
    path = shutil.which("chromium")
    says = path or "not found: browser tests are skipped"
    return Check("chromium", path is not None, WANTED, says, "" if path else "make system")


def _postgres(settings: Settings) -> Check:
    """Say whether a Postgres of our own can be started, which tests and bench do."""
    folder = postgres_programs()
    says = "not found: its tests are skipped" if folder is None else str(folder)
    if settings.proctor.database:
        says += "; the store is the Postgres of proctor.database"
    return Check("postgres", folder is not None, WANTED, says, "" if folder else "make system")


def _who(settings: Settings) -> Check:
    if os.geteuid():
        return Check("user", True, WANTED, f"uid {os.geteuid()}")
    says = f"root: kernels are dropped to uid {settings.sandbox.uid}; services run as root"
    return Check("user", True, WANTED, says)
