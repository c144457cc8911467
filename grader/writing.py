"""Files of the grader's own: whole or not at all, on disk before they have their name.

Runs in T.
"""

from __future__ import annotations

import os
from pathlib import Path

from harness.core.errors import EnvironmentLacks


def put(path: Path, data: bytes) -> None:
    """Write a file, its folders made if missing; one of that name is replaced.

    Raises:
        EnvironmentLacks: it cannot be written there.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as problem:
        raise EnvironmentLacks(f"{path} cannot be written: {problem.strerror}") from problem
    finally:
        part.unlink(missing_ok=True)
