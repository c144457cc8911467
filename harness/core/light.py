"""Leaves out a library's optional part that costs seconds at each start and serves nothing here.

Runs wherever nbformat or Jupyter is imported: S, the hub, T; called by their packages before
anything else. Never in K, where a candidate may want the whole library.
"""

from __future__ import annotations

import sys

_SLOW = "rfc3987_syntax"
"""Reads the grammar of international addresses when it is imported: 3 s of processor time. Only
jsonschema imports it, for the formats iri and iri-reference, and does without where it is not."""


def leave_out_slow_grammars() -> None:
    """Have the import of the grammar say that it is not there; what is imported already stays."""
    sys.modules.setdefault(_SLOW, None)  # type: ignore[arg-type]  # Python's own word for it
