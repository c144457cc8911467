"""Which kinds of instruction a prompt gives.

Runs in the model worker (zone G); the text is hostile. The trained reader judges all instructions
together and each alone; structure adds what sentences do not show.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.models.labels import Label
from harness.models.layers import Matrix
from harness.models.prompt import Prompt

NAMES = (
    "ground",
    "abstain",
    "cite",
    "schema",
    "defs",
    "tiebreak",
    "data",
    "steps",
    "fewshot",
    "brief",
    "cutoff",
    "lang",
)
_MOST_SENTENCES = 60
_GIVEN = 0.9
_ALONE = 2.0
"""How much surer the reader has to be of a sentence without its neighbours."""
_TEMPLATE = re.compile(r"\{\s*\"?\w+\"?\s*:|```(?:json|yaml)|\{\"?\w+\"?(?:\s*,\s*\"?\w+\"?)+\}")
_SHOWS_ABSENCE = re.compile(
    r"\b(?:does not|doesn't) (?:say|state|mention)|not (?:found|stated)|\bunknown\b", re.I
)
_SHOWS_QUOTE = re.compile(r"[\[(][“\"][^\n]{8,200}[”\"][\])]|\[(?:section )?\d+\]", re.I)
_FUNCTION_WORDS = frozenset(
    """the a an is are was were be do does did can could should would may must i me my you your
    it its we our of in on at to for from by with what how when where which who why there
    this that these those and or but if any not no nothing only than then as so please
    just all every anything something about""".split()
)


@dataclass(frozen=True)
class Kinds:
    """How strongly each kind of instruction is given, 0 to 1; .5 and more counts as given."""

    ground: float = 0.0
    abstain: float = 0.0
    cite: float = 0.0
    schema: float = 0.0
    defs: float = 0.0
    tiebreak: float = 0.0
    data: float = 0.0
    steps: float = 0.0
    fewshot: float = 0.0
    brief: float = 0.0
    cutoff: float = 0.0
    lang: float = 0.0

    @property
    def given(self) -> tuple[str, ...]:
        """Names of the kinds that count as given."""
        return tuple(name for name in NAMES if getattr(self, name) >= 0.5)


@dataclass(frozen=True)
class KindReading:
    """Kinds of a prompt, with what the fault layer needs to know beside them.

    Attributes:
        count: how many separate instructions compete for attention.
    """

    kinds: Kinds
    count: float


def read_kinds(
    prompt: Prompt, whole: Matrix, sentences: Matrix, labels: Sequence[Label]
) -> KindReading:
    """Kinds of instruction that a prompt gives.

    Args:
        prompt: taken apart.
        whole: log-odds of each of NAMES in its instructions, read together.
        sentences: a row for each of them read alone, log-odds of NAMES first.
        labels: the label set, to see whether labels are defined.
    """
    told = prompt.instructions
    at = [i for i, s in enumerate(told) if re.search(r"[^\W\d]", s)][:_MOST_SENTENCES]
    if not at:
        return KindReading(Kinds(fewshot=_GIVEN if prompt.examples else 0.0), 0.0)
    soup = np.array([is_soup(told[i]) for i in at])
    odds = np.where(soup[:, None], -9.0, sentences[at, : len(NAMES)].astype(np.float64))
    if soup.any():
        whole = np.full_like(whole, -9)
    best = np.maximum(whole, odds.max(0) - _ALONE)
    values = {name: _GIVEN * bool(best[i] > 0) for i, name in enumerate(NAMES)}
    values |= _structure(values, prompt.directions, labels, prompt.examples)
    kinds = Kinds(**{name: round(value, 2) for name, value in values.items()})
    return KindReading(kinds, _count([told[i] for i in at], odds, soup))


def is_soup(sentence: str) -> bool:
    """Whether a line is a bag of keywords: hardly a function word. It instructs nobody."""
    words = re.findall(r"[^\W\d_]+", sentence.lower())
    if len(words) < 7 or re.search(r"[:={]", sentence):
        return False
    return sum(word in _FUNCTION_WORDS for word in words) / len(words) < 0.2


def _structure(
    values: dict[str, float],
    directions: str,
    labels: Sequence[Label],
    examples: Sequence[tuple[str, str]],
) -> dict[str, float]:
    """What the shape of a prompt shows better than its sentences."""
    head = directions[:40_000]
    defined = sum(len(label.definition.split()) >= 2 for label in labels)
    out: dict[str, float] = {}
    if defined >= 2:
        out["defs"] = max(values["defs"], 0.9)
    elif labels and not defined:
        out["defs"] = values["defs"] * 0.6
    out["fewshot"] = max(values["fewshot"], 0.9) if examples else values["fewshot"] * 0.7
    shown = "\n".join(answer for _, answer in examples)
    if _SHOWS_ABSENCE.search(shown):
        out["abstain"] = max(values["abstain"], 0.75)
    if _SHOWS_QUOTE.search(shown):
        out["cite"] = max(values["cite"], 0.75)
    if _TEMPLATE.search(head):
        out["schema"] = max(values["schema"], 0.9)
    return out


def _count(
    sentences: Sequence[str],
    odds: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    soup: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> float:
    """How many instructions compete: new kinds count 1, repeats and plain orders one half.

    A numeral, a heading or a question is not an instruction.
    """
    seen: set[int] = set()
    count = 0.0
    for i, sentence in enumerate(sentences):
        words = re.findall(r"[^\W\d_]{2,}", sentence)
        if soup[i] or len(words) < 3 or sentence.rstrip().endswith("?"):
            continue
        top = int(odds[i].argmax())
        if odds[i, top] > 0 and top not in seen:
            seen.add(top)
            count += 1
        else:
            count += 0.5
    return count
