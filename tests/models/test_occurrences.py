"""The words of a question are found in a text whatever lies between them, and nothing else is."""

from __future__ import annotations

import time

import pytest

from harness.models.occurrences import last_occurrence


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("When is it?", "a: When is\n it? b", "When is\n it"),
        ("When is it?", "When is it? Or: when is it? When, is it", "When, is it"),
        ("is it", "this is it", "is it"),
        ("is it", "is its", None),
        ("is it", "this it", None),
        ("is it", "_is it", None),
        ("is it", "is " + "-" * 12 + "it", None),
        ("is it", "is" + "-" * 12 + "it", "is" + "-" * 12 + "it"),
        ("a.b", "A b, a b_", None),
        ("(…)", "(…)", None),
        ("", "anything", None),
    ],
)
def test_where_the_words_stand(question: str, text: str, found: str | None) -> None:
    place = last_occurrence(question, text)

    assert (text[slice(*place)] if place else None) == found


def test_only_the_first_sixty_words_count() -> None:
    words = [f"w{n}" for n in range(80)]

    place = last_occurrence(" ".join(words), " ".join(words[:60]) + " and no more")

    assert place == (0, len(" ".join(words[:60])))


def test_a_hostile_text_takes_no_longer_than_its_length() -> None:
    began = time.process_time()

    assert last_occurrence("a " * 60, "a " * 50_000) is not None

    assert time.process_time() - began < 5
