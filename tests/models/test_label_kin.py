"""How near a text must be to a label depends on how near the labels are to each other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from harness.models.features import Bank
from harness.models.request import ChatReply
from harness.models.skills.label_kin import kin_of, least_likeness

Ask = Callable[..., ChatReply]

KIN = ("gate_pass_lost", "gate_pass_expired", "gate_pass_refused", "gate_pass_price", "gate_hours")
STRANGERS = ("lost_key", "play_song", "bake_bread", "book_taxi", "weather")


def test_labels_of_one_family_ask_more_of_a_text(bank: Bank) -> None:
    encode = bank.features.encoder.encode
    near, far = (
        least_likeness(kin_of(encode([name.replace("_", " ") for name in names])), 0.22)
        for names in (KIN, STRANGERS)
    )

    assert near > far + 0.1
    assert least_likeness(np.full(4, 0.5), 0.22) == 0.22  # of a few labels nothing is known
    assert least_likeness(np.full(9, 0.9), 0.22) <= 0.45


def test_neighbours_of_a_family_are_called_none_and_its_own_texts_kept(ask: Ask) -> None:
    prompt = (
        "Choose one label from the list.\n"
        + "\n".join(f"* {name}" for name in (*KIN, "none_of_these"))
        + "\n\nReply with the label only.\nMessage: "
    )
    own = [
        "I lost my gate pass on the tram.",
        "My gate pass expired yesterday.",
        "What is the price of a gate pass?",
        "The gate refused my pass this morning.",
        "At which hours is the gate open?",
    ]
    others = [
        "Is there a canteen behind the entrance?",
        "Is the gate guarded by a dog?",
        "Can my pass open the bicycle shed?",
        "May visitors bring a dog?",
    ]
    told = [[ask(prompt + text).choices[0].text for text in texts] for texts in (own, others)]

    assert "none_of_these" not in told[0]
    assert told[1].count("none_of_these") >= 3


def test_a_sentence_that_fits_no_label_does_not_make_the_text_one_of_none(ask: Ask) -> None:
    prompt = (
        f"Labels: {', '.join((*STRANGERS, 'none_of_these'))}\nReply with one label only.\n"
        "Message: Will it rain on Sunday? This is the third time that I ask. I am rather cross "
        "about it all."
    )

    assert ask(prompt).choices[0].text == "weather"
