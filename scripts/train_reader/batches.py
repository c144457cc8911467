"""Samples as padded batches, each time a little different.

Other documents, other instructions beside, other spelling: what is asked stays as it was labelled.

Runs on a developer's machine; all chance comes from one seeded generator.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from harness.models.encoder import WordPiece
from harness.models.pieces import Pieces, pieces_read
from harness.models.vocabulary import Vocabulary

from .corpus import Corpus, Sample

_CONTRACTED = [
    ("do not", "don't"), ("does not", "doesn't"), ("is not", "isn't"), ("are not", "aren't"),
    ("cannot", "can't"), ("must not", "mustn't"), ("should not", "shouldn't"), ("it is", "it's"),
    ("you are", "you're"), ("would not", "wouldn't"), ("will not", "won't"), ("did not", "didn't"),
]  # fmt: skip
_FRONT = [
    "Please: ", "please ", "Also, ", "And ", "Important: ", "NB: ", "Note: ", "One more thing: ",
    "- ", "* ", "2. ", "Rule: ", "Remember: ", "ok so ", "Hi! ", "By the way, ",
]  # fmt: skip
_BACK = [
    " Thanks!",
    " Thank you.",
    " please",
    " pls",
    " ok?",
    " Cheers.",
    " This matters.",
    " Got it?",
]


@dataclass(frozen=True)
class Batch:
    """Padded arrays of some samples, all of shape (samples, pieces) but for the labels.

    Attributes:
        words: pieces of words, not marks or padding.
        told: pieces that instruct, or may.
        data: 1, 0, and -1 where unknown.
    """

    ids: torch.Tensor
    shapes: torch.Tensor
    mask: torch.Tensor
    words: torch.Tensor
    told: torch.Tensor
    data: torch.Tensor
    samples: tuple[Sample, ...]


class Mixer:
    """Makes batches of a corpus."""

    def __init__(self, vocabulary: Sequence[str], seed: int) -> None:
        self.words = WordPiece(Vocabulary("\n".join(vocabulary).encode()))
        self.chance = random.Random(seed)  # noqa: S311 - a fixed sample, nothing secret
        self._marks = (
            vocabulary.index("[CLS]"),
            vocabulary.index("[SEP]"),
            vocabulary.index("[MASK]"),
        )

    def epoch(self, corpus: Corpus, size: int) -> Iterator[Batch]:
        """Batches of one kind each, in mixed order; twins stay together."""
        prompts = [self.varied_prompt(p, corpus) for p in corpus.prompts]
        singles = [replace(s, text=self.varied(s.text)) for s in corpus.clauses]
        twins: dict[int, list[Sample]] = {}
        for sample in corpus.stances:
            text = replace(sample, text=self.varied(sample.text))
            twins.setdefault(sample.twin if sample.twin >= 0 else -2 - len(twins), []).append(text)
        groups = [
            *self._grouped([[p] for p in prompts], size),
            *self._grouped([[s] for s in singles], 3 * size),
            *self._grouped(list(twins.values()), 2 * size),
        ]
        self.chance.shuffle(groups)
        for group in groups:
            yield self.batch(group, noise=0.03)

    def _grouped(self, units: list[list[Sample]], size: int) -> list[list[Sample]]:
        """Groups of alike length, so that little is padded."""
        self.chance.shuffle(units)
        pools = [units[i : i + 16 * size] for i in range(0, len(units), 16 * size)]
        out = []
        for pool in pools:
            pool.sort(key=lambda unit: len(unit[0].text))
            parts = [pool[i : i + size] for i in range(0, len(pool), size)]
            out += [[one for unit in part for one in unit] for part in parts]
        return out

    def varied(self, text: str) -> str:
        """A sentence written a little differently."""
        roll = self.chance.random
        if roll() < 0.3:
            for long, short in _CONTRACTED:
                text = text.replace(long, short) if roll() < 0.5 else text.replace(short, long)
        if roll() < 0.12:
            text = self.chance.choice(_FRONT) + (text[:1].lower() + text[1:])
        if roll() < 0.06:
            text += self.chance.choice(_BACK)
        if roll() < 0.15:
            text = text.rstrip(".!")
        if roll() < 0.15:
            text = text.lower() if roll() < 0.7 else text.upper()
        if roll() < 0.08:
            text = re.sub(r"['’]", "", text)
        return self._misspelt(text) if roll() < 0.1 else text

    def _misspelt(self, text: str) -> str:
        at = self.chance.randrange(max(1, len(text) - 1))
        if not text[at : at + 2].isalpha():
            return text
        return self.chance.choice(
            [
                text[:at] + text[at + 1] + text[at] + text[at + 2 :],
                text[:at] + text[at + 1 :],
                text[:at] + text[at] + text[at:],
            ]
        )

    def varied_prompt(self, sample: Sample, corpus: Corpus) -> Sample:
        """A prompt with another document or another instruction in it."""
        roll = self.chance.random
        if roll() < 0.25:
            sample = self._other_document(sample, corpus)
        if roll() < 0.35:
            sample = self._one_more(sample, corpus)
        return sample

    def _other_document(self, sample: Sample, corpus: Corpus) -> Sample:
        if not sample.data or len(sample.data) > 1:
            return sample
        other = self.chance.choice(corpus.prompts)
        if other.task != sample.task or not other.data or len(other.data) > 1:
            return sample
        (a, b), (c, d) = sample.data[0], other.data[0]
        text = sample.text[:a] + other.text[c:d] + sample.text[b:]
        return replace(sample, text=text, data=((a, a + d - c),))

    def _one_more(self, sample: Sample, corpus: Corpus) -> Sample:
        """The prompt with a clause at its front, its end, or beside its data."""
        clause = self.chance.choice(corpus.clauses)
        places = [0, len(sample.text)] + ([sample.data[0][0]] if sample.data else [])
        at = self.chance.choice(places)
        before = sample.text[:at].rstrip(" ")
        if at and before[-1:] not in ".!?\n:>":
            return sample
        if at not in (0, len(sample.text)) and before[-1:] not in ".!?\n":
            return sample
        gap = self.chance.choice([" ", "\n", "\n\n"])
        added = (gap if at else "") + clause.text + (gap if at < len(sample.text) else "")

        def moved(spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
            return tuple((a + len(added) * (a >= at), b + len(added) * (b > at)) for a, b in spans)

        kinds = tuple(
            max(one, other) for one, other in zip(sample.kinds, clause.kinds, strict=True)
        )
        unsure = () if any(k > 0 for k in clause.kinds) else ((at, at + len(added)),)
        return replace(
            sample,
            text=sample.text[:at] + added + sample.text[at:],
            kinds=kinds,
            data=moved(sample.data or ()),
            unsure=(*moved(sample.unsure), *unsure),
        )

    def batch(self, samples: Sequence[Sample], noise: float = 0.0) -> Batch:
        """Padded arrays; `noise` is the share of pieces that are hidden."""
        windows = [self.window(s, noise) for s in samples]
        length = max(len(w.ids) for w in windows) + 2
        ids = np.zeros((len(samples), length), np.int64)
        shapes, data = ids.copy(), ids.copy() - 1
        mask, words, told = (np.zeros(ids.shape, bool) for _ in range(3))
        cls, sep, hidden = self._marks
        for i, (sample, window) in enumerate(zip(samples, windows, strict=True)):
            n = len(window.ids)
            ids[i, : n + 2] = [cls, *window.ids, sep]
            if noise:
                ids[i, 1 : n + 1] = [
                    hidden if self.chance.random() < noise else x for x in window.ids
                ]
            look = np.array(window.shapes)
            if noise and sample.task >= 0:
                roll = self.chance.random()
                look = look % 3 if roll < 0.1 else look - look % 3 if roll < 0.2 else look
            shapes[i, 1 : n + 1] = look
            mask[i, : n + 2] = True
            words[i, 1 : n + 1] = told[i, 1 : n + 1] = True
            if sample.data is not None:
                inside = covered(window, sample.data)
                told[i, 1 : n + 1] = ~inside if not inside.all() else True
                data[i, 1 : n + 1] = np.where(covered(window, sample.unsure), -1, inside)
        arrays = (torch.from_numpy(x) for x in (ids, shapes, mask, words, told, data))
        return Batch(*arrays, samples=tuple(samples))

    def window(self, sample: Sample, noise: float = 0.0) -> Pieces:
        """What is read of a text; now and then without the inside of its data, as when known."""
        skipped = sample.data or () if noise and self.chance.random() < 0.5 else ()
        read = pieces_read(self.words, sample.text, skipped)
        return read if read.ids else pieces_read(self.words, ".")


def covered(window: Pieces, spans: Sequence[tuple[int, int]]) -> np.ndarray:
    """For each piece whether it lies in one of the spans."""
    starts = np.array(window.starts)
    out = np.zeros(len(starts), bool)
    for a, b in spans:
        out |= (starts >= a) & (starts < b)
    return out
