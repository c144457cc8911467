"""Labels told as branches are read in any order of words; rules that sort nothing are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.models.branches import branches
from harness.models.request import ChatReply

Ask = Callable[..., ChatReply]
TRAYS = [("repair", "something is broken"), ("order", "somebody wants to buy")]


@pytest.mark.parametrize(
    "told",
    [
        "If something is broken, say repair. If somebody wants to buy, say order. Else other.",
        "If something is broken: repair. If somebody wants to buy: order. Otherwise: other.",
        "If something is broken -> repair\nIf somebody wants to buy -> order\nOtherwise -> other",
        "Answer repair if something is broken, order if somebody wants to buy, "
        "and other otherwise.",
        "Say repair when something is broken; say order when somebody wants to buy; "
        "say other in all other cases.",
        "When something is broken the answer is repair. When somebody wants to buy the answer is "
        "order. In all other cases it is other.",
        'If something is broken, answer "repair"; if somebody wants to buy, answer "order"; for '
        'everything else answer "other".',
    ],
)
def test_branches_are_read_in_any_order_of_their_words(told: str) -> None:
    found = branches(told + "\n\nMessage: the kettle leaks")

    assert [(one.name, one.meaning) for one in found] == [*TRAYS, ("other", "something else")]
    assert told[found[0].start : found[-1].end] in told


@pytest.mark.parametrize(
    "told",
    [
        "If the text does not say it, say so.",
        "If the notice is silent, say nothing; if it speaks of it, quote it.",
        "Answer yes if it is open, otherwise no.",
        "When you are done, write it down. If in doubt, ask me.",
        "If a then b, " * 400,
        "",
    ],
)
def test_rules_that_name_no_labels_are_no_branches(told: str) -> None:
    assert branches(told) == ()


def test_a_message_is_sorted_by_the_branches_that_were_told(ask: Ask) -> None:
    order = (
        "If something is broken: repair. If somebody wants to buy: order. Otherwise: other. Answer "
        "with the one word only.\n\nMessage: "
    )

    said = [
        ask(order + text, model="sim-large").choices[0].text
        for text in ("my kettle is broken, it leaks", "I would like to buy two kettles")
    ]

    assert said == ["repair", "order"]
