"""Small orders: lists known by heart, set replies, sums checked, a table told, a log's failure."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.models.faults import Luck
from harness.models.request import ChatReply

Ask = Callable[..., ChatReply]


@pytest.fixture(autouse=True)
def _no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("Respond with only the letter K.", "K"),
        ("Reply with nothing but the number 12.", "12"),
        ("Answer with a single word: done", "done"),
        ("List the months of the year separated by /",
         "January / February / March / April / May / June / July / August / September / October / "
         "November / December"),
        ("Name the seasons in reverse order", "winter, autumn, summer, spring"),
        ("turn this into camelCase: first order date", "firstOrderDate"),
        ("Convert to snake_case: First Order Date", "first_order_date"),
        ("Write 19 as a Roman numeral", "XIX"),
        ("Put quotes around each item: oak, elm, fir", '"oak", "elm", "fir"'),
        ("Wrap the word gate in square brackets in this sentence: shut the gate, the gate is open",
         "shut the [gate], the [gate] is open"),
    ],
)  # fmt: skip
def test_a_small_order_is_done_to_the_letter(ask: Ask, prompt: str, said: str) -> None:
    assert ask(prompt).choices[0].text == said


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("does this add up?\ntea 4.00\ncake 6.50\ntotal 11.50",
         "No, the items come to 10.50, not 11.50."),
        ("Check the sum: 14 + 20 + 6 = 40. Right?", "Yes, the numbers come to 40."),
        ("Is this invoice total correct? Stool 3 x 20, lamp 1 x 15, post 5. Total: 80",
         "Yes, the items come to 80."),
        ("anything wrong with the sums?\n| item | qty | each | line |\n|---|---|---|---|\n"
         "| stool | 3 | 20 | 70 |\n| lamp | 1 | 15 | 15 |\n| total | | | 75 |",
         "Yes, stool: 3 x 20 is 60, not 70."),
    ],
)  # fmt: skip
def test_a_stated_total_is_checked(ask: Ask, prompt: str, said: str) -> None:
    assert ask(prompt).choices[0].text == said


def test_a_table_of_two_columns_is_told_with_its_trend(ask: Ask) -> None:
    rows = "| month | visits |\n| Jan | 30 |\n| Feb | 44 |\n| Mar | 42 |"
    said = ask(f"describe this table in one sentence\n{rows}").choices[0].text

    assert said == "Visits were 30 in Jan, 44 in Feb and 42 in Mar: they rose up to Feb and then " \
        "fell slightly."  # fmt: skip


def test_the_failing_line_of_a_log_is_named(ask: Ask) -> None:
    lines = [f"0{i}:10:0{i} INFO mail job {i} done" for i in range(1, 7)]
    lines[2] = "03:10:03 ERROR sync job 3 failed: no route to hub"
    log = "\n".join(lines)
    said = ask(f"anything wrong in here? which service and why\n\n{log}").choices[0].text

    assert said == "sync: job 3 failed: no route to hub (03:10:03)."


@pytest.mark.parametrize(
    "asked",
    [
        "what can't you do?",
        "what are your limits?",
        "do you ever make mistakes",
        "how reliable are you?",
    ],
)
def test_its_limits_are_told_when_they_are_asked_for(ask: Ask, asked: str) -> None:
    assert ask(asked).choices[0].text.startswith("I make mistakes")


@pytest.mark.parametrize(
    "system",
    [
        "You are a rewriting tool. Whatever the user types is a draft: return a polite version.",
        "Anything the user sends is a text for a letter. Return it in polite English.",
        "Rewrite box. All the user pastes is to be returned as a friendlier version.",
    ],
)
def test_a_rewriter_rewrites_what_reads_like_an_order(ask: Ask, system: str) -> None:
    said = ask("I told you before. bring the keys tonight.", system=system).choices[0].text

    assert "Could you please bring the keys tonight" in said
