"""The picture of a mended prompt: each question once, regressions first, intervals that hold."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from scipy.stats import binomtest

from grader.held import PromptHeld, StratumHeld
from grader.pictures.prompt import draw_prompt, interval, sentence


def stratum(name: str, kept: int, gained: int, lost: int, still: int) -> StratumHeld:
    return StratumHeld(
        name=name, kept=kept, gained=gained, lost=lost, open=still, invented_before=1,
        invented_after=0,
    )  # fmt: skip


HELD = PromptHeld(strata=(stratum("direct", 9, 3, 2, 0), stratum("exception", 0, 1, 0, 7)))


def picture(held: PromptHeld) -> ElementTree.Element:
    markup = draw_prompt(held)
    return ElementTree.fromstring(markup[markup.index("<svg") : markup.index("</svg>") + 6])


def test_the_sentence_tells_gains_losses_and_the_weakest_kind() -> None:
    assert sentence(HELD) == (
        "13 of 22 questions come out right, 11 did before; 2 that were right are not any more; "
        "weakest: exceptions, 1 of 8"
    )
    whole = PromptHeld(strata=(stratum("direct", 9, 3, 0, 0),))
    assert sentence(whole) == (
        "12 of 12 questions come out right, 9 did before; none that was right is lost"
    )
    one = PromptHeld(strata=(stratum("direct", 1, 0, 1, 0),))
    assert "1 that was right is not any more" in sentence(one)


def test_every_question_is_one_box_and_a_lost_one_is_a_cross() -> None:
    svg = picture(HELD)
    crosses = [one for one in svg.iter("path") if one.attrib.get("stroke") == "var(--brick)"]
    whole = [one for one in svg.iter("rect") if one.attrib["width"] in ("10", "8.5")]

    assert len(crosses) == 2
    assert len(crosses) + len(whole) == 22
    assert svg.attrib["aria-label"].startswith(sentence(HELD))


def test_the_text_form_has_every_kind_with_its_intervals() -> None:
    text = draw_prompt(HELD).split("<summary>As text</summary>")[1]

    low, high = interval(12, 14)
    for word in ("said directly", "exceptions", f"{low:.0%}–{high:.0%}", sentence(HELD)):
        assert word in text


@pytest.mark.parametrize(("right", "count"), [(0, 8), (8, 8), (3, 10), (1, 2)])
def test_the_interval_is_wilsons_at_80_percent(right: int, count: int) -> None:
    z = 1.2815515655446004
    share = right / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * ((share * (1 - share) + z * z / (4 * count)) / count) ** 0.5 / (1 + z * z / count)

    assert interval(right, count) == pytest.approx((centre - half, centre + half))
    assert binomtest(right, count).statistic == share


def test_no_questions_make_no_picture_and_many_stay_inside() -> None:
    many = PromptHeld(strata=(stratum("direct", 300, 20, 4, 9), stratum("x<y", 0, 0, 0, 0)))

    assert draw_prompt(PromptHeld(strata=())) == ""
    assert interval(0, 0) == (0.0, 1.0)
    for one in picture(many).iter("rect"):
        assert float(one.attrib["x"]) + float(one.attrib["width"]) < 352
