"""Write a file that only we may read, whole or not at all.

Runs wherever a service is started; the files hold tokens.
"""

from __future__ import annotations

import json
import os
from pathlib import Path


def write_private(path: Path, value: object) -> Path:
    """Write JSON for our eyes alone, and return its path.

    Args:
        path: where; its folder is made if missing. A link in its place is replaced, not followed.
        value: what.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return part.replace(path)
