"""What rules a pattern out, or says where it may begin, changes nothing that it finds."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.models import rerouting
from harness.models.needles import ends_of, folded, has_any, matches_at
from harness.models.skills import digest, reckoning_dates, reckoning_figures

DATA = Path(__file__).parent / "data"
_SCRAPS = (
    "march", "May", " ", ".", " 5", "12", "-", "/", "€", "$ ", "EUR ", "usd ", "half a ", "dozen",
    "a hundred", "six", "ſix", "twenty", " past ", " to ", "o'clock", "noon", "mıdday", "mİdnight",
    "2024-01-02", "1st", " of ", "Uhr", "1,234.5", "k", "kg", " million", "³", "٣", "fünf", "_",
    "x", " and ", ", ", "TEN", "minutes", "Which answer is ", "BEſT", "better", "\n", "give a ",
    "tıtle", "Summary",
)  # fmt: skip


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Prompts of two files, and scraps put together at random."""
    files = ("prompts_dev.jsonl", "work_dev.jsonl")
    lines = [line for name in files for line in (DATA / name).read_text("utf-8").splitlines()]
    asked = [str(json.loads(line).get("prompt", "")) for line in lines]
    luck = random.Random(8)
    made = ["".join(luck.choices(_SCRAPS, k=luck.randint(1, 12))) for _ in range(4_000)]
    return [*asked, *made]


def _spans(marks: Sequence[re.Match[str]]) -> list[tuple[int, int]]:
    return [mark.span() for mark in marks]


def test_figures_dates_and_times_are_found_where_they_may_begin(texts: list[str]) -> None:
    for text in texts:
        figures = list(matches_at(reckoning_figures._FIGURE, text, reckoning_figures._places(text)))
        begins = [m.start() for m in reckoning_dates._DATE_MAY_BEGIN.finditer(text)]
        dates = list(matches_at(reckoning_dates._DATE, text, begins))
        times = list(reckoning_dates._times(text))

        assert _spans(figures) == _spans(list(reckoning_figures._FIGURE.finditer(text)))
        assert _spans(dates) == _spans(list(reckoning_dates._DATE.finditer(text)))
        assert _spans(times) == _spans(list(reckoning_dates._TIME.finditer(text)))


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (digest._ASKS, digest._ASK_WORDS),
        (rerouting._BETTER, rerouting._BETTER_WORDS),
    ],
)
def test_one_of_its_words_stands_in_whatever_a_pattern_finds(
    pattern: re.Pattern[str], words: Sequence[str], texts: list[str]
) -> None:
    found = [text for text in texts if pattern.search(text)]

    assert found
    assert all(has_any(text, words) for text in found)


def test_a_name_ends_where_its_pattern_does(texts: list[str]) -> None:
    luck = random.Random(9)
    for text in filter(None, texts):
        at = luck.randrange(len(text))
        name = luck.choice([str.upper, str.lower, str])(text[at : at + luck.randint(1, 8)])
        pattern = re.compile(rf"(?<!\w){re.escape(name)}", re.I)

        assert list(ends_of(name, text)) == [mark.end() for mark in pattern.finditer(text)]


@pytest.mark.parametrize("text", ["KſİıA", "NOON", "Straße"])
def test_folded_letters_are_those_that_ignoring_case_takes_for_them(text: str) -> None:
    wanted = "ksi" if text.startswith("K") else text.lower().replace("ß", "ss")

    assert folded(text).startswith(wanted)
    assert folded(text).isascii()
