"""What usual names of labels stand for, from a written list.

Runs in the model worker; pure.
"""

from __future__ import annotations

import tomllib
from functools import cache

from harness.models.encoder import DATA


@cache
def senses() -> dict[str, str]:
    """What usual names of labels stand for, by the name as words."""
    held = tomllib.loads((DATA / "label_senses.toml").read_text(encoding="utf-8"))
    return {str(name): str(sense) for name, sense in held.items()}
