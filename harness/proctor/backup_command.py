"""`audition backup` and `audition restore`: a proctor in one file, and back.

Runs on the operator's machine. A backup may be taken while the proctor is up; restoring writes
over nothing.
"""

from __future__ import annotations

from pathlib import Path

import click
from tqdm import tqdm

from harness.core.clock import SystemClock
from harness.core.settings import load_settings
from harness.proctor.backup import BackupManifest, back_up, restore


@click.command("backup")
@click.argument("out", type=click.Path(path_type=Path))
def backup_command(out: Path) -> None:
    """Write all that the proctor keeps into the new file OUT. It is as secret as the home."""
    settings = load_settings()
    with tqdm(unit="file", desc="backup", disable=None) as bar:
        made = back_up(
            settings.home / "proctor", out, made_at=SystemClock().now(),
            tell=lambda *_: bar.update(), own=settings.proctor,
        )  # fmt: skip
    click.echo(f"{out}: {_tell(made)}")
    click.echo("Keys of providers are not in it; keep audition.toml and them apart.", err=True)


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore_command(source: Path) -> None:
    """Put the backup SOURCE into a home that has no proctor yet; every file is checked."""
    settings = load_settings()
    folder = settings.home / "proctor"
    with tqdm(unit="file", desc="restore", disable=None) as bar:
        made = restore(source, folder, tell=lambda *_: bar.update(), own=settings.proctor)
    click.echo(f"{folder}: {_tell(made)}, as of {made.made_at:%Y-%m-%d %H:%M} UTC")


def _tell(made: BackupManifest) -> str:
    size = sum(one.size_bytes for one in made.files)
    return f"{len(made.files)} files, {size / (1 << 20):.1f} MiB"
