"""Every mutant and equivalent by name, and how one is put around a chat callable.

Pure but for the callables. An equivalent changes bytes and nothing else: an eval that refuses it
is wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from threading import Lock
from typing import Any

from harness.models.errors import BadRequest
from harness.models.mutants import answer, classify, classify_form, extract, summarise
from harness.models.mutants.call import Call
from harness.models.mutants.chat import Chat, Turn
from harness.models.mutants.described import Mutant
from harness.models.mutants.scene import Scene

FAMILIES = ("classify", "answer", "extract", "summarise")


@cache
def mutants() -> Mapping[str, Mutant]:
    """Return mutants and equivalents by name, family by family."""
    modules = (classify, classify_form, answer, extract, summarise)
    return {one.name: one for module in modules for one in module.ALL}


def mutant_named(name: str) -> Mutant:
    """Return the mutant or equivalent of that name.

    Raises:
        BadRequest: there is none.
    """
    known = mutants()
    if name not in known:
        words = set(re.split(r"\W+", name))
        near = sorted(one for one in known if words & set(one.split("-")[1:])) or sorted(known)
        raise BadRequest(
            f"mutant {name!r} does not exist; there are {', '.join(near[:8])} and more: "
            "audition model mutants lists them"
        )
    return known[name]


def mutated(chat: Chat, mutant: Mutant, scene: Scene, *, seed: int = 0) -> Chat:
    """Return a chat callable with one fault planted.

    Args:
        chat: any; a mutated one as well, which then has both faults.
        mutant: which fault.
        scene: what the fault is told of the task.
        seed: of its luck; the same seed and item give the same bytes.
    """
    seen: Counter[str] = Counter()
    lock = Lock()

    def spoilt(messages: Sequence[Turn], /, **params: Any) -> str:
        call = Call(tuple(messages), scene, chat, mutant.fault, seed, params=params)
        with lock:
            turn, seen[call.item] = seen[call.item], seen[call.item] + 1
        return mutant.does(replace(call, turn=turn))

    return spoilt


def composed(chat: Chat, chosen: Iterable[Mutant], scene: Scene, *, seed: int = 0) -> Chat:
    """Return a chat callable with several faults, the first nearest to the model."""
    for one in chosen:
        chat = mutated(chat, one, scene, seed=seed)
    return chat
