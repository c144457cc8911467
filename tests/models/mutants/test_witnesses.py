"""Every mutant errs where a right model does not, and no equivalent ever does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.bench.families import Family, families
from harness.bench.witnesses import (
    answers,
    changed,
    fired,
    read_expected,
    right_answers,
    witnesses,
    wrong,
)
from harness.models.errors import BadRequest
from harness.models.mutants.chat import Chat, Turn
from harness.models.mutants.described import Mutant
from harness.models.mutants.registry import FAMILIES, mutant_named, mutants, mutated

FOLDER = Path(__file__).parents[1] / "data" / "witnesses"
ALL, EXPECTED = families(FOLDER), read_expected(FOLDER)
MUTANTS = [name for name, one in mutants().items() if not one.is_equivalent]
EQUIVALENTS = [name for name, one in mutants().items() if one.is_equivalent]
BY_CONTRACT = [name for name in EQUIVALENTS if "contract" in mutants()[name].fires]


def of(name: str) -> tuple[Family, Mutant]:
    return ALL[mutants()[name].family], mutants()[name]


def overheard(chat: Chat, seen: list[str]) -> Chat:
    """A chat callable that keeps what it is asked."""

    def listening(messages: Sequence[Turn], /, **params: Any) -> str:
        seen.append(json.dumps(list(messages)))
        return chat(messages, **params)

    return listening


def test_there_are_as_many_as_were_asked_for() -> None:
    count = Counter((one.family, one.is_equivalent) for one in mutants().values())

    assert tuple(ALL) == FAMILIES
    for family, least in EXPECTED.least.items():
        assert count[family, False] >= least.mutants
        assert count[family, True] >= least.equivalents


@pytest.mark.parametrize("name", FAMILIES)
def test_the_reader_is_right_on_every_item_and_an_empty_answer_on_none(name: str) -> None:
    family = ALL[name]

    assert wrong(family, right_answers(family)) == []
    assert [i["id"] for i in family.items if family.is_sound(i, "")] == []


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_wrong_on_three_items_on_which_the_reader_is_right(name: str) -> None:
    found = witnesses(*of(name), EXPECTED)

    assert len(found.ids) >= EXPECTED.least_witnesses, found


@pytest.mark.parametrize("name", EQUIVALENTS)
def test_an_equivalent_changes_bytes_and_is_never_wrong(name: str) -> None:
    family, one = of(name)

    assert len(changed(family, one)) >= EXPECTED.least_changed
    assert wrong(family, answers(family, one, seed=1)) == []


@pytest.mark.parametrize("name", BY_CONTRACT)
def test_an_equivalent_that_the_contract_forbids_changes_nothing(name: str) -> None:
    family, one = of(name)
    strict = replace(family.scene, allows=frozenset[str]())

    assert answers(replace(family, scene=strict), one, seed=0) == right_answers(family)


@pytest.mark.parametrize("name", EXPECTED.fires)
def test_a_trigger_fires_where_it_is_meant_to_and_nowhere_else(name: str) -> None:
    assert fired(*of(name)) == list(EXPECTED.fires[name])


@pytest.mark.parametrize("name", FAMILIES)
def test_no_two_of_a_family_do_the_same(name: str) -> None:
    family, rows = ALL[name], [one for one in mutants().values() if one.family == name]
    done = set()
    for one in rows:
        seen: list[str] = []
        chat = mutated(overheard(family.reader(), seen), one, family.scene, seed=2)
        done.add((tuple(chat(family.messages(i)) for i in family.items), tuple(seen)))

    assert len(done) == len(rows)


def test_an_unknown_mutant_is_refused_with_near_ones() -> None:
    with pytest.raises(BadRequest, match="classify-flaky-10"):
        mutant_named("classify-flaky-99")
