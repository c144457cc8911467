"""What the trained reader says of a prompt's instructions: their kinds and their stance.

Runs in the model worker (zone G); the text is hostile. The network judges all instructions together
and each alone; structure adds what sentences do not show.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from harness.models.kinds import (
    NAMES,
    KindReading,
    Kinds,
    count_orders,
    has_cue,
    is_soup,
    structure,
)
from harness.models.labels import Label
from harness.models.layers import Matrix
from harness.models.prompt import Prompt
from harness.models.reader import Reader
from harness.models.stance import Stance, mean_stance

_KINDS = len(NAMES)
_MOST_SENTENCES = 60
_GIVEN = 0.9
_ALONE = 3.0
"""How much surer the reader has to be of a sentence without its neighbours."""
_LEAST_RULE = 4
"""Words beside the labels, up to which no rule for ties has room."""
_APPEAL = re.compile(
    r"\W*(?:please )?(?:(?:do not|don['’]?t|never|no) hallucinat\w*|"
    r"be (?:very |as |always )*(?:accurate|precise|careful|correct|thorough))\W*",
    re.I,
)
"""An appeal that names nothing to do; by design it has no effect, whoever it reminds of a rule."""


def learnt_kinds(
    reader: Reader, prompt: Prompt, whole: Matrix, labels: Sequence[Label]
) -> KindReading:
    """Kinds of instruction that a prompt gives, as the network reads them.

    Args:
        reader: the network.
        prompt: taken apart.
        whole: log-odds of each of NAMES in its instructions, read together.
        labels: the label set, to see whether labels are defined.
    """
    read = _with_letters(prompt.instructions)
    if not read:
        return KindReading(Kinds(fewshot=_GIVEN if prompt.examples else 0.0), 0.0)
    soup = np.array([is_soup(s) for s in read])
    odds = np.where(soup[:, None], -9.0, reader.sentences(read)[:, :_KINDS].astype(np.float64))
    if soup.any():
        whole = np.full_like(whole, -9)
    best = np.maximum(whole, odds.max(0) - _ALONE)
    values = {name: _GIVEN * bool(best[i] > 0) for i, name in enumerate(NAMES)}
    if all(_only_offers(sentence, labels) for sentence in read):
        values["tiebreak"] = 0.0
    values |= structure(values, prompt.directions, labels, prompt.examples)
    kinds = Kinds(**{name: round(value, 2) for name, value in values.items()})
    return KindReading(kinds, count_orders(read, odds, soup))


def read_at_once(reader: Reader, sentences: Sequence[str]) -> None:
    """Have the network read what kinds and stance are going to be read from in one go."""
    reader.sentences([*_with_letters(sentences), *_without_appeals(sentences)])


def _with_letters(sentences: Sequence[str]) -> list[str]:
    return [one for one in sentences if re.search(r"[^\W\d]", one)][:_MOST_SENTENCES]


def _without_appeals(sentences: Sequence[str]) -> list[str]:
    return [one for one in sentences if not _APPEAL.fullmatch(one)][:_MOST_SENTENCES]


def _only_offers(sentence: str, labels: Sequence[Label]) -> bool:
    """Whether a short sentence names labels to choose from and says hardly more."""
    if has_cue("tiebreak", sentence):
        return False
    low = sentence.lower()
    named = [label.name.lower() for label in labels if label.name.lower() in low]
    for name in named:
        low = low.replace(name, " ")
    return len(named) >= 2 and len(re.findall(r"\w+", low)) <= _LEAST_RULE


def learnt_stance(reader: Reader, sentences: Sequence[str]) -> Stance:
    """The stance of a whole prompt, as the network reads its sentences."""
    read = _without_appeals(sentences)
    return mean_stance(_stance_of(row) for row in reader.sentences(read))


def learnt_sentence(reader: Reader, sentence: str) -> Stance:
    """The stance of one instruction sentence; zeros when it has none."""
    return learnt_stance(reader, [sentence])


def _stance_of(row: Matrix) -> Stance:
    sign = int(np.argmax(row[_KINDS : _KINDS + 3])) - 1
    is_about_sources = bool(row[_KINDS + 3] > 0)
    if sign > 0:
        return Stance(stay_inside=1.0) if is_about_sources else Stance(admit_absence=1.0)
    if sign < 0:
        return Stance(go_outside=1.0) if is_about_sources else Stance(always_answer=1.0)
    return Stance()
