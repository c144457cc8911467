"""Counts, scores and lists that are kept over turns."""

from __future__ import annotations

import pytest

from harness.models.turns_kept import kept_list, listed_figures
from harness.models.turns_tally import tallied


def _pairs(*turns: str) -> list[tuple[str, str]]:
    return list(zip(turns[::2], turns[1::2], strict=True))


@pytest.mark.parametrize(
    ("turns", "last", "wanted"),
    [
        (("Count my hens, starting at 6. Add 2.", "8 hens."), "I sell 3", "5 hens."),
        (("counter at 10. plus 4", "14"), "undo the last one", "10"),
        (("My budget is 90. I paid 20 for seeds.", "70 left."), "and 5.50 for a pot",
         "64.50 left."),
        (("Track: Una 1, Bo 4.", "Una 1, Bo 4"), "Una scores 5. Who leads?",
         "Una 6, Bo 4; Una leads by 2."),
        (("every time I say tick add 2, start at 0. tick", "2"), "tick tick", "6"),
        (("I start with 7 nails. I find 1.", "You have 8 nails."),
         "I lose 6. How many now and how many changes so far?",
         "You have 2 nails; 2 steps so far."),
    ],
)  # fmt: skip
def test_a_count_goes_on_from_turn_to_turn(turns: tuple[str, ...], last: str, wanted: str) -> None:
    assert tallied(_pairs(*turns), last) == wanted


@pytest.mark.parametrize(
    ("turns", "last"),
    [
        (("The hall has 40 seats. Is it big?", "Yes."), "add 2"),
        (("Start at 5. Add 1.", "That makes 9."), "add 2"),
        (("Where is the mill?", "On Mill Street 4."), "and the inn?"),
    ],
)
def test_other_talk_is_no_count(turns: tuple[str, ...], last: str) -> None:
    assert tallied(_pairs(*turns), last) == ""


def test_a_list_is_kept_in_the_words_of_the_last_answer() -> None:
    begun = _pairs("shopping list: rice and tea", "On it: rice, tea")

    assert kept_list(begun, "add plums, and what's on it?") == "On it: rice, tea, plums"
    assert kept_list(begun, "remove tea. how many are left?") == "On it: rice (1)"
    assert kept_list(begun, "thanks") == ""


def test_a_row_of_numbers_is_added_up_and_compared() -> None:
    assert listed_figures("3, 8, 1", "what is the sum and which is the smallest?") == (
        "sum 12, smallest 1."
    )
    assert listed_figures("3, 8, 1", "what is the largest?") == "8."
    assert listed_figures("No numbers here", "what is the sum?") == ""
