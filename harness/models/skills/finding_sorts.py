"""Which things are of a sort: a train is travel, a parrot an animal. The sorts stand in a file.

Runs in the model worker; pure tables.
"""

from __future__ import annotations

import tomllib
from functools import cache

from harness.models.encoder import DATA
from harness.models.skills.retrieval import stem


@cache
def _sorts() -> dict[str, frozenset[str]]:
    raw = tomllib.loads((DATA / "sorts.toml").read_text(encoding="utf-8"))
    out: dict[str, frozenset[str]] = {}
    for line in raw["sorts"].strip().splitlines():
        names, _, things = line.partition(":")
        held = frozenset(stem(word) for word in things.split())
        for name in names.split():
            out[stem(name)] = out.get(stem(name), frozenset()) | held
    return out


def is_of_sort(thing: str, sort: str) -> bool:
    """Whether a word names a thing of a sort; both in lower case."""
    return stem(thing) in _sorts().get(stem(sort), frozenset())
