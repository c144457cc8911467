"""Everyday sorting prompts: the menu is found, the message below it is the data."""

from __future__ import annotations

import pytest

from harness.models.apart import take_apart
from harness.models.engine import Engine
from harness.models.features import Bank
from harness.models.labels import find_labels
from harness.models.menus import find_menu
from harness.models.request import ChatRequest

POSTS = [
    ("Please put two rye loaves aside for Friday.", "order"),
    ("Until when are you open on bank holidays?", "question"),
    ("The cake was dry and nobody answered my call.", "complaint"),
]
PROMPTS = [
    "Classify this note into one of: order, question, complaint.\n\n{}",
    "Tray for this note (order, question, complaint)?\n\n{}",
    "What would you call this: order, question, complaint? {}",
    "Sort the note.\norder: somebody wants us to bake, keep or deliver something\n"
    "question: somebody asks about hours, prices or what is in it\n"
    "complaint: somebody is unhappy with us\n\nNote: {}",
    "Classify the note.\n- order: somebody wants us to bake something\n"
    "- question: somebody asks for information\n- complaint: somebody is unhappy\n\nNote: {}",
]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_menu_is_found_and_the_note_below_is_the_data(bank: Bank, prompt: str) -> None:
    taken = [take_apart(bank, [("user", prompt.format(text))]) for text, _ in POSTS]

    for found, (text, _) in zip(taken, POSTS, strict=True):
        assert [label.name for label in find_labels(found)] == ["order", "question", "complaint"]
        assert " ".join(found.data).strip() == text


@pytest.mark.parametrize("prompt", PROMPTS)
def test_each_way_of_asking_gets_a_label_of_the_menu(engine: Engine, prompt: str) -> None:
    replies = [
        engine.chat(
            ChatRequest.from_wire(
                "sim-large",
                [{"role": "user", "content": prompt.format(text)}],
                {"temperature": 0},
            )
        )
        for text, _ in POSTS
    ]
    said = [reply.choices[0].text.removeprefix("Category: ").split("\n")[0] for reply in replies]
    right = [word == label for word, (_, label) in zip(said, POSTS, strict=True)]

    assert {reply.understood.task for reply in replies} == {"classify"}
    assert sum(right) >= 2, said


@pytest.mark.parametrize(
    "text",
    [
        "Is this ticket a bug or a wish?\n\nSubject: the app shuts down when I save\n"
        "Body: It happens every time since the update of last week.",
        "Summarise this list for me: eggs, milk, bread.",
        "Who wrote the letter?\n\nfrom: a very cross neighbour\nto: the town council office",
        "Extract name and city.\n\nname: Bob of the harbour office\ncity: a town by the sea",
        "Hello (again, and again, and again)",
    ],
)
def test_what_is_no_menu_is_left_alone(text: str) -> None:
    assert find_menu(text) is None


def test_a_meaning_stays_with_its_label() -> None:
    menu = find_menu(PROMPTS[3])

    assert menu is not None
    assert menu.names == ("order", "question", "complaint")
    assert menu.meanings[1] == "somebody asks about hours, prices or what is in it"


def test_a_very_long_line_of_commas_is_read_in_no_time(bank: Bank) -> None:
    take_apart(bank, [("user", "Sort: " + "a, " * 60_000)])
    take_apart(bank, [("user", "Sort (" + "ab-" * 60_000)])
    take_apart(bank, [("user", "Sort:\n" + "a: b c d e\n" * 20_000)])
