"""Every label that fits a text, where an order wants all of them."""

from __future__ import annotations

import pytest

from harness.models.engine import Engine
from harness.models.several_asked import wants_several
from tests.models.asking import say


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        (
            'Pick every topic that applies: food, noise, view.\n\n"From the roof one sees the '
            'whole valley, but a drill hammered all day."',
            "noise, view",
        ),
        (
            "Which of these topics does the note touch? [salary, holidays, equipment]. JSON "
            "list.\n\n"
            '"I would like three weeks off in May. Also, my desk is broken."',
            '["holidays", "equipment"]',
        ),
        (
            "Pick any of A=mentions a price, B=mentions a date, C=mentions a person. Letters "
            "only.\n"
            "The fair of 3 June with Nora Lind costs 4 euros.",
            "A, B, C",
        ),
        (
            "Which topics does the guest complain about? bed, breakfast, wifi. comma separated\n"
            '"Wonderful rolls and eggs every morning, we loved it. The internet was awful."',
            "wifi",
        ),
        (
            "Assign one or more labels (battery, camera, screen), one per line.\n\n"
            "Pictures are sharp and bright. It has to be charged twice a day.",
            "battery\ncamera",
        ),
    ],
)
def test_every_label_that_fits_is_given_in_the_form_asked(
    engine: Engine, prompt: str, wanted: str
) -> None:
    assert say(engine, prompt) == wanted


@pytest.mark.parametrize(
    ("told", "is_so"),
    [
        ("Choose all categories that fit: a, b, c", True),
        ("Several labels are possible", True),
        ("tick any that is mentioned", True),
        ("tags: x, y, z, comma separated", True),
        ("Give the one label that fits best", False),
        ("Reply with the label only", False),
    ],
)
def test_an_order_for_several_labels_is_told_from_one_for_one(told: str, is_so: bool) -> None:
    assert wants_several(told) is is_so
