"""What an author types after a release: the settings, and the way from the lab to a report.

Runs in T, in the author's kernel; pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from harness.cli.places import checkout


def settings_text(roots: Iterable[Path], out: Path) -> str:
    """Return the lines of audition.toml by which a private release is taken.

    Args:
        roots: private roots, absolute.
        out: the folder it was released into, absolute.
    """
    named = ", ".join(_quoted(root) for root in sorted(set(roots)))
    photographs = _quoted(out / "harness" / "proctor" / "photographs")
    return f"exercises = [{named}]\n\n[proctor]\nphotographs = {photographs}"


def commands(name: str) -> tuple[tuple[str, str], ...]:
    """Return each command of the way from a release to its report, and what it is for.

    Args:
        name: the exercise's slug.
    """
    return (
        (f"audition lab --exercise {name}", "sit it: plan, part two, submit(); leave it up"),
        ("audition submissions", "in a second terminal: the id of what was handed in"),
        (
            "audition submissions ID --out one.zip",
            "the same ID: the whole record and the key to it, in one file",
        ),
        ("audition replay one.zip", "run it again, with the recorded answers"),
        ("audition score one.zip", "which planted faults it saw, and which it missed"),
        (
            "audition report one.zip --out report.html",
            "the page a reviewer reads; report.json is the same for programs",
        ),
    )


def onward_text(name: str, roots: Iterable[Path], out: Path) -> str:
    """Return both, to be read and copied.

    Args:
        name: the exercise's slug.
        roots: private roots, absolute.
        out: the folder it was released into, absolute.
    """
    width = max(len(command) for command, _ in commands(name))
    lines = [f"{command.ljust(width)}   # {what}" for command, what in commands(name)]
    return "\n".join(
        [f"Into {checkout() / 'audition.toml'}:", "",
         settings_text(roots, out), "",
         f"Then on a terminal, in {checkout()} (audition is .venv/bin/audition there):", "", *lines]
    )  # fmt: skip


def _quoted(path: Path) -> str:
    return json.dumps(str(path), ensure_ascii=False)
