"""Have the page that runs a cell save its notebook first.

Runs in K. A kernel cannot reach a page; it can only publish. So it asks by a comm message, which a
page without our panel passes over, and looks at the file: that it was written again is the answer.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

COMM_ID = "audition.save"
"""Names the question among comm messages; the pages know it by the same name."""
ANSWER_S = 4.0
"""How long a page may take to save."""
LOOK_S = 0.05
"""How often the file is looked at meanwhile."""


def save_first(notebook: Path, exercise: str, *, within_s: float = ANSWER_S) -> bool | None:
    """Ask the page that runs this cell to save an exercise's notebook, and wait until it has.

    Args:
        notebook: the file that is written anew by a save.
        exercise: slug, for the page.
        within_s: how long to wait, in seconds.

    Returns:
        Whether it was saved; None where no page runs this cell, so that nobody was asked.
    """
    kernel = _kernel()
    parent = _request(kernel)
    if parent is None:
        return None
    before = _mark(notebook)
    sys.stdout.flush()  # what was printed so far belongs to what is saved
    content = {"comm_id": COMM_ID, "data": {"exercise": exercise}}
    kernel.session.send(kernel.iopub_socket, "comm_msg", content, parent=parent)
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if _mark(notebook) not in (before, None) and _is_whole(notebook):
            return True
        time.sleep(LOOK_S)
    return False


def _kernel() -> Any:
    """Return the kernel this process is; None where it is none."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None)


def _request(kernel: Any) -> dict[str, Any] | None:
    """Return the request under way if a page sent it.

    Both pages say with a cell which cells were deleted since the last; a client that is no page
    names the cell at most, and there is nobody to wait for.
    """
    parent = kernel.get_parent() if kernel is not None else None
    if not isinstance(parent, dict) or not isinstance(parent.get("metadata"), dict):
        return None
    metadata = parent["metadata"]
    return parent if metadata.get("cellId") and "deletedCells" in metadata else None


def _is_whole(notebook: Path) -> bool:
    """Tell whether a save has ended: Jupyter's own server empties the file before it writes."""
    try:
        json.loads(notebook.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return True


def _mark(notebook: Path) -> tuple[int, int, int] | None:
    """Return what tells one state of a file from the next; None while it is not there."""
    try:
        found = notebook.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
