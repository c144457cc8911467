"""Tells when a file below some folders changes, by looking twice a second.

Runs in T. No system's own notices are used: they miss what editors save by rename on some.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

EVERY_S = 0.5
MOST_FILES = 5_000
Seen = dict[str, tuple[int, int]]
"""Path to time of change (ns) and size."""


def looked_at(folders: Sequence[Path]) -> dict[Path, Seen]:
    """Return how folders are now, for `changes` to begin with."""
    return {folder: seen(folder) for folder in folders}


def changes(
    before: dict[Path, Seen], *, pause: Callable[[float], None] = time.sleep
) -> Iterator[Path]:
    """Yield a folder each time something below it has changed since it was yielded last.

    Args:
        before: how the folders were; one that goes away has changed.
        pause: waits so many seconds.
    """
    last = dict(before)
    while True:
        pause(EVERY_S)
        for folder in last:
            now = seen(folder)
            if now != last[folder]:
                last[folder] = now
                yield folder


def seen(folder: Path) -> Seen:
    """Return what lies below a folder, links not followed."""
    found: Seen = {}
    for place, names, files in os.walk(folder):
        names[:] = [name for name in names if name not in ("__pycache__", ".ipynb_checkpoints")]
        for name in (*names, *files):
            path = Path(place, name)
            try:
                state = path.lstat()
            except OSError:
                continue  # gone between the two looks: the next one sees it
            found[str(path)] = (state.st_mtime_ns, state.st_size)
            if len(found) >= MOST_FILES:
                return found
    return found
