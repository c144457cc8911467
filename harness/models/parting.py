"""Part the instructions of a prompt in free form from its data.

Runs in the model worker (zone G); the text is hostile. Delimiters decide where there are any
(markup.py finds them); for what is left the trained reader judges word by word, and its judgement
is smoothed, because data comes in runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.models.markup import Markup, blocks
from harness.models.prompt import (
    STRONG,
    SWITCH,
    Prompt,
    clean,
    cut_at,
    smooth,
    spans_of,
    split_units,
    units_of,
    weigh_marks,
)
from harness.models.reader import Flags, Reader, Sight

_SURE = 6.0
_MOST_AHEAD, _LONGEST_FIRST, _ROOM_AHEAD = 6, 120, 40
"""Sentences to look at; characters of the first of them; of all, where there are others."""
_TRUST = 1.7
"""How much the reader weighs beside a weak delimiter; set on voices that it had not learnt from."""


@dataclass(frozen=True)
class Seen:
    """A prompt of one message taken apart, with what the reader saw of it."""

    prompt: Prompt
    sight: Sight

    def told(self) -> Flags:
        """Which pieces instruct: those of units that are neither data nor example."""
        out = np.zeros(len(self.sight.starts), bool)
        for unit in self.prompt.units:
            if not unit.is_data and not unit.is_example:
                out |= self.sight.within(unit.start, unit.end)
        return out


def see_prompt(reader: Reader, message: tuple[str, str]) -> Seen:
    """Separate the instructions of a prompt from its data.

    Args:
        reader: the network.
        message: role and text of its only message.
    """
    text = message[1]
    found = blocks(text)
    known = sorted((b.start, b.end) for b in found.blocks if b.weight == STRONG)
    units = split_units(text)
    sight = reader.see(
        text, known, _ahead(reader, [clean(text[a:b]) for a, b in units[:_MOST_AHEAD]])
    )
    edges = [e for block in found.blocks for e in (block.start, block.end)]
    places = cut_at(units, edges + _flips(sight))
    parted = units_of(text, places, *_odds(text, places, found, sight), 0) if places else []
    spans = spans_of(text, parted, 0)
    prompt = Prompt(
        (message,), tuple(parted), tuple(spans), found.examples, found.question, found.menu
    )
    return Seen(prompt, sight)


def _ahead(reader: Reader, sentences: Sequence[str]) -> list[str]:
    """The first sentences, if they are short: most likely they instruct, and are read next."""
    out: list[str] = []
    room = _LONGEST_FIRST
    for number, sentence in enumerate(sentences):
        room = room if number == 0 else min(room, _ROOM_AHEAD)
        if sentence and not reader.knows(sentence):
            room -= len(sentence)
            if room < 0:
                break
            out.append(sentence)
    return out


def _odds(
    text: str, places: list[tuple[int, int]], found: Markup, sight: Sight
) -> tuple[
    np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.bool_]]
]:
    """Log-odds of each piece that it is data, and whether it is part of an example.

    A prompt is never data alone.
    """
    odds, decided, example = weigh_marks(places, found.blocks, 0.0)
    for i, (start, end) in enumerate(places):
        inside = sight.within(start, end)
        if not decided[i] and inside.any():
            odds[i] += _TRUST * float(np.clip(sight.data[inside].mean(), -_SURE, _SURE))
    if len(places) > 1 and (odds > 0).all():
        asks = clean(text[places[-1][0] : places[-1][1]]).endswith("?")
        odds[-1 if asks else 0] = -2.0 * SWITCH
    return odds, example


def _flips(sight: Sight) -> list[int]:
    """Where the reader sees data begin or end."""
    if not len(sight.starts):
        return []
    labels = np.array(smooth(sight.data.astype(np.float64)))
    return [int(at) for at in sight.starts[1:][labels[1:] != labels[:-1]]]
