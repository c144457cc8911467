"""Rewriting in other words: voices, apologies, plain words, mistakes of agreement and tense."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.models.request import ChatReply

Ask = Callable[..., ChatReply]


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("Put in active voice: The barn near Oakby was repainted by three pupils.",
         "Three pupils repainted the barn near Oakby."),
        ("Turn into active voice: The letter was brought by a woman in a red hat.",
         "A woman in a red hat brought the letter."),
        ("Rewrite in active voice: The statues were vandalised by a gang.",
         "A gang vandalised the statues."),
        ("Make it passive: A goose chased the milkman down the lane.",
         "The milkman was chased down the lane by a goose."),
        ("Make this an apology: Your table is late.", "We are sorry, but your table is late."),
        ("Correct: She goed home because she were tired.", "She went home because she was tired."),
        ("fix the grammar: Some of the cups was broken and the order were cancel.",
         "Some of the cups were broken and the order was canceled."),
        ("Correct the mistakes: My sister and me was at the lake when it start to snow, so we "
         "runned home and forgot are hats.",
         "My sister and I were at the lake when it started to snow, so we ran home and forgot our "
         "hats."),
        ('Say this in plain English: "In the event of default in payment the Club reserves the '
         'right to levy interest at two per cent and to close the account."',
         "If you pay late the Club may charge interest of two percent and close the account."),
        ('Explain like I\'m five: "The city has imposed restrictions on water consumption owing to '
         'prolonged drought."',
         "The city has set limits on water use because of a long time without rain."),
        ('Make this more formal: "the lift\'s dead again, can someone have a look asap"',
         "The lift is not working again, could someone please look into it as soon as possible."),
        ('Make this sound less angry: "You sent the wrong bed. Are you people stupid?"', None),
    ],
)  # fmt: skip
def test_a_text_is_said_again_as_asked(ask: Ask, prompt: str, said: str | None) -> None:
    answer = ask(prompt).choices[0].text

    assert answer == said if said else "stupid" not in answer
