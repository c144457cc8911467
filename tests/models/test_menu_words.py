"""The words of a menu are no orders, and a text's own words are no menu and no verdict."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.models.labels import Label
from harness.models.menu_words import less_the_menu
from harness.models.request import ChatReply

Ask = Callable[..., ChatReply]

HOUSING = {
    "heating_out": "why the radiators stay cold",
    "lost_key": "a key or a fob was lost",
    "noise": "because of neighbours the tenant cannot sleep",
    "post_missing": "one or more parcels did not come",
}
MENU = "\n".join(f"- {name}: {meaning}" for name, meaning in HOUSING.items())
MESSAGES = [
    ("The flat above me plays drums until three.", "noise"),
    ("My front door fob fell into the canal.", "lost_key"),
    ("Our radiator has been stone cold since Monday.", "heating_out"),
    ("Two boxes for me never arrived.", "post_missing"),
]
WORDINGS = [
    f"Sort the message into one of these topics:\n{MENU}\n\nTopic only.\n\nMessage: ",
    f"## Topics\n{MENU}\n## Task\nReturn only the best topic.\n## Message\n",
    f"You route messages of tenants. Possible labels and their meaning:\n{MENU}\n\n"
    "Just the label for: ",
]


@pytest.mark.parametrize(("text", "label"), MESSAGES)
@pytest.mark.parametrize("wording", WORDINGS)
def test_a_why_in_a_definition_asks_for_no_reason(
    ask: Ask, wording: str, text: str, label: str
) -> None:
    assert ask(wording + text).choices[0].text == label


def test_a_reason_that_the_order_asks_for_is_still_given(ask: Ask) -> None:
    prompt = f"Sort the message into one of these topics and say why:\n{MENU}\n\nMessage: "

    assert len(ask(prompt + MESSAGES[0][0]).choices[0].text.split()) > 3


def test_what_is_taken_away_are_meanings_and_names_of_several_words() -> None:
    labels = (Label("why-late", "explain delays"), Label("reason", ""))
    told = "Labels: why-late = explain delays; reason. Give a reason."

    assert less_the_menu(told, labels) == "Labels:   =  ; reason. Give a reason."


def test_a_dash_in_the_text_defines_no_label(ask: Ask) -> None:
    prompt = (
        "Classify the query into exactly one of these intents: weather_report, draw_card, "
        "sing_song, book_taxi. Intent only.\n\nQuery: please draw a card - i say spades"
    )

    assert ask(prompt).choices[0].text == "draw_card"


def test_a_text_that_speaks_of_a_duplicate_gets_a_label_and_no_verdict(ask: Ask) -> None:
    prompt = (
        "Choose one label from the list.\n* declined_order\n* order_charged_twice\n* delivery_fee\n"
        "\nReply with the label only.\nMessage: There is a duplicate order on my account. How do I "
        "keep from being charged for the same thing twice?"
    )

    assert ask(prompt).choices[0].text == "order_charged_twice"
