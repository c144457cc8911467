"""The picture of an estimate: what it says in words, and that no claim can break it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from grader.held import CostHeld, CostOffer
from grader.pictures.cost import draw_cost, sentence

HELD = CostHeld(
    truth_usd=2574.0, daily_usd=2000.0, low_usd=1500.0, high_usd=2400.0,
    shares={"S3.static": 0.5, "S1.email": 0.3, "S2.out": 0.2}, named=("S1.email", "S2.out"),
    allowed_loss=2.0, own=CostOffer(words="the plan", saving=0.2, loss=3.0, is_allowed=False),
    offers=(CostOffer(words="cache", saving=0.34, loss=0.0, is_allowed=True),),
    frontier=(CostOffer(words="cache + strip quotes", saving=0.48, loss=0.4, is_allowed=True),),
)  # fmt: skip
ODD = {
    "nothing given": {"daily_usd": None, "low_usd": None, "high_usd": None, "own": None},
    "no menu": {"offers": (), "frontier": (), "named": ()},
    "huge": {"daily_usd": 1e17, "low_usd": -5.0, "high_usd": 1e17},
    "tiny": {"daily_usd": 1e-9, "low_usd": 0.0, "high_usd": 1e-9},
    "dearer": {"own": CostOffer(words="x", saving=-3.0, loss=90.0, is_allowed=False)},
}


def picture(held: CostHeld) -> ElementTree.Element:
    markup = draw_cost(held)
    return ElementTree.fromstring(markup[markup.index("<svg") : markup.index("</svg>") + 6])


def test_the_sentence_says_factor_and_whether_the_range_holds() -> None:
    held = "estimated 2,000 USD a day, 0.78 of the 2,574 that it is; the range misses it"

    assert sentence(HELD) == held
    assert sentence(HELD.model_copy(update={"high_usd": 3000.0})).endswith("holds it")
    assert "no daily cost" in sentence(HELD.model_copy(update={"daily_usd": None}))


def test_the_text_form_has_every_part_and_every_plan() -> None:
    text = draw_cost(HELD).split("<summary>As text</summary>")[1]

    for word in ("S3.static", "50.0%", "cache + strip quotes", "48%", "not allowed", "handed in"):
        assert word in text
    assert picture(HELD).attrib["aria-label"].startswith("estimated 2,000 USD a day")


@pytest.mark.parametrize("change", ODD.values(), ids=ODD)
def test_odd_claims_stay_inside_the_picture(change: dict[str, object]) -> None:
    svg = picture(HELD.model_copy(update=change))
    width, height = float(svg.attrib["width"]), float(svg.attrib["height"])

    for one in svg.iter():
        if "cx" in one.attrib:
            assert 0 <= float(one.attrib["cx"]) <= width
            assert 0 <= float(one.attrib["cy"]) <= height
        if one.tag == "rect":
            x, wide = float(one.attrib["x"]), float(one.attrib["width"])
            assert 0 <= x and x + wide <= width


def test_words_of_an_offer_are_escaped() -> None:
    offer = CostOffer(words='<script>"&', saving=0.1, loss=0.0, is_allowed=True)

    assert "<script>" not in draw_cost(HELD.model_copy(update={"offers": (offer,)}))
