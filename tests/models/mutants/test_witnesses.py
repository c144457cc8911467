"""Every mutant errs where a right model does not, and no equivalent ever does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from harness.models.errors import BadRequest
from harness.models.mutants.chat import Chat, Turn
from harness.models.mutants.registry import FAMILIES, mutant_named, mutants, mutated
from tests.models.mutants.families import EXPECTED, Family, families

ALL = families()
MUTANTS = [name for name, one in mutants().items() if not one.is_equivalent]
EQUIVALENTS = [name for name, one in mutants().items() if one.is_equivalent]
BY_CONTRACT = [name for name in EQUIVALENTS if "contract" in mutants()[name].fires]
FIRES = {
    "classify-polite-taken-mildly": "T01 T02 T03 T18",
    "classify-wish-words-taken-literally": "T04 T05 T06 T19",
    "classify-anger-taken-for-harm": "T07 T08 T09 T10",
    "classify-second-subject-lost": "T18 T19 T20",
    "classify-thanks-taken-at-face-value": "T19 T33 T34 T35",
    "classify-rare-harm-lost": "T30 T31 T32",
    "classify-other-language-lost": "T21 T22 T23",
    "classify-rough-spelling-lost": "T24 T25 T26",
    "classify-never-abstains": "T11 T12 T13 T14",
    "classify-obeys-the-text": "T15 T16 T17",
    "classify-negation-unread": "T27 T28 T29",
    "classify-end-unread-160": "T36 T37 T38 T39 T40 T41",
    "classify-end-unread-400": "T36 T37 T38",
    "classify-middle-unread": "T39 T40 T41",
    "classify-rule-unread-1": "T18 T19 T20",
    "classify-rule-unread-2": "T11 T12 T13 T14",
    "classify-rule-unread-3": "T15 T16 T17",
    "answer-takes-the-premise": "A19 A20 A21",
    "answer-obeys-the-question": "A22 A23 A24",
    "answer-invents-what-is-absent": "A15 A16 A17 A18 A19 A20 A21",
    "answer-rule-unread-2": "A15 A16 A17 A18 A19 A20 A21",
    "answer-yes-for-no": "A04 A05 A13 A23 A28",
    "extract-obeys-the-text": "E05 E06 E07",
    "extract-end-unread-300": "E08 E09 E10",
    "extract-fills-gaps": "E02 E03 E05 E07 E09 E10",
    "summarise-adds-a-resolution": "S01 S02 S03 S04 S05 S06",
}
"""Which items hold what sets a fault off, as one reads in their texts."""


def answers(family: Family, name: str, seed: int) -> dict[str, str]:
    chat = mutated(family.reader(), mutants()[name], family.scene, seed=seed)
    return {item["id"]: chat(family.messages(item)) for item in family.items}


def overheard(chat: Chat, seen: list[str]) -> Chat:
    """A chat callable that keeps what it is asked."""

    def listening(messages: Sequence[Turn], /, **params: Any) -> str:
        seen.append(json.dumps(list(messages)))
        return chat(messages, **params)

    return listening


def witnesses(name: str) -> set[str]:
    """Items on which the mutant is wrong under one of the first seeds, until there are enough."""
    family = ALL[mutants()[name].family]
    found: set[str] = set()
    for seed in range(EXPECTED["most_seeds"]):
        said = answers(family, name, seed)
        found |= {i["id"] for i in family.items if not family.is_sound(i, said[i["id"]])}
        if len(found) >= EXPECTED["least_witnesses"]:
            break
    return found


def test_there_are_as_many_as_were_asked_for() -> None:
    count = Counter((one.family, one.is_equivalent) for one in mutants().values())

    assert tuple(ALL) == FAMILIES
    for family, least in EXPECTED["least"].items():
        assert count[family, False] >= least["mutants"]
        assert count[family, True] >= least["equivalents"]


@pytest.mark.parametrize("name", FAMILIES)
def test_the_reader_is_right_on_every_item_and_an_empty_answer_on_none(name: str) -> None:
    family, reader = ALL[name], ALL[name].reader()

    assert [
        i["id"] for i in family.items if not family.is_sound(i, reader(family.messages(i)))
    ] == []
    assert [i["id"] for i in family.items if family.is_sound(i, "")] == []


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_wrong_on_three_items_on_which_the_reader_is_right(name: str) -> None:
    found = witnesses(name)

    assert len(found) >= EXPECTED["least_witnesses"], found


@pytest.mark.parametrize("name", EQUIVALENTS)
def test_an_equivalent_changes_bytes_and_is_never_wrong(name: str) -> None:
    family = ALL[mutants()[name].family]
    reader = family.reader()
    said = answers(family, name, seed=1)
    changed = [i["id"] for i in family.items if said[i["id"]] != reader(family.messages(i))]

    assert len(changed) >= EXPECTED["least_changed"]
    assert [i["id"] for i in family.items if not family.is_sound(i, said[i["id"]])] == []


@pytest.mark.parametrize("name", BY_CONTRACT)
def test_an_equivalent_that_the_contract_forbids_changes_nothing(name: str) -> None:
    one = mutants()[name]
    family = ALL[one.family]
    strict = replace(family.scene, allows=frozenset[str]())
    chat, reader = mutated(family.reader(), one, strict), family.reader()

    assert [chat(family.messages(i)) for i in family.items] == [
        reader(family.messages(i)) for i in family.items
    ]


@pytest.mark.parametrize("name", FIRES)
def test_a_trigger_fires_where_it_is_meant_to_and_nowhere_else(name: str) -> None:
    family = ALL[mutants()[name].family]
    said = answers(family, name, seed=1)
    wrong = [i["id"] for i in family.items if not family.is_sound(i, said[i["id"]])]

    assert wrong == FIRES[name].split()


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
