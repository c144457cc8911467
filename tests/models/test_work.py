"""Figures, fields, lists and tables are worked out: checkable prompts in many wordings."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.models.engine import Engine
from harness.models.faults import Luck, chance, pressure_of
from harness.models.request import ChatReply, ChatRequest
from harness.models.skills.chat_logs import asked_of_chat
from harness.models.skills.reckoning_figures import figures, number_of, plain
from harness.models.skills.tables import find_table
from harness.models.skills.value_forms import in_form, value_form
from harness.models.tiers import tier_named

Ask = Callable[..., ChatReply]
DATA = Path(__file__).parent / "data"
FILE = DATA / "work_reckon.jsonl"
LEAST_RIGHT = 0.9
LEAST_OF = {
    "work4_making": 0.95, "work4_finding": 0.85, "work4_talking": 0.85, "work5_find": 0.95,
    "work_plain": 0.85,
}  # fmt: skip
"""Of strangers' prompts that were developed on, and what their authors added."""


def is_right(row: dict[str, list[str]], said: str) -> bool:
    found = all(re.search(pattern, said, re.I | re.S | re.M) for pattern in row["must"])
    return found and not any(re.search(p, said, re.I | re.S) for p in row["must_not"])


def wrong_of(engine: Engine, rows: Sequence[dict[str, Any]]) -> list[str]:
    """The rows that are not worked out right at temperature 0, each with what was said."""
    wrong: list[str] = []
    for row in rows:
        request = ChatRequest.from_wire(
            "sim-medium", row["messages"], {"seed": 1, "temperature": 0}
        )
        said = engine.chat(request).choices[0].text
        wrong += [] if is_right(row, said) else [f"{row['id']}: {said[:80]}"]
    return wrong


def test_nine_of_ten_prompts_are_worked_out_right_without_a_fault(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    rows = rows[::2]  # half of them: the reading takes its time
    wrong = wrong_of(engine, rows)

    assert len(wrong) <= (1 - LEAST_RIGHT) * len(rows), wrong


@pytest.mark.parametrize("name", LEAST_OF)
def test_most_of_what_strangers_asked_is_done(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    wrong = wrong_of(engine, rows)

    assert len(rows) - len(wrong) >= LEAST_OF[name] * len(rows), wrong


def test_a_medium_tier_slips_now_and_then_and_steps_hold_it_down(engine: Engine) -> None:
    shares: dict[str, float] = {}
    for name, order in {"plain": "", "steps": "Think step by step.\n\n"}.items():
        drawn = Counter(
            engine.chat(
                ChatRequest.from_wire(
                    "sim-medium",
                    [{"role": "user", "content": f"{order}What is 15% of {base}?"}],
                    {"seed": 1, "temperature": 0},
                )
            ).understood.faults
            for base in range(100, 500, 20)
        )
        slips = sum(n for faults, n in drawn.items() if "misreckoned" in faults[0])
        shares[name] = slips / sum(drawn.values())

    assert shares["plain"] <= 0.25
    assert shares["steps"] <= shares["plain"]


def test_the_logit_of_a_slip_falls_with_the_tier(engine: Engine) -> None:
    reading = engine.read((("user", "What is 15% of 80?"),))
    small, medium, large = (
        pressure_of(reading, tier_named(name), 0.0).misreckons()
        for name in ("sim-small", "sim-medium", "sim-large")
    )

    assert chance(small) > chance(medium) > chance(large)
    assert chance(medium) <= 0.1


def test_figures_have_values_units_and_nouns_and_names_are_none() -> None:
    text = "Bus 7 took thirty-two people 4.5 km in 2019 for €1,250; room 12, a dozen eggs, 3 May."
    found = [(plain(f.value), f.measures, f.noun.split(" ")[0]) for f in figures(text)]

    assert found == [
        ("32", "", "people"),
        ("4.5", "length", ""),
        ("1250", "money", ""),
        ("12", "", "eggs"),
    ]


@pytest.mark.parametrize(
    ("said", "value"), [("a hundred and five", 105), ("1,204", 1204), ("twenty-one", 21)]
)
def test_numbers_are_read_in_digits_and_words(said: str, value: int) -> None:
    assert number_of(said) == value


@pytest.mark.parametrize("mark", ["|", ",", ";", "\t", "   "])
def test_a_table_is_found_however_its_columns_are_parted(mark: str) -> None:
    lines = [["Hall", "Seats"], ["Birken", "80"], ["Stave", "120"]]
    table = find_table("\n".join(mark.join(cells) for cells in lines) + "\n\nWhich is larger?")

    assert table is not None
    assert table.header == ("Hall", "Seats")
    assert table.rows == (("Birken", "80"), ("Stave", "120"))


def test_dates_times_and_numbers_take_the_asked_form() -> None:
    assert in_form(value_form("as YYYY-MM-DD"), "on 7 May 2031") == "on 2031-05-07"
    assert in_form(value_form("DD/MM/YYYY please"), "7 May 2031") == "07/05/2031"
    assert in_form(value_form("24h format"), "half past nine in the evening").startswith("21:30")
    assert in_form(value_form("without commas"), "12,400") == "12400"
    assert in_form(value_form("be brief"), "7 May 2031") == "7 May 2031"


def test_who_takes_something_on_is_who_offered_it_and_not_who_asked() -> None:
    log = "Wim: who can lock up?\nPer: sorry, away\nOda: I can do that\nPer: i'll bring cake"

    assert asked_of_chat("Who locks up?", log) == "Oda"
    assert asked_of_chat("Who locks up?", "No chat at all. Nobody speaks.") is None


def test_an_ordinary_question_about_a_number_is_not_reckoned(ask: Ask) -> None:
    text = (
        "A ticket costs 12 crowns and parking 4 crowns. The cave is 300 m long and 8 degrees cold."
    )
    said = ask(f"{text}\n\nHow long is the cave?", model="sim-large").choices[0].text

    assert not re.search(r"\b(?:308|312|316)\b", said)
