"""What sets a fault off in a text of one's own; rows of exercise 1 have their traits by hand."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable

import pytest

from grader.bench import OWN_EXERCISES
from grader.scoring import signs
from grader.scoring.spelling import misspelt
from grader.scoring.triggers import TRIGGERS, Message
from tests.grader.scoring.own_texts import measured, read_texts

ROOM = OWN_EXERCISES / "eval-design"


def rows() -> list[dict[str, str]]:
    """All curated rows with their texts: those of the export stand in the public file."""
    with (ROOM / "public" / "export.csv").open(encoding="utf-8", newline="") as file:
        texts = {row["msg_id"]: row["text"] for row in csv.DictReader(file)}
    found = []
    for name in ("export_gold", "holdout"):
        lines = (ROOM / "hidden" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        for row in map(json.loads, lines[1:]):
            found.append(row | {"text": row.get("text") or texts[row["msg_id"]]})
    return found


SIGNS = sorted({one.sign for one in read_texts() if one.sign})
ROWS = rows()
ENGLISH = [row for row in ROWS if row["lang"] == "en"]


def share(sign: Callable[[str], bool], some: list[dict[str, str]]) -> float:
    assert len(some) >= 12
    return sum(sign(row["text"]) for row in some) / len(some)


def test_other_languages_are_told_from_english_and_no_dotless_letter_makes_them_one() -> None:
    foreign = [row for row in ROWS if row["lang"] != "en"]

    assert share(signs.is_foreign, foreign) >= 0.95
    assert share(signs.is_foreign, ENGLISH) == 0
    assert not signs.is_foreign("IT IS IN THE LIST, I INSIST")


@pytest.mark.parametrize(
    ("sign", "trait", "found", "idle"),
    [
        (signs.denies_a_fault, "negated", 0.9, 0.02),
        (signs.names_a_new_module, "new_module", 0.9, 0.02),
        (lambda text: signs.mocks(text, wants=False), "sarcasm", 0.75, 0.08),
        (signs.is_rough, "typos", 0.9, 0.02),
    ],
)
def test_a_sign_is_in_the_rows_of_its_trait_and_hardly_in_others(
    sign: Callable[[str], bool], trait: str, found: float, idle: float
) -> None:
    its = [row for row in ENGLISH if trait in (row["stratum"], *row["tags"])]
    others = [row for row in ENGLISH if row not in its and "outside" not in row["tags"]]

    assert share(sign, its) >= found
    assert share(sign, others) <= idle


@pytest.mark.parametrize("sign", SIGNS)
def test_texts_of_ones_own_set_off_what_they_should_and_nothing_else(sign: str) -> None:
    meant, others, missed, idle = measured(sign, held=False)

    assert len(meant) >= 15 and len(others) >= 30
    assert len(missed) <= 2, [one.text for one in missed]
    assert len(idle) <= 1, [one.text for one in idle]


def test_both_halves_have_thirty_texts_that_set_each_off_and_thirty_that_do_not() -> None:
    texts = read_texts()

    for sign in SIGNS:
        assert sum(one.sign == sign and one.fires for one in texts) == 30
        assert sum(one.sign in (sign, None) and not one.fires for one in texts) >= 60
    assert len({one.text for one in texts}) == len(texts)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("the scaner has stoped", ["scaner", "stoped"]),
        ("The deliverys are doubled.", ["deliverys"]),
        ("Our allergens, sub-recipes and stocktakes at the bistro", []),
        ("Dear Nuala, please ring Mr Adeyemi.\nLinnea", []),
        ("see /v2/ordrs, mail x@exmaple.org, SKU Ab-tomatoe", []),
        ("cancelled, labelled, organising colours; canceled, organizing colors", []),
    ],
)
def test_a_slip_is_told_from_names_trades_and_both_spellings(text: str, wrong: list[str]) -> None:
    assert misspelt(text) == wrong


def test_long_hostile_texts_are_read_in_a_moment() -> None:
    began = time.monotonic()
    for text in ("first: " * 5_000, "label as " * 5_000, "a " * 50_000, "no problem ," * 5_000):
        for name in SIGNS:
            TRIGGERS[name](Message(text, ("bug", "feature")))

    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("trigger", "text", "labels", "fires"),
    [
        ("not_english", "Wie ändere ich mein Passwort?", ("question",), True),
        ("not_english", "Our café in Köln cannot log in any more.", ("bug",), False),
        ("rough", "teh scanner is ded, plz help", ("bug",), True),
        ("rough", "The scanner is dead, please help.", ("bug",), False),
        ("negated", "It is not broken, I just want it in blue.", ("feature",), True),
        ("negated", "It is not broken, it is gone altogether.", ("bug",), False),
        ("negated", "Please add a dark mode.", ("feature",), False),
        ("new_module", "recipe-costing forgets the butter", ("bug",), True),
        ("new_module", "The recipe costs too much.", ("question",), False),
        ("sarcasm", "Brilliant, my count is gone again.", ("bug",), True),
        ("sarcasm", "You are brilliant, all of you.", ("unsure",), False),
        ("sarcasm", "My count is gone again.", ("bug",), False),
    ],
)
def test_a_fault_is_set_off_by_texts_of_ones_own(
    trigger: str, text: str, labels: tuple[str, ...], fires: bool
) -> None:
    assert TRIGGERS[trigger](Message(text, labels)) is fires
