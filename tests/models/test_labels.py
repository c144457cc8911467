"""Label sets in the shapes people write them."""

from __future__ import annotations

import pytest

from harness.models.apart import take_apart
from harness.models.definitions import meanings
from harness.models.features import Bank
from harness.models.labels import find_labels, humanise

ANIMALS = ["cat", "dog", "parrot"]


@pytest.mark.parametrize(
    "prompt",
    [
        "Labels: cat, dog, parrot. Which one is it? Text: it barks all night",
        "Classify the text as cat, dog or parrot.\n\nIt barks all night.",
        "cat/dog/parrot? It barks all night.",
        "Categories:\n- cat\n- dog\n- parrot\n\nText: It barks all night.",
        "Categories:\n1. cat\n2. dog\n3. parrot\n\nText: It barks all night.",
        "<labels>\ncat: it purrs at home\ndog: it barks at strangers\nparrot: it talks to itself\n"
        "</labels>\n<text>It barks all night.</text>",
        'Return {"animal": "cat|dog|parrot"} for this text: It barks all night.',
        'Pick one of ["cat", "dog", "parrot"] for: It barks all night.',
        "## Classes\n| name | meaning |\n|---|---|\n| cat | it purrs |\n| dog | it barks |\n"
        "| parrot | it talks |\n## Text\nIt barks all night.",
        '"it purrs" -> cat\n"it barks" -> dog\n"it says hello" -> parrot\n"barks all night" ->',
        "Text: it purrs\nLabel: cat\nText: it barks\nLabel: dog\nText: it talks\nLabel: parrot\n"
        "Text: barks all night\nLabel:",
        "Is it a cat, a dog or a parrot? The text: It barks all night.",
        "cat = it purrs and sleeps; dog = it barks at night; parrot = it talks all day\n"
        "Which label fits? It barks all night.",
    ],
)
def test_labels_are_found_in_any_shape(bank: Bank, prompt: str) -> None:
    found = find_labels(take_apart(bank, [("user", prompt)]))

    assert [humanise(label.name) for label in found] == ANIMALS


def test_definitions_stay_with_their_label(bank: Bank) -> None:
    prompt = (
        "Labels:\n- late_parcel: the parcel did not arrive in time\n- wrong_item: another thing "
        "was in the box\n\nMessage: I got socks instead of gloves."
    )
    labels = find_labels(take_apart(bank, [("user", prompt)]))

    assert "in time" in labels[0].definition
    assert "another thing" in labels[1].definition


def test_a_name_is_read_as_words() -> None:
    assert humanise("cardArrival") == humanise("card_arrival") == humanise("card-arrival")


def test_labels_named_in_the_instruction_outlast_examples_that_show_only_some(bank: Bank) -> None:
    chat = [
        ("system", "Sort each note as cat, dog or parrot."),
        ("user", "It purrs on the sofa."),
        ("assistant", "cat"),
        ("user", "It barks at strangers."),
        ("assistant", "dog"),
        ("user", "It talks all day."),
    ]
    found = find_labels(take_apart(bank, chat))

    assert [label.name for label in found] == ANIMALS
    assert found[0].examples == ("It purrs on the sofa.",)
    assert found[2].examples == ()


def test_the_text_behind_the_last_label_is_not_its_definition(bank: Bank) -> None:
    prompt = "Say whether this is about a cat, a dog or a parrot: it barked the whole night long"
    found = find_labels(take_apart(bank, [("user", prompt)]))

    assert [label.definition for label in found] == ["", "", ""]


def test_rules_by_number_are_no_labels(bank: Bank) -> None:
    rules = "\n".join(f"Rule {n}: be kind to all of them" for n in range(9))

    assert find_labels(take_apart(bank, [("system", rules), ("user", "hello")])) == ()


def test_names_of_a_prompts_own_parts_are_labels_with_their_meaning_in_brackets() -> None:
    told = "Say claim (they want money back), review (they praise or scold) or question (they ask)."

    assert [one.name for one in meanings(told)] == ["claim", "review", "question"]
