"""Part the instructions of a prompt from its data.

Runs in the model worker (zone G); the text is hostile. Delimiters decide where there are any
(markup.py finds them); for what is left the trained reader judges word by word, and its judgement
is smoothed, because data comes in runs.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.models.features import Bank
from harness.models.markup import Markup, blocks
from harness.models.prompt import Prompt, Span, Unit, clean, split_units
from harness.models.reader import Flags, Sight

_SHORT_TURN = 400
_SWITCH = 1.7
_STRONG = 8.0
_SURE = 6.0
_TRUST = 1.7
"""How much the reader weighs beside a weak delimiter; set on voices that it had not learnt from."""


@dataclass(frozen=True)
class Seen:
    """A prompt taken apart, with what the reader saw of it.

    Attributes:
        sight: all messages that are read, as one text.
        bases: where in that text each message begins, by its number.
    """

    prompt: Prompt
    sight: Sight
    bases: Mapping[int, int]

    def told(self) -> Flags:
        """Which pieces instruct: those of units that are neither data nor example."""
        out = np.zeros(len(self.sight.starts), bool)
        for unit in self.prompt.units:
            if not unit.is_data and not unit.is_example:
                base = self.bases[unit.message]
                out |= self.sight.within(base + unit.start, base + unit.end)
        return out


def take_apart(bank: Bank, messages: Sequence[tuple[str, str]]) -> Prompt:
    """Separate the instructions of a chat prompt from its data, as see_prompt does."""
    return see_prompt(bank, messages).prompt


def see_prompt(bank: Bank, messages: Sequence[tuple[str, str]]) -> Seen:
    """Separate the instructions of a chat prompt from its data.

    Args:
        bank: the fitted bank.
        messages: (role, text) pairs, oldest first.
    """
    units: list[Unit] = []
    spans: list[Span] = []
    examples: list[tuple[str, str]] = []
    open_ones: dict[int, Markup] = {}
    for number, (role, text) in enumerate(messages):
        if role == "assistant":
            if number and messages[number - 1][0] == "user":
                examples.append((messages[number - 1][1].strip()[:600], text.strip()[:200]))
        elif not _is_answered_turn(messages, number):
            open_ones[number] = blocks(text)
            examples.extend(open_ones[number].examples)
    sight, bases = _read_open(bank, messages, open_ones)
    for number, (role, text) in enumerate(messages):
        if number in open_ones:
            pieces = _judge(
                text,
                open_ones[number],
                number,
                _lean(messages, number),
                sight.moved(-bases[number]),
            )
            units.extend(pieces)
            spans.extend(_spans(text, pieces, number))
        elif role != "assistant":  # an answered turn is an example, not something to work on
            bases[number] = -1
            units.extend(Unit(number, a, b, text[a:b], False, True) for a, b in split_units(text))
    questions = [found.question for found in open_ones.values() if found.question]
    menus = [found.menu for found in open_ones.values() if found.menu]
    prompt = Prompt(
        tuple(messages), tuple(units), tuple(spans), tuple(examples),
        questions[-1] if questions else "", menus[0] if menus else None,
    )  # fmt: skip
    return Seen(prompt, sight, bases)


def _is_answered_turn(messages: Sequence[tuple[str, str]], number: int) -> bool:
    answered = [role for role, _ in messages[number + 1 : number + 2]] == ["assistant"]
    role, text = messages[number]
    return role == "user" and answered and len(text) < _SHORT_TURN


def _lean(messages: Sequence[tuple[str, str]], number: int) -> float:
    """What the role of a message says: above 0 it is rather data."""
    last = max((i for i, (role, _) in enumerate(messages) if role == "user"), default=-1)
    if messages[number][0] in ("system", "developer"):
        return -1.0
    if number < last:
        return -2.0
    guided = any(role in ("system", "developer") for role, _ in messages[: max(last, 0)])
    return 1.2 if guided else 0.0


def _read_open(
    bank: Bank, messages: Sequence[tuple[str, str]], open_ones: Mapping[int, Markup]
) -> tuple[Sight, dict[int, int]]:
    """Read the messages together, since one says what is to be done with another."""
    bases: dict[int, int] = {}
    texts: list[str] = []
    known: list[tuple[int, int]] = []
    at = 0
    for number, found in open_ones.items():
        bases[number] = at
        strong = sorted((b.start, b.end) for b in found.blocks if b.weight == _STRONG)
        known += [(at + a, at + b) for a, b in strong]
        texts.append(messages[number][1])
        at += len(texts[-1]) + 2
    return bank.reader.see("\n\n".join(texts), known), bases


def _judge(text: str, markup: Markup, message: int, lean: float, sight: Sight) -> list[Unit]:
    found = markup.blocks
    flips = [b for block in found for b in (block.start, block.end)] + _flips(sight, len(text))
    places = _cut_at(split_units(text), flips)
    if not places:
        return []
    odds = np.full(len(places), lean, np.float64)
    decided = np.zeros(len(places), bool)
    example = np.zeros(len(places), bool)
    starts = [start for start, _ in places]
    for block in found:
        first = max(0, bisect_right(starts, block.start) - 1)
        for i in range(first, bisect_left(starts, block.end)):
            start, end = places[i]
            if min(end, block.end) - max(start, block.start) > 0.5 * (end - start):
                if block.weight in (_STRONG, -_STRONG):
                    odds[i], decided[i] = block.weight, True
                elif not decided[i]:
                    odds[i] += block.weight
                example[i] |= block.is_example
    for i, (start, end) in enumerate(places):
        inside = sight.within(start, end)
        if not decided[i] and inside.any():
            odds[i] += _TRUST * float(np.clip(sight.data[inside].mean(), -_SURE, _SURE))
    if lean == 0.0 and len(places) > 1 and (odds > 0).all():
        asks = clean(text[places[-1][0] : places[-1][1]]).endswith("?")
        odds[-1 if asks else 0] = -2.0 * _SWITCH
    labels = [k if clean(text[a:b]) else 0 for k, (a, b) in zip(_smooth(odds), places, strict=True)]
    return [
        Unit(message, a, b, text[a:b], bool(k), bool(e))
        for (a, b), k, e in zip(places, labels, example, strict=True)
    ]


def _flips(sight: Sight, length: int) -> list[int]:
    """Where in a message the reader sees data begin or end."""
    inside = sight.within(0, length)
    starts = sight.starts[inside]
    if not len(starts):
        return []
    labels = np.array(_smooth(sight.data[inside].astype(np.float64)))
    return [int(at) for at in starts[1:][labels[1:] != labels[:-1]]]


def _cut_at(places: Sequence[tuple[int, int]], cuts: Sequence[int]) -> list[tuple[int, int]]:
    """The pieces, parted where a cut lies inside them."""
    edges = sorted(set(cuts))
    out: list[tuple[int, int]] = []
    at = 0
    for start, end in places:
        while at < len(edges) and edges[at] <= start:
            at += 1
        cursor, look = start, at
        while look < len(edges) and edges[look] < end:
            out.append((cursor, edges[look]))
            cursor = edges[look]
            look += 1
        out.append((cursor, end))
    return [(a, b) for a, b in out if b > a]


def _smooth(odds: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[int]:
    """Most likely labelling when each change of label costs something (Viterbi)."""
    best = np.array([0.5 - odds[0] / 2, odds[0] / 2 - 0.5])
    back: list[tuple[int, int]] = []
    for value in odds[1:]:
        step = [(best - _SWITCH * (np.arange(2) != label)) for label in (0, 1)]
        back.append((int(step[0].argmax()), int(step[1].argmax())))
        best = np.array([step[0].max() - value / 2, step[1].max() + value / 2])
    label = int(best.argmax())
    out = [label]
    for pair in reversed(back):
        label = pair[label]
        out.append(label)
    return out[::-1]


def _spans(text: str, pieces: Sequence[Unit], message: int) -> list[Span]:
    out: list[Span] = []
    for unit in pieces:
        if not unit.is_data:
            continue
        if out and not re.search(r"\w", text[out[-1].end : unit.start]):
            out[-1] = Span(message, out[-1].start, unit.end)
        else:
            out.append(Span(message, unit.start, unit.end))
    return [_trim(text, span) for span in out]


def _trim(text: str, span: Span) -> Span:
    raw = text[span.start : span.end]
    left = len(raw) - len(raw.lstrip(" \t\n\r>-"))
    right = len(raw.rstrip())
    if right <= left:
        return span
    return Span(span.message, span.start + left, span.start + right)
