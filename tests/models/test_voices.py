"""What the model understands of prompts in nineteen voices: bands, below what was measured.

One writer wrote them without knowing the reader. They were looked at while the rules were made, so
the floors guard against regress; docs/model-card.md has the figures of before, which were an
honest estimate, and of after, which are not.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from harness.bench.reading import (
    Read,
    kind_f1,
    paired,
    read_all,
    read_labelled,
    read_pairs,
    routed,
    separated,
)
from harness.models import encoder
from harness.models.features import Bank
from harness.models.stance import read_sentence

from .conftest import DATA

PACKAGE = Path(encoder.__file__).parent
RUN = 6


@pytest.fixture(scope="module")
def reads(bank: Bank) -> list[Read]:
    return read_all(bank, read_labelled(DATA / "prompts_voices_dev.jsonl"))


def runs(text: str) -> set[str]:
    """Every run of six words in a text."""
    words = re.findall(r"[^\W_]+", text.lower())
    return {" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def test_prompts_in_other_voices_go_to_the_right_task(reads: list[Read]) -> None:
    assert routed(reads) >= 0.82


def test_data_in_other_voices_is_separated(reads: list[Read]) -> None:
    bare = [one for one in reads if one.wanted.delimiting == "undelimited"]
    marked = [one for one in reads if one.wanted.delimiting == "delimited"]

    assert separated(bare) >= 0.77
    assert separated(marked) >= 0.76


def test_kinds_in_other_voices_reach_their_f1(reads: list[Read]) -> None:
    f1 = kind_f1(reads)

    assert (f1["micro"] or 0) >= 0.71
    assert min(value or 0 for value in f1.values()) >= 0.54, f1


def test_harder_polarity_pairs_are_read_apart() -> None:
    assert paired(read_pairs(DATA / "polarity_pairs_dev.txt")) >= 0.75


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("Nothing in the ledger? Say so.", 1),
        ("A gap is no failure.", 1),
        ("A gap is a failure.", -1),
        ("Rather than a bluff, give them an honest blank.", 1),
        ("Rather than an honest blank, give them a bluff.", -1),
        ("Better to admit it than to bluff.", 1),
        ("The less the atlas says, the more you write.", -1),
        ("Limit yourself to what the atlas says.", 1),
        ("Don't limit yourself to what the atlas says.", -1),
        ("Whatever the atlas does not show must be dropped.", 1),
        ("Other encyclopedias are off limits.", 1),
    ],
)
def test_whole_forms_carry_their_sign(sentence: str, sign: int) -> None:
    assert read_sentence(sentence).grounded * sign > 0


def test_no_six_words_in_a_row_of_these_voices_occur_in_the_package() -> None:
    rows = (DATA / "prompts_voices_dev.jsonl").read_text(encoding="utf-8").splitlines()
    held = set().union(*(runs(json.loads(row)["prompt"]) for row in rows))
    for one, other in read_pairs(DATA / "polarity_pairs_dev.txt"):
        held |= runs(one) | runs(other)
    texts = [p for p in PACKAGE.rglob("*") if p.suffix in (".py", ".toml")]
    lines = [line for p in texts for line in p.read_text(encoding="utf-8").splitlines()]

    assert len(held) > 5_000
    assert [line for line in lines if runs(line) & held] == []
