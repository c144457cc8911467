"""The vocabulary gives each word the number of its line."""

from __future__ import annotations

import pytest

from harness.models.encoder import DATA
from harness.models.skills.making_spelling import is_known
from harness.models.vocabulary import Vocabulary, vocabulary_of


def test_every_word_of_the_encoder_has_the_number_of_its_line() -> None:
    words = [w for w in (DATA / "vocab.txt").read_text(encoding="utf-8").split("\n") if w]
    held = vocabulary_of(DATA / "vocab.txt")

    assert [held.get(word) for word in words] == list(range(len(words)))


@pytest.mark.parametrize("word", ["", "\n", "zzyzx", "house\n", "\ud800", "hous\x00e"])
def test_what_is_no_word_has_none(word: str) -> None:
    held = vocabulary_of(DATA / "vocab.txt")

    assert held.get(word) is None
    assert word not in held
    with pytest.raises(KeyError):
        held[word]


def test_empty_lines_are_not_counted() -> None:
    held = Vocabulary("\noar\n\nölper\nrope".encode())

    assert [held.get(word) for word in ("oar", "ölper", "rope")] == [0, 1, 2]
    assert held.matching(rb"[a-z]{3,}") == ["oar", "rope"]


def test_spelling_goes_by_whole_words_in_latin_letters() -> None:
    assert is_known("harbour")
    assert not is_known("hrabuor")
    assert not is_known("##ing")
