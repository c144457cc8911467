"""A text is said again in the manner asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.models.request import ChatReply

Ask = Callable[..., ChatReply]


@pytest.mark.parametrize(
    ("request_", "text", "wanted"),
    [
        ("Rewrite this more politely", "Give me the keys.", "Could you please give me the keys?"),
        ("Fix the grammar", "she dont like it", "She doesn't like it."),
        (
            "Rewrite in plain English",
            "The lessee shall pay prior to Monday.",
            "The tenant must pay before Monday.",
        ),
        (
            "Rewrite this in the active voice",
            "The window was opened by Tim.",
            "Tim opened the window.",
        ),
    ],
)
def test_the_manner_is_followed(ask: Ask, request_: str, text: str, wanted: str) -> None:
    assert ask(f"{request_}:\n\nText: {text}").choices[0].text == wanted


def test_shorter_is_shorter_and_keeps_the_point(ask: Ask) -> None:
    text = "I really just wanted to ask whether or not you have actually seen the very long bill."
    said = ask(f"Make this shorter.\n\nText: {text}").choices[0].text

    assert len(said) < len(text) - 20
    assert "bill" in said


def test_another_language_is_declined_in_words(ask: Ask) -> None:
    said = ask("Translate into Finnish.\n\nText: The harbour is closed.").choices[0].text

    assert "only write English" in said


def test_a_request_to_summarise_nothing_asks_for_the_text(ask: Ask) -> None:
    assert "no text to summarise" in ask("Summarise this").choices[0].text
