"""A mutant as it is listed: its name and what its docstring says.

Pure. The docstring of the wrapper is the only place where a mutant is described; the list of the
command line and docs/mutants.md are read from it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from harness.models.mutants.call import Fault

_PARTS = re.compile(r"\A(.*?)\n\s*\nFires:(.*?)\nNoticed by:(.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Mutant:
    """One fault, or one harmless change.

    Attributes:
        name: family, wrapper and value, such as classify-flaky-5.
        family: classify, answer, extract or summarise.
        is_equivalent: whether nothing is wrong with it.
        fault: the wrapper's name, which luck is drawn by.
        does: the wrapper.
        changes: what it changes.
        fires: when.
        noticed_by: what a good eval holds that notices it; of an equivalent, why it must not.
    """

    name: str
    family: str
    is_equivalent: bool
    fault: str
    does: Fault
    changes: str
    fires: str
    noticed_by: str


def described(
    family: str, wrappers: tuple[Callable[..., str], ...], *, is_equivalent: bool = False
) -> tuple[Mutant, ...]:
    """Return wrappers with what they say of themselves."""
    return tuple(_one(family, wrapper, is_equivalent) for wrapper in wrappers)


def each(wrapper: Callable[..., str], name: str, *values: int) -> tuple[Callable[..., str], ...]:
    """Return a wrapper once for each value of one of its parameters."""
    return tuple(partial(wrapper, **{name: value}) for value in values)


def _one(family: str, wrapper: Callable[..., str], is_equivalent: bool) -> Mutant:
    given: dict[str, Any] = wrapper.keywords if isinstance(wrapper, partial) else {}
    inner = wrapper.func if isinstance(wrapper, partial) else wrapper
    word = inner.__name__.replace("_", "-")
    found = _PARTS.match(inspect.getdoc(inner) or "")
    if found is None:
        raise ValueError(f"{word}: its docstring lacks 'Fires:' or 'Noticed by:'")
    said = [" ".join(part.split()) for part in found.groups()]
    for key, value in given.items():
        said = [part.replace("{" + key + "}", str(value)) for part in said]
    name = "-".join((family, word, *map(str, given.values())))
    return Mutant(name, family, is_equivalent, f"{family}-{word}", wrapper, *said)
