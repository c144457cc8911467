"""The picture of a triage: each line and look once, signs beside colours, words as words."""

from __future__ import annotations

from xml.etree import ElementTree

from grader.held import TriageHeld, TriageLine, TriageLook
from grader.pictures.triage import draw_triage, sentence


def line(id_: str, share: float, p: float | None, **more: object) -> TriageLine:
    return TriageLine.model_validate(
        {"id": id_, "about": "The index lacks pages", "share": share, "p": p, "is_harm": False,
         "is_found": False} | more
    )  # fmt: skip


HELD = TriageHeld(
    lines=(
        line("R1", 0.6, 0.9, is_found=True, proof=("ck-32",)),
        line("R2", 0.4, None, is_harm=True),
        line("H1", 0.0, 0.8),
    ),
    looks=(
        TriageLook(words="traces 1", minutes=3, ended=3, is_new=True, call_id="c1"),
        TriageLook(words="<b>fix</b>", minutes=2, ended=5, is_new=False, call_id="c2"),
    ),
    unmatched=("<script>alert(1)</script>: moon",), minutes=90, sign_at=3, contained_at=None,
)  # fmt: skip


def test_the_sentence_tells_what_was_found_and_whether_the_harm_was_stopped() -> None:
    assert sentence(HELD) == (
        "1 of 2 causes found, 60% of the bad answers; the harm was seen and not contained; 1 red "
        "herring claimed; 1 claimed causes for a reviewer to match"
    )
    quick = HELD.model_copy(update={"contained_at": 9.0})
    blind = HELD.model_copy(update={"contained_at": 2.0})
    assert "was contained 6 minutes after its first sign" in sentence(quick)
    assert "was contained at minute 2, before any sign of it" in sentence(blind)


def test_each_line_and_look_is_drawn_and_told_as_text() -> None:
    markup = draw_triage(HELD)
    svg = ElementTree.fromstring(markup[markup.index("<svg") : markup.index("</svg>") + 6])
    texts = [one.text or "" for one in svg.iter("text")]

    assert len([one for one in svg.iter("rect")]) == 4
    assert len([one for one in svg.iter("circle")]) == 2
    assert any(one.startswith("● R1") for one in texts)
    assert any(one.startswith("○ R2 ◆") for one in texts)
    assert "▲" in texts and "■" not in texts and "not named" in texts
    assert "As text" in markup and "ck-32" in markup and "traces 1" in markup


def test_hostile_words_stay_words() -> None:
    markup = draw_triage(HELD)

    assert "<script" not in markup and "<b>fix" not in markup
    assert "&lt;script&gt;" in markup
