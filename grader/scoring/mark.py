"""A mark of the code that measures: another scorer, or another model, is another mark.

Runs in T. What is kept of a score (`audition exercise stats`) is kept under it, so a score made by
yesterday's code is made anew, also where nobody thought of raising a scorer's version.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import grader.scoring
import harness.models

_PACKAGES = (grader.scoring, harness.models)
_PASSED_OVER = ("__pycache__",)


@lru_cache(maxsize=1)
def code_mark() -> str:
    """Return 64 hex digits over the scorers' and the model's files: code, tables and weights."""
    return mark_of([Path(next(iter(package.__path__))) for package in _PACKAGES])


def mark_of(folders: list[Path]) -> str:
    """Return 64 hex digits over names and bytes of all files under some folders, in order."""
    mark = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not set(_PASSED_OVER) & set(path.parts):
                data = path.read_bytes()
                mark.update(f"{path.relative_to(folder)}\0{len(data)}\0".encode())
                mark.update(data)
    return mark.hexdigest()
