"""Take a prompt apart by its marks and, where they leave it open, sentence by sentence.

Runs in the model worker (zone G); the text is hostile. What is judged is smoothed, because data
comes in runs (prompt.py); a prompt in free form is parted by the trained reader (parting.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.models.features import Bank
from harness.models.handover import sorts
from harness.models.markup import Markup, blocks
from harness.models.menus import Menu
from harness.models.prompt import (
    SWITCH,
    Prompt,
    Span,
    Unit,
    clean,
    cut_at,
    spans_of,
    split_units,
    units_of,
    weigh_marks,
)

_INDIRECT = re.compile(
    r"\b(?:would|'d) like to know\b|\bwants? to know (?:what|which|when|how|if)\b|"
    r"\b(?:asks?|wonders?|wondering|curious)(?: about)? (?:if|whether|what|which|when|how|where)\b",
    re.I,
)
LABEL_AT_FRONT = re.compile(
    r"^\W*(?:question|query|q|visitor|customer|customer asks|user|user asks|ask)\s*:\s*", re.I
)
_THANKS = re.compile(
    r"\W*(?:(?:many|with|my|warm\w*|kind\w*|best|thousand|so) ){0,3}(?:thanks?|merci|danke|gracias|"
    r"cheers)\b[^.?]{0,60}\W*$",
    re.I,
)
_MOST_JUDGED = 64
_MOST_TOLD = 40
_MOST_AT_ONCE = 512
_SHORT_TURN = 400
_FIRM = 5.0


def take_apart(bank: Bank, messages: Sequence[tuple[str, str]]) -> Prompt:
    """Separate the instructions of a chat prompt from its data.

    Args:
        bank: the fitted bank.
        messages: (role, text) pairs, oldest first.
    """
    units: list[Unit] = []
    spans: list[Span] = []
    examples: list[tuple[str, str]] = []
    question = ""
    menu: Menu | None = None
    weighed: list[_Weighed] = []
    last = max((i for i, (role, _) in enumerate(messages) if role == "user"), default=-1)
    guided = any(role in ("system", "developer") for role, _ in messages[: max(last, 0)])
    for number, (role, text) in enumerate(messages):
        if role == "assistant":
            earlier = messages[number - 1][1] if number else ""
            if number and messages[number - 1][0] == "user":
                examples.append((earlier.strip()[:600], text.strip()[:200]))
            continue
        answered = [r for r, _ in messages[number + 1 : number + 2]] == ["assistant"]
        if role == "user" and answered and len(text) < _SHORT_TURN:
            units.extend(Unit(number, a, b, text[a:b], False, True) for a, b in split_units(text))
            continue  # an answered turn is an example, not something to work on
        found = blocks(text)
        examples.extend(found.examples)
        question = found.question or question
        menu = menu or found.menu
        lean = -1.0 if role in ("system", "developer") else (1.2 if guided else 0.0)
        if role == "user" and number < last:
            lean = -2.0
        weighed.append(_weigh(text, found, number, lean))
    _encode_at_once(bank, weighed)
    for one in weighed:
        pieces = _judge(bank, one)
        units.extend(pieces)
        spans.extend(spans_of(one.text, pieces, one.message))
    units.sort(key=lambda unit: unit.message)
    return Prompt(tuple(messages), tuple(units), tuple(spans), tuple(examples), question, menu)


@dataclass(frozen=True)
class _Weighed:
    """A message in pieces, weighed by its marks.

    Attributes:
        places: (start, end) of the pieces, in order.
        odds: log-odds of each that it is data.
        decided: whether the marks decide that.
        example: whether it is part of a worked example.
        judged: numbers of the pieces that are left to be judged.
        texts: those, cleaned.
        lean: log-odds before any mark is seen.
    """

    message: int
    text: str
    markup: Markup
    places: list[tuple[int, int]]
    odds: np.ndarray[tuple[int], np.dtype[np.float64]]
    decided: np.ndarray[tuple[int], np.dtype[np.bool_]]
    example: np.ndarray[tuple[int], np.dtype[np.bool_]]
    judged: list[int]
    texts: list[str]
    lean: float

    @property
    def told(self) -> list[str]:
        """Pieces that instruct by their marks: nobody judges them, but the task rests on them."""
        out: list[str] = []
        for i, (start, end) in enumerate(self.places):
            if self.decided[i] and self.odds[i] < 0 and not self.example[i]:
                told = clean(self.text[start:end])
                out.append(LABEL_AT_FRONT.sub("", told) or told)
        return out[:_MOST_TOLD]


def _weigh(text: str, markup: Markup, message: int, lean: float) -> _Weighed:
    found = markup.blocks
    places = cut_at(split_units(text), [e for b in found for e in (b.start, b.end)])
    odds, decided, example = weigh_marks(places, found, lean)
    judged = [i for i in range(len(places)) if not decided[i]]
    if len(judged) > _MOST_JUDGED:
        judged = [*judged[: _MOST_JUDGED - 24], *judged[-24:]]
    texts = [clean(text[places[i][0] : places[i][1]])[:400] for i in judged]
    return _Weighed(message, text, markup, places, odds, decided, example, judged, texts, lean)


def _encode_at_once(bank: Bank, weighed: Sequence[_Weighed]) -> None:
    """Have the encoder read what is judged now and what the task is read from next in one go."""
    texts = [text for one in weighed for text in (*one.told, *one.texts)]
    bank.features.encoder.encode(texts[:_MOST_AT_ONCE])


def _judge(bank: Bank, of: _Weighed) -> list[Unit]:
    text, places, odds = of.text, of.places, of.odds
    if not places:
        return []
    if of.judged:
        judged = bank.heads.log_odds(bank.features.rows(of.texts), "data.")[:, 0]
        for i, piece, value in zip(of.judged, of.texts, judged, strict=True):
            odds[i] += float(np.clip(value, -5, 5)) * (0.5 if len(piece) < 12 else 1.0)
            odds[i] -= 1.0 if piece.rstrip(" \"'”»").endswith("?") else 0.0
            odds[i] -= (9.0 if i == len(places) - 1 else 4.0) if _INDIRECT.search(piece) else 0.0
        _after_the_question(text, places, of.judged, odds)
        _lean(text, places, of.decided, odds, of.markup)
    if of.lean == 0.0 and len(places) > 1 and (odds > 0).all():
        asks = clean(text[places[-1][0] : places[-1][1]]).endswith("?")
        odds[-1 if asks else 0] = -2.0 * SWITCH
    return units_of(text, places, odds, of.example, of.message)


def _after_the_question(
    text: str,
    places: Sequence[tuple[int, int]],
    judged: Sequence[int],
    odds: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> None:
    """On the last line of several, a question and what follows it is rarely data."""
    last_line = text.rstrip().rfind("\n") + 1
    asked = False
    for i in judged:
        start, end = places[i]
        if last_line and start >= last_line:
            asked = asked or text[start:end].rstrip().endswith("?")
            odds[i] -= 2.5 if asked else 0.0


def _lean(
    text: str,
    places: Sequence[tuple[int, int]],
    decided: np.ndarray[tuple[int], np.dtype[np.bool_]],
    odds: np.ndarray[tuple[int], np.dtype[np.float64]],
    markup: Markup,
) -> None:
    """Where data is marked, what stands before it is not; a last question asks, unless sorted.

    A message is never data alone unless another one says what to do with it.
    """
    marked = [b for b in markup.blocks if b.weight >= _FIRM]
    first = min((b.start for b in marked), default=-1)
    is_sorting = markup.menu is not None or sorts(text)
    for i, (start, end) in enumerate(places):
        if decided[i]:
            continue
        piece = text[start:end]
        if end <= first:
            odds[i] -= 2.5
        if _THANKS.match(piece):
            odds[i] = min(odds[i], 0.0) - 5.0
        near_end = i >= len(places) - 2
        if near_end and not is_sorting and piece.rstrip(" \"'”»\n").endswith("?"):
            odds[i] = min(odds[i], 0.0) - 3.5
