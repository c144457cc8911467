"""What proves the mutants: where each is wrong, where it fires, and that no equivalent does.

Runs on the trusted side, over labelled files that lie in the checkout and are in no package; pure
but for them. An item is a witness of a mutant when a right model is right on it and the same model
with the mutant around it is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.bench.families import Family, families, read_witnesses
from harness.bench.figures import Figure, figure
from harness.core.card import tell_validation
from harness.core.errors import UsageError
from harness.models.mutants.described import Mutant
from harness.models.mutants.registry import mutants, mutated

_SEED = 1
"""Of the runs that ask where a trigger fires and what an equivalent changes."""


class Least(BaseModel):
    """How many of a family there have to be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mutants: int = Field(ge=1)
    """With a fault."""
    equivalents: int = Field(ge=1)
    """Without one."""


class Expected(BaseModel):
    """What the mutants have to meet: expected.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    least_witnesses: int = Field(ge=1)
    """Items on which a mutant has to be wrong."""
    least_changed: int = Field(ge=1)
    """Items of which an equivalent has to change the bytes."""
    most_seeds: int = Field(ge=1)
    """Seeds that a mutant of rare luck may need to find its witnesses."""
    draws: int = Field(ge=1)
    """Items on which a rate is counted."""
    confidence: float = Field(gt=0, lt=1)
    """Of the interval around a rate."""
    least: Mapping[str, Least]
    """By family."""
    rates: Mapping[str, float]
    """How often a flaky mutant errs, by its name."""
    fires: Mapping[str, tuple[str, ...]]
    """Ids of the items that hold what sets a fault off, by the mutant's name, as one reads them."""


@dataclass(frozen=True)
class Found:
    """A mutant's witnesses.

    Attributes:
        ids: items on which it was wrong and the right model right.
        seeds: how many were tried until there were enough.
    """

    ids: frozenset[str]
    seeds: int


def read_expected(folder: Path) -> Expected:
    """Return what the mutants have to meet.

    Args:
        folder: tests/models/data/witnesses of a checkout.

    Raises:
        UsageError: the file cannot be read, a field is off, or it names what is no mutant.
    """
    place = folder / "expected.toml"
    try:
        found = Expected.model_validate(read_witnesses(folder, "expected"))
    except ValidationError as problem:
        raise UsageError(f"{place}: {tell_validation(problem)}") from problem
    if unknown := sorted({*found.fires, *found.rates} - set(mutants())):
        raise UsageError(
            f"{place} names {unknown[0]!r}; audition model mutants lists what there is"
        )
    return found


def answers(family: Family, one: Mutant, seed: int) -> dict[str, str]:
    """Return what the right model says with a mutant around it, by the item's id."""
    chat = mutated(family.reader(), one, family.scene, seed=seed)
    return {item["id"]: chat(family.messages(item)) for item in family.items}


def right_answers(family: Family) -> dict[str, str]:
    """Return what the right model says, by the item's id."""
    reader = family.reader()
    return {item["id"]: reader(family.messages(item)) for item in family.items}


def wrong(family: Family, said: Mapping[str, str]) -> list[str]:
    """Return the items of which the answer is wrong, in the fixture's order."""
    return [i["id"] for i in family.items if not family.is_sound(i, said[i["id"]])]


def witnesses(family: Family, one: Mutant, expected: Expected) -> Found:
    """Return a mutant's witnesses under the first seeds, until there are enough."""
    never = set(wrong(family, right_answers(family)))
    ids: set[str] = set()
    for seed in range(expected.most_seeds):
        ids |= set(wrong(family, answers(family, one, seed))) - never
        if len(ids) >= expected.least_witnesses:
            return Found(frozenset(ids), seed + 1)
    return Found(frozenset(ids), expected.most_seeds)


def fired(family: Family, one: Mutant) -> list[str]:
    """Return the items on which a trigger fires, in the fixture's order."""
    return wrong(family, answers(family, one, _SEED))


def changed(family: Family, one: Mutant) -> list[str]:
    """Return the items of which it changes the bytes, in the fixture's order."""
    right, said = right_answers(family), answers(family, one, _SEED)
    return [name for name in right if said[name] != right[name]]


def witness_figures(folder: Path, *, is_quick: bool = False) -> list[Figure]:
    """Return the figures of mutants and equivalents, family by family.

    Args:
        folder: tests/models/data/witnesses of a checkout.
        is_quick: one seed for each equivalent instead of all; the same witnesses and triggers.

    Raises:
        UsageError: a file of theirs cannot be read.
    """
    expected = read_expected(folder)
    out: list[Figure] = []
    for family in families(folder).values():
        rows = [one for one in mutants().values() if one.family == family.name]
        faulty = [one for one in rows if not one.is_equivalent]
        harmless = [one for one in rows if one.is_equivalent]
        seeds = 1 if is_quick else expected.most_seeds
        out += [
            *_counts(family.name, faulty, harmless, expected),
            _right(family),
            _fewest(family, faulty, expected),
            _triggers(family, faulty, expected),
            _never_wrong(family, harmless, seeds),
            _least_changed(family, harmless, expected),
        ]
    return out


def _counts(
    name: str, faulty: Sequence[Mutant], harmless: Sequence[Mutant], expected: Expected
) -> list[Figure]:
    least = expected.least[name]
    return [
        _at_least(f"mutants, {name}", len(faulty), least.mutants, "in the registry"),
        _at_least(f"equivalents, {name}", len(harmless), least.equivalents, "in the registry"),
    ]


def _right(family: Family) -> Figure:
    missed = wrong(family, right_answers(family))
    count = len(family.items)
    return figure(
        f"{family.name}: items on which the right model is right",
        ours=count - len(missed), peer=None, target=f"all {count}", met=not missed,
        how=f"wrong on {', '.join(missed)}" if missed else "without a mutant",
    )  # fmt: skip


def _fewest(family: Family, faulty: Sequence[Mutant], expected: Expected) -> Figure:
    found = {one.name: witnesses(family, one, expected) for one in faulty}
    least = min(len(one.ids) for one in found.values())
    few = [
        f"{name} has {len(one.ids)}"
        for name, one in found.items()
        if len(one.ids) < expected.least_witnesses
    ]
    latest = max(one.seeds for one in found.values())
    told = f"fewer than {expected.least_witnesses}: {', '.join(few)}" if few else "none has fewer"
    return _at_least(
        f"{family.name}: fewest witnesses of a mutant", least, expected.least_witnesses,
        f"{len(faulty)} mutants, each under seeds until it has enough, here {latest} at most; "
        f"{told}",
    )  # fmt: skip


def _triggers(family: Family, faulty: Sequence[Mutant], expected: Expected) -> Figure:
    meant = {one: expected.fires[one.name] for one in faulty if one.name in expected.fires}
    missed = [
        f"{one.name} fires on {' '.join(where) or 'none'}, not on {' '.join(ids)}"
        for one, ids in meant.items()
        if (where := fired(family, one)) != list(ids)
    ]
    return figure(
        f"{family.name}: triggers that fire exactly where they should",
        ours=len(meant) - len(missed), peer=None, target=f"all {len(meant)}", met=not missed,
        how="; ".join(missed) or f"on {len(family.items)} items, read one by one for their cues",
    )  # fmt: skip


def _never_wrong(family: Family, harmless: Sequence[Mutant], seeds: int) -> Figure:
    found = {
        one.name: sum(len(wrong(family, answers(family, one, s))) for s in range(1, seeds + 1))
        for one in harmless
    }
    bad = [f"{name}: {count}" for name, count in found.items() if count]
    how = f"{len(harmless)} equivalents, {len(family.items)} items, {seeds} seed(s)"
    return figure(
        f"{family.name}: wrong answers of equivalents",
        ours=sum(found.values()), peer=None, target="0", met=not bad,
        how=f"{how}; {', '.join(bad)}" if bad else how,
    )  # fmt: skip


def _least_changed(family: Family, harmless: Sequence[Mutant], expected: Expected) -> Figure:
    counts = {one.name: len(changed(family, one)) for one in harmless}
    least = min(counts, key=counts.__getitem__)
    return _at_least(
        f"{family.name}: fewest items an equivalent changes", counts[least],
        expected.least_changed, f"bytes, not meaning; {least} changes the fewest",
    )  # fmt: skip


def _at_least(name: str, ours: int, least: int, how: str) -> Figure:
    return figure(
        name, ours=ours, peer=None, target=f">= {least}", met=ours >= least, how=how
    )  # fmt: skip
