"""Room for the model's regular expressions to stay compiled.

Runs in the model worker. The standard library keeps 512 patterns that are written where they are
used and compiles the others anew at each use; the rules of this model have some thousands, and
compiling took a third of a call. There is no public way to set that number.
"""

from __future__ import annotations

import re

KEPT = 8_192


def keep_compiled() -> None:
    """Let re keep as many patterns as there are; without effect where re has no such number."""
    if hasattr(re, "_MAXCACHE"):
        re._MAXCACHE = max(KEPT, re._MAXCACHE)
