"""Turns that change the label set: other names, one more, one less, two in the place of one."""

from __future__ import annotations

import pytest

from harness.models.engine import Engine
from harness.models.labels import Label
from harness.models.turns_labels import changed
from tests.models.asking import say

SET = (Label("high"), Label("medium"), Label("low"))


@pytest.mark.parametrize(
    ("turn", "names", "written"),
    [
        ("drop medium", ["high", "low"], {}),
        ("add a label none for anything that is no defect", ["high", "medium", "low", "none"], {}),
        ("there is a fourth label now: frozen", ["high", "medium", "low", "frozen"], {}),
        ("split low into later and never", ["high", "medium", "later", "never"], {}),
        ("anything that smokes = fire", ["high", "medium", "low", "fire"], {}),
        ("please use A, B, C from now on", None, {"high": "A", "medium": "B", "low": "C"}),
        ("write 1, 0 or -1 instead", None, {"high": "1", "medium": "0", "low": "-1"}),
        ("merge high and medium into soon", None, {"high": "soon", "medium": "soon"}),
        ("labels in capitals please", None, {"high": "HIGH", "medium": "MEDIUM", "low": "LOW"}),
    ],
)
def test_a_turn_changes_the_set(
    turn: str, names: list[str] | None, written: dict[str, str]
) -> None:
    found = changed(turn, SET, {})

    assert found is not None
    assert [one.name for one in found.labels] == (names or ["high", "medium", "low"])
    assert found.renames == written


@pytest.mark.parametrize(
    "turn", ["The pump leaks.", '"add more salt and use less water"', "why?", "drop it", "thanks"]
)
def test_a_turn_that_says_nothing_of_labels_changes_none(turn: str) -> None:
    assert changed(turn, SET, {}) is None


def test_the_next_text_gets_a_label_of_the_new_set(engine: Engine) -> None:
    first = 'Is it a tool or a toy? "hammer"'

    assert say(engine, first, "tool", 'there is also a third label: fruit. "ripe banana"') == (
        "fruit"
    )
    assert say(engine, first, "tool", 'labels in capitals please. "teddy bear"') == "TOY"
    assert say(engine, first, "tool", 'write T1 for tool and T2 for toy. "teddy bear"') == "T2"


def test_a_list_is_done_again_with_one_more_label(engine: Engine) -> None:
    listed = "tool or toy?\n1. hammer\n2. teddy bear\n3. ripe banana"
    answer = "1. tool\n2. toy\n3. toy"
    said = say(engine, listed, answer, "there should be a fruit too. redo the list")

    assert said.split("\n")[2] == "3. fruit"


def test_the_set_of_a_system_message_is_changed_for_all_that_follows(engine: Engine) -> None:
    system = "Sort notes of a farm: BARN, FIELD. Label only."
    turns = ("the cow has a cough", "BARN", "the wheat is wet", "FIELD")
    told = ("from now on use 1 for BARN and 2 for FIELD", "ok", "the wheat field was mown")

    assert say(engine, *turns, *told, system=system) == "2"
