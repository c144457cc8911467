"""Verdicts, quotes, ideas and changed lines are held against handbook and ledger."""

from __future__ import annotations

from typing import Any

import pytest

from grader.scoring.promptfix import index
from grader.scoring.promptfix_claims import (
    Verdicts,
    frugality,
    ideas,
    pasted,
    quotes,
    unstated_lines,
    verdict_score,
)
from grader.scoring.promptfix_gold import Question, came_to, says
from grader.scoring.rendering import filled
from harness.models.grounded import Grounded, Rules, Way
from harness.models.skills.outcome import Outcome

BOOK = (
    "# Book\n\n## 1. Keys\n\nA lost key costs 20 at the desk.\n\n"
    "## 2. Pool\n\nThe pool opens at 07:30 sharp.\n"
)
GOLD = Verdicts.model_validate(
    {
        "verdict": [
            {"output_id": "O1", "label": "supported", "sections": [1]},
            {"output_id": "O2", "label": "unsupported", "sections": [2]},
        ]
    }
)
FILLED = dict.fromkeys(("hypothesis", "test", "prediction", "result", "change"), "x")
RULES = Rules(0, 0, 1, 0, first_match=False, any_doubt=False, marked=False)


def said(label: str, quote: str, of: str = "O1") -> dict[str, str]:
    return {"output_id": of, "label": label, "evidence_quote": quote}


def test_a_verdict_counts_whole_and_a_swap_of_unsupported_and_partly_half() -> None:
    right = [said("supported", ""), said("unsupported", "", "O2")]
    swapped = [said("supported", ""), said("partly_unsupported", "", "O2")]

    assert verdict_score(right, GOLD) == 1.0
    assert verdict_score(swapped, GOLD) == 0.75
    assert verdict_score([said("unsupported", "")], GOLD) == 0.0


@pytest.mark.parametrize("value", [None, 7, "text", [1, None], [{}], {"O1": "supported"}])
def test_what_is_no_list_of_verdicts_or_ideas_scores_nothing(value: Any) -> None:
    assert verdict_score(value, GOLD) == 0.0
    assert quotes(value, GOLD, BOOK) == (0, 0)
    assert ideas(value, {}) == (0.0, 0)


def test_a_quote_proves_from_the_right_section_with_fifteen_characters() -> None:
    assert quotes([said("", "A lost  key\ncosts 20")], GOLD, BOOK) == (1, 0)
    assert quotes([said("", "The pool opens at 07:30")], GOLD, BOOK) == (0, 0)
    assert quotes([said("", "costs 20")], GOLD, BOOK) == (0, 0)
    assert quotes([said("", "A lost key costs 25 at")], GOLD, BOOK) == (0, 1)


def test_an_idea_counts_with_a_call_before_the_change_and_not_with_one_never_made() -> None:
    calls = {"a": True, "b": False}

    assert ideas([FILLED | {"call_ids": ["chatcmpl-a"]}] * 3, calls) == (1.0, 0)
    assert ideas([FILLED | {"call_ids": ["b"]}], calls) == (0.5 / 3, 0)
    assert ideas([FILLED | {"cell_ids": ["x"]}], calls) == (0.5 / 3, 0)
    assert ideas([FILLED | {"call_ids": ["a", "z"]}], calls) == (0.0, 1)
    assert ideas([FILLED | {"call_ids": ["a"], "result": " "}], calls) == (0.0, 0)


def test_a_line_by_line_change_with_reasons_is_frugal_and_a_silent_rewrite_is_not() -> None:
    given = (
        "Answer the question briefly please.\nAlways give a confident answer.\n"
        "Name the section number."
    )
    fixed = "Answer the question briefly please.\nName the section number."
    reason = [{"change": "took out: always give a confident answer"}]

    assert unstated_lines(given, fixed, reason) == (0, 3)
    assert unstated_lines(given, fixed, []) == (1, 3)
    assert unstated_lines(given, "Something wholly different here.", [])[0] == 4
    assert frugality(0, 3) == 1.0 and frugality(4, 3) == 0.0


def test_sentences_of_the_handbook_in_the_prompt_are_seen_and_those_given_are_not() -> None:
    line = "A lost key costs 20 at the desk"

    assert pasted("Answer.", f"Answer. {line}", (BOOK,))
    assert not pasted(line, line, (BOOK,))
    assert not pasted("Answer.", "Answer. A lost key is dear.", (BOOK,))


def test_a_number_is_not_met_by_a_longer_one() -> None:
    assert says("It costs 30.", [["30"]])
    assert not says("It costs 300 or 0.30.", [["30"]])


@pytest.mark.parametrize(
    ("way", "text", "came"),
    [
        ("answered", "It costs 20.", "right"),
        ("answered", "The pool opens at 07:30.", "wrong"),
        ("halved", "A key is a key.", "half"),
        ("declined", "No idea.", "refused"),
        ("refused", "No idea.", "refused"),
        ("added", "It costs 20. Ask twice.", "invented"),
        ("repeated", "It costs 48.", "invented"),
    ],
)
def test_an_answer_comes_to_what_the_handbook_makes_of_it(way: Way, text: str, came: str) -> None:
    asked = Question(
        id="Q01", stratum="direct", text="What does a key cost?", gold="20",
        keys=(("20",),), sections=(1,), invention="5",
    )  # fmt: skip
    absent = asked.model_copy(update={"keys": ()})
    answer = Grounded(Outcome(text, text), way, RULES)

    assert came_to(asked, answer) == came
    assert came_to(absent, answer) == ("right" if "No idea" in text else "invented")


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert filled("{context}|{question}", "{question}", "q") == "{question}|q"


def test_the_index_is_nothing_without_work_and_frugality_needs_a_gain() -> None:
    whole = {"V": 1.0, "EP": 1.0, "net": 1.0, "R": 0.0, "S": 1.0}

    assert index(whole) == 100.0
    assert index(whole | {"net": 0.0}) == 35.0
    assert index({"V": 1.0, "EP": None}) == 0.0
