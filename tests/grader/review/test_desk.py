"""The desk shows what is open, saves what is chosen, and tells nothing before the lock."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from grader.review.desk import ReviewDesk
from grader.review.widget import DeskWidget
from harness.core.errors import EnvironmentLacks
from tests.grader.report.test_report import outline
from tests.grader.review.cases import DIFFERS, MISSED, NEVER, case

TEXT, ARTEFACT = ("spec", "sample"), ("costs", "cases", "decision")


def desk(folder: Path, *submissions: str, rater: str = "A") -> ReviewDesk:
    cases = [case(one) for one in submissions or ("sub-test",)]
    return ReviewDesk(cases, ratings=folder / "ratings.sqlite", rater=rater)


def do(on: ReviewDesk, what: str, **more: Any) -> str:
    said, is_done = on.act({"do": what, **more})
    assert is_done, said
    return said


def refused(on: ReviewDesk, what: Any, **more: Any) -> str:
    said, is_done = on.act({"do": what, **more})
    assert not is_done, said
    return said


def rate(on: ReviewDesk, names: tuple[str, ...], level: int = 3) -> None:
    for name in names:
        do(on, "pin", dimension=name, moment="m1")
        do(on, "rate", dimension=name, level=level)


def lock(on: ReviewDesk) -> None:
    do(on, "ask_lock")
    do(on, "lock")


def markup(on: ReviewDesk) -> str:
    return "".join(str(part) for part in on.parts().values())


def test_nothing_of_measures_replay_or_process_is_in_the_markup_before_the_text_lock(
    tmp_path: Path,
) -> None:
    on = desk(tmp_path)

    before = markup(on)
    rate(on, TEXT)
    rated = markup(on)
    lock(on)
    after = markup(on)

    for told in (MISSED, DIFFERS, NEVER, "Session: ", "unprompted", "change of mind"):
        assert told not in before and told not in rated, told
    for told in (MISSED, DIFFERS, NEVER, "Session: "):
        assert told in after, told
    assert "Closed until you lock the 2 text dimensions" in before
    assert "Closed until" not in after


def test_a_single_number_for_a_person_stands_nowhere(tmp_path: Path) -> None:
    on = desk(tmp_path)
    rate(on, TEXT)
    lock(on)

    assert "41.5" not in markup(on)


def test_hostile_content_stands_in_closed_frames_and_escaped_words_alone(tmp_path: Path) -> None:
    on = desk(tmp_path)
    rate(on, TEXT)
    lock(on)
    for part in ("bar", "queue", "evidence", "rubric"):
        _is_harmless(on.parts()[part])
    _is_harmless(on.call(1))


def _is_harmless(text: str) -> None:
    page = outline(text)
    assert not {tag for tag, _ in page.tags} & {"script", "img", "object", "embed", "link"}
    assert not [a for _, attrs in page.tags for a in attrs if a.startswith("on")]
    assert "\x1b" not in text and "\x00" not in text and "\u202e" not in text
    for attrs in (attrs for tag, attrs in page.tags if tag == "iframe"):
        assert attrs["sandbox"] == ""
        inside = outline(str(attrs["srcdoc"]))
        assert not {tag for tag, _ in inside.tags} & {"script", "img", "a", "svg", "iframe"}


def test_a_choice_is_on_disk_before_it_is_said_and_another_start_shows_it(tmp_path: Path) -> None:
    on = desk(tmp_path)
    assert do(on, "rate", dimension="spec", level=2) == (
        "Saved: Making the spec measurable, level 2."
    )
    said = do(on, "pin", dimension="spec", moment="m1")

    again = desk(tmp_path)
    assert said == "Saved: m1 pinned to Making the spec measurable, level 2."
    assert again.parts()["pins"] == {"m1": ["Making the spec measurable, level 2"]}
    assert re.search(r'value="2"[^>]*data-dimension="spec"[^>]* checked', again.parts()["rubric"])


def test_a_moment_may_be_chosen_before_the_level_and_taken_off_again(tmp_path: Path) -> None:
    on = desk(tmp_path)

    assert "choose a level to save it" in do(on, "pin", dimension="spec", moment="q1")
    assert do(on, "rate", dimension="spec", level=4).startswith(
        "Saved: Making the spec measurable, level 4, pinned to"
    )
    do(on, "unpin", dimension="spec")

    assert on.parts()["pins"] == {}
    assert "no moment pinned yet" in on.parts()["rubric"]


def test_a_lock_needs_everything_and_a_second_word(tmp_path: Path) -> None:
    on = desk(tmp_path)

    assert "no level yet" in refused(on, "ask_lock")
    rate(on, TEXT)
    assert "press Lock first" in refused(on, "lock")
    do(on, "ask_lock")
    assert do(on, "stay") == "Nothing was locked."
    refused(on, "lock")
    do(on, "ask_lock")
    do(on, "rate", dimension="spec", level=1)
    refused(on, "lock")
    lock(on)

    assert "locked" in refused(on, "rate", dimension="spec", level=4)


def test_artefact_dimensions_open_after_the_text_lock_and_pin_measures(tmp_path: Path) -> None:
    on = desk(tmp_path)
    refused(on, "rate", dimension="costs", level=3)
    refused(on, "pin", dimension="costs", moment="m1")
    refused(on, "pin", dimension="spec", moment="M18")
    rate(on, TEXT)
    lock(on)

    do(on, "rate", dimension="costs", level=1)
    assert "M18 pinned to Error costs" in do(on, "pin", dimension="costs", moment="M18")
    assert "r1 pinned to Error costs" in do(on, "pin", dimension="costs", moment="r1")


def test_after_all_is_locked_only_a_correction_with_a_reason_is_added(tmp_path: Path) -> None:
    on = desk(tmp_path)
    rate(on, TEXT)
    lock(on)
    rate(on, ARTEFACT)
    lock(on)

    refused(on, "correct", dimension="spec", level=1, reason="  ")
    refused(on, "correct", dimension="spec", level=9, reason="x")
    do(on, "correct", dimension="spec", level=1, reason="I had read the wrong cell")
    again = desk(tmp_path)

    rubric = again.parts()["rubric"]
    assert "corrected to 1: I had read the wrong cell" in rubric
    assert "Making the spec measurable 3" in rubric
    assert "everything is locked already" in refused(again, "ask_lock")
    assert "<b>3 Done" not in again.parts()["bar"] and "3 Done" in again.parts()["bar"]


def test_another_rating_is_shown_when_both_are_locked_and_not_before(tmp_path: Path) -> None:
    other, own = desk(tmp_path, rater="B"), desk(tmp_path, rater="A")
    for on, level in ((other, 4), (own, 2)):
        rate(on, TEXT, level)
        lock(on)
        rate(on, ARTEFACT, level)
    assert "Rater B" not in markup(own)

    lock(own)
    assert "Rater B" not in markup(own) and "No second rating yet" in markup(own)

    lock(other)
    assert "Rater B" in markup(own) and "Making the spec measurable 4" in own.parts()["rubric"]


def test_each_case_keeps_its_own_ratings(tmp_path: Path) -> None:
    on = desk(tmp_path, "sub-1", "sub-2")
    rate(on, TEXT)
    do(on, "open", case="sub-2")

    assert on.parts()["pins"] == {}
    assert "2 of 2 left" in on.parts()["queue"]
    do(on, "open", case="sub-1")
    assert on.parts()["pins"]["m1"]


@pytest.mark.parametrize(
    "message",
    [
        {}, {"do": None}, {"do": "__init__"}, {"do": "open"}, {"do": "open", "case": "../x"},
        {"do": "rate"}, {"do": "rate", "dimension": "spec", "level": "four"},
        {"do": "rate", "dimension": "spec", "level": 9},
        {"do": "rate", "dimension": "spec", "level": None},
        {"do": "rate", "dimension": {"a": 1}, "level": 1}, {"do": "pin", "dimension": "spec"},
        {"do": "pin", "dimension": "spec", "moment": "<script>"},
        {"do": "pin", "dimension": "no-such", "moment": "m1"},
        {"do": "correct", "dimension": "spec", "level": 1, "reason": "not locked yet"},
        {"do": ["rate"]},
    ],
)  # fmt: skip
def test_a_broken_message_is_refused_in_words_and_changes_nothing(
    tmp_path: Path, message: dict[str, Any]
) -> None:
    on = desk(tmp_path)
    before = markup(on)

    said, is_done = on.act(message)

    assert not is_done and said and "Error" not in said
    assert markup(on) == before


def test_an_empty_desk_says_how_it_is_filled(tmp_path: Path) -> None:
    on = ReviewDesk([], ratings=tmp_path / "r.sqlite", rater="A", amiss=["sub-9: <b>broken"])

    assert "audition review FILE" in on.parts()["evidence"]
    assert "sub-9: &lt;b&gt;broken" in on.parts()["evidence"]
    assert on.act({"do": "rate", "dimension": "spec", "level": 1})[1] is False


def test_calls_are_shown_by_their_number_alone(tmp_path: Path) -> None:
    on = desk(tmp_path)

    assert "asked" in on.call(1)
    assert [on.call(n) for n in (0, -1, 7, 10**9)] == [""] * 4


def test_the_widget_hands_messages_on_and_shows_what_came_of_them(tmp_path: Path) -> None:
    widget = DeskWidget(desk(tmp_path))
    sent: list[Any] = []
    widget.send = lambda content, buffers=None: sent.append(content)

    for message in ({"do": "rate", "dimension": "spec", "level": 2}, "x", 7, None,
                    {"do": "call", "call": "1"}, {"do": "call", "call": 1}):  # fmt: skip
        widget._take(widget, message, None)

    assert sent[0]["done"] and sent[0]["said"].startswith("Saved: ")
    assert sent[1] == {"call": "1", "body": ""}
    assert "asked" in sent[2]["body"] and len(sent) == 3
    assert "in work" in widget.queue


def test_ratings_that_cannot_be_kept_are_said_before_anything_is_rated(tmp_path: Path) -> None:
    (tmp_path / "ratings.sqlite").write_text("not a database, by far")

    with pytest.raises(EnvironmentLacks, match="ratings"):
        desk(tmp_path)
