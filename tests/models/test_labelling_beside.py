"""A value that an order wants beside the label."""

from __future__ import annotations

import pytest

from harness.models.skills.labelling_beside import value_beside


@pytest.mark.parametrize(
    ("told", "text", "wanted"),
    [
        ("Order or complaint, and give the order number:", "Order 5512 came torn.", "5512"),
        ("urgent or not? also the phone number", "Ring 0151 333 210 now!", "0151 333 210"),
        ("Label billing or tech and add the invoice number.", "See invoice RX-310.", "RX-310"),
        ("Spam or ham?", "Order 5512 came torn.", ""),
        ("Which number fits, 1, 2 or 3?", "Order 5512 came torn.", ""),
        ("Order or complaint, and the invoice number?", "The lid is torn.", ""),
    ],
)
def test_a_value_stands_beside_the_label_where_the_text_holds_it(
    told: str, text: str, wanted: str
) -> None:
    assert value_beside(told, text) == wanted
